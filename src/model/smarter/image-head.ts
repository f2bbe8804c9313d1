/**
 * The image vector r1: an MLP per puzzle over the frozen backbones' pooled vector (spec 1.3), or one for all, or a gated mixture of shared ones.
 *
 * Letters: B samples (sorted by puzzle), I image channels, R channels of r1, E experts.
 */
import { matrixOf, vectorOf, type Params } from '../params.ts';
import { linearAt } from '../transformer.ts';
import * as tf from '../tf.ts';
import { activate } from './activation.ts';
import type { Group } from './batch.ts';
import type { SmarterConfig } from './config.ts';
import { groupedLinear, type GroupLayer } from './grouped-linear.ts';

/** The layers `name(id)` of the puzzles of `groups`. */
export function layersOf(params: Params, groups: readonly Group[], name: (id: number) => string): GroupLayer[] {
  return groups.map(({ puzzle: { id } }) => ({ weight: matrixOf(params, `${name(id)}.weight`), bias: vectorOf(params, `${name(id)}.bias`) }));
}

/**
 * @param image - features, `[B, I]`.
 * @param isFrozen - true when no gradient with respect to them is wanted.
 * @returns r1, `[B, R]`. Belongs to the caller's tidy.
 */
export function imageVector(params: Params, config: SmarterConfig, groups: readonly Group[], image: tf.Tensor2D, isFrozen: boolean): tf.Tensor2D {
  const { imageHead, activation } = config;
  if (imageHead === 'mixture') return activate(mixture(params, config, image, isFrozen), activation);
  // The code's shared head is the whole encoder and lacks the activation that follows the others.
  if (imageHead === 'shared') return mlp(params, 'image.shared', config, image, isFrozen);
  const hidden = groupedLinear(
    image,
    groups,
    layersOf(params, groups, (id) => `image.${id}.up`),
    { isInputFixed: isFrozen },
  );
  const out = groupedLinear(
    activate(hidden, activation),
    groups,
    layersOf(params, groups, (id) => `image.${id}.down`),
  );
  return activate(out, activation);
}

/** Two layers over frozen features, `[B, I]` to `[B, R]`. */
function mlp(params: Params, at: string, { activation }: SmarterConfig, image: tf.Tensor2D, isFrozen: boolean): tf.Tensor2D {
  const hidden = activate(linearAt(params, `${at}.up`, image, { isInputFixed: isFrozen }), activation);
  return linearAt(params, `${at}.down`, hidden);
}

/**
 * `sum_e gate_e(image) expert_e(image)`, the gate a softmax over all experts (Jacobs et al., Neural Computation 3(1), 1991; the paper names mixtures as
 * future work and gives no form, so this is ours). `[B, I]` to `[B, R]`.
 */
function mixture(params: Params, config: SmarterConfig, image: tf.Tensor2D, isFrozen: boolean): tf.Tensor2D {
  const gate = expertShares(params, image, isFrozen); // [B, E]
  let sum: tf.Tensor2D | null = null;
  for (let e = 0; e < config.experts; e++) {
    const share = tf.slice(gate, [0, e], [image.shape[0], 1]);
    const part = tf.mul<tf.Tensor2D>(mlp(params, `image.expert${e}`, config, image, isFrozen), share);
    sum = sum === null ? part : tf.add<tf.Tensor2D>(sum, part);
  }
  if (sum === null) throw new Error('internal: mixture: no expert');
  return sum;
}

/** How much each expert counts for each picture: `[B, I]` to `[B, E]`, rows of sum 1. Belongs to the caller's tidy. */
export function expertShares(params: Params, image: tf.Tensor2D, isFrozen: boolean): tf.Tensor2D {
  return tf.softmax(linearAt(params, 'image.gate', image, { isInputFixed: isFrozen }));
}
