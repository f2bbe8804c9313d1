/**
 * What decoding is asked: prompts, when to stop, how to choose among tokens. Types and checks; no tensors.
 *
 * Letters: B rows, T prompt slots.
 */
import { fault, InputError, ShapeError } from '../lib/errors.ts';
import type { ImageBatch } from './batch.ts';

/** Prompts of one modality. Tokens end where the answer begins (the last one is `<assistant>`, or the forced start of the answer). */
export interface DecodePrompts {
  readonly batchSize: number;
  /** Slots per row, T. */
  readonly textLength: number;
  /** Right padded, `[B, T]`. */
  readonly tokens: Int32Array;
  /** 1-based lines and columns of the grid, 0 = none; `[B, T]` each. */
  readonly lines: Int32Array;
  readonly columns: Int32Array;
  /** Tokens of each row that count, 1..T; `[B]`. */
  readonly lengths: Int32Array;
  readonly image: ImageBatch | null;
}

/** How a token is drawn: probabilities at `temperature`, of the `topK` likeliest, of the fewest likeliest that together have `topP`. */
export interface Sampling {
  /** 0 takes the likeliest token, as without sampling. */
  readonly temperature: number;
  /** 1.. ; absent = all. Of equal tokens the one with the lower id goes first. */
  readonly topK?: number;
  /** In (0, 1]; absent = 1. Counts what `topK` left. */
  readonly topP?: number;
  /** Names the random numbers: the same seed gives the same answers, up to the rounding of float32. */
  readonly seed: number;
  /** Number of the first prompt in the random streams, so that batches of one job draw numbers of their own. Default 0. */
  readonly firstRow?: number;
}

export interface DecodeOptions {
  readonly maxNewTokens: number;
  readonly eosId: number;
  /** Absent = the likeliest token each time. */
  readonly sampling?: Sampling;
  /** Aborting makes the promise reject with the signal's reason; nothing leaks. */
  readonly signal?: AbortSignal;
  /** Called after each read-back: every token on the CPU, every 16 on WebGPU. */
  readonly onProgress?: (progress: { readonly rowsDone: number; readonly rows: number; readonly step: number }) => void;
}

/** Decodes with one set of weights. */
export interface Decoder {
  /**
   * The continuation of every prompt, token by token, without `<eos>`; at most `maxNewTokens` long. One call at a time.
   *
   * @returns one array per row, in the order of the prompts.
   */
  decode(prompts: DecodePrompts, options: DecodeOptions): Promise<Int32Array[]>;
  /** Frees what the decoder holds on the device; not the weights. */
  dispose(): void;
}

/** Throws a ShapeError unless the arrays have their sizes and the lengths are within the prompts. */
export function checkPrompts(prompts: DecodePrompts): void {
  const { batchSize: B, textLength: T, lengths } = prompts;
  for (const name of ['tokens', 'lines', 'columns'] as const) {
    if (prompts[name].length !== B * T) throw new ShapeError(fault('decode', `${name} [${B}, ${T}]`, `${prompts[name].length} values`));
  }
  if (lengths.length !== B) throw new ShapeError(fault('decode', `lengths [${B}]`, `${lengths.length} values`));
  const bad = lengths.find((length) => length < 1 || length > T);
  if (bad !== undefined) throw new ShapeError(fault('decode', `lengths in 1..${T}`, bad));
}

/** Throws an InputError unless the numbers are in their ranges. */
export function checkSampling({ temperature, topK, topP, seed, firstRow }: Sampling): void {
  if (!(Number.isFinite(temperature) && temperature >= 0)) throw new InputError(fault('decode', 'a temperature of 0 or more', temperature));
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 1)) throw new InputError(fault('decode', 'a whole topK of 1 or more', topK));
  if (topP !== undefined && !(topP > 0 && topP <= 1)) throw new InputError(fault('decode', 'topP above 0 and at most 1', topP));
  if (!Number.isSafeInteger(seed)) throw new InputError(fault('decode', 'a whole number as seed', seed));
  if (firstRow !== undefined && !(Number.isInteger(firstRow) && firstRow >= 0 && firstRow < 2 ** 31)) {
    throw new InputError(fault('decode', 'firstRow to be a whole number from 0 on', firstRow));
  }
}
