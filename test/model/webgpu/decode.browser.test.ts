/**
 * Decoding with our kernels on WebGPU: the same tokens as in tfjs ops on the cpu backend, with both families of kernels. Where Chromium has no adapter at
 * all the tests are skipped and say so.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import { presetConfig } from '../../../src/model/config.ts';
import { decode, makeDecoder, type DecodeOptions, type DecodePrompts, type Sampling } from '../../../src/model/decode.ts';
import { initParams, type Params } from '../../../src/model/params.ts';
import * as tf from '../../../src/model/tf.ts';
import { kernelFamily, setKernelFamily } from '../../../src/model/webgpu/family.ts';
import { webgpuBackend } from '../../../src/model/webgpu/kernel.ts';
import { randomMicro, rowOf } from '../../support/model-inputs.ts';
import { hasAdapter } from '../../support/webgpu-suite.ts';

/** Not a multiple of four or eight. */
const V = 21;
const CONFIG = presetConfig('micro', V);
const NEVER = -1;
const B = 5;
const LENGTHS = Int32Array.from([9, 6, 7, 9, 3]);
const MICRO = {
  text: randomMicro({ batch: B, length: 9, vocabulary: V, grid: null }),
  image: randomMicro({ batch: B, length: 9, vocabulary: V, grid: [2, 3] }),
};
const TEXT: DecodePrompts = { ...MICRO.text, lengths: LENGTHS };
const IMAGE: DecodePrompts = { ...MICRO.image, lengths: LENGTHS };

/** Weights far enough from the start of training that the answers are not one token repeated; on the backend that is active. `areTwins`: words 2i and 2i + 1 are alike. */
function livelyParams(areTwins = false): Params {
  const made = initParams(CONFIG, makeRng('test', 'decode'));
  for (const [name, tensor] of Object.entries(made)) {
    if (!/embedding|attention|mlp/.test(name)) continue;
    made[name] = tf.mul(tensor, name.endsWith('embedding') ? 20 : 3);
    tensor.dispose();
  }
  const name = 'decoder.embedding';
  const embedding = made[name];
  if (!areTwins || embedding === undefined) return made;
  const twins = Int32Array.from({ length: V }, (_, token) => token - (token % 2));
  made[name] = tf.tidy(() => tf.gather(embedding, tf.tensor1d(twins, 'int32')));
  embedding.dispose();
  return made;
}

const listed = (answers: readonly Int32Array[]): number[][] => answers.map((answer) => Array.from(answer));

