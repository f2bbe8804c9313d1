import { beforeAll, expect, test } from 'vitest';
import { makeRng } from '../../src/lib/rng.ts';
import { imageTokens, pixelTensor } from '../../src/model/adapter.ts';
import { openBackend } from '../../src/model/backend.ts';
import type { MicroBatch } from '../../src/model/batch.ts';
import { presetConfig } from '../../src/model/config.ts';
import { initParams, type Params } from '../../src/model/params.ts';
import { eagerPixelMaps, type PixelQuestion } from '../../src/model/pixel-maps.ts';
import * as tf from '../../src/model/tf.ts';
import { lossOfPixels } from '../../src/model/vlm.ts';
import { relativeDistance } from '../support/gradient-check.ts';
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

const at = (...positions: number[]): PixelQuestion => ({ positions, blend: 1, isTimesInput: true });

function only(micro: MicroBatch, position: number): MicroBatch {
  return { ...micro, lossWeights: Float32Array.from({ length: 6 }, (_, t) => (t === position ? 1 : 0)) };
}

test('the score of a pixel is its three channels times the central differences of the token loss', async () => {
  const image = MICRO.image;
  if (image === null) throw new Error('no image');
  const [scores] = await eagerPixelMaps(params, CONFIG, MICRO, [at(POSITION)]);
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
  const [scores] = await eagerPixelMaps(params, CONFIG, { ...MICRO, image: { ...image, pixels } }, [at(POSITION)]);
  expect(Math.max(...(scores ?? []).slice(0, 16 * W).map(Math.abs))).toBe(0);
  expect(Math.max(...(scores ?? []).slice(16 * W).map(Math.abs))).toBeGreaterThan(0);
});

test('without the factor, the gradient is that of all three channels getting brighter at once', async () => {
  const image = MICRO.image;
  if (image === null) throw new Error('no image');
  const pixel = 17 * W + 21;
  const [gradient] = await eagerPixelMaps(params, CONFIG, MICRO, [{ ...at(POSITION), isTimesInput: false }]);
  const values = await pixelTensor(CONFIG, image, 1).data<'float32'>();
  const step = 0.1;
  const [up, down] = await Promise.all(
    [step, -step].map(async (move) => {
      const moved = values.map((value, i) => (Math.floor(i / 3) === pixel ? value + move : value));
      const loss = tf.tidy(() => lossOfPixels(params, CONFIG, only(MICRO, POSITION), tf.tensor4d(moved, [1, H, W, 3])));
      return (await loss.data())[0] ?? Number.NaN;
    }),
  );
  const expected = ((up ?? 0) - (down ?? 0)) / (2 * step);
  expect(Math.abs((gradient?.[pixel] ?? 0) - expected)).toBeLessThan(2e-4 + 2e-2 * Math.abs(expected));
});

test('half way to the picture is the gradient at half of its normalised pixels', async () => {
  const image = MICRO.image;
  if (image === null) throw new Error('no image');
  // Even steps from white, so that half of each is a byte again.
  const even = image.pixels.map((value) => 255 - 2 * Math.floor((255 - value) / 2));
  const half = even.map((value) => 255 - (255 - value) / 2);
  const seen = (pixels: Uint8Array): MicroBatch => ({ ...MICRO, image: { ...image, pixels } });
  const question = { positions: [POSITION], isTimesInput: false };
  const [blended] = await eagerPixelMaps(params, CONFIG, seen(even), [{ ...question, blend: 0.5 }]);
  const [plain] = await eagerPixelMaps(params, CONFIG, seen(half), [{ ...question, blend: 1 }]);
  expect(relativeDistance(blended ?? [], plain ?? [])).toBeLessThan(1e-4);
});

test('the map of several positions is the sum of their maps', async () => {
  const [both, first, second] = await eagerPixelMaps(params, CONFIG, MICRO, [at(2, 5), at(2), at(5)]);
  const sum = first?.map((score, i) => score + (second?.[i] ?? 0));
  expect(relativeDistance(both ?? [], sum ?? [])).toBeLessThan(1e-4);
});

test('gives one map per question, and leaks no tensor', async () => {
  const before = tf.memory().numTensors;
  const maps = await eagerPixelMaps(params, CONFIG, MICRO, [at(2), at(5)]);
  expect(maps.map((map) => map.length)).toEqual([H * W, H * W]);
  expect(maps[0]).not.toEqual(maps[1]);
  expect(tf.memory().numTensors).toBe(before);
});

test('asks for one example with a picture, positions that exist, and a share of the way', async () => {
  const ask = (micro: MicroBatch, question: PixelQuestion) => eagerPixelMaps(params, CONFIG, micro, [question]);
  await expect(ask({ ...MICRO, image: null }, at(1))).rejects.toThrow(/pixelMaps: expected one example with a picture/);
  await expect(ask(MICRO, at(6))).rejects.toThrow(/positions in 0\.\.5, got 6/);
  await expect(ask(MICRO, at())).rejects.toThrow(/positions in 0\.\.5, got "?none/);
  await expect(ask(MICRO, { ...at(1), blend: 1.5 })).rejects.toThrow(/a blend from 0 to 1, got 1\.5/);
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
