/**
 * What a training or evaluation step is given: token ids and pixels, no tasks. Arrays are flat and row-major, so that they can be transferred
 * between workers without a copy.
 *
 * Letters: B examples, T text tokens (padded), P image patches, H and W pixels.
 */

/** The pictures of a micro-batch: 8-bit RGB, `[B, H, W, 3]`, H = gridRows * patchPx, W = gridColumns * patchPx. */
export interface ImageBatch {
  readonly pixels: Uint8Array;
  readonly gridRows: number;
  readonly gridColumns: number;
  readonly patchPx: number;
  /** Token id that each patch shows, `[B, P]`: targets of the reading objective. */
  readonly patchTokens: Int32Array;
}

/** Examples of one modality. Sequence fed to the decoder: P image tokens (when `image`), then T text tokens. Right padding with `<pad>` = 0. */
export interface MicroBatch {
  readonly batchSize: number;
  readonly textLength: number;
  /** `[B, T]`. */
  readonly tokens: Int32Array;
  /** 1-based line of the grid in the prompt, 0 = none; `[B, T]`. */
  readonly lines: Int32Array;
  /** 1-based column, 0 = none; `[B, T]`. */
  readonly columns: Int32Array;
  /** The next token, `[B, T]`; 0 where it does not count. */
  readonly targets: Int32Array;
  /** 1 / (assistant tokens of the example x examples of the whole batch) at counted positions, else 0; `[B, T]`. */
  readonly lossWeights: Float32Array;
  /** Index into the caller's list of token kinds, of the TARGET; 255 where it does not count; `[B, T]`. */
  readonly kinds: Uint8Array;
  readonly image: ImageBatch | null;
}

/** One optimiser step: gradients of the micro-batches are summed (their weights already average over the batch). */
export interface Batch {
  readonly step: number;
  readonly examples: number;
  readonly micro: readonly MicroBatch[];
}
