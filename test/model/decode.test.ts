import { beforeAll, describe, expect, test } from 'vitest';
import { makeRng } from '../../src/lib/rng.ts';
import { openBackend } from '../../src/model/backend.ts';
import type { MicroBatch } from '../../src/model/batch.ts';
import { presetConfig } from '../../src/model/config.ts';
import { decode, greedyDecode, makeDecoder, type DecodePrompts } from '../../src/model/decode.ts';
import { initParams, type Params } from '../../src/model/params.ts';
import * as tf from '../../src/model/tf.ts';
import { forwardLogits } from '../../src/model/vlm.ts';
import { randomMicro, rowOf } from '../support/model-inputs.ts';

const V = 20;
const CONFIG = presetConfig('micro', V);
const LENGTHS = Int32Array.from([9, 6, 7, 9]);
const NEVER = -1;
let params: Params;

/** Wider embeddings than at the start of training, so that the answers are not one token repeated. */
async function livelyParams(): Promise<Params> {
  const made = initParams(CONFIG, makeRng('test', 'decode'));
  for (const [name, tensor] of Object.entries(made)) {
    if (!/embedding|attention|mlp/.test(name)) continue;
    made[name] = tf.mul(tensor, name.endsWith('embedding') ? 20 : 3);
    tensor.dispose();
  }
  return made;
}

function prompts(grid: readonly [number, number] | null): DecodePrompts {
  return { ...randomMicro({ batch: 4, length: 9, vocabulary: V, grid }), lengths: LENGTHS };
}

/** The slow way: the whole forward pass for every token of one row. */
async function decodeWithoutCache(all: DecodePrompts, row: number, count: number): Promise<number[]> {
  const empty = { targets: new Int32Array(36), lossWeights: new Float32Array(36), kinds: new Uint8Array(36) };
  const one = rowOf({ ...all, ...empty }, row);
  const length = all.lengths[row] ?? 0;
  const written: number[] = [];
  for (let step = 0; step < count; step++) {
    const T = length + step;
    const grown = (values: Int32Array, tail: readonly number[]): Int32Array => Int32Array.from([...values.slice(0, length), ...tail]);
    const zeros = written.map(() => 0);
    const micro: MicroBatch = {
      ...one,
      textLength: T,
      tokens: grown(one.tokens, written),
      lines: grown(one.lines, zeros),
      columns: grown(one.columns, zeros),
      targets: new Int32Array(T),
      lossWeights: new Float32Array(T),
    };
    const best = tf.tidy(() => tf.argMax(tf.reshape(tf.slice(forwardLogits(params, CONFIG, micro), [0, T - 1, 0], [1, 1, V]), [V])));
    written.push((await best.data())[0] ?? NEVER);
    best.dispose();
  }
  return written;
}

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend);
    params = await livelyParams();
  });

  test.each([
    ['text', null],
    ['image', [2, 3]],
  ] as const)('decoding %s prompts of different length with the cache equals the argmax of full forward passes', async (_, grid) => {
    const all = prompts(grid);
    const answers = await greedyDecode(params, CONFIG, all, { maxNewTokens: 6, eosId: NEVER });
    for (let row = 0; row < 4; row++) expect(Array.from(answers[row] ?? []), `row ${row}`).toEqual(await decodeWithoutCache(all, row, 6));
    expect(new Set(answers.flatMap((answer) => Array.from(answer))).size).toBeGreaterThan(3);
  });
});

