import { gelu, geluPlain } from '../../../src/model/ops/gelu.ts';
import { scaledResidual, scaledResidualPlain } from '../../../src/model/ops/scaled-residual.ts';
import { packedSwiglu, packedSwigluPlain, swiglu, swigluPlain } from '../../../src/model/ops/swiglu.ts';
import * as tf from '../../../src/model/tf.ts';
import { randomInput } from '../../support/gradient-check.ts';
import { inBothFamilies } from '../../support/kernel-families.ts';
import type { OpCase } from '../../support/op-suite.ts';
import { webgpuSuite } from '../../support/webgpu-suite.ts';

/** Far beyond where the exponentials of a careless sigmoid overflow. */
const FAR = 100;

const geluCase = (shape: readonly number[], reach: number): OpCase => ({
  name: `gelu [${shape.join()}] up to ${reach}`,
  op: (...[x]) => gelu(x ?? tf.zeros([1])),
  plain: (...[x]) => geluPlain(x ?? tf.zeros([1])),
  inputs: [randomInput('x', shape, reach)],
});

type Branches = [tf.Tensor2D, tf.Tensor2D];
const swigluCase = (N: number, F: number, reach: number): OpCase => ({
  name: `swiglu [${N}, ${F}] up to ${reach}`,
  op: (...args) => swiglu(...(args as Branches)),
  plain: (...args) => swigluPlain(...(args as Branches)),
  inputs: [randomInput('g', [N, F], reach), randomInput('u', [N, F])],
});

const packedCase = (N: number, F: number, reach: number): OpCase => ({
  name: `packedSwiglu [${N}, 2 * ${F}] up to ${reach}`,
  op: (...[gu]) => packedSwiglu(gu as tf.Tensor2D),
  plain: (...[gu]) => packedSwigluPlain(gu as tf.Tensor2D),
  inputs: [randomInput('gu', [N, 2 * F], reach)],
});

type Residual = [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D];
const residualCase = (N: number, C: number): OpCase => ({
  name: `scaledResidual [${N}, ${C}]`,
  op: (...args) => scaledResidual(...(args as Residual)),
  plain: (...args) => scaledResidualPlain(...(args as Residual)),
  inputs: [randomInput('x', [N, C]), randomInput('y', [N, C]), randomInput('scale', [C])],
});

webgpuSuite([
  geluCase([3, 5, 7], 4),
  geluCase([127, 12], FAR),
  swigluCase(3, 65, 4),
  swigluCase(127, 12, FAR),
  packedCase(3, 65, 4),
  packedCase(127, 12, FAR),
  ...inBothFamilies([residualCase(1, 65), residualCase(127, 12)]),
]);
