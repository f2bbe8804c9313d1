/**
 * Matrix products, transposes and column sums in the form that is fast on the backend in use. None of them is differentiable: they are what
 * the custom gradients of the other ops are made of.
 *
 * On wasm (tfjs 4.22, one core of the build machine) a product without transposes runs at 28 GFLOP/s through XNNPACK, with transposeA at 0.9, with
 * transposeB at 2.7; a 2-D transpose at 0.1 G elements/s, a batched one at 1.5; a sum over the first axis at 0.1, the same sum as a product
 * with ones at 4. The cpu backend does flags and sums well, so there the plain ops are used. On webgpu two-axis products and sums are kernels of our own.
 */
import * as tf from '../tf.ts';
import { columnSumKernel } from '../webgpu/column-sum.ts';
import { gemm } from '../webgpu/gemm.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { wasmBatchMatMul } from './wasm-matmul.ts';

const isWasm = (): boolean => tf.getBackend() === 'wasm';

/** Largest divisor of `n` that is at most 64 (blocks of about 48 to 64 rows transpose fastest on wasm); 1 when there is none. */
function blockOf(n: number): number {
  for (let k = 64; k > 1; k--) if (n % k === 0) return k;
  return 1;
}

/** `x` `[R, C]` to `[C, R]`. The caller owns the result. */
export function transpose2d(x: tf.Tensor2D): tf.Tensor2D {
  const [R, C] = x.shape;
  const block = isWasm() ? blockOf(R) : 1;
  if (block < 8 || block === R) return tf.transpose(x);
  return tf.tidy(() => {
    const blocks = tf.transpose(tf.reshape(x, [R / block, block, C]), [0, 2, 1]); // [R/block, C, block]
    return tf.reshape<tf.Rank.R2>(tf.transpose(blocks, [1, 0, 2]), [C, R]);
  });
}

/** `a @ b` for `a` `[M, K]` and `b` `[K, L]`: `[M, L]`. The caller owns the result. */
export function matMulNN(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return isWebGpu() ? gemm({ a, b, layout: 'nn' }) : tf.matMul(a, b);
}

/** `a @ b^T` for `a` `[M, K]` and `b` `[L, K]`: `[M, L]`. The caller owns the result. */
export function matMulNT(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  if (isWebGpu()) return gemm({ a, b, layout: 'nt' });
  return isWasm() ? tf.tidy(() => tf.matMul(a, transpose2d(b))) : tf.matMul(a, b, false, true);
}

/** `a^T @ b` for `a` `[K, M]` and `b` `[K, L]`: `[M, L]`. The caller owns the result. */
export function matMulTN(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  if (isWebGpu()) return gemm({ a, b, layout: 'tn' });
  return isWasm() ? tf.tidy(() => tf.matMul(transpose2d(a), b)) : tf.matMul(a, b, true, false);
}

/** Sum of `x` `[R, C]` over its rows: `[C]`. The caller owns the result. */
export function columnSum(x: tf.Tensor2D): tf.Tensor1D {
  const [R, C] = x.shape;
  if (isWebGpu()) return columnSumKernel(x);
  if (!isWasm()) return tf.sum<tf.Tensor1D>(x, 0);
  return tf.tidy(() => tf.reshape<tf.Rank.R1>(tf.matMul(tf.ones<tf.Rank.R2>([1, R]), x), [C]));
}

/** `a @ b` per batch row for `a` `[n, M, K]` and `b` `[n, K, L]`: `[n, M, L]`. The caller owns the result. */
export function batchNN(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor3D {
  return (isWasm() ? wasmBatchMatMul(a, b) : null) ?? tf.matMul(a, b);
}

/** `a @ b^T` per batch row for `a` `[n, M, K]` and `b` `[n, L, K]`: `[n, M, L]`. The caller owns the result. */
export function batchNT(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor3D {
  return isWasm() ? tf.tidy(() => batchNN(a, tf.transpose(b, [0, 2, 1]))) : tf.matMul(a, b, false, true);
}

/** `a^T @ b` per batch row for `a` `[n, K, M]` and `b` `[n, K, L]`: `[n, M, L]`. The caller owns the result. */
export function batchTN(a: tf.Tensor3D, b: tf.Tensor3D): tf.Tensor3D {
  return isWasm() ? tf.tidy(() => batchNN(tf.transpose(a, [0, 2, 1]), b)) : tf.matMul(a, b, true, false);
}
