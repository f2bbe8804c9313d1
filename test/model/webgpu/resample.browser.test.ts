import { resample, resamplePlain } from '../../../src/model/ops/resample.ts';
import { setKernelFamily, type KernelFamily } from '../../../src/model/webgpu/family.ts';
import { randomInput } from '../../support/gradient-check.ts';
import type { OpCase } from '../../support/op-suite.ts';
import { webgpuSuite } from '../../support/webgpu-suite.ts';
import type * as tf from '../../../src/model/tf.ts';

function resampleOf(family: KernelFamily, shape: readonly [number, number, number, number], y: number, x: number): OpCase {
  return {
    name: `${family}: ${shape.join(' x ')} to ${y} x ${x}`,
    op: (...[grid]) => {
      setKernelFamily(family);
      return resample(grid as tf.Tensor4D, y, x);
    },
    plain: (...[grid]) => resamplePlain(grid as tf.Tensor4D, y, x),
    inputs: [randomInput('grid', shape)],
  };
}

webgpuSuite([
  resampleOf('software', [2, 4, 6, 4], 2, 3),
  resampleOf('software', [1, 3, 5, 3], 7, 11),
  resampleOf('hardware', [1, 7, 9, 5], 6, 13),
  resampleOf('hardware', [2, 5, 1, 2], 1, 3),
]);
