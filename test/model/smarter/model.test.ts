import { beforeAll, describe, expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { makeAdamW } from '../../../src/model/adamw.ts';
import { openBackend } from '../../../src/model/backend.ts';
import { attentionMaps } from '../../../src/model/smarter/attention-maps.ts';
import type { SmarterBatch } from '../../../src/model/smarter/batch.ts';
import {
  asCodedConfig,
  baselineConfig,
  checkConfig,
  describedConfig,
  SEQUENCE_STEPS,
  type PuzzleSpec,
  type SmarterConfig,
} from '../../../src/model/smarter/config.ts';
import { keepMask } from '../../../src/model/smarter/dropout.ts';
import { initSmarter, smarterShapes } from '../../../src/model/smarter/params.ts';
import { evaluateSmarter, readAnswers, smarterGradients, type SmarterAnswer } from '../../../src/model/smarter/step.ts';
import type { Params } from '../../../src/model/params.ts';
import * as tf from '../../../src/model/tf.ts';
import { leakedTensors } from '../../support/leak.ts';

const PUZZLES: readonly PuzzleSpec[] = [
  { id: 2, kind: 'classes', classes: 4, skill: 'count' },
  { id: 16, kind: 'sequence', classes: 5, skill: 'path' },
  { id: 9, kind: 'classes', classes: 6, skill: 'algebra' },
];
const SIZES = { puzzles: PUZZLES, imageDim: 12, imageTokenDim: 5, textDim: 8, textLength: 7, reprSize: 16, hiddenSize: 10, qfWidth: 12 };
const DESCRIBED = describedConfig(SIZES);
const CODED = asCodedConfig(SIZES);

/** A random batch of the puzzles given; text `b` has 2 + b mod 5 tokens. */
function randomBatch(puzzles: readonly number[], label = 'batch', textLength = 7): SmarterBatch {
  const rng = makeRng('test', label);
  const B = puzzles.length;
  const floats = (size: number): Float32Array => Float32Array.from({ length: size }, () => 2 * rng.unit() - 1);
  return {
    samples: B,
    textLength,
    puzzles: Int32Array.from(puzzles),
    image: floats(B * SIZES.imageDim),
    imageTokens: { count: 3, values: floats(B * 3 * SIZES.imageTokenDim) },
    text: floats(B * textLength * SIZES.textDim),
    textMask: Uint8Array.from({ length: B * textLength }, (_, i) => Number(i % textLength < 2 + (Math.floor(i / textLength) % 5))),
    targets: Int32Array.from({ length: B * SEQUENCE_STEPS }, () => rng.below(4)),
  };
}

/** Sample `b` alone. */
function only(batch: SmarterBatch, b: number): SmarterBatch {
  const row = <T extends { subarray(from: number, to: number): T; length: number }>(values: T): T => {
    const width = values.length / batch.samples;
    return values.subarray(b * width, (b + 1) * width);
  };
  const tokens = batch.imageTokens;
  return {
    samples: 1,
    textLength: batch.textLength,
    puzzles: row(batch.puzzles),
    image: row(batch.image),
    imageTokens: tokens === null ? null : { count: tokens.count, values: row(tokens.values) },
    text: row(batch.text),
    textMask: row(batch.textMask),
    targets: row(batch.targets),
  };
}

const paramsOf = (config: SmarterConfig): Params => initSmarter(config, makeRng('test', 'params'));

async function answersOf(params: Params, config: SmarterConfig, batch: SmarterBatch): Promise<readonly SmarterAnswer[]> {
  const result = evaluateSmarter(params, config, batch);
  const answers = await readAnswers(result, batch);
  tf.dispose([result.loss, result.rowLosses, result.rowClasses, result.rowChances]);
  return answers;
}

/** Loss and gradients as numbers. */
async function stepOf(params: Params, config: SmarterConfig, batch: SmarterBatch, options: Parameters<typeof smarterGradients>[3] = {}) {
  const { loss, rowLosses, rowClasses, rowChances, gradients } = smarterGradients(params, config, batch, options);
  const numbers: Record<string, Float32Array> = {};
  for (const [name, gradient] of Object.entries(gradients)) numbers[name] = Float32Array.from(await gradient.data<'float32'>());
  const value = (await loss.data())[0] ?? Number.NaN;
  tf.dispose([loss, rowLosses, rowClasses, rowChances, gradients]);
  return { loss: value, gradients: numbers };
}

async function mapsOf(params: Params, config: SmarterConfig, batch: SmarterBatch) {
  const { self, cross, r2 } = attentionMaps(params, config, batch);
  const numbers = { self: [...(await self.data())], cross: [...(await cross.data())], r2: [...(await r2.data())], shapes: [self.shape, cross.shape] };
  tf.dispose([self, cross, r2]);
  return numbers;
}

beforeAll(async () => {
  await openBackend('wasm');
});

describe('the QF layer', () => {
  const spread = (row: readonly number[]): number => Math.max(...row) - Math.min(...row);
  const otherText = (batch: SmarterBatch): SmarterBatch => ({ ...batch, text: batch.text.map((value) => -value + 0.3) });

  test('as coded looks everywhere alike, whatever the question, and its output does not change with it', async () => {
    const params = paramsOf(CODED);
    const batch = randomBatch([0]);
    const maps = await mapsOf(params, CODED, batch);
    expect(maps.shapes).toEqual([
      [2, 110, 110], // the places of the code's buffer, whatever the length of the text
      [2, 110, 110],
    ]);
    for (const map of [maps.self, maps.cross]) {
      expect(map[0]).toBeCloseTo(1 / 110, 6);
      expect(spread(map)).toBeLessThan(1e-7);
    }
    expect((await mapsOf(params, CODED, otherText(batch))).r2).toEqual(maps.r2);
    tf.dispose(params);
  });

  test('as described looks at tokens, not at padding, and its output changes with the question', async () => {
    const params = paramsOf(DESCRIBED);
    const batch = randomBatch([0, 0, 2]);
    const maps = await mapsOf(params, DESCRIBED, only(batch, 2)); // four tokens
    expect(maps.shapes).toEqual([
      [2, 4, 4],
      [2, 4, 4],
    ]);
    expect(spread(maps.self)).toBeGreaterThan(0.01);
    expect(spread(maps.cross)).toBeGreaterThan(0.001);
    const other = await mapsOf(params, DESCRIBED, otherText(only(batch, 2)));
    expect(spread(other.r2.map((value, i) => value - (maps.r2[i] ?? 0)))).toBeGreaterThan(0.001);
    tf.dispose(params);
  });

  test('over one image token looks at it alone', async () => {
    const config = describedConfig({ ...SIZES, imageTokens: 'one' });
    const params = paramsOf(config);
    const { cross } = await mapsOf(params, config, randomBatch([0]));
    expect(cross.every((weight) => weight === 1)).toBe(true);
    tf.dispose(params);
  });

  test('maps need one sample and a QF layer', () => {
    const without = describedConfig({ ...SIZES, text: 'mean' });
    expect(() => attentionMaps({}, without, randomBatch([0]))).toThrow(/a model with a QF layer/);
    expect(() => attentionMaps({}, DESCRIBED, randomBatch([0, 1]))).toThrow(/one sample/);
  });
});

test.each([
  ['described', DESCRIBED],
  ['as coded', CODED],
] as const)('three heads over eight channels, %s: two channels each, and a step leaves nothing behind', async (_, base) => {
  const config = checkConfig({ ...base, heads: 3 });
  const shapes = smarterShapes(config);
  expect([shapes['qf.self.query.weight'], shapes['qf.cross.query.weight'], shapes['qf.norm.weight']]).toEqual([[8, 6], [6, 6], [6]]);
  expect(shapes['composite.norm.weight']).toEqual([16 + 8 + 6]);
  const params = paramsOf(config);
  const batch = randomBatch([0, 1, 2]);
  const { loss, gradients } = await stepOf(params, config, batch, { dropoutRng: makeRng('test', 'dropout') });
  expect(loss).toBeGreaterThan(0);
  expect(Object.keys(gradients)).toContain('qf.cross.value.weight');
  expect((await mapsOf(params, config, randomBatch([0]))).shapes[0]?.[0]).toBe(3);
  tf.dispose(params);
});

describe('a sample', () => {
  test.each([
    ['described', DESCRIBED],
    ['baseline', baselineConfig(SIZES)],
    ['as coded', CODED],
  ])('gets the same answer alone, and in any place of a batch: %s', async (_name, config) => {
    const params = paramsOf(config);
    const batch = randomBatch([1, 0, 2, 0, 1, 2]);
    const together = await answersOf(params, config, batch);
    for (const [b, answer] of together.entries()) {
      const [alone] = await answersOf(params, config, only(batch, b));
      expect(alone?.classes).toEqual(answer.classes);
      expect(alone?.loss).toBeCloseTo(answer.loss, 5);
    }
    tf.dispose(params);
  });

  test('is solved when every step is right', async () => {
    const params = paramsOf(DESCRIBED);
    const batch = randomBatch([1, 0]);
    const [sequence, label] = await answersOf(params, DESCRIBED, batch);
    expect(sequence?.classes.length).toBe(10);
    expect(label?.classes.length).toBe(1);
    const targets = batch.targets.slice();
    targets.set(sequence?.classes ?? [], 0);
    expect((await answersOf(params, DESCRIBED, { ...batch, targets }))[0]?.isSolved).toBe(true);
    targets[9] = ((targets[9] ?? 0) + 1) % 5;
    expect((await answersOf(params, DESCRIBED, { ...batch, targets }))[0]?.isSolved).toBe(false);
    tf.dispose(params);
  });
});

describe('the loss', () => {
  test('is the mean over puzzles of the mean over samples, with the weights of the skills', async () => {
    const params = paramsOf(DESCRIBED);
    const batch = randomBatch([0, 0, 0, 1, 2]);
    const of = (await answersOf(params, DESCRIBED, batch)).map(({ loss }) => loss);
    const [count, path, algebra] = [((of[0] ?? 0) + (of[1] ?? 0) + (of[2] ?? 0)) / 3, of[3] ?? 0, of[4] ?? 0];
    expect((await stepOf(params, DESCRIBED, batch)).loss).toBeCloseTo((count + path + algebra) / 3, 5);
    const skillWeights = { count: 1, path: 2, algebra: 5 };
    expect((await stepOf(params, DESCRIBED, batch, { skillWeights })).loss).toBeCloseTo((count + 2 * path + 5 * algebra) / 8, 5);
    expect((await stepOf(params, DESCRIBED, batch, { skillWeights: { path: 2 } })).loss).toBeCloseTo((count + 2 * path + algebra) / 4, 5);
    expect(() => smarterGradients(params, DESCRIBED, batch, { skillWeights: { count: 1, algebra: 0 } })).toThrow(
      /a weight above 0 for "algebra", got 0/,
    );
    tf.dispose(params);
  });

  test('the chance of an answer is that of its classes: asked for itself, its loss says the same', async () => {
    const params = paramsOf(DESCRIBED);
    const batch = randomBatch([0, 1, 2]);
    const said = await answersOf(params, DESCRIBED, batch);
    const targets = Int32Array.from(batch.targets);
    said.forEach(({ classes }, b) => targets.set(classes, b * SEQUENCE_STEPS));
    const asked = await answersOf(params, DESCRIBED, { ...batch, targets });
    asked.forEach(({ loss, isSolved }, b) => {
      expect(isSolved).toBe(true);
      const steps = said[b]?.classes.length ?? 0;
      expect(said[b]?.chance).toBeCloseTo(Math.exp(-loss * steps), 5);
    });
    tf.dispose(params);
  });

  test('falls on one batch until the answers are right', async () => {
    const config = describedConfig({ ...SIZES, dropout: 0 });
    const params = paramsOf(config);
    const batch = randomBatch([0, 0, 1, 2, 2]);
    batch.targets.set([3, 1, 2, 4, 4, 4, 4, 4, 4, 4], 2 * SEQUENCE_STEPS); // three symbols, then padding
    const optimiser = makeAdamW(params, { beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0, clipNorm: 1 });
    let last = Number.POSITIVE_INFINITY;
    for (let step = 0; step < 100 && last > 0.3; step++) {
      const { loss, rowLosses, rowClasses, rowChances, gradients } = smarterGradients(params, config, batch);
      optimiser.add(gradients);
      last = (await loss.data())[0] ?? Number.NaN;
      tf.dispose([loss, rowLosses, rowClasses, rowChances, gradients]);
      await (
        await optimiser.apply(0.03)
      ).gradientNorm;
    }
    expect(last).toBeLessThan(0.3);
    const answers = await answersOf(params, config, batch);
    expect(answers.map(({ isSolved }) => isSolved)).toEqual([true, true, false, true, true]); // ten symbols take longer
    optimiser.dispose();
    tf.dispose(params);
  });

  test('reaches the puzzles of the batch only; as coded the dead half of the QF layer has gradient zero', async () => {
    const params = paramsOf(CODED);
    const { gradients } = await stepOf(params, CODED, randomBatch([0, 0]));
    const missing = Object.keys(params).filter((name) => !(name in gradients));
    expect(missing.length).toBeGreaterThan(0);
    expect(missing.every((name) => /^(image|decoder)\.(16|9)\./.test(name))).toBe(true);
    expect(gradients['qf.self.query.weight']?.every((value) => value === 0)).toBe(true);
    expect(gradients['qf.cross.value.weight']?.some((value) => value !== 0)).toBe(true);
    tf.dispose(params);
  });
});

describe('dropout', () => {
  test('keeps the share it should, scaled to the same mean', async () => {
    const mask = keepMask([300, 301], 0.2, makeRng('test', 'mask'));
    const values = await mask.data<'float32'>();
    expect(values.filter((value) => value === 0).length / values.length).toBeCloseTo(0.2, 2);
    expect(new Set(values).size).toBe(2);
    expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(1, 1);
    mask.dispose();
  });

  test.each([
    ['described', { ...DESCRIBED, residual: { qf: true, fusion: false, decoder: true } }],
    ['as coded', CODED],
  ])('is the same for the same stream, another for another, and off in evaluation: %s', async (_name, config) => {
    const params = paramsOf(config);
    const batch = randomBatch([0, 1, 2]);
    const at = (step: number) => stepOf(params, config, batch, { dropoutRng: makeRng('test', 'dropout').fork(step) });
    const [first, again, second, without] = [await at(1), await at(1), await at(2), await stepOf(params, config, batch)];
    expect(again).toEqual(first);
    expect(second.loss).not.toBe(first.loss);
    expect(without.loss).not.toBe(first.loss);
    expect((await stepOf(params, config, batch)).loss).toBe(without.loss);
    tf.dispose(params);
  });
});

test('each place that drops has a stream of its own', async () => {
  const config = { ...DESCRIBED, residual: { qf: true, fusion: false, decoder: true } };
  const params = paramsOf(config);
  const labels: (string | number)[] = [];
  const dropoutRng = {
    fork(label: string | number) {
      labels.push(label);
      return makeRng('test', label);
    },
  };
  await stepOf(params, config, randomBatch([0, 1]), { dropoutRng });
  expect(labels).toEqual(['self', 'cross', 'qf', 'decoder']);
  tf.dispose(params);
});

test.each([
  ['described', DESCRIBED],
  ['as coded', CODED],
  ['baseline', baselineConfig(SIZES)],
])('nothing leaks: %s', async (_name, config) => {
  const params = paramsOf(config);
  const batch = randomBatch([0, 1, 2]);
  const step = () => {
    const { loss, rowLosses, rowClasses, rowChances, gradients } = smarterGradients(params, config, batch, { dropoutRng: makeRng('test', 'leak') });
    return [loss, rowLosses, rowClasses, rowChances, ...Object.values(gradients)];
  };
  expect(await leakedTensors(step)).toBe(0);
  expect(
    await leakedTensors(() => {
      const { loss, rowLosses, rowClasses, rowChances } = evaluateSmarter(params, config, batch);
      return [loss, rowLosses, rowClasses, rowChances];
    }),
  ).toBe(0);
  tf.dispose(params);
});

test('a configuration that does not fit together says what to change', () => {
  expect(() => checkConfig({ ...DESCRIBED, heads: 9 })).toThrow(/at most one head for each of the text channels, got 9 and 8/);
  expect(() => checkConfig({ ...CODED, imageTokens: 'several' })).toThrow(/one image token in as-coded mode/);
  expect(() => checkConfig({ ...DESCRIBED, text: 'mean', parts: { r1: false, r3: false } })).toThrow(/a part in the composite/);
  expect(() => checkConfig({ ...DESCRIBED, dropout: 1 })).toThrow(/dropout in \[0, 1\)/);
  expect(() => checkConfig({ ...DESCRIBED, puzzles: [...PUZZLES, ...PUZZLES] })).toThrow(/puzzles with different ids/);
});

test('a batch that does not fit the configuration says where', () => {
  const batch = randomBatch([0, 1]);
  const evaluate = (change: Partial<SmarterBatch>) => () => evaluateSmarter({}, DESCRIBED, { ...batch, ...change });
  expect(evaluate({ image: new Float32Array(5) })).toThrow(/24 numbers in image \[B, I\], got 5/);
  expect(evaluate({ puzzles: Int32Array.of(0, 3) })).toThrow(/puzzles in 0\.\.2, got 3/);
  expect(evaluate({ textMask: new Uint8Array(14) })).toThrow(/a token in text 0, got padding only/);
  expect(evaluate({ targets: new Int32Array(20).fill(4) })).toThrow(/classes below 4 for puzzle 2, got 4/);
  expect(evaluate({ imageTokens: null })).toThrow(/imageTokens, got none: or imageTokens: 'one'/);
  expect(evaluate({ textLength: 8 })).toThrow(/1\.\.7 positions/);
});

test('the epsilon of the norms is that of the config', async () => {
  const batch = randomBatch([0, 1, 2]);
  const lossAt = async (normEpsilon: number): Promise<number> => {
    const config = { ...DESCRIBED, normEpsilon };
    const params = initSmarter(config, makeRng('epsilon'));
    const result = evaluateSmarter(params, config, batch);
    const [loss = Number.NaN] = await result.loss.data();
    tf.dispose([params, result.loss, result.rowLosses, result.rowClasses, result.rowChances]);
    return loss;
  };
  const coded = await lossAt(1e-6);
  expect(Math.abs((await lossAt(1e-5)) - coded)).toBeGreaterThan(0);
  expect(Math.abs((await lossAt(0.1)) - coded)).toBeGreaterThan(1e-3);
  expect(() => checkConfig({ ...DESCRIBED, normEpsilon: 0 })).toThrow('normEpsilon above 0');
});
