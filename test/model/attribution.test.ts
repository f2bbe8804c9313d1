import { beforeAll, expect, test } from 'vitest';
import { makeRng } from '../../src/lib/rng.ts';
import { imageTokens, pixelTensor } from '../../src/model/adapter.ts';
import { pixelAttribution } from '../../src/model/attribution.ts';
import { openBackend } from '../../src/model/backend.ts';
import type { MicroBatch } from '../../src/model/batch.ts';
import { presetConfig } from '../../src/model/config.ts';
import { initParams, type Params } from '../../src/model/params.ts';
import * as tf from '../../src/model/tf.ts';
import { lossOfPixels } from '../../src/model/vlm.ts';
import { randomMicro } from '../support/model-inputs.ts';

const V = 20;
const CONFIG = presetConfig('micro', V);
const [H, W] = [32, 48] as const;
const MICRO = randomMicro({ batch: 1, length: 6, vocabulary: V, grid: [2, 3] });
const POSITION = 4;
let params: Params;

beforeAll(async () => {
  await openBackend('wasm');
  params = initParams(CONFIG, makeRng('test', 'attribution'));
  // Embeddings of the size of a trained model's, so that differences of the loss stand above float32 rounding.
  const embedding = params['decoder.embedding'];
  if (embedding !== undefined) params['decoder.embedding'] = tf.mul(embedding, 25);
});

function only(micro: MicroBatch, position: number): MicroBatch {
  return { ...micro, lossWeights: Float32Array.from({ length: 6 }, (_, t) => (t === position ? 1 : 0)) };
}

test('the score of a pixel is its three channels times the central differences of the token loss', async () => {
  const image = MICRO.image;
  if (image === null) throw new Error('no image');
  const [scores] = await pixelAttribution(params, CONFIG, MICRO, [POSITION]);
  const pixels = pixelTensor(CONFIG, image, 1);
  const values = await pixels.data<'float32'>();
  const lossAt = async (i: number, step: number): Promise<number> => {
    const moved = Float32Array.from(values);
    moved[i] = (moved[i] ?? 0) + step;
    const loss = tf.tidy(() => lossOfPixels(params, CONFIG, only(MICRO, POSITION), tf.tensor4d(moved, [1, H, W, 3])));
    const value = (await loss.data())[0] ?? Number.NaN;
    loss.dispose();
    return value;
  };
  // The highest, one in between and the lowest; a step of 0.1 because one pixel of 768 moves the loss little.
  const order = Array.from(scores ?? [], (score, i) => ({ score, i })).sort((a, b) => b.score - a.score);
  const chosen = [order[0], order[200], order[order.length - 1]];
  const step = 0.1;
  for (const pixel of chosen) {
    if (pixel === undefined) throw new Error('no score');
    let expected = 0;
    for (let c = 0; c < 3; c++) {
      const at = pixel.i * 3 + c;
      expected += (((await lossAt(at, step)) - (await lossAt(at, -step))) / (2 * step)) * (values[at] ?? 0);
    }
    expect(Math.abs(pixel.score - expected), `pixel ${pixel.i}`).toBeLessThan(2e-4 + 2e-2 * Math.abs(expected));
  }
  expect(Math.abs(order[0]?.score ?? 0)).toBeGreaterThan(1e-3);
  pixels.dispose();
});

test('white paper scores 0', async () => {
  const image = MICRO.image;
  if (image === null) throw new Error('no image');
  const pixels = image.pixels.slice();
  pixels.fill(255, 0, 16 * W * 3);
  const [scores] = await pixelAttribution(params, CONFIG, { ...MICRO, image: { ...image, pixels } }, [POSITION]);
  expect(Math.max(...(scores ?? []).slice(0, 16 * W).map(Math.abs))).toBe(0);
  expect(Math.max(...(scores ?? []).slice(16 * W).map(Math.abs))).toBeGreaterThan(0);
});

test('gives one map per position, and leaks no tensor', async () => {
  const before = tf.memory().numTensors;
  const maps = await pixelAttribution(params, CONFIG, MICRO, [2, 5]);
  expect(maps.map((map) => map.length)).toEqual([H * W, H * W]);
  expect(maps[0]).not.toEqual(maps[1]);
  expect(tf.memory().numTensors).toBe(before);
});

test('asks for one example with a picture and positions that exist', async () => {
  await expect(pixelAttribution(params, CONFIG, { ...MICRO, image: null }, [1])).rejects.toThrow(
    /pixelAttribution: expected one example with a picture/,
  );
  await expect(pixelAttribution(params, CONFIG, MICRO, [6])).rejects.toThrow(/positions in 0\.\.5, got 6/);
});

test('image tokens are the same with and without a gradient for the pixels', async () => {
  const image = MICRO.image;
  if (image === null) throw new Error('no image');
  const [a, b] = tf.tidy(() => {
    const pixels = pixelTensor(CONFIG, image, 1);
    const places = { rows: tf.tensor1d([0, 0, 0, 1, 1, 1], 'int32'), columns: tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32') };
    return [imageTokens(params, CONFIG, pixels, places, true), imageTokens(params, CONFIG, pixels, places, false)] as const;
  });
  expect(await a.data()).toEqual(await b.data());
  tf.dispose([a, b]);
});