describe('sampling', () => {
  const tokensOf = (answers: readonly Int32Array[]): number[][] => answers.map((answer) => Array.from(answer));
  const sampled = async (sampling: Parameters<typeof decode>[3]['sampling'], all = prompts(null)): Promise<number[][]> =>
    tokensOf(await decode(params, CONFIG, all, { maxNewTokens: 8, eosId: NEVER, ...(sampling === undefined ? {} : { sampling }) }));

  test('a seed gives the same tokens each time, another seed others', async () => {
    const first = await sampled({ temperature: 2, seed: 1 });
    expect(await sampled({ temperature: 2, seed: 1 })).toEqual(first);
    expect(await sampled({ temperature: 2, seed: 2 })).not.toEqual(first);
  });

  test('a row draws the same alone, when its number is named, as in the batch', async () => {
    const micro = randomMicro({ batch: 4, length: 9, vocabulary: V, grid: [2, 3] });
    const together = await sampled({ temperature: 2, seed: 3 }, { ...micro, lengths: LENGTHS });
    const one = { ...rowOf(micro, 2), lengths: LENGTHS.slice(2, 3) };
    expect(await sampled({ temperature: 2, seed: 3, firstRow: 2 }, one)).toEqual([together[2]]);
    expect(await sampled({ temperature: 2, seed: 3 }, one)).not.toEqual([together[2]]);
  });

  test('temperature 0, a temperature near 0 and top 1 are greedy', async () => {
    const greedy = await sampled(undefined);
    expect(await sampled({ temperature: 0, seed: 1 })).toEqual(greedy);
    expect(await sampled({ temperature: 1e-6, seed: 1 })).toEqual(greedy);
    expect(await sampled({ temperature: 3, topK: 1, seed: 1 })).toEqual(greedy);
  });

  test('first tokens of many rows are spread as the softmax says', async () => {
    const B = 400;
    const one = rowOf(randomMicro({ batch: 1, length: 3, vocabulary: V, grid: null }), 0);
    const repeat = (values: Int32Array): Int32Array => Int32Array.from({ length: B * 3 }, (_, i) => values[i % 3] ?? 0);
    const many = { ...one, batchSize: B, tokens: repeat(one.tokens), lines: repeat(one.lines), columns: repeat(one.columns) };
    const options = { maxNewTokens: 1, eosId: NEVER, sampling: { temperature: 4, seed: 5 } };
    const answers = await decode(params, CONFIG, { ...many, lengths: new Int32Array(B).fill(3) }, options);
    const logits = tf.tidy(() => tf.reshape(tf.slice(forwardLogits(params, CONFIG, one), [0, 2, 0], [1, 1, V]), [V]));
    const weights = Array.from(await logits.data<'float32'>(), (logit) => Math.exp(logit / 4));
    logits.dispose();
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let chiSquare = 0;
    weights.forEach((weight, token) => {
      const expected = (weight / total) * B;
      const seen = answers.filter((answer) => answer[0] === token).length;
      chiSquare += (seen - expected) ** 2 / expected;
    });
    expect(chiSquare).toBeLessThan(43.8); // 0.1 % of chi-square with 19 degrees of freedom lie above
  });

  test.each([
    [{ temperature: -1, seed: 1 }, /a temperature of 0 or more, got -1/],
    [{ temperature: 1, topK: 0, seed: 1 }, /a whole topK of 1 or more, got 0/],
    [{ temperature: 1, topP: 1.5, seed: 1 }, /topP above 0 and at most 1, got 1.5/],
    [{ temperature: 1, seed: 0.5 }, /a whole number as seed, got 0.5/],
  ])('%j is refused', async (sampling, message) => {
    await expect(sampled(sampling)).rejects.toThrow(message);
  });
});

test('a decoder reads the weights as they are at each call', async () => {
  const decoder = makeDecoder(params, CONFIG);
  const options = { maxNewTokens: 4, eosId: NEVER };
  const before = await decoder.decode(prompts(null), options);
  const name = 'decoder.layers.0.mlp.down';
  const old = params[name];
  if (old === undefined) throw new Error('no such weight');
  params[name] = tf.mul(old, -3);
  const after = await decoder.decode(prompts(null), options);
  params[name].dispose();
  params[name] = old;
  expect(after).not.toEqual(before);
  expect(await decoder.decode(prompts(null), options)).toEqual(before);
  decoder.dispose();
});

describe('stopping', () => {
  test('a row ends before its eos, the others go on, and finished rows leave the batch without a trace', async () => {
    const all = prompts([2, 3]);
    const free = await greedyDecode(params, CONFIG, all, { maxNewTokens: 12, eosId: NEVER });
    const eosId = free[0]?.[2] ?? NEVER;
    const stopped = await greedyDecode(params, CONFIG, all, { maxNewTokens: 12, eosId });
    free.forEach((answer, row) => {
      const end = answer.indexOf(eosId);
      expect(Array.from(stopped[row] ?? [])).toEqual(Array.from(end < 0 ? answer : answer.slice(0, end)));
    });
    expect(new Set(stopped.map((answer) => answer.length)).size).toBeGreaterThan(1);
  });

  test('zero new tokens give empty answers', async () => {
    const answers = await greedyDecode(params, CONFIG, prompts(null), { maxNewTokens: 0, eosId: NEVER });
    expect(answers.map((answer) => answer.length)).toEqual([0, 0, 0, 0]);
  });

  test('progress counts steps and finished rows', async () => {
    const seen: number[] = [];
    await greedyDecode(params, CONFIG, prompts(null), { maxNewTokens: 3, eosId: NEVER, onProgress: ({ step }) => seen.push(step) });
    expect(seen).toEqual([1, 2, 3]);
  });

  test('an abort rejects with its reason and frees everything, as does a full run', async () => {
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const aborted = greedyDecode(params, CONFIG, prompts(null), {
      maxNewTokens: 50,
      eosId: NEVER,
      signal: controller.signal,
      onProgress: ({ step }) => step === 5 && controller.abort(new Error('stopped by the test')),
    });
    await expect(aborted).rejects.toThrow('stopped by the test');
    expect(tf.memory().numTensors).toBe(before);
    await greedyDecode(params, CONFIG, prompts([2, 3]), { maxNewTokens: 5, eosId: 3 });
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('lengths outside the prompt are refused', async () => {
  const all = { ...prompts(null), lengths: Int32Array.from([9, 0, 7, 9]) };
  await expect(greedyDecode(params, CONFIG, all, { maxNewTokens: 1, eosId: NEVER })).rejects.toThrow(/decode: expected lengths in 1\.\.9, got 0/);
});
