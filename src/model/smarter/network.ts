/**
 * The network from frozen features to logits: image vector r1, text vectors r2 and r3, composite, fusion, decoders (spec 1.0). Also the baseline, which is
 * the same road with other parts.
 *
 * Letters: B samples (sorted by puzzle), R `reprSize`, D text channels.
 */
import type { Params } from '../params.ts';
import { layerNormAt, linearAt } from '../transformer.ts';
import * as tf from '../tf.ts';
import { activate } from './activation.ts';
import type { BatchLayout, SmarterTensors } from './batch.ts';
import type { SmarterConfig } from './config.ts';
import { answerLogits } from './decoders.ts';
import type { Dropout } from './dropout.ts';
import { imageVector } from './image-head.ts';
import { pooled } from './pool.ts';
import { qfVector } from './qf-layer.ts';
import { meanState } from './recurrent.ts';

/** Logits, `[rows, widest alphabet]`, rows as in batch.ts. Belongs to the caller's tidy. */
export function networkLogits(
  params: Params,
  config: SmarterConfig,
  layout: BatchLayout,
  tensors: SmarterTensors,
  dropout: Dropout | null,
): tf.Tensor2D {
  const composite = compositeOf(params, config, layout, tensors, dropout);
  return answerLogits(params, config, layout.groups, fusion(params, config, composite), dropout);
}

/** The parts that are on, side by side in the code's order r1, r3, r2, and the norm over all. */
function compositeOf(params: Params, config: SmarterConfig, layout: BatchLayout, tensors: SmarterTensors, dropout: Dropout | null): tf.Tensor2D {
  const { parts: on, text, hasNorms, normEpsilon } = config;
  const parts: tf.Tensor2D[] = [];
  const r1 = on.r1 || text === 'qf' ? imageVector(params, config, layout.groups, tensors.image, tensors.isImageFrozen ?? true) : null;
  if (r1 !== null && on.r1) parts.push(r1);
  if (on.r3) parts.push(textVector(params, config, tensors));
  if (r1 !== null && text === 'qf') parts.push(qfVector(params, config, r1, tensors, dropout));
  const joined = tf.concat(parts, 1) as tf.Tensor2D;
  return hasNorms ? layerNormAt(params, 'composite.norm', joined, normEpsilon) : joined;
}

/** r3: the mean of the states, `[B, D]`, or what an MLP makes of it, or the mean state of a GRU in both directions, `[B, R]`. */
function textVector(
  params: Params,
  { text, activation }: SmarterConfig,
  { text: states, textSteps, pooling, textMask }: SmarterTensors,
): tf.Tensor2D {
  if (text === 'gru') {
    const means = [false, true].map((isBackward) =>
      meanState(params, isBackward ? 'text.backward' : 'text.forward', textSteps, textMask, pooling, isBackward),
    );
    return activate(linearAt(params, 'text.output', tf.concat(means, 1) as tf.Tensor2D), activation);
  }
  const mean = pooled(states, pooling);
  if (text !== 'mlp') return mean;
  const hidden = activate(linearAt(params, 'text.up', mean, { isInputFixed: true }), activation);
  return activate(linearAt(params, 'text.down', hidden), activation);
}

/** QV fusion (spec 1.6): the composite to `[B, R]`. The residual is the one of the ablation `qf_fusion_extra_residual…`; where it stood is ours to say. */
function fusion(params: Params, { activation, residual, hasNorms, normEpsilon }: SmarterConfig, composite: tf.Tensor2D): tf.Tensor2D {
  const first = activate(linearAt(params, 'fusion.up', composite), activation);
  const second = activate(linearAt(params, 'fusion.down', first), activation);
  const out = residual.fusion ? tf.add<tf.Tensor2D>(first, second) : second;
  return hasNorms ? layerNormAt(params, 'fusion.norm', out, normEpsilon) : out;
}
