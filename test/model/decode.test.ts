import { beforeAll, describe, expect, test } from 'vitest';
import { makeRng } from '../../src/lib/rng.ts';
import { openBackend } from '../../src/model/backend.ts';
import type { MicroBatch } from '../../src/model/batch.ts';
import { presetConfig } from '../../src/model/config.ts';
import { greedyDecode, type DecodePrompts } from '../../src/model/decode.ts';
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
  await expect(greedyDecode(params, CONFIG, all, { maxNewTokens: 1, eosId: NEVER })).rejects.toThrow(
    /greedyDecode: expected lengths in 1\.\.9, got 0/,
  );
});
