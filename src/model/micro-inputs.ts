/**
 * A micro-batch as the graph of the model takes it: sizes that are fixed for a recorded step, and arrays that change from batch to batch. Pure; nothing
 * here knows a tensor.
 *
 * Letters: B batch, P image tokens (0 without a picture), T text tokens, N = P + T, M = T - first, H and W pixels.
 */
import { fault, ShapeError } from '../lib/errors.ts';
import type { ImageBatch, MicroBatch } from './batch.ts';
import type { VlmConfig } from './config.ts';

export interface MicroShape {
  readonly batch: number;
  readonly textLength: number;
  /** The first text position that counts in any row: before it no logits are needed. */
  readonly first: number;
  readonly grid: { readonly rows: number; readonly columns: number } | null;
}

/** P of a shape. */
export function imageTokenCount({ grid }: Pick<MicroShape, 'grid'>): number {
  return grid === null ? 0 : grid.rows * grid.columns;
}

export interface MicroArrays {
  /** `[B*T]`. */
  readonly tokens: Int32Array;
  /** 1-based places in the grid of image tokens, then of text; 0 = none; `[B*N]` each. */
  readonly lines: Int32Array;
  readonly columns: Int32Array;
  /** `[B*M]`. */
  readonly targets: Int32Array;
  readonly lossWeights: Float32Array;
  readonly image: ImageBatch | null;
}

/** Sizes of a micro-batch. `first` is 0 when no position counts. */
export function microShape({ batchSize: B, textLength: T, lossWeights, image }: MicroBatch): MicroShape {
  let first = 0;
  search: for (let t = 0; t < T; t++) {
    for (let b = 0; b < B; b++) {
      if (lossWeights[b * T + t] !== 0) {
        first = t;
        break search;
      }
    }
  }
  return { batch: B, textLength: T, first, grid: image === null ? null : { rows: image.gridRows, columns: image.gridColumns } };
}

/** Throws a ShapeError unless all arrays have their sizes and all indices are inside the model's tables. */
export function checkMicro(micro: MicroBatch, config: VlmConfig): void {
  const { batchSize: B, textLength: T } = micro;
  for (const name of ['tokens', 'lines', 'columns', 'targets', 'lossWeights'] as const) {
    if (micro[name].length !== B * T) throw new ShapeError(fault('vlm', `${name} [${B}, ${T}]`, `${micro[name].length} values`));
  }
  const inside = (values: Int32Array, limit: number, what: string): void => {
    const bad = values.find((value) => value < 0 || value >= limit);
    if (bad !== undefined) throw new ShapeError(fault('vlm', `${what} in 0..${limit - 1}`, bad));
  };
  inside(micro.tokens, config.vocabularySize, 'tokens');
  inside(micro.targets, config.vocabularySize, 'targets');
  inside(micro.lines, config.decoder.maxLines, 'lines');
  inside(micro.columns, config.decoder.maxColumns, 'columns');
  if (micro.image !== null) inside(micro.image.patchTokens, config.vocabularySize, 'patchTokens');
}

/** The arrays of a checked micro-batch. */
export function microArrays(micro: MicroBatch, { textLength: T, first }: MicroShape): MicroArrays {
  const tail = <A extends Int32Array | Float32Array>(values: A): A => (first === 0 ? values : (values.filter((_, i) => i % T >= first) as A));
  return {
    tokens: micro.tokens,
    ...sequencePlaces(micro),
    targets: tail(micro.targets),
    lossWeights: tail(micro.lossWeights),
    image: micro.image,
  };
}

/** 1-based places of the image tokens followed by those of the text, `[B*N]` each. */
export function sequencePlaces(micro: Pick<MicroBatch, 'batchSize' | 'textLength' | 'lines' | 'columns' | 'image'>): {
  lines: Int32Array;
  columns: Int32Array;
} {
  const { batchSize: B, textLength: T, image } = micro;
  if (image === null) return { lines: micro.lines, columns: micro.columns };
  const P = image.gridRows * image.gridColumns;
  const N = P + T;
  const lines = new Int32Array(B * N);
  const columns = new Int32Array(B * N);
  for (let b = 0; b < B; b++) {
    for (let p = 0; p < P; p++) {
      lines[b * N + p] = Math.floor(p / image.gridColumns) + 1;
      columns[b * N + p] = (p % image.gridColumns) + 1;
    }
    lines.set(micro.lines.subarray(b * T, (b + 1) * T), b * N + P);
    columns.set(micro.columns.subarray(b * T, (b + 1) * T), b * N + P);
  }
  return { lines, columns };
}
