import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import type { Engine } from '../../../src/model/backend.ts';
import * as tf from '../../../src/model/tf.ts';
import { captionedBatch } from '../../../src/study/encoders/captioned-pictures.ts';
import { decodeEncoder, encodeEncoder } from '../../../src/study/encoders/encoder-file.ts';
import { ENCODER_KINDS } from '../../../src/study/encoders/encoder-recipe.ts';
import type { EncoderKind } from '../../../src/study/encoders/encoder-recipe.ts';
import { openEncoderTraining } from '../../../src/study/encoders/encoder-training.ts';
import type { EncoderState } from '../../../src/study/encoders/encoder-training.ts';
import { familyOf } from '../../../src/tasks/puzzles/families.ts';
import { collectWords, makeWordPieces } from '../../../src/study/encoders/word-pieces.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openBackend('wasm');
});
afterAll(() => engine.close());

const pieces = makeWordPieces(
  collectWords(
    captionedBatch('test', 0, 32, [familyOf(14)]).map(({ caption }) => caption),
    1,
  ),
);
/** Every number of a state, as a hash of its bits. */
const bitsOf = ({ step, weights, memory, optimizer }: EncoderState): Record<string, string | number> => {
  const arrays = { ...optimizer.m, ...Object.fromEntries(Object.entries(optimizer.v).map(([name, data]) => [`v.${name}`, data])) };
  const stored = Object.entries({ ...weights, ...memory }).map(([name, { data }]) => [`w.${name}`, data] as const);
  const hash = (data: Float32Array): string =>
    createHash('sha1')
      .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
      .digest('hex');
  return { step, ...Object.fromEntries([...Object.entries(arrays), ...stored].map(([name, data]) => [name, hash(data)])) };
};

const recipeOf = (kind: EncoderKind) => ({ kind, steps: 20, batchSize: 2, learningRate: 2e-3, seed: 3, puzzles: [14] });

describe.each(ENCODER_KINDS)('a %s encoder', (kind) => {
  test('is the same to the bit when its training was saved and gone on with', async () => {
    const whole = openEncoderTraining(recipeOf(kind), pieces, null);
    const losses = [await whole.train(), await whole.train()];
    const first = openEncoderTraining(recipeOf(kind), pieces, null);
    expect(await first.train()).toBe(losses[0]);
    const rest = openEncoderTraining(recipeOf(kind), pieces, await first.state());
    expect(await rest.train()).toBe(losses[1]);
    expect(bitsOf(await rest.state())).toEqual(bitsOf(await whole.state()));
    for (const each of [whole, first, rest]) each.dispose();
  }, 60_000);

  test('leaves no tensor behind in a step', async () => {
    const training = openEncoderTraining(recipeOf(kind), pieces, null);
    await training.train();
    const before = tf.memory().numTensors;
    await training.train();
    expect(tf.memory().numTensors).toBe(before);
    training.dispose();
  }, 60_000);

  test('keeps its towers in a file, and what they were trained with out of it', async () => {
    const training = openEncoderTraining(recipeOf(kind), pieces, null);
    const { weights } = await training.state();
    training.dispose();
    const file = decodeEncoder(encodeEncoder(kind, pieces.words, weights));
    expect(Object.keys(file.weights).every((name) => /^(vision|text)\./.test(name))).toBe(true);
    expect(file.words).toEqual(kind === 'contrastive' ? pieces.words : []);
    const [original, kept] = [weights['vision.patch.weight']?.data, file.weights['vision.patch.weight']?.data];
    expect(kept).toHaveLength(original?.length ?? 0);
    original?.forEach((value, i) => expect(Math.abs(value - (kept?.[i] ?? 9))).toBeLessThan(1e-3));
    expect(() => decodeEncoder(encodeEncoder(kind, pieces.words, weights).slice(0, -8))).toThrow(/cut off|ends with/);
  }, 60_000);
});

test('a contrastive pair learns which caption belongs to which picture', async () => {
  const training = openEncoderTraining({ ...recipeOf('contrastive'), steps: 12, batchSize: 8 }, pieces, null);
  const losses: number[] = [];
  for (let i = 0; i < 12; i++) losses.push(await training.train());
  training.dispose();
  expect(Math.min(...losses.slice(-3))).toBeLessThan(0.8 * (losses[0] ?? 0));
}, 60_000);
