/** Both families of attention kernels on the adapter at hand; sizes are small and odd, since a pipeline takes long to make in software. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import { attention, attentionPlain, packedAttention, type AttentionOptions } from '../../../src/model/ops/attention.ts';
import * as tf from '../../../src/model/tf.ts';
import { setKernelFamily } from '../../../src/model/webgpu/family.ts';
import { webgpuBackend } from '../../../src/model/webgpu/kernel.ts';
import { evaluate, randomInput } from '../../support/gradient-check.ts';
import { inBothFamilies } from '../../support/kernel-families.ts';
import type { OpCase } from '../../support/op-suite.ts';
import { hasAdapter, webgpuSuite } from '../../support/webgpu-suite.ts';

type Qkv = [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];

interface Sizes {
  readonly B: number;
  readonly N: number;
  readonly M: number;
  readonly H: number;
  readonly G: number;
  readonly d: number;
}

const optionsOf = ({ B, H, G }: Sizes, prefix: number | null, base: number | null): AttentionOptions => ({
  batch: B,
  heads: H,
  kvHeads: G,
  mask: prefix === null ? null : { prefix },
  rope: base === null ? null : { base },
});

function apart(name: string, sizes: Sizes, prefix: number | null, base: number | null, size = 2): OpCase {
  const { B, N, M, H, G, d } = sizes;
  const options = optionsOf(sizes, prefix, base);
  return {
    name,
    op: (...args) => attention(...(args as Qkv), options),
    plain: (...args) => attentionPlain(...(args as Qkv), options),
    inputs: [randomInput('q', [B * M, H * d], size), randomInput('k', [B * N, G * d], size), randomInput('v', [B * N, G * d])],
  };
}

function packed(name: string, sizes: Omit<Sizes, 'M'>, prefix: number | null, base: number | null): OpCase {
  const { B, N, H, G, d } = sizes;
  const options = optionsOf({ ...sizes, M: N }, prefix, base);
  return {
    name: `packed, ${name}`,
    op: (qkv) => packedAttention(qkv as tf.Tensor2D, options),
    plain: (qkv) => attentionPlain(...(tf.split(qkv as tf.Tensor2D, [H * d, G * d, G * d], 1) as Qkv), options),
    inputs: [randomInput('qkv', [B * N, (H + 2 * G) * d], 2)],
  };
}

/** Rows of many vectors take GPU kernels too long to make on a software adapter. */
const inSoftware = (each: OpCase): OpCase => ({
  ...each,
  op: (...xs) => {
    setKernelFamily('software');
    return each.op(...xs);
  },
});

// Tiles of 64 and of 8 rows, full and not; heads that share keys; a late first query; every way to load and to turn a row; scores beyond the range of exp.
webgpuSuite([
  ...inBothFamilies([
    apart('the last 67 of 131 positions, large scores', { B: 2, N: 131, M: 67, H: 2, G: 1, d: 4 }, 66, 10_000, 10),
    apart('the same kernels on another batch', { B: 3, N: 10, M: 3, H: 2, G: 1, d: 4 }, 0, 10_000),
    packed('rotary by vectors', { B: 2, N: 9, H: 4, G: 2, d: 8 }, 3, 100),
    packed('all see all, number by number', { B: 1, N: 65, H: 2, G: 2, d: 3 }, null, null),
  ]),
  inSoftware(packed('causal, a row of five vectors', { B: 1, N: 11, H: 1, G: 1, d: 20 }, 0, null)),
  inSoftware(apart('one position', { B: 3, N: 1, M: 1, H: 1, G: 1, d: 2 }, 0, 10_000)),
]);

describe.skipIf(!hasAdapter)('pipelines', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await openBackend('webgpu');
  });
  afterAll(() => engine.close());

  test.each(['software', 'hardware'] as const)('of %s kernels serve all batches', async (family) => {
    setKernelFamily(family);
    const labels = attentionPipelines(webgpuBackend().device);
    const run = async (B: number, N: number, M: number, prefix: number | null): Promise<number> => {
      const before = labels.length;
      const { op, inputs } = apart('', { B, N, M, H: 2, G: 1, d: 2 }, prefix, 10);
      await evaluate(op, inputs);
      return labels.length - before;
    };
    expect(await run(1, 5, 5, 2)).toBeGreaterThan(1);
    expect(await run(3, 70, 66, 0)).toBe(0);
    expect(await run(2, 3, 1, null)).toBe(0);
    engine.check();
  });
});

/** Names of the attention pipelines that the device makes from now on. */
function attentionPipelines(device: GPUDevice): readonly string[] {
  const labels: string[] = [];
  const create = device.createComputePipeline.bind(device);
  device.createComputePipeline = (descriptor) => {
    if (descriptor.label?.startsWith('attention')) labels.push(descriptor.label);
    return create(descriptor);
  };
  return labels;
}
