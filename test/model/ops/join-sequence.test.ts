import { beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import { joinSequence, joinSequencePlain } from '../../../src/model/ops/join-sequence.ts';
import { opSuite } from '../../support/op-suite.ts';
import { randomInput } from '../../support/gradient-check.ts';
import * as tf from '../../../src/model/tf.ts';

const at =
  (f: typeof joinSequence) =>
  (...[vision, words]: tf.Tensor[]): tf.Tensor =>
    f(vision as tf.Tensor2D, words as tf.Tensor2D, 2);

opSuite(
  [
    {
      name: '3 + 1 positions',
      op: at(joinSequence),
      plain: at(joinSequencePlain),
      inputs: [randomInput('vision', [6, 3]), randomInput('words', [2, 3])],
    },
  ],
  [
    { name: 'channels', call: () => joinSequence(tf.zeros([2, 3]), tf.zeros([2, 4]), 2), message: /joinSequence vision: .*axis D must be 4/ },
    { name: 'rows', call: () => joinSequence(tf.zeros([3, 4]), tf.zeros([2, 4]), 2), message: /joinSequence: expected rows for each of 2 examples/ },
  ],
);

beforeAll(async () => {
  await openBackend('cpu');
});

test('puts the image tokens of each example before its words', async () => {
  const joined = joinSequence(tf.tensor2d([1, 2, 3, 4], [4, 1]), tf.tensor2d([10, 20], [2, 1]), 2);
  expect(Array.from(await joined.data())).toEqual([1, 2, 10, 3, 4, 20]);
});

test('without image tokens the words are the sequence', () => {
  const words = tf.zeros<tf.Rank.R2>([4, 3]);
  expect(joinSequence(null, words, 2)).toBe(words);
});