describe.skipIf(!hasAdapter)('on webgpu', () => {
  let engine: Engine;
  let params: Params;
  beforeAll(async () => {
    await openBackend('cpu');
    engine = await openBackend('webgpu');
    params = livelyParams();
  });
  afterAll(() => engine.close());

  const onGpu = async (prompts: DecodePrompts, options: Partial<DecodeOptions> = {}, own = params): Promise<number[][]> => {
    const answers = await decode(own, CONFIG, prompts, { maxNewTokens: 20, eosId: NEVER, ...options });
    engine.check();
    return listed(answers);
  };
  /** What tfjs ops give on the cpu backend. */
  const onCpu = async (prompts: DecodePrompts, options: Partial<DecodeOptions> = {}, areTwins = false): Promise<number[][]> => {
    await tf.setBackend('cpu');
    const own = livelyParams(areTwins);
    const answers = await decode(own, CONFIG, prompts, { maxNewTokens: 20, eosId: NEVER, ...options });
    tf.dispose(own);
    await tf.setBackend('webgpu');
    return listed(answers);
  };
  const drawn = (sampling: Sampling): Partial<DecodeOptions> => ({ sampling });

  test.each([
    ['text', TEXT],
    ['image', IMAGE],
  ] as const)('%s prompts of different length give the tokens of the cpu backend', async (_, prompts) => {
    const expected = await onCpu(prompts);
    expect(new Set(expected.flat()).size).toBeGreaterThan(5);
    expect(await onGpu(prompts)).toEqual(expected);
  });

  test.each([
    { temperature: 2, seed: 1 },
    { temperature: 3, seed: 2, topK: 5 },
    { temperature: 3, seed: 3, topP: 0.8, firstRow: 7 },
    { temperature: 3, seed: 4, topK: 6, topP: 0.8 },
  ] as const)('tokens drawn are those of the cpu backend: %j', async (sampling) => {
    expect(await onGpu(TEXT, drawn(sampling))).toEqual(await onCpu(TEXT, drawn(sampling)));
  });

  test('of equal logits those of the lower ids go first', async () => {
    const twins = livelyParams(true);
    for (const options of [{}, drawn({ temperature: 3, seed: 5, topK: 3 }), drawn({ temperature: 3, seed: 6, topP: 0.6 })]) {
      expect(await onGpu(TEXT, options, twins)).toEqual(await onCpu(TEXT, options, true));
    }
    tf.dispose(twins);
  });

  test('temperatures of and near 0, and top 1, are greedy', async () => {
    const greedy = await onGpu(TEXT);
    expect(await onGpu(TEXT, drawn({ temperature: 0, seed: 1 }))).toEqual(greedy);
    expect(await onGpu(TEXT, drawn({ temperature: 1e-6, seed: 1 }))).toEqual(greedy);
    expect(await onGpu(TEXT, drawn({ temperature: 3, topK: 1, seed: 1 }))).toEqual(greedy);
  });

  test('the kernels for GPUs give the same tokens, also with a block under way while one is read', async () => {
    const family = kernelFamily();
    const decoder = makeDecoder(params, CONFIG);
    const options = { maxNewTokens: 18, eosId: NEVER };
    const choices = [{}, drawn({ temperature: 3, seed: 4, topK: 6, topP: 0.8 })];
    // Two rows, because SwiftShader compiles kernels with barriers slowly; and the pass over the prompts with the kernels of the tests above.
    const two = { ...randomMicro({ batch: 2, length: 9, vocabulary: V, grid: null }), lengths: LENGTHS.slice(0, 2) };
    for (const choice of choices) await decoder.decode(two, { ...options, ...choice, maxNewTokens: 1 });
    setKernelFamily('hardware');
    try {
      for (const choice of choices) {
        expect(listed(await decoder.decode(two, { ...options, ...choice }))).toEqual(await onCpu(two, { ...options, ...choice }));
      }
    } finally {
      setKernelFamily(family);
      decoder.dispose();
    }
    engine.check();
  });

  test('rows that are done leave the batch, the others go on as if alone, and all that was made is freed', async () => {
    const live = countBuffers();
    const before = tf.memory().numTensors;
    const free = await onGpu(IMAGE, { maxNewTokens: 40 });
    // A token that some rows write in the first block, and one row late or never.
    const eosId = Array.from({ length: V }, (_, token) => token).find((token) => {
      const ends = free.map((row) => row.indexOf(token)).map((end) => (end < 0 ? 99 : end));
      return ends.filter((end) => end < 16).length >= 2 && ends.some((end) => end > 20);
    });
    if (eosId === undefined) throw new Error('no token ends some rows early and others late');
    const steps: number[] = [];
    const rowsDone: number[] = [];
    const stopped = await onGpu(IMAGE, {
      maxNewTokens: 40,
      eosId,
      onProgress: (progress) => (steps.push(progress.step), rowsDone.push(progress.rowsDone)),
    });
    expect(stopped).toEqual(free.map((row) => (row.includes(eosId) ? row.slice(0, row.indexOf(eosId)) : row)));
    expect(steps).toEqual([16, 32, 40].slice(0, steps.length));
    expect(rowsDone[0]).toBeGreaterThanOrEqual(2);

    const one = { ...rowOf(MICRO.image, 2), lengths: LENGTHS.slice(2, 3) };
    expect(await onGpu(one, { maxNewTokens: 40 })).toEqual([free[2]]);
    expect(tf.memory().numTensors).toBe(before);
    expect(live()).toBe(0);
  });

  test('decoding ends with the block in which the last row ends', async () => {
    const free = await onGpu(TEXT, { maxNewTokens: 3 });
    const steps: number[] = [];
    const one = { ...rowOf(MICRO.text, 0), lengths: LENGTHS.slice(0, 1) };
    const answers = await onGpu(one, { maxNewTokens: 200, eosId: free[0]?.[2] ?? NEVER, onProgress: ({ step }) => steps.push(step) });
    expect(answers[0]?.length).toBeLessThan(3);
    expect(steps).toEqual([16]);
  });

  test('an abort rejects with its reason and frees everything', async () => {
    const live = countBuffers();
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const onProgress = (): void => controller.abort(new Error('stopped by the test'));
    await expect(onGpu(TEXT, { maxNewTokens: 100, signal: controller.signal, onProgress })).rejects.toThrow('stopped by the test');
    await engine.fence();
    expect(tf.memory().numTensors).toBe(before);
    expect(live()).toBe(0);
  });

  test('a decoder serves batch after batch without a new recording, and sees new weights', async () => {
    const own = livelyParams();
    const decoder = makeDecoder(own, CONFIG);
    const options = { maxNewTokens: 20, eosId: NEVER };
    const text = listed(await decoder.decode(TEXT, options));
    expect(text).toEqual(await onGpu(TEXT));
    expect(listed(await decoder.decode(IMAGE, options))).toEqual(await onGpu(IMAGE));

    const made = countBuffers();
    expect(listed(await decoder.decode(TEXT, options))).toEqual(text);
    expect(made()).toBe(0);

    const name = 'decoder.layers.0.mlp.down';
    const old = own[name];
    if (old === undefined) throw new Error('no such weight');
    own[name] = tf.mul(old, -3);
    expect(listed(await decoder.decode(TEXT, options))).not.toEqual(text);
    tf.dispose([own[name], old]);
    decoder.dispose();
    delete own[name];
    tf.dispose(own);
  });

  test('a second call before the first has ended is refused', async () => {
    const decoder = makeDecoder(params, CONFIG);
    const options = { maxNewTokens: 1, eosId: NEVER };
    const first = decoder.decode(TEXT, options);
    await expect(decoder.decode(TEXT, options)).rejects.toThrow(/one call at a time/);
    expect(await first).toHaveLength(B);
    decoder.dispose();
  });
});

/** Watches the device from now on; the function returned stops and says how many buffers of recordings and of decoding were made and not freed. */
function countBuffers(): () => number {
  const { device } = webgpuBackend();
  const live = new Set<GPUBuffer>();
  const { createBuffer } = device;
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer.call(device, descriptor);
    if (!/^(decode|captured|inputs|outputs)/.test(descriptor.label ?? '')) return buffer;
    live.add(buffer);
    const { destroy } = buffer;
    buffer.destroy = (): undefined => {
      live.delete(buffer);
      destroy.call(buffer);
    };
    return buffer;
  };
  return () => {
    Reflect.deleteProperty(device, 'createBuffer');
    return live.size;
  };
}
