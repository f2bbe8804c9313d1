/**
 * From examples to the arrays of a MicroBatch: token ids, grid positions, targets, weights, kinds, pixels. One sequence is
 *
 *   [image tokens] <bos> prompt <assistant> response <eos>
 *
 * and the model sees all of it but `<eos>`; the target at each place is the next token. Loss counts the tokens after `<assistant>`, `<eos>` included
 * (spec/s2h 5: assistant tokens only, mean per example, then mean over the batch). Right padding with `<pad>`, to a multiple of 8 (ours: few distinct
 * shapes, so that compiled kernels are reused).
 */
import type { ImageBatch, MicroBatch } from '../model/batch.ts';
import type { DecodePrompts } from '../model/decode.ts';
import type { Example } from '../tasks/example.ts';
import { TOKEN_KINDS } from '../tasks/task.ts';
import type { CompactToken, RecordKind, TokenKind } from '../tasks/task.ts';
import { tokenizer } from '../tasks/tokenizer.ts';
import { canvasPicture, onCanvas } from './canvas.ts';
import { exerciseTokens } from './exercises.ts';
import type { Exercise } from './exercises.ts';

/** One record of one example, ready to be packed. */
export interface Row {
  readonly example: Example;
  readonly kind: RecordKind;
  /** Share of the CoT that stays (records.ts); absent = all of it. */
  readonly cotShare?: number;
  /** Set for the exercises of the base curriculum (exercises.ts): what is asked is not the record's own question and answer. */
  readonly exercise?: Exercise;
}

export const PAD_ID = tokenizer.idOf('<pad>');
export const BOS_ID = tokenizer.idOf('<bos>');
export const EOS_ID = tokenizer.idOf('<eos>');
export const ASSISTANT_ID = tokenizer.idOf('<assistant>');
export const CONVERT_ID = tokenizer.idOf('convert');
const BLANK_ID = tokenizer.idOf('<blank>');

/** Kind index of a target that does not count. */
export const UNCOUNTED_KIND = 255;

const EOS: CompactToken = { text: '<eos>', kind: 'format', line: 0, column: 0 };
const LENGTH_MULTIPLE = 8;
/** The models know a grid of 13 x 13; what stands further out, such as the newline of a 12-column table, has no place. */
const MAX_PLACE = 13;

interface Sequence {
  readonly ids: readonly number[];
  readonly lines: readonly number[];
  readonly columns: readonly number[];
  /** Kind of each id as a target, UNCOUNTED_KIND where it does not count. */
  readonly kinds: readonly number[];
}

/** The whole sequence of a record, `<eos>` included; of an exercise, which has no end. */
export function sequenceOf({ example, kind, cotShare, exercise }: Row): Sequence {
  const record = example.compact(kind, cotShare);
  if (exercise !== undefined) {
    const { given, rest } = exerciseTokens(record, exercise);
    return joined(gridPart(given), rest);
  }
  const response = [...record.response, EOS].map((token) => ({ ...token, isCounted: true }));
  return joined(promptPart(record.prompt), response);
}

function joined(
  head: { ids: readonly number[]; lines: readonly number[]; columns: readonly number[] },
  rest: readonly { readonly text: string; readonly kind: TokenKind; readonly isCounted: boolean }[],
): Sequence {
  const zeros = rest.map(() => 0);
  return {
    ids: [...head.ids, ...rest.map(({ text }) => tokenizer.idOf(text))],
    lines: [...head.lines, ...zeros],
    columns: [...head.columns, ...zeros],
    kinds: [...head.ids.map(() => UNCOUNTED_KIND), ...rest.map(({ kind, isCounted }) => (isCounted ? TOKEN_KINDS.indexOf(kind) : UNCOUNTED_KIND))],
  };
}

/** Tokens that the model is given for a record: the padded text length before rounding. */
export function inputLength(sequence: Sequence): number {
  return sequence.ids.length - 1;
}

/**
 * Packs rows of one modality, whose pictures have one canvas, into a MicroBatch.
 *
 * @param batchExamples - Rows of the whole optimiser step: weights average over all of them.
 */
export function packRows(rows: readonly Row[], batchExamples: number): MicroBatch {
  const sequences = rows.map(sequenceOf);
  const B = rows.length;
  const T = roundUp(Math.max(...sequences.map(inputLength)));
  const batch = {
    batchSize: B,
    textLength: T,
    tokens: new Int32Array(B * T).fill(PAD_ID),
    lines: new Int32Array(B * T),
    columns: new Int32Array(B * T),
    targets: new Int32Array(B * T),
    lossWeights: new Float32Array(B * T),
    kinds: new Uint8Array(B * T).fill(UNCOUNTED_KIND),
    image: imagesOf(rows),
  };
  sequences.forEach((sequence, b) => {
    const start = b * T;
    const length = inputLength(sequence);
    batch.tokens.set(sequence.ids.slice(0, length), start);
    batch.lines.set(sequence.lines.slice(0, length), start);
    batch.columns.set(sequence.columns.slice(0, length), start);
    const kinds = sequence.kinds.slice(1); // of the targets: the next token at each place
    const counted = kinds.filter((kind) => kind !== UNCOUNTED_KIND).length;
    kinds.forEach((kind, t) => {
      if (kind === UNCOUNTED_KIND) return;
      batch.kinds[start + t] = kind;
      batch.targets[start + t] = sequence.ids[t + 1] ?? PAD_ID;
      batch.lossWeights[start + t] = 1 / (counted * batchExamples);
    });
  });
  return batch;
}

