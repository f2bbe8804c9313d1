/**
 * What a step of smarterVLM is given, and how its samples are laid out inside: sorted by puzzle, so that each puzzle present is one slice of rows,
 * class puzzles before sequences. Arrays are flat and row-major.
 *
 * Letters: B samples, L text positions, D text channels, I image channels, N image vectors of C channels, S steps of a sequence, R rows of logits: one per
 * sample of a class puzzle, S per sample of a sequence puzzle.
 */
import { fault, InputError, ShapeError } from '../../lib/errors.ts';
import * as tf from '../tf.ts';
import { SEQUENCE_STEPS, type PuzzleSpec, type SmarterConfig } from './config.ts';

export interface SmarterBatch {
  readonly samples: number;
  /** L; as-coded mode takes the mean over all L, so there it must not depend on the batch. */
  readonly textLength: number;
  /** Index into `config.puzzles`, `[B]`. */
  readonly puzzles: Int32Array;
  /** Pooled image vectors of the frozen backbones, `[B, I]`. */
  readonly image: Float32Array;
  /** `[B, N, C]`; needed for `imageTokens: 'several'` only. */
  readonly imageTokens: { readonly count: number; readonly values: Float32Array } | null;
  /** States of the frozen text encoder, `[B, L, D]`. */
  readonly text: Float32Array;
  /** 1 for a token, 0 for padding, `[B, L]`. */
  readonly textMask: Uint8Array;
  /** Classes, `[B, S]`; a class puzzle has one, at step 0. */
  readonly targets: Int32Array;
}

/** The samples of one puzzle: rows `from` to `from + count` of the sorted batch. */
export interface Group {
  readonly puzzle: PuzzleSpec;
  readonly from: number;
  readonly count: number;
}

export interface BatchLayout {
  /** The caller's sample at each sorted row, `[B]`. */
  readonly order: readonly number[];
  /** Puzzles present, classes first. */
  readonly groups: readonly Group[];
  /** Text positions that are computed: in described mode up to the last token of the batch, else all. */
  readonly textLength: number;
}

/** Steps of an answer. */
export const stepsOf = ({ kind }: PuzzleSpec): number => (kind === 'sequence' ? SEQUENCE_STEPS : 1);

/** The puzzle at an index of the batch; throws an InputError when there is none. */
function puzzleAt({ puzzles }: SmarterConfig, index: number | undefined): PuzzleSpec {
  const puzzle = puzzles[index ?? -1];
  if (puzzle === undefined) throw new InputError(fault('smarter batch', `puzzles in 0..${puzzles.length - 1}`, index));
  return puzzle;
}

/** Checks sizes, masks and classes; throws a ShapeError or an InputError. */
export function checkBatch(batch: SmarterBatch, config: SmarterConfig): void {
  const { samples: B, textLength: L, imageTokens } = batch;
  const expect = (name: string, length: number, size: number): void => {
    if (length !== size) throw new ShapeError(fault('smarter batch', `${size} numbers in ${name}`, length));
  };
  if (B < 1 || L < 1 || L > config.textLength)
    throw new ShapeError(fault('smarter batch', `samples, and 1..${config.textLength} positions`, { B, L }));
  expect('puzzles [B]', batch.puzzles.length, B);
  expect('image [B, I]', batch.image.length, B * config.imageDim);
  expect('text [B, L, D]', batch.text.length, B * L * config.textDim);
  expect('textMask [B, L]', batch.textMask.length, B * L);
  expect('targets [B, S]', batch.targets.length, B * SEQUENCE_STEPS);
  if (config.text === 'qf' && config.imageTokens === 'several') {
    if (imageTokens === null || imageTokens.count < 1) throw new InputError(fault('smarter batch', 'imageTokens', 'none', "or imageTokens: 'one'"));
    expect('imageTokens [B, N, C]', imageTokens.values.length, B * imageTokens.count * config.imageTokenDim);
  }
  for (let b = 0; b < B; b++) {
    if (!batch.textMask.subarray(b * L, (b + 1) * L).includes(1))
      throw new InputError(fault('smarter batch', `a token in text ${b}`, 'padding only'));
    const puzzle = puzzleAt(config, batch.puzzles[b]);
    const answer = batch.targets.subarray(b * SEQUENCE_STEPS, b * SEQUENCE_STEPS + stepsOf(puzzle));
    const wrong = answer.find((target) => target < 0 || target >= puzzle.classes);
    if (wrong !== undefined) throw new InputError(fault('smarter batch', `classes below ${puzzle.classes} for puzzle ${puzzle.id}`, wrong));
  }
}

/** The layout of a checked batch. */
export function layOut(batch: SmarterBatch, config: SmarterConfig): BatchLayout {
  const { samples: B, textLength: L, puzzles, textMask } = batch;
  const isSequence = (b: number): number => Number(puzzleAt(config, puzzles[b]).kind === 'sequence');
  const index = (b: number): number => puzzles[b] ?? 0;
  const order = Array.from({ length: B }, (_, b) => b).sort((a, b) => isSequence(a) - isSequence(b) || index(a) - index(b) || a - b);
  const groups: Group[] = [];
  for (let from = 0; from < B;) {
    const which = index(order[from] ?? 0);
    let to = from + 1;
    while (to < B && index(order[to] ?? 0) === which) to += 1;
    groups.push({ puzzle: puzzleAt(config, which), from, count: to - from });
    from = to;
  }
  let longest = 1;
  for (let b = 0; b < B; b++) longest = Math.max(longest, textMask.subarray(b * L, (b + 1) * L).lastIndexOf(1) + 1);
  return { order, groups, textLength: config.mode === 'described' ? longest : L };
}

