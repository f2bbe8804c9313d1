import { joinSequence, joinSequencePlain } from '../../../src/model/ops/join-sequence.ts';
import { tailRows, tailRowsPlain } from '../../../src/model/ops/tail-rows.ts';
import { setKernelFamily, type KernelFamily } from '../../../src/model/webgpu/family.ts';
import { randomInput } from '../../support/gradient-check.ts';
import type { OpCase } from '../../support/op-suite.ts';
import { webgpuSuite } from '../../support/webgpu-suite.ts';
import type * as tf from '../../../src/model/tf.ts';

function casesOf(family: KernelFamily, B: number, P: number, T: number, D: number): OpCase[] {
  return [
    {
      name: `${family}: ${P} + ${T} positions of ${D}`,
      op: (...[vision, words]) => {
        setKernelFamily(family);
        return joinSequence(vision as tf.Tensor2D, words as tf.Tensor2D, B);
      },
      plain: (...[vision, words]) => joinSequencePlain(vision as tf.Tensor2D, words as tf.Tensor2D, B),
      inputs: [randomInput('vision', [B * P, D]), randomInput('words', [B * T, D])],
    },
    {
      name: `${family}: from ${P} of ${P + T} positions of ${D}`,
      op: (...[x]) => {
        setKernelFamily(family);
        return tailRows(x as tf.Tensor2D, B, P);
      },
      plain: (...[x]) => tailRowsPlain(x as tf.Tensor2D, B, P),
      inputs: [randomInput('x', [B * (P + T), D])],
    },
  ];
}

webgpuSuite([...casesOf('software', 3, 65, 2, 7), ...casesOf('hardware', 2, 1, 9, 36)]);
