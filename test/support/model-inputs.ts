/** Random micro-batches for tests of the model that need no task. */
import { makeRng, type Rng } from '../../src/lib/rng.ts';
import type { ImageBatch, MicroBatch } from '../../src/model/batch.ts';

export interface MicroOptions {
  readonly batch: number;
  readonly length: number;
  readonly vocabulary: number;
  readonly grid: readonly [number, number] | null;
  readonly seed?: number;
}

const draw = (size: number, rng: Rng, below: number): Int32Array => Int32Array.from({ length: size }, () => rng.below(below));

function randomImage({ batch, grid, vocabulary }: MicroOptions, rng: Rng): ImageBatch | null {
  if (grid === null) return null;
  const [gridRows, gridColumns] = grid;
  const patches = batch * gridRows * gridColumns;
  const patchPx = 16;
  const pixels = Uint8Array.from(draw(patches * patchPx ** 2 * 3, rng, 256));
  return { pixels, gridRows, gridColumns, patchPx, patchTokens: draw(patches, rng, vocabulary) };
}

/** All tokens random; every second half of a row counts. */
export function randomMicro(options: MicroOptions): MicroBatch {
  const { batch, length, vocabulary } = options;
  const rng = makeRng('micro', options.seed ?? 0);
  const size = batch * length;
  const start = Math.floor(length / 2);
  return {
    batchSize: batch,
    textLength: length,
    tokens: draw(size, rng.fork('tokens'), vocabulary),
    lines: draw(size, rng.fork('lines'), 6),
    columns: draw(size, rng.fork('columns'), 6),
    targets: draw(size, rng.fork('targets'), vocabulary),
    lossWeights: Float32Array.from({ length: size }, (_, i) => (i % length >= start ? 1 / ((length - start) * batch) : 0)),
    kinds: new Uint8Array(size),
    image: randomImage(options, rng.fork('image')),
  };
}

/** Row `b` of a micro-batch alone. */
export function rowOf(micro: MicroBatch, b: number): MicroBatch {
  const { batchSize: B, textLength: T, image } = micro;
  const text = <A extends Int32Array | Float32Array | Uint8Array>(values: A): A => values.slice(b * T, (b + 1) * T) as A;
  const part = <A extends Int32Array | Uint8Array>(values: A): A => values.slice((b * values.length) / B, ((b + 1) * values.length) / B) as A;
  return {
    batchSize: 1,
    textLength: T,
    tokens: text(micro.tokens),
    lines: text(micro.lines),
    columns: text(micro.columns),
    targets: text(micro.targets),
    lossWeights: text(micro.lossWeights),
    kinds: text(micro.kinds),
    image: image === null ? null : { ...image, pixels: part(image.pixels), patchTokens: part(image.patchTokens) },
  };
}