/** Pictures alone: the text is one `<bos>` and nothing counts. For the reading objective. */
export function packPictures(examples: readonly Example[]): MicroBatch {
  const B = examples.length;
  const T = LENGTH_MULTIPLE;
  const tokens = new Int32Array(B * T).fill(PAD_ID);
  for (let b = 0; b < B; b++) tokens[b * T] = BOS_ID;
  return {
    batchSize: B,
    textLength: T,
    tokens,
    lines: new Int32Array(B * T),
    columns: new Int32Array(B * T),
    targets: new Int32Array(B * T),
    lossWeights: new Float32Array(B * T),
    kinds: new Uint8Array(B * T).fill(UNCOUNTED_KIND),
    image: imagesOf(examples.map((example) => ({ example, kind: 'image' }))),
  };
}

/** Prompts of one modality for decoding. `forced` tokens stand after `<assistant>` as if the model had written them. */
export function packPrompts(rows: readonly Row[], forced: readonly number[] = []): DecodePrompts {
  const heads = rows.map(({ example, kind }) => promptPart(example.compact(kind).prompt));
  const B = rows.length;
  const lengths = Int32Array.from(heads, ({ ids }) => ids.length + forced.length);
  const T = roundUp(Math.max(...lengths));
  const tokens = new Int32Array(B * T).fill(PAD_ID);
  const lines = new Int32Array(B * T);
  const columns = new Int32Array(B * T);
  heads.forEach((head, b) => {
    tokens.set([...head.ids, ...forced], b * T);
    lines.set(head.lines, b * T);
    columns.set(head.columns, b * T);
  });
  return { batchSize: B, textLength: T, tokens, lines, columns, lengths, image: imagesOf(rows) };
}

/** `<bos>`, the prompt with its places in the grid, `<assistant>`. */
function promptPart(prompt: readonly CompactToken[]): { ids: number[]; lines: number[]; columns: number[] } {
  const { ids, lines, columns } = gridPart(prompt);
  return { ids: [...ids, ASSISTANT_ID], lines: [...lines, 0], columns: [...columns, 0] };
}

/** `<bos>` and tokens with their places in the grid. */
function gridPart(tokens: readonly CompactToken[]): { ids: number[]; lines: number[]; columns: number[] } {
  return {
    ids: [BOS_ID, ...tokens.map(({ text }) => tokenizer.idOf(text))],
    lines: [0, ...tokens.map((token) => (isPlaced(token) ? token.line : 0))],
    columns: [0, ...tokens.map((token) => (isPlaced(token) ? token.column : 0))],
  };
}

function isPlaced({ line, column }: CompactToken): boolean {
  return line <= MAX_PLACE && column <= MAX_PLACE;
}

/** The pictures of the rows, or null when their records have none. */
function imagesOf(rows: readonly Row[]): ImageBatch | null {
  const first = rows[0];
  if (first === undefined) throw new Error('internal: a micro-batch without rows');
  const isImage = first.kind !== 'text';
  if (rows.some(({ kind }) => (kind !== 'text') !== isImage)) throw new Error('internal: a micro-batch holds rows of one modality only');
  if (!isImage) return null;
  const { rows: gridRows, columns: gridColumns } = first.example.canvas();
  const { patchPx } = first.example;
  const patches = gridRows * gridColumns;
  const bytes = patches * patchPx * patchPx * 3;
  const pixels = new Uint8Array(rows.length * bytes);
  const patchTokens = new Int32Array(rows.length * patches);
  rows.forEach(({ example }, b) => {
    const picture = canvasPicture(example);
    if (picture.rows !== gridRows || picture.columns !== gridColumns) throw new Error('internal: the pictures of a micro-batch differ in size');
    pixels.set(picture.pixels, b * bytes);
    const ids = example.patchTokens().map((text) => tokenizer.idOf(text));
    patchTokens.set(onCanvas(example, ids, BLANK_ID), b * patches);
  });
  return { pixels, gridRows, gridColumns, patchPx, patchTokens };
}

function roundUp(length: number): number {
  return Math.ceil(length / LENGTH_MULTIPLE) * LENGTH_MULTIPLE;
}
