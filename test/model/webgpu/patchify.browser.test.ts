import { patchify, patchifyPlain } from '../../../src/model/ops/patchify.ts';
import { setKernelFamily, type KernelFamily } from '../../../src/model/webgpu/family.ts';
import { randomInput } from '../../support/gradient-check.ts';
import type { OpCase } from '../../support/op-suite.ts';
import { webgpuSuite } from '../../support/webgpu-suite.ts';
import type * as tf from '../../../src/model/tf.ts';

function patchesOf(family: KernelFamily, shape: readonly [number, number, number, number], s: number): OpCase {
  return {
    name: `${family}: ${s} x ${s} of ${shape.join(' x ')}`,
    op: (...[x]) => {
      setKernelFamily(family);
      return patchify(x as tf.Tensor4D, s);
    },
    plain: (...[x]) => patchifyPlain(x as tf.Tensor4D, s),
    inputs: [randomInput('x', shape)],
  };
}

webgpuSuite([
  patchesOf('software', [2, 4, 6, 3], 2),
  patchesOf('software', [1, 8, 16, 3], 8),
  patchesOf('hardware', [3, 3, 9, 1], 3),
  patchesOf('hardware', [1, 2, 4, 72], 2),
]);
