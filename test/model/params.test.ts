import { beforeAll, describe, expect, test } from 'vitest';
import { makeRng } from '../../src/lib/rng.ts';
import { openBackend } from '../../src/model/backend.ts';
import { presetConfig, PRESETS } from '../../src/model/config.ts';
import { addGradients, initParams, parameterCount, parameterShapes, type Params } from '../../src/model/params.ts';
import * as tf from '../../src/model/tf.ts';

beforeAll(async () => {
  await openBackend('cpu');
});

/** The tokeniser's size when these numbers were worked out. */
const V = 169;

/** A linear layer with bias. */
const lin = (inputs: number, outputs: number): number => inputs * outputs + outputs;
/** A layer norm. */
const ln = (channels: number): number => 2 * channels;

/**
 * By hand, from MODEL: ViT = patch + places + layers (two norms, four square projections, a perceptron of `m` times the width) + norm; a ConvNeXt block = K*K
 * depthwise + norm + 4x perceptron + scale; the decoder has no biases.
 */
const vit = (d: number, layers: number, m: number): number =>
  lin(768, d) + 26 * d + layers * (2 * ln(d) + 4 * lin(d, d) + lin(d, m * d) + lin(m * d, d)) + ln(d);
const block = (c: number, k: number): number => k * k * c + c + ln(c) + lin(c, 4 * c) + lin(4 * c, c) + c;
const decoder = (d: number, layers: number, kv: number, f: number): number =>
  V * d + 28 * d + layers * (2 * d + 2 * d * d + 2 * d * kv + 3 * d * f) + d;
const adapter = (inputs: number, h: number, d: number): number => lin(inputs, h) + lin(h, d);

const BY_HAND = {
  micro: {
    count: vit(32, 1, 2) + (lin(192, 16) + ln(16) + block(16, 3) + ln(16)) + adapter(48, 48, 48) + lin(48, V) + decoder(48, 2, 24, 72),
    range: [50_000, 100_000],
  },
  nano: {
    count:
      vit(128, 2, 4) +
      (lin(192, 48) + ln(48) + block(48, 3) + ln(48) + lin(4 * 48, 96) + block(96, 3) + ln(96)) +
      adapter(224, 192, 128) +
      lin(128, V) +
      decoder(128, 4, 64, 344),
    range: [1_000_000, 2_000_000],
  },
  small: {
    count:
      vit(256, 4, 4) +
      (lin(48, 48) + ln(48) + block(48, 5)) +
      (ln(48) + lin(4 * 48, 96) + block(96, 5)) +
      (ln(96) + lin(4 * 96, 192) + 2 * block(192, 5) + ln(192)) +
      adapter(448, 512, 288) +
      lin(288, V) +
      decoder(288, 8, 96, 768),
    range: [8_000_000, 15_000_000],
  },
} as const;

describe.each(PRESETS)('preset %s', (preset) => {
  const config = presetConfig(preset, V);

  test('has as many parameters as the hand formula says', () => {
    expect(parameterCount(config)).toBe(BY_HAND[preset].count);
  });

  test('is as large as its name promises', () => {
    const [low, high] = BY_HAND[preset].range;
    expect(parameterCount(config)).toBeGreaterThanOrEqual(low);
    expect(parameterCount(config)).toBeLessThanOrEqual(high);
  });

  test('without the reading head has its weight and bias less', () => {
    const less = parameterCount(config) - parameterCount(config, { includeReading: false });
    expect(less).toBe(config.decoder.dim * V + V);
    expect(Object.keys(parameterShapes(config, { includeReading: false })).filter((name) => name.startsWith('reading'))).toEqual([]);
  });
});

describe('initParams', () => {
  const config = presetConfig('micro', V);

  test('gives the same values for the same seed and other values for another', async () => {
    const [a, b, c] = [initParams(config, makeRng('a')), initParams(config, makeRng('a')), initParams(config, makeRng('c'))];
    const read = async (params: Params): Promise<Float32Array | undefined> => params['vit.patch.weight']?.data<'float32'>();
    expect(await read(a)).toEqual(await read(b));
    expect(await read(a)).not.toEqual(await read(c));
    tf.dispose([a, b, c]);
  });

  test('a tensor starts the same with and without the reading head', async () => {
    const [a, b] = [initParams(config, makeRng(1)), initParams(config, makeRng(1), { includeReading: false })];
    expect(await a['decoder.embedding']?.data()).toEqual(await b['decoder.embedding']?.data());
    expect(Object.keys(a).length - Object.keys(b).length).toBe(2);
    tf.dispose([a, b]);
  });

  test('draws with standard deviation 1/sqrt(in) and starts norms at 1, biases at 0', async () => {
    const params = initParams(config, makeRng('spread'));
    const values = (await params['vit.patch.weight']?.data()) ?? [];
    const meanSquare = Array.from(values).reduce((sum, value) => sum + value ** 2, 0) / values.length;
    expect(Math.sqrt(meanSquare) * Math.sqrt(768)).toBeCloseTo(1, 1);
    expect(Math.max(...((await params['vit.norm.weight']?.data()) ?? []))).toBe(1);
    expect(Math.max(...((await params['vit.patch.bias']?.data()) ?? [1]))).toBe(0);
    tf.dispose(params);
  });
});

describe('sums of gradients', () => {
  test('adds where both have one, keeps where one has, and frees what it was given', async () => {
    const before = tf.memory().numTensors;
    const sum = addGradients({ a: tf.tensor1d([1]), b: tf.tensor1d([2]) }, { b: tf.tensor1d([3]), c: tf.tensor1d([4]) });
    expect(Object.keys(sum).sort()).toEqual(['a', 'b', 'c']);
    expect((await sum['b']?.data())?.[0]).toBe(5);
    tf.dispose(sum);
    expect(tf.memory().numTensors).toBe(before);
  });
});
