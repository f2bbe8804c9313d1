/** The toy of the bench: its sizes, and that three engines that share no code compute the same steps. */
import * as jax from '@jax-js/jax';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../bench/engine.ts';
import { makeJaxToy } from '../../bench/toy/jax.ts';
import { makeOurToy } from '../../bench/toy/ours.ts';
import { TOY, toyBatch, toyFlop, toyWeights } from '../../bench/toy/shape.ts';
import { makeStockToy } from '../../bench/toy/stock.ts';
import { openBackend } from '../../src/model/backend.ts';
import * as tf from '../../src/model/tf.ts';

const SEED = 7;
const STEPS = 3;

describe('sizes', () => {
  test('it has 108,288 parameters, all finite, the same for the same seed', () => {
    const weights = toyWeights(SEED);
    const all = Object.values(weights).flatMap(({ values }) => [...values]);
    expect(all).toHaveLength(108_288);
    expect(all.every(Number.isFinite)).toBe(true);
    expect(toyWeights(SEED)).toEqual(weights);
    expect(toyWeights(SEED + 1)['token']).not.toEqual(weights['token']);
  });

  test('a batch is 512 tokens of the vocabulary, and each target is the next token', () => {
    const { tokens, targets } = toyBatch(SEED);
    expect([tokens.length, targets.length]).toEqual([512, 512]);
    expect([...tokens, ...targets].every((token) => token >= 0 && token < TOY.vocabulary)).toBe(true);
    for (let i = 0; i < 511; i++) if ((i + 1) % TOY.positions !== 0) expect(targets[i]).toBe(tokens[i + 1]);
  });

  test('a step is 344 million operations', () => {
    // 98,304 weights of the layers and 5,568 of the output, 6 x 512 each; attention: 2 layers x 6 x 64 positions x 64 wide x 512.
    expect(toyFlop()).toBe((98_304 + 5568) * 6 * 512 + 2 * 6 * 64 * 64 * 512);
  });
});

describe('engines', () => {
  let expected: number[];
  beforeAll(async () => {
    await openBackend('wasm');
    expected = await lossesOf(makeStockToy(toyWeights(SEED), toyBatch(SEED)));
  });

  test('stock tfjs learns: the loss starts away from log(vocabulary) and falls', () => {
    expect(Math.abs((expected[0] ?? 0) - Math.log(TOY.vocabulary))).toBeGreaterThan(0.5);
    expect(expected[2]).toBeLessThan((expected[0] ?? 0) - 0.3);
  });

  test('ours has the same losses, and leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    close(await lossesOf(makeOurToy(toyWeights(SEED), toyBatch(SEED))), expected);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('jax-js has the same losses', async () => {
    helpIterators();
    close(await lossesOf(makeJaxToy(jax, toyWeights(SEED), toyBatch(SEED))), expected);
  });
});

async function lossesOf(engine: Engine): Promise<number[]> {
  const losses: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    await engine.start();
    losses.push(await engine.loss());
  }
  engine.dispose();
  return losses;
}

function close(actual: readonly number[], wanted: readonly number[]): void {
  expect(actual).toHaveLength(wanted.length);
  actual.forEach((loss, i) => expect(Math.abs(loss - (wanted[i] ?? Number.NaN)), `step ${i}`).toBeLessThan(i === 0 ? 1e-4 : 1e-3));
}

/** jax-js 0.1.25 calls `map` of iterators, which Node has from version 22 on. */
function helpIterators(): void {
  const prototype = Object.getPrototypeOf(Object.getPrototypeOf([].values())) as { map?: unknown };
  prototype.map ??= function map(this: Iterable<unknown>, f: (value: unknown) => unknown) {
    return Array.from(this, f); // an array has all that is asked of it afterwards
  };
}
