import { alignmentLoss, alignmentLossPlain } from '../../../src/model/ops/alignment.ts';
import * as tf from '../../../src/model/tf.ts';
import { randomInput, tensorOf } from '../../support/gradient-check.ts';
import { inBothFamilies } from '../../support/kernel-families.ts';
import type { OpCase } from '../../support/op-suite.ts';
import { webgpuSuite } from '../../support/webgpu-suite.ts';

function against(R: number, D: number): OpCase {
  const targets = randomInput('targets', [R, D]);
  const on =
    (loss: typeof alignmentLoss) =>
    (...[x]: tf.Tensor[]): tf.Tensor =>
      tf.tidy(() => loss(x as tf.Tensor2D, tensorOf(targets) as tf.Tensor2D));
  return { name: `alignmentLoss [${R}, ${D}]`, op: on(alignmentLoss), plain: on(alignmentLossPlain), inputs: [randomInput('x', [R, D])] };
}

// The larger one has more numbers than there are partial sums.
webgpuSuite(inBothFamilies([against(3, 65), against(65, 260)]));
