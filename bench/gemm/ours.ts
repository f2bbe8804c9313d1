/** One matrix product by our own kernel, as the operations of src/model/ops make it on WebGPU. */
import type * as tf from '../../src/model/tf.ts';
import { gemm } from '../../src/model/webgpu/gemm.ts';

/** `[M, K]` times `[K, L]`. The caller owns the result. */
export function ourProduct(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return gemm({ a, b, layout: 'nn' });
}
