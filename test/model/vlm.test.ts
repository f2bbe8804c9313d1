import { beforeAll, describe, expect, test } from 'vitest';
import { makeRng } from '../../src/lib/rng.ts';
import { openBackend } from '../../src/model/backend.ts';
import type { MicroBatch } from '../../src/model/batch.ts';
import { presetConfig } from '../../src/model/config.ts';
import { initParams, paramOf, type Params } from '../../src/model/params.ts';
import * as tf from '../../src/model/tf.ts';
import { evaluateLoss, forwardLogits, lossAndGradients, reachedParameters } from '../../src/model/vlm.ts';
import { leakedTensors } from '../support/leak.ts';
import { randomMicro } from '../support/model-inputs.ts';

const V = 20;
const CONFIG = presetConfig('micro', V);
const LANGUAGE = { languageWeight: 1, readingWeight: 0 };
const TEXT = randomMicro({ batch: 2, length: 10, vocabulary: V, grid: null });
const IMAGE = randomMicro({ batch: 2, length: 10, vocabulary: V, grid: [2, 3] });
let params: Params;

beforeAll(async () => {
  await openBackend('wasm');
  params = initParams(CONFIG, makeRng('test', 'vlm'));
});

async function logitsOf(micro: MicroBatch): Promise<Float32Array> {
  const logits = forwardLogits(params, CONFIG, micro);
  const values = Float32Array.from(await logits.data<'float32'>());
  logits.dispose();
  return values;
}

/** Positions (row b of T) whose logits differ. */
async function changedPositions(a: MicroBatch, b: MicroBatch): Promise<number[]> {
  const [x, y] = [await logitsOf(a), await logitsOf(b)];
  const changed = new Set<number>();
  x.forEach((value, i) => {
    if (Math.abs(value - (y[i] ?? Number.NaN)) > 1e-6) changed.add(Math.floor(i / V));
  });
  return [...changed].sort((p, q) => p - q);
}

function withToken(micro: MicroBatch, at: number, token: number): MicroBatch {
  const tokens = micro.tokens.slice();
  tokens[at] = token;
  return { ...micro, tokens };
}

