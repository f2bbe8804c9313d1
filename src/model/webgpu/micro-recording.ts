/**
 * A micro-batch as a recorded pass takes it: text and rows padded up and first counted positions rounded down, so that the many sizes of a run make few
 * recordings, and its arrays as inputs of a recording (capture.ts). A padded position is masked by causality and has weight 0.
 *
 * Letters as in vlm.ts.
 */
import { pixelShape } from '../adapter.ts';
import type { MicroBatch } from '../batch.ts';
import type { VlmConfig } from '../config.ts';
import { microArrays, microShape, type MicroShape } from '../micro-inputs.ts';
import { normalisePacked, packPixels, type PixelShape } from '../ops/normalise-pixels.ts';
import type * as tf from '../tf.ts';
import type { MicroTensors } from '../vlm.ts';
import type { InputArray, InputShape } from './capture.ts';

/** Text lengths are rounded up, and first counted positions down, to multiples of these. Ours: at most 15 more positions of some 200. */
const LENGTH_STEP = 16;
const FIRST_STEP = 8;
/** Rows are rounded up to one of four sizes per octave (…, 8, 10, 12, 14, 16, 20, …). Ours: at most a quarter more rows, a tenth on average. */
const ROW_STEPS_PER_OCTAVE = 4;

/** The micro-batch with its text padded to a multiple of LENGTH_STEP. */
export function padText(micro: MicroBatch): MicroBatch {
  const { batchSize: B, textLength: T } = micro;
  const length = Math.ceil(T / LENGTH_STEP) * LENGTH_STEP;
  if (length === T) return micro;
  const pad = <A extends Int32Array | Float32Array>(values: A, empty: A): A => {
    for (let b = 0; b < B; b++) empty.set(values.subarray(b * T, (b + 1) * T), b * length);
    return empty;
  };
  const ints = () => new Int32Array(B * length);
  return {
    ...micro,
    textLength: length,
    tokens: pad(micro.tokens, ints()),
    lines: pad(micro.lines, ints()),
    columns: pad(micro.columns, ints()),
    targets: pad(micro.targets, ints()),
    lossWeights: pad(micro.lossWeights, new Float32Array(B * length)),
  };
}

/** The micro-batch with rows of weight 0 behind its own. */
export function padRows(micro: MicroBatch): MicroBatch {
  const { batchSize: B, image } = micro;
  const step = Math.max(1, 2 ** Math.floor(Math.log2(B)) / ROW_STEPS_PER_OCTAVE);
  const rows = Math.ceil(B / step) * step;
  if (rows === B) return micro;
  const ints = (values: Int32Array): Int32Array => {
    const padded = new Int32Array((values.length / B) * rows);
    padded.set(values);
    return padded;
  };
  const lossWeights = new Float32Array((micro.lossWeights.length / B) * rows);
  lossWeights.set(micro.lossWeights);
  const grown = {
    ...micro,
    batchSize: rows,
    tokens: ints(micro.tokens),
    lines: ints(micro.lines),
    columns: ints(micro.columns),
    targets: ints(micro.targets),
    lossWeights,
  };
  if (image === null) return grown;
  const pixels = new Uint8Array((image.pixels.length / B) * rows).fill(WHITE);
  pixels.set(image.pixels);
  return { ...grown, image: { ...image, pixels, patchTokens: ints(image.patchTokens) } };
}

/** Paper; normalised it is 0. */
const WHITE = 255;

/** Sizes of a padded micro-batch. */
export function roundedShape(micro: MicroBatch): MicroShape {
  const shape = microShape(micro);
  return { ...shape, first: Math.floor(shape.first / FIRST_STEP) * FIRST_STEP };
}

/** The inputs of a recording: their shapes, and their values in this micro-batch. */
export interface RecordingInputs {
  readonly shapes: Readonly<Record<string, InputShape>>;
  readonly arrays: Readonly<Record<string, InputArray>>;
  /** `[B, H, W, 3]` of the picture, whose bytes are packed four to a word; null without one. */
  readonly pixels: PixelShape | null;
}

/** @param micro - padded and checked. */
export function recordingInputs(config: VlmConfig, micro: MicroBatch, shape: MicroShape): RecordingInputs {
  const { tokens, lines, columns, targets, lossWeights, image } = microArrays(micro, shape);
  const shapes: Record<string, InputShape> = {};
  for (const [name, { length }] of Object.entries({ tokens, lines, columns, targets })) shapes[name] = { shape: [length], dtype: 'int32' };
  shapes['lossWeights'] = { shape: [lossWeights.length], dtype: 'float32' };
  const arrays = { tokens, lines, columns, targets, lossWeights };
  if (image === null) return { shapes, arrays, pixels: null };
  const words = packPixels(image.pixels);
  shapes['pixels'] = { shape: [words.length], dtype: 'int32' };
  shapes['patchTokens'] = { shape: [image.patchTokens.length], dtype: 'int32' };
  return { shapes, arrays: { ...arrays, pixels: words, patchTokens: image.patchTokens }, pixels: pixelShape(config, image, micro.batchSize) };
}

/** The inputs of a recording as the model's graph takes them. Called inside the recording: the bytes become numbers here. */
export function microTensors(tensors: Readonly<Record<string, tf.Tensor>>, pixels: PixelShape | null): MicroTensors {
  const { tokens, lines, columns, targets, lossWeights, pixels: packed, patchTokens } = tensors as Record<string, tf.Tensor1D | undefined>;
  if (tokens === undefined || lines === undefined || columns === undefined || targets === undefined || lossWeights === undefined) {
    throw new Error('internal: microTensors: an input is missing');
  }
  const image =
    packed === undefined || patchTokens === undefined || pixels === null ? null : { pixels: normalisePacked(packed, pixels), patchTokens };
  return { tokens, lines, columns, targets, lossWeights, image };
}
