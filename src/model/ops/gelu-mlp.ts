/**
 * A perceptron of two layers with a residual: `gelu(x @ up + upBias) @ down + downBias + residual`. Source: the feed-forward block of ViT (arXiv
 * 2010.11929, equation 3), GELU by its tanh approximation (ops/gelu.ts).
 *
 * On webgpu the products apply GELU and its slope themselves: two dispatches forward, four backward (webgpu/gemm.ts). Elsewhere it is `linear`, `gelu`,
 * `linear`.
 *
 * Letters: N rows, C channels in, F hidden channels, D channels out.
 */
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { gemm, gemmKeepingInput } from '../webgpu/gemm.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { gelu, geluPlain } from './gelu.ts';
import { linear, linearPlain, productAndSums } from './linear.ts';

/** Weights of the two layers. */
export interface GeluMlpWeights {
  /** `[C, F]`. */
  readonly up: tf.Tensor2D;
  /** `[F]`. */
  readonly upBias: tf.Tensor1D;
  /** `[F, D]`. */
  readonly down: tf.Tensor2D;
  /** `[D]`. */
  readonly downBias: tf.Tensor1D;
}

function check(x: tf.Tensor2D, { up, upBias, down, downBias }: GeluMlpWeights, residual: tf.Tensor2D | null): void {
  const { C, F } = checkShape(up, 'C F', {}, 'geluMlp up') as { C: number; F: number };
  const { D } = checkShape(down, 'F D', { F }, 'geluMlp down') as { D: number };
  const { N } = checkShape(x, 'N C', { C }, 'geluMlp') as { N: number };
  checkShape(upBias, 'F', { F }, 'geluMlp up bias');
  checkShape(downBias, 'D', { D }, 'geluMlp down bias');
  if (residual !== null) checkShape(residual, 'N D', { N, D }, 'geluMlp residual');
}

/**
 * @param x - `[N, C]`.
 * @param residual - `[N, D]`, added to the result; null for none.
 * @returns `[N, D]`. The caller owns it.
 */
export function geluMlp(x: tf.Tensor2D, weights: GeluMlpWeights, residual: tf.Tensor2D | null): tf.Tensor2D {
  check(x, weights, residual);
  const { up, upBias, down, downBias } = weights;
  if (!isWebGpu()) return tf.tidy(() => linear(gelu(linear(x, up, upBias)), down, downBias, { residual }));
  const op = tf.customGrad((...args) => {
    const save = args[args.length - 1] as tf.GradSaveFunc;
    const { y: hidden, before } = gemmKeepingInput({ a: x, b: up, layout: 'nn', bias: upBias, activation: 'gelu' }); // both [N, F]
    const value = gemm({ a: hidden, b: down, layout: 'nn', bias: downBias, residual });
    save([x, up, down, hidden, before]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedX, savedUp, savedDown, h, at] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
        const d = dy as tf.Tensor2D;
        const dBefore = gemm({ a: d, b: savedDown, layout: 'nt', geluSlopeAt: at }); // [N, F]
        const ofDown = productAndSums(h, d, true);
        const ofUp = productAndSums(savedX, dBefore, true);
        const dx = gemm({ a: dBefore, b: savedUp, layout: 'nt' });
        dBefore.dispose();
        return [dx, ofUp.dw, ...ofUp.db, ofDown.dw, ...ofDown.db, ...(residual === null ? [] : [tf.clone(d)])];
      },
    };
  });
  return op(...[x, up, upBias, down, downBias], ...(residual === null ? [] : [residual])) as tf.Tensor2D;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function geluMlpPlain(x: tf.Tensor2D, { up, upBias, down, downBias }: GeluMlpWeights, residual: tf.Tensor2D | null): tf.Tensor2D {
  return tf.tidy(() => linearPlain(geluPlain(linearPlain(x, up, upBias)), down, downBias, { residual }));
}
