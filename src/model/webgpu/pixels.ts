/** Bytes to numbers by a table of 256, one dispatch. Not differentiable. */
import type * as tf from '../tf.ts';
import { runKernel } from './kernel.ts';
import { overRows } from './row-grid.ts';

/** Words of one row of the grid, which is a matter of speed only. */
const WORDS_PER_ROW = 32;

/**
 * @param packed - int32 `[ceil(n / 4)]`: four bytes each, the first in the lowest bits.
 * @param table - `[256]`, the number of each byte.
 * @param shape - of the result, n numbers.
 * @returns a tensor of that shape. The caller owns it.
 */
export function bytesByTable<R extends tf.Rank>(packed: tf.Tensor1D, table: tf.Tensor1D, shape: tf.ShapeMap[R]): tf.Tensor<R> {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const words = packed.shape[0];
  const value = (i: number): string => `table[(word >> ${8 * i}u) & 255u]`;
  const isWhole = size % 4 === 0;
  const write = isWhole
    ? `y[at] = vec4f(${[0, 1, 2, 3].map(value).join(', ')});`
    : [0, 1, 2, 3].map((i) => `if (4u * at + ${i}u < numbers.size) { y[4u * at + ${i}u] = ${value(i)}; }`).join('\n    ');
  const [y] = runKernel({
    name: 'pixels from bytes',
    inputs: { packed: { tensor: packed, as: 'u32' }, table: { tensor: table, as: 'f32' } },
    outputs: { y: { shape, as: isWhole ? 'vec4f' : 'f32' } },
    ...overRows({
      rows: Math.ceil(words / WORDS_PER_ROW),
      count: WORDS_PER_ROW,
      numbers: { words, size },
      perRow: `let first = row * ${WORDS_PER_ROW}u;`,
      perVector: `let at = first + c;
    if (at >= numbers.words) { break; }
    let word = packed[at];
    ${write}`,
    }),
  });
  return y as tf.Tensor<R>;
}
