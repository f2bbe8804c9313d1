/**
 * Exchange of two axes of a grid of rows, one dispatch: what cutting into patches is, and (with the axes the other way round) its gradient. Not
 * differentiable: ops/patchify.ts is.
 */
import type * as tf from '../tf.ts';
import { runKernel } from './kernel.ts';
import { overRows, vectorsOf } from './row-grid.ts';

/**
 * `[A, M, N, R]` to `[A, N, M, R]`, read from and written to tensors of any shape of that size.
 *
 * @param x - A*M*N*R values.
 * @param shape - of the result. The caller owns it.
 */
export function swapMiddleAxes<T extends tf.Tensor>(x: tf.Tensor, [A, M, N, R]: readonly [number, number, number, number], shape: T['shape']): T {
  const { as, count } = vectorsOf(R);
  const [y] = runKernel({
    name: 'swap axes',
    inputs: { x: { tensor: x, as } },
    outputs: { y: { shape, as } },
    ...overRows({
      rows: A * N * M,
      count,
      perRow: `let n = row / ${M}u;
  let source = ((n / ${N}u * ${M}u + row % ${M}u) * ${N}u + n % ${N}u) * ${count}u;`,
      perVector: `y[row * ${count}u + c] = x[source + c];`,
    }),
  });
  return y as T;
}