describe('what a position sees', () => {
  test.each([
    ['text', TEXT],
    ['image', IMAGE],
  ])('changing token 4 of a %s example changes the logits from there on, of that example only', async (_, micro) => {
    const other = withToken(micro, 4, ((micro.tokens[4] ?? 0) + 1) % V);
    expect(await changedPositions(micro, other)).toEqual([4, 5, 6, 7, 8, 9]);
  });

  test('changing the last patch changes all text: image tokens come first', async () => {
    const image = IMAGE.image;
    if (image === null) throw new Error('no image');
    const pixels = image.pixels.slice();
    pixels.fill(0, pixels.length / 2 - 48, pixels.length / 2); // the last patch of the first example
    const changed = await changedPositions(IMAGE, { ...IMAGE, image: { ...image, pixels } });
    expect(changed).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('padding after a text changes nothing before it', async () => {
    const longer = randomMicro({ batch: 1, length: 14, vocabulary: V, grid: null });
    const cut = (values: Int32Array): Int32Array => values.slice(0, 10);
    const shorter = { ...longer, textLength: 10, tokens: cut(longer.tokens), lines: cut(longer.lines), columns: cut(longer.columns) };
    const fit = { ...shorter, targets: cut(longer.targets), lossWeights: longer.lossWeights.slice(0, 10) };
    const [long, short] = [await logitsOf(longer), await logitsOf(fit)];
    expect(Math.max(...short.map((value, i) => Math.abs(value - (long[i] ?? Number.NaN))))).toBeLessThan(1e-5);
  });

  test('line and column of a prompt token matter', async () => {
    const lines = TEXT.lines.slice();
    lines[2] = ((lines[2] ?? 0) % 5) + 1;
    expect(await changedPositions(TEXT, { ...TEXT, lines })).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

describe('lossAndGradients', () => {
  test.each([
    ['a text', TEXT, LANGUAGE, ['decoder']],
    ['an image', IMAGE, LANGUAGE, ['adapter', 'convnext', 'decoder', 'vit']],
    ['reading alone', IMAGE, { languageWeight: 0, readingWeight: 1 }, ['adapter', 'convnext', 'reading', 'vit']],
    ['reading as embeddings', IMAGE, { languageWeight: 0, readingWeight: 1, readingTarget: 'embedding' as const }, ['adapter', 'convnext', 'vit']],
  ])('%s reaches exactly its own parts of the model', (_, micro, weights, parts) => {
    const { loss, gradients, tokenLoss, readingLoss } = lossAndGradients(params, CONFIG, micro, weights);
    expect([...new Set(Object.keys(gradients).map((name) => name.split('.')[0]))].sort()).toEqual(parts);
    expect(Object.keys(gradients)).toEqual(reachedParameters(params, micro, weights));
    for (const [name, gradient] of Object.entries(gradients)) expect(gradient.shape).toEqual(paramOf(params, name).shape);
    tf.dispose([loss, gradients, tokenLoss]);
    readingLoss?.dispose();
  });

  test.each([
    ['text', TEXT, LANGUAGE],
    ['image with reading', IMAGE, { languageWeight: 1, readingWeight: 0.5 }],
  ])('leaks no tensor: %s', async (_, micro, weights) => {
    expect(
      await leakedTensors(() => {
        const { loss, gradients, tokenLoss, readingLoss } = lossAndGradients(params, CONFIG, micro, weights);
        return readingLoss === null ? [loss, gradients, tokenLoss] : [loss, gradients, tokenLoss, readingLoss];
      }),
    ).toBe(0);
    expect(
      await leakedTensors(() => {
        const { loss, tokenLoss } = evaluateLoss(params, CONFIG, micro);
        return [loss, tokenLoss];
      }),
    ).toBe(0);
  });

  test('the loss is the weighted sum of the token losses, which are 0 where not counted', async () => {
    const { loss, tokenLoss } = evaluateLoss(params, CONFIG, TEXT);
    const losses = await tokenLoss.data<'float32'>();
    const sum = losses.reduce((total, value, i) => total + value * (TEXT.lossWeights[i] ?? 0), 0);
    expect((await loss.data())[0]).toBeCloseTo(sum, 5);
    expect(Array.from(losses.slice(0, 5))).toEqual([0, 0, 0, 0, 0]);
    expect(Math.min(...losses.slice(5, 10))).toBeGreaterThan(0);
    tf.dispose([loss, tokenLoss]);
  });

  test('two micro-batches with half the examples each sum to the whole batch', async () => {
    const whole = lossAndGradients(params, CONFIG, TEXT, LANGUAGE);
    const halves = [0, 1].map((b) => {
      const part = <A extends Int32Array | Float32Array | Uint8Array>(values: A): A => values.slice(b * 10, (b + 1) * 10) as A;
      const micro = { ...TEXT, batchSize: 1, tokens: part(TEXT.tokens), lines: part(TEXT.lines), columns: part(TEXT.columns) };
      const rest = { targets: part(TEXT.targets), lossWeights: part(TEXT.lossWeights), kinds: part(TEXT.kinds) };
      return lossAndGradients(params, CONFIG, { ...micro, ...rest }, LANGUAGE);
    });
    const name = 'decoder.layers.0.mlp.up';
    const [a, b] = await Promise.all(halves.map(async ({ gradients }) => paramOf(gradients, name).data()));
    const expected = await paramOf(whole.gradients, name).data();
    expect(Math.max(...Array.from(expected, (value, i) => Math.abs(value - (a?.[i] ?? 0) - (b?.[i] ?? 0))))).toBeLessThan(1e-6);
    tf.dispose([whole, ...halves].flatMap(({ loss, gradients, tokenLoss }) => [loss, tokenLoss, ...Object.values(gradients)]));
  });
});

describe('learning', () => {
  test.each([
    ['text', TEXT, LANGUAGE],
    ['image', IMAGE, { languageWeight: 1, readingWeight: 1 }],
  ])('overfits one %s batch', async (_, micro, weights) => {
    const own = initParams(CONFIG, makeRng('test', 'overfit'));
    const moments = Object.fromEntries(Object.entries(own).map(([name, tensor]) => [name, tf.zerosLike(tensor)]));
    let last = Number.POSITIVE_INFINITY;
    for (let step = 0; step < 120 && last > 0.05; step++) {
      const { loss, gradients, tokenLoss, readingLoss } = lossAndGradients(own, CONFIG, micro, weights);
      last = (await loss.data())[0] ?? Number.NaN;
      for (const [name, gradient] of Object.entries(gradients)) {
        // RMSProp with bias correction: enough to show that the gradients point downhill.
        const [parameter, moment] = [paramOf(own, name), paramOf(moments, name)];
        const next = tf.tidy(() => tf.add(tf.mul(moment, 0.95), tf.mul(tf.square(gradient), 0.05)));
        const scale = 1 / (1 - 0.95 ** (step + 1));
        own[name] = tf.tidy(() => tf.sub(parameter, tf.mul(tf.div(gradient, tf.add(tf.sqrt(tf.mul(next, scale)), 1e-6)), 3e-3)));
        moments[name] = next;
        tf.dispose([parameter, moment]);
      }
      tf.dispose([loss, gradients, tokenLoss]);
      readingLoss?.dispose();
    }
    expect(last).toBeLessThan(0.05);
    tf.dispose([own, moments]);
  });
});

describe('bad input', () => {
  test.each([
    ['tokens of the wrong length', { ...TEXT, tokens: new Int32Array(3) }, /vlm: expected tokens \[2, 10\], got 3 values/],
    ['a token outside the vocabulary', withToken(TEXT, 0, V), /vlm: expected tokens in 0\.\.19, got 20/],
    ['a line outside the table', { ...TEXT, lines: new Int32Array(20).fill(14) }, /vlm: expected lines in 0\.\.13, got 14/],
  ])('%s gives one clear message', (_, micro, message) => {
    expect(() => lossAndGradients(params, CONFIG, micro, LANGUAGE)).toThrow(message);
  });

  test('a grid larger than the tables, or too few pixels, gives one clear message', () => {
    const image = IMAGE.image;
    if (image === null) throw new Error('no image');
    const large = { ...IMAGE, image: { ...image, gridRows: 14 } };
    const short = { ...IMAGE, image: { ...image, pixels: image.pixels.slice(1) } };
    expect(() => lossAndGradients(params, CONFIG, large, LANGUAGE)).toThrow(/a grid of at most 13 x 13, got 14 x 3/);
    expect(() => lossAndGradients(params, CONFIG, short, LANGUAGE)).toThrow(/pixelTensor: expected 9216 bytes/);
  });

  test('a loss without any part is refused', () => {
    expect(() => lossAndGradients(params, CONFIG, TEXT, { languageWeight: 0, readingWeight: 1 })).toThrow(/vlm: expected a loss/);
  });
});
