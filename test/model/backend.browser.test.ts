import { afterEach, describe, expect, test } from 'vitest';
import { chooseBackend, openBackend, probeWebGpu } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import * as tf from '../../src/model/tf.ts';
import {
  goldenDifferences,
  goldenOptimiser,
  goldenParams,
  goldenRuns,
  goldenStepCount,
  goldenSteps,
  PARITY_TOLERANCE,
} from '../support/adamw-golden.ts';

const { status } = await probeWebGpu();
const hasWebGpu = status === 'ready' || status === 'software' || status === 'limits';

let engine: Engine | null = null;
afterEach(() => {
  engine?.close();
  engine = null;
});

describe.each(['wasm', 'webgpu'] as const)('%s in the browser', (name) => {
  test.skipIf(name === 'webgpu' && !hasWebGpu)('computes, and AdamW matches PyTorch after 40 steps', async () => {
    engine = await openBackend(name);
    expect(engine.info.backend).toBe(name);
    expect(await tf.add(tf.tensor([1, 2]), 1).data()).toEqual(Float32Array.of(2, 3));
    for (const run of goldenRuns) {
      const params = goldenParams();
      const optimiser = goldenOptimiser(run, params);
      const norms = await goldenSteps(optimiser, params, 0, goldenStepCount);
      for (const difference of Object.values(await goldenDifferences(run, optimiser, params, norms)))
        expect(difference).toBeLessThanOrEqual(PARITY_TOLERANCE);
      optimiser.dispose();
      tf.dispose(params);
    }
  });
});

describe.skipIf(!hasWebGpu)('the WebGPU engine', () => {
  test('resumes AdamW bit for bit from a saved state', async () => {
    engine = await openBackend('webgpu');
    const run = goldenRuns[2];
    if (run === undefined) throw new Error('no golden run');
    const whole = goldenParams();
    const one = goldenOptimiser(run, whole);
    await goldenSteps(one, whole, 0, 20);
    const before = goldenParams();
    const first = goldenOptimiser(run, before);
    await goldenSteps(first, before, 0, 7);
    const after = Object.fromEntries(
      await Promise.all(Object.entries(before).map(async ([name, t]) => [name, tf.tensor((await t.data<'float32'>()).slice(), t.shape)] as const)),
    );
    const second = goldenOptimiser(run, after);
    second.load(await first.state());
    await goldenSteps(second, after, 7, 20);
    expect(await second.state()).toEqual(await one.state());
    for (const [name, t] of Object.entries(whole)) expect(await after[name]?.data()).toEqual(await t.data());
  });

  test('says that the device is lost when it is destroyed, and fences nothing after', async () => {
    engine = await openBackend('webgpu');
    await engine.fence();
    const reasons: string[] = [];
    engine.onLost((reason) => reasons.push(reason));
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    device.destroy();
    await device.lost;
    await Promise.resolve();
    expect(engine.isLost()).toBe(true);
    expect(reasons).toHaveLength(1);
    await expect(engine.fence()).rejects.toThrow('The GPU stopped');
    expect(() => engine?.check()).toThrow('The GPU stopped');
  });

  test('an uncaptured error makes it lost too: the numbers are not to be trusted', async () => {
    engine = await openBackend('webgpu');
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    device.dispatchEvent(new GPUUncapturedErrorEvent('uncapturederror', { error: new GPUOutOfMemoryError('injected') }));
    expect(engine.isLost()).toBe(true);
    expect(engine.lostReason()).toContain('injected');
  });

  test('opens a fresh device after a lost one', async () => {
    engine = await openBackend('webgpu');
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    device.destroy();
    await device.lost;
    engine.close();
    engine = await openBackend('webgpu');
    expect(engine.isLost()).toBe(false);
    expect(await tf.mul(tf.tensor([1, 2]), 3).data()).toEqual(Float32Array.of(3, 6));
  });
});

describe('the ladder', () => {
  test('prefers wasm to a software adapter and takes what is asked for', async () => {
    expect(await chooseBackend('cpu')).toBe('cpu');
    expect(await chooseBackend(null)).toBe(status === 'ready' ? 'webgpu' : 'wasm');
  });

  test.each([
    ['missing', 'no WebGPU', undefined],
    ['no-adapter', 'found no GPU', { requestAdapter: () => Promise.resolve(null) }],
  ] as const)('names the rung %s and says what to do', async (expected, words, gpu) => {
    Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
    try {
      const probe = await probeWebGpu();
      expect(probe.status).toBe(expected);
      expect(probe.reason).toContain(words);
      await expect(openBackend('webgpu')).rejects.toThrow(words);
      engine = await openBackend('wasm');
      expect(engine.info).toMatchObject({ backend: 'wasm', webgpu: expected, reason: probe.reason });
    } finally {
      Reflect.deleteProperty(navigator, 'gpu');
    }
  });
});