/** The batch on the device, rows in the layout's order. */
export interface SmarterTensors {
  /** `[B, I]`. */
  readonly image: tf.Tensor2D;
  /** `[B*N, C]`. */
  readonly imageTokens: tf.Tensor2D | null;
  /** `[B*L, D]`. */
  readonly text: tf.Tensor2D;
  /** The same for a recurrent reader, L of `[B, D]`, else none: cut here, because on wasm tfjs copies a tensor whole for each slice of it. */
  readonly textSteps: readonly tf.Tensor2D[];
  /** What each position counts in the mean of its text: `[B, 1, L]`. */
  readonly pooling: tf.Tensor3D;
  /** 1 for a token, `[B, L]`. */
  readonly textMask: tf.Tensor2D;
  /** False when the loss is to be differentiated by `image` and `imageTokens`, for attribution; absent: they are frozen, which saves a product. */
  readonly isImageFrozen?: boolean;
  /** int32 `[R]`. */
  readonly targets: tf.Tensor1D;
}

/** Makes the tensors. They belong to the caller's tidy. */
export function batchTensors(batch: SmarterBatch, config: SmarterConfig, layout: BatchLayout): SmarterTensors {
  const { order, textLength: L } = layout;
  const B = batch.samples;
  const sorted = (values: Float32Array, width: number): Float32Array => rowsInOrder(values, order, width, width);
  const stateWidth = batch.textLength * config.textDim;
  const mask = rowsInOrder(Float32Array.from(batch.textMask), order, batch.textLength, L);
  const text = rowsInOrder(batch.text, order, stateWidth, L * config.textDim);
  const { imageTokens } = batch;
  const tokenWidth = imageTokens === null ? 0 : imageTokens.count * config.imageTokenDim;
  return {
    image: tf.tensor2d(sorted(batch.image, config.imageDim), [B, config.imageDim]),
    imageTokens: imageTokens === null ? null : tf.tensor2d(sorted(imageTokens.values, tokenWidth), [B * imageTokens.count, config.imageTokenDim]),
    text: tf.tensor2d(text, [B * L, config.textDim]),
    textSteps: config.text === 'gru' ? Array.from({ length: L }, (_, t) => tf.tensor2d(stepOf(text, t, B, config.textDim), [B, config.textDim])) : [],
    pooling: tf.tensor3d(poolingWeights(mask, L, config), [B, 1, L]),
    textMask: tf.tensor2d(mask, [B, L]),
    targets: tf.tensor1d(rowTargets(batch, layout), 'int32'),
  };
}

/** The first `kept` numbers of each row of `width`, rows in `order`. */
function rowsInOrder(values: Float32Array, order: readonly number[], width: number, kept: number): Float32Array {
  const out = new Float32Array(order.length * kept);
  order.forEach((b, row) => out.set(values.subarray(b * width, b * width + kept), row * kept));
  return out;
}

/** Position `t` of each of B texts of `width` channels. */
function stepOf(text: Float32Array, t: number, B: number, width: number): Float32Array {
  const stride = text.length / B;
  const out = new Float32Array(B * width);
  for (let b = 0; b < B; b++) out.set(text.subarray(b * stride + t * width, b * stride + (t + 1) * width), b * width);
  return out;
}

/** 1/count at each token; as coded 1/L everywhere, padding too. */
function poolingWeights(mask: Float32Array, L: number, { mode }: SmarterConfig): Float32Array {
  if (mode === 'as-coded') return new Float32Array(mask.length).fill(1 / L);
  const weights = new Float32Array(mask.length);
  for (let at = 0; at < mask.length; at += L) {
    const row = mask.subarray(at, at + L);
    const count = row.reduce((sum, one) => sum + one, 0);
    weights.set(
      row.map((one) => one / count),
      at,
    );
  }
  return weights;
}

function rowTargets({ targets }: SmarterBatch, { order, groups }: BatchLayout): Int32Array {
  const rows: number[] = [];
  for (const { puzzle, from, count } of groups) {
    for (const b of order.slice(from, from + count)) rows.push(...targets.subarray(b * SEQUENCE_STEPS, b * SEQUENCE_STEPS + stepsOf(puzzle)));
  }
  return Int32Array.from(rows);
}

/**
 * What each row of logits counts in the loss, `[R]`: the mean over the puzzles present of the mean over their samples and steps; with `skillWeights` the
 * weighted mean over the puzzles, where a skill that is not named has weight 1. Throws an InputError for a weight that is not above 0.
 */
export function rowWeights({ groups }: BatchLayout, skillWeights: Readonly<Record<string, number>> | null): Float32Array {
  const weights = groups.map(({ puzzle: { skill } }) => {
    const weight = skillWeights?.[skill] ?? 1;
    if (!(weight > 0)) throw new InputError(fault('skillWeights', `a weight above 0 for "${skill}"`, weight));
    return weight;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Float32Array.from(
    groups.flatMap(({ puzzle, count }, i) => {
      const rows = count * stepsOf(puzzle);
      return Array.from({ length: rows }, () => (weights[i] ?? 0) / total / rows);
    }),
  );
}
