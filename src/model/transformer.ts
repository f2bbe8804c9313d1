/**
 * Blocks that the encoders and the adapter share: a linear layer and a two-layer perceptron by parameter name.
 *
 * Letters: N rows, C channels in, D channels out.
 */
import { geluMlp } from './ops/gelu-mlp.ts';
import { layerNorm } from './ops/layer-norm.ts';
import { linear, type LinearOptions } from './ops/linear.ts';
import { matrixOf, vectorOf, type Params } from './params.ts';
import type * as tf from './tf.ts';

/** `x @ {name}.weight + {name}.bias`: `[N, C]` to `[N, D]`. */
export function linearAt(params: Params, name: string, x: tf.Tensor2D, options: LinearOptions = {}): tf.Tensor2D {
  return linear(x, matrixOf(params, `${name}.weight`), vectorOf(params, `${name}.bias`), options);
}

/** Layer norm with `{name}.weight` and `{name}.bias` on `[N, C]`; `epsilon` by default that of layer-norm.ts. */
export function layerNormAt(params: Params, name: string, x: tf.Tensor2D, epsilon?: number): tf.Tensor2D {
  return layerNorm(x, vectorOf(params, `${name}.weight`), vectorOf(params, `${name}.bias`), epsilon);
}

/** `residual + {at}.down(gelu({at}.up(x)))` on `[N, C]`. */
export function geluMlpAt(params: Params, at: string, x: tf.Tensor2D, residual: tf.Tensor2D | null): tf.Tensor2D {
  const weights = {
    up: matrixOf(params, `${at}.up.weight`),
    upBias: vectorOf(params, `${at}.up.bias`),
    down: matrixOf(params, `${at}.down.weight`),
    downBias: vectorOf(params, `${at}.down.bias`),
  };
  return geluMlp(x, weights, residual);
}
