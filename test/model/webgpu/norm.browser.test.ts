import { layerNorm, layerNormPlain } from '../../../src/model/ops/layer-norm.ts';
import { rmsNorm, rmsNormPlain } from '../../../src/model/ops/rms-norm.ts';
import type * as tf from '../../../src/model/tf.ts';
import { randomInput, type Input } from '../../support/gradient-check.ts';
import { inBothFamilies } from '../../support/kernel-families.ts';
import type { OpCase } from '../../support/op-suite.ts';
import { webgpuSuite } from '../../support/webgpu-suite.ts';

/** Rows away from zero: a mean that is not taken off would show. */
function rowsAround(centre: number, shape: readonly number[]): Input {
  const { values } = randomInput('x', shape, 2);
  return { values: values.map((value) => value + centre), shape };
}

type RmsArgs = [tf.Tensor2D, tf.Tensor1D];
const rms = (N: number, C: number): OpCase => ({
  name: `rmsNorm [${N}, ${C}]`,
  op: (...args) => rmsNorm(...(args as RmsArgs)),
  plain: (...args) => rmsNormPlain(...(args as RmsArgs)),
  inputs: [rowsAround(0.5, [N, C]), randomInput('w', [C])],
});

type LayerArgs = [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
const layer = (N: number, C: number): OpCase => ({
  name: `layerNorm [${N}, ${C}]`,
  op: (...args) => layerNorm(...(args as LayerArgs)),
  plain: (...args) => layerNormPlain(...(args as LayerArgs)),
  inputs: [rowsAround(5, [N, C]), randomInput('w', [C]), randomInput('b', [C])],
});

// Vectors of four and single numbers; counts of rows that fill the workgroups and that do not; one row; rows longer than what the invocations that share
// one hold at a time; several rows per invocation.
webgpuSuite(inBothFamilies([rms(128, 12), layer(1, 260), layer(1030, 65)]));
