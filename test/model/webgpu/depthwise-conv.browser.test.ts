import { depthwiseConv, depthwiseConvPlain } from '../../../src/model/ops/depthwise-conv.ts';
import { setKernelFamily, type KernelFamily } from '../../../src/model/webgpu/family.ts';
import { randomInput } from '../../support/gradient-check.ts';
import type { OpCase } from '../../support/op-suite.ts';
import { webgpuSuite } from '../../support/webgpu-suite.ts';
import type * as tf from '../../../src/model/tf.ts';

type Args = [tf.Tensor4D, tf.Tensor3D, tf.Tensor1D];

function convolutionOf(family: KernelFamily, [B, Y, X, C]: readonly [number, number, number, number], K: number): OpCase {
  return {
    name: `${family}: ${K} x ${K} on ${[B, Y, X, C].join(' x ')}`,
    op: (...args) => {
      setKernelFamily(family);
      return depthwiseConv(...(args as Args));
    },
    plain: (...args) => depthwiseConvPlain(...(args as Args)),
    inputs: [randomInput('x', [B, Y, X, C]), randomInput('w', [K, K, C]), randomInput('b', [C])],
  };
}

// Lines that are no multiple of a piece, a grid smaller than the kernel, more lines than chunks.
webgpuSuite([
  convolutionOf('software', [2, 5, 13, 8], 3),
  convolutionOf('software', [1, 1, 2, 3], 5),
  convolutionOf('software', [5, 13, 3, 1], 3),
  convolutionOf('hardware', [2, 5, 13, 8], 5),
  convolutionOf('hardware', [5, 13, 1, 20], 3),
]);
