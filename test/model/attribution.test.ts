/** Methods of attribution against losses computed directly, on a tiny model. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRng } from '../../src/lib/rng.ts';
import { attribute, type AttributionQuestion } from '../../src/model/attribution.ts';
import { openBackend } from '../../src/model/backend.ts';
import type { ImageBatch, MicroBatch } from '../../src/model/batch.ts';
import { presetConfig } from '../../src/model/config.ts';
import { initParams, paramOf, type Params } from '../../src/model/params.ts';
import { makePasses, type Passes } from '../../src/model/passes.ts';
import * as tf from '../../src/model/tf.ts';
import { evaluateLoss } from '../../src/model/vlm.ts';
import { relativeDistance } from '../support/gradient-check.ts';
import { randomMicro } from '../support/model-inputs.ts';

const V = 20;
const CONFIG = presetConfig('micro', V);
const PATCH = 16;
const W = 3 * PATCH;
const RANDOM = randomMicro({ batch: 1, length: 6, vocabulary: V, grid: [2, 3] });
const IMAGE = RANDOM.image as ImageBatch; // it has a grid
const MICRO: MicroBatch = { ...RANDOM, image: { ...IMAGE, pixels: whiteAt(IMAGE.pixels, 4) } };
const POSITIONS = [3, 5];
let params: Params;
let passes: Passes;

beforeAll(async () => {
  await openBackend('wasm');
  params = initParams(CONFIG, makeRng('test', 'attribution'));
  const rng = makeRng('test', 'biases');
  for (const name of Object.keys(params)) {
    // Biases of a trained model's size: without them layer norms make the loss jump at the white page.
    if (name.startsWith('decoder.') ? name !== 'decoder.embedding' : !name.endsWith('bias')) continue;
    const old = paramOf(params, name);
    const shift = Float32Array.from({ length: old.size }, () => rng.between(-10, 10) / 100);
    params[name] = name === 'decoder.embedding' ? tf.mul(old, 25) : tf.tensor(shift, old.shape); // embeddings as in pixel-maps.test.ts
  }
  passes = makePasses({ config: CONFIG, params, optimizer: null });
});
afterAll(() => passes.dispose());

/** The picture with a patch of the 2 x 3 painted white. */
function whiteAt(pixels: Uint8Array, patch: number): Uint8Array {
  return pixels.map((value, i) => {
    const pixel = Math.floor(i / 3);
    return Math.floor(pixel / W / PATCH) * 3 + Math.floor((pixel % W) / PATCH) === patch ? 255 : value;
  });
}

/** Loss of each target, from the model directly. */
async function lossesOf(pixels: Uint8Array): Promise<Float32Array> {
  const { loss, tokenLoss } = evaluateLoss(params, CONFIG, { ...MICRO, image: { ...IMAGE, pixels } });
  const losses = await tokenLoss.data<'float32'>();
  tf.dispose([loss, tokenLoss]);
  return losses;
}

const ask = (question: Partial<AttributionQuestion>, steps?: number) =>
  attribute(passes, MICRO, { positions: POSITIONS, method: 'gradient-input', aggregate: 'mean', ...question }, steps);
const pictureOf = ({ image }: MicroBatch): Uint8Array => (image as ImageBatch).pixels; // MICRO has one

test('integrated gradients add up to the loss of the picture less that of a white page', async () => {
  const [picture, white] = [await lossesOf(pictureOf(MICRO)), await lossesOf(IMAGE.pixels.slice().fill(255))];
  const difference = (positions: readonly number[]) => positions.reduce((sum, t) => sum + (picture[t] ?? 0) - (white[t] ?? 0), 0);
  for (const positions of [[3], [3, 5]]) {
    const { map, completeness } = await ask({ positions, method: 'integrated-gradients', aggregate: 'sum' });
    const sum = map.reduce((total, score) => total + score, 0);
    expect(Math.abs(sum)).toBeGreaterThan(0.05);
    expect(Math.abs(sum - difference(positions))).toBeLessThan(0.02 * Math.abs(sum));
    expect(completeness?.attributed).toBeCloseTo(sum, 4);
    expect(completeness?.difference).toBeCloseTo(difference(positions), 4);
  }
});

test('the error of integrated gradients is told, and is larger with few steps', async () => {
  const gap = async (steps: number) => {
    const { completeness } = await ask({ method: 'integrated-gradients' }, steps);
    if (completeness === null) throw new Error('no completeness');
    return Math.abs(completeness.attributed - completeness.difference);
  };
  expect(await gap(1)).toBeGreaterThan(4 * (await gap(32)));
});

test('occlusion is what the loss of the picture is above that without the patch', async () => {
  const before = await lossesOf(pictureOf(MICRO));
  const { map, completeness } = await ask({ method: 'occlusion', aggregate: 'sum' });
  expect(completeness).toBeNull();
  for (let patch = 0; patch < 6; patch++) {
    const after = await lossesOf(whiteAt(pictureOf(MICRO), patch));
    const expected = POSITIONS.reduce((sum, t) => sum + (before[t] ?? 0) - (after[t] ?? 0), 0);
    const scores = map.filter((_, i) => Math.floor(i / W / PATCH) * 3 + Math.floor((i % W) / PATCH) === patch);
    expect(new Set(scores).size).toBe(1);
    expect(Math.abs((scores[0] ?? 0) * PATCH * PATCH - expected)).toBeLessThan(1e-4);
    expect(Math.abs(expected) > 1e-3).toBe(patch !== 4); // a white patch has nothing to take away
  }
});

test('mean, sum and largest of the tokens are those of their maps', async () => {
  for (const method of ['gradient-input', 'gradient', 'occlusion'] as const) {
    const maps = await Promise.all(POSITIONS.map(async (position) => (await ask({ positions: [position], method })).map));
    const [first = new Float32Array(), second = new Float32Array()] = maps;
    const of = async (aggregate: AttributionQuestion['aggregate']) => (await ask({ method, aggregate })).map;
    const sum = first.map((score, i) => score + (second[i] ?? 0));
    expect(relativeDistance(await of('sum'), sum), method).toBeLessThan(1e-4);
    expect(
      relativeDistance(
        await of('mean'),
        sum.map((score) => score / 2),
      ),
      method,
    ).toBeLessThan(1e-4);
    const largest = first.map((score, i) => (Math.abs(score) >= Math.abs(second[i] ?? 0) ? score : (second[i] ?? 0)));
    expect(relativeDistance(await of('max'), largest), method).toBeLessThan(1e-5);
    expect(Math.min(...largest)).toBeLessThan(0);
  }
});

test('leaks no tensor, and names what it cannot do', async () => {
  const before = tf.memory().numTensors;
  await ask({ method: 'integrated-gradients' }, 2);
  await ask({ method: 'occlusion', aggregate: 'max' });
  expect(tf.memory().numTensors).toBe(before);
  await expect(ask({ positions: [] })).rejects.toThrow(/attribute: expected one example with a picture and at least one position/);
  const many = Array.from({ length: 65 }, (_, i) => i);
  await expect(ask({ positions: many, aggregate: 'max' })).rejects.toThrow(/at most 64 tokens for the largest of any token, got 65: choose mean/);
});
