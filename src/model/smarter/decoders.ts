/**
 * From the fused vector to logits (spec 1.7): an MLP per class puzzle, a recurrent cell over ten steps per sequence puzzle.
 *
 * All logits stand in one matrix as wide as the largest alphabet, so that loss and read-back are one each; the classes a puzzle lacks are MASKED, which no
 * softmax sees.
 *
 * Letters: B samples (sorted by puzzle, classes first), R channels, S steps, rows of logits as in batch.ts, W widest alphabet present.
 */
import { MASKED } from '../ops/attention.ts';
import type { Params } from '../params.ts';
import { layerNormAt, linearAt } from '../transformer.ts';
import * as tf from '../tf.ts';
import { activate } from './activation.ts';
import { stepsOf, type Group } from './batch.ts';
import type { SmarterConfig } from './config.ts';
import { dropped, type Dropout } from './dropout.ts';
import { groupedLinear } from './grouped-linear.ts';
import { layersOf } from './image-head.ts';
import { repeatedInput } from './recurrent.ts';

/** `[B, R]` to logits `[rows, W]`. Belongs to the caller's tidy. */
export function answerLogits(
  params: Params,
  config: SmarterConfig,
  groups: readonly Group[],
  fused: tf.Tensor2D,
  dropout: Dropout | null,
): tf.Tensor2D {
  const classGroups = groups.filter(({ puzzle }) => puzzle.kind === 'classes');
  const sequenceGroups = groups.filter(({ puzzle }) => puzzle.kind === 'sequence');
  const width = Math.max(...groups.map(({ puzzle }) => puzzle.classes));
  const rowsOf = ({ from, count }: Group): tf.Tensor2D => tf.slice(fused, [from, 0], [count, config.reprSize]);
  const parts = sequenceGroups.map((group) => sequenceLogits(params, config, group, rowsOf(group)));
  if (classGroups.length > 0) {
    const count = classGroups.reduce((sum, group) => sum + group.count, 0);
    const rows = sequenceGroups.length === 0 ? fused : tf.slice(fused, [0, 0], [count, config.reprSize]);
    parts.unshift(classLogits(params, config, classGroups, rows, dropout));
  }
  return tf.concat(
    parts.map((part) => widened(part, width)),
    0,
  ) as tf.Tensor2D;
}

function widened(logits: tf.Tensor2D, width: number): tf.Tensor2D {
  const missing = width - logits.shape[1];
  return missing === 0 ? logits : tf.concat([logits, tf.fill<tf.Rank.R2>([logits.shape[0], missing], MASKED)], 1);
}

/**
 * Three layers, each puzzle its own. With `residual.decoder` as the paper's third contribution has it and the code had it for two days: the input is added
 * after two, with dropout and a norm.
 */
function classLogits(params: Params, config: SmarterConfig, groups: readonly Group[], x: tf.Tensor2D, dropout: Dropout | null): tf.Tensor2D {
  const layer = (part: string, y: tf.Tensor2D, fill = 0): tf.Tensor2D =>
    groupedLinear(
      y,
      groups,
      layersOf(params, groups, (id) => `decoder.${id}.${part}`),
      { fill },
    );
  const first = activate(layer('first', x), config.decoderActivation);
  const second = activate(layer('second', first), config.decoderActivation);
  if (!config.residual.decoder) return layer('last', second, MASKED);
  const sum = tf.add<tf.Tensor2D>(x, dropped(second, dropout, 'decoder'));
  const normed = groups.map(({ puzzle, from, count }) =>
    layerNormAt(params, `decoder.${puzzle.id}.norm`, tf.slice(sum, [from, 0], [count, config.reprSize]), config.normEpsilon),
  );
  return layer('last', tf.concat(normed, 0) as tf.Tensor2D, MASKED);
}

/** The states of the puzzle's cell are its logits, or a linear layer reads them: `[n, R]` to `[n*S, C]`. */
function sequenceLogits(params: Params, { cell, readout }: SmarterConfig, { puzzle }: Group, x: tf.Tensor2D): tf.Tensor2D {
  const at = `decoder.${puzzle.id}`;
  const states = repeatedInput(params, `${at}.cell`, cell, x, puzzle.classes, stepsOf(puzzle));
  return readout === 'linear' ? linearAt(params, `${at}.readout`, states) : states;
}
