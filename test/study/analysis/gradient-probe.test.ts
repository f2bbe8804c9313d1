/** The probe on a tiny model against whole gradients: of the mean loss of all examples in one batch, by tfjs's own variables and a loss of its own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import type { Engine } from '../../../src/model/backend.ts';
import type { Params } from '../../../src/model/params.ts';
import * as tf from '../../../src/model/tf.ts';
import { forwardLogits } from '../../../src/model/vlm.ts';
import { PROBE_SCORES, PROBE_SEED, probeGradients } from '../../../src/study/analysis/gradient-probe.ts';
import type { GradientProbe, GradientProbeOptions, GradientProbeProgress } from '../../../src/study/analysis/gradient-probe.ts';
import { disposeModel, makeModel } from '../../../src/study/model-setup.ts';
import type { TrainedModel } from '../../../src/study/model-setup.ts';
import { packRows } from '../../../src/study/sequences.ts';
import type { Row } from '../../../src/study/sequences.ts';
import { exampleAt } from '../../../src/tasks/examples.ts';
import type { Level } from '../../../src/tasks/task.ts';
import { makeRoughModel } from '../../support/rough-model.ts';
import { study } from '../specs.ts';
import { defined } from '../../support/measurements.ts';

const SPEC = study({ supervision: 'mix' });
const EXAMPLES = 3;
let engine: Engine;
let model: TrainedModel;
let probe: GradientProbe;
const options = (changes: Partial<GradientProbeOptions> = {}): GradientProbeOptions => ({
  ...{ model, spec: SPEC, step: 7, engine, examples: EXAMPLES },
  ...{ bootstrap: { resamples: 100, seed: 1 }, projection: { dimension: 4096, seed: 1 } },
  ...changes,
});
const completed = async (changes: Partial<GradientProbeOptions> = {}): Promise<GradientProbe> => {
  const result = await probeGradients(options(changes));
  if (result === null) throw new Error('cancelled');
  return result;
};

beforeAll(async () => {
  engine = await openBackend('wasm');
  model = makeRoughModel(SPEC);
  probe = await completed();
}, 60_000);
afterAll(() => disposeModel(model));

const rowOf = (level: Level, index: number, kind: 'image' | 'text' = 'image'): Row => {
  const key = { task: 'consecutive-table-readout', level, split: 'eval', seed: PROBE_SEED, index } as const;
  return { kind, example: exampleAt(key, SPEC.task) };
};
const rowsOf = (level: Level): Row[] => Array.from({ length: EXAMPLES }, (_, index) => rowOf(level, index));

/** Mean loss of some examples together and its gradient, all numbers in one row. */
async function direct(rows: readonly Row[]): Promise<{ loss: number; g: Float64Array }> {
  const micro = packRows(rows, rows.length);
  const names = Object.keys(model.params);
  const variables = names.map((name) => tf.variable(model.params[name] ?? tf.scalar(0), true));
  const asParams = Object.fromEntries(names.map((name, i) => [name, variables[i]])) as unknown as Params;
  const { value, grads } = tf.variableGrads(() =>
    tf.tidy(() => {
      const logits = forwardLogits(asParams, model.config, micro); // [B, T, V]
      const chosen = tf.oneHot(tf.tensor2d(micro.targets, [rows.length, micro.textLength], 'int32'), model.config.vocabularySize);
      const weights = tf.tensor2d(micro.lossWeights, [rows.length, micro.textLength]);
      const largest = tf.max(logits, 2, true);
      const logSum = tf.add(tf.log(tf.sum(tf.exp(tf.sub(logits, largest)), 2)), tf.squeeze(largest, [2]));
      const losses = tf.sub(logSum, tf.sum(tf.mul(logits, tf.cast(chosen, 'float32')), 2));
      return tf.sum<tf.Scalar>(tf.mul(losses, weights));
    }),
  );
  const g: number[] = [];
  for (const { name } of variables) {
    const gradient = grads[name];
    if (gradient !== undefined && gradient !== null) for (const x of await gradient.data<'float32'>()) g.push(x);
  }
  const loss = (await value.data<'float32'>())[0] ?? Number.NaN;
  tf.dispose([value, grads, variables]);
  return { loss, g: Float64Array.from(g) };
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0);
const meanOf = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;
const near = (actual: number, expected: number, what: string): void => {
  expect(Math.abs(actual / expected - 1), `${what}: ${actual} for ${expected}`).toBeLessThan(1e-4);
};

test('the scores of the full space are those of whole gradients, taken directly', async () => {
  const [simple, hard] = [await direct(rowsOf('simple')), await direct(rowsOf('hard'))];
  const each = { simple: [] as Float64Array[], hard: [] as Float64Array[] };
  for (let i = 0; i < EXAMPLES; i++) {
    each.simple.push((await direct([rowOf('simple', i)])).g);
    each.hard.push((await direct([rowOf('hard', i)])).g);
  }
  const { exact, loss } = probe;
  near(loss.simple.value, simple.loss, 'simple loss');
  near(loss.hard.value, hard.loss, 'hard loss');
  near(exact.alignment.value, dot(simple.g, hard.g) / dot(hard.g, hard.g), 'alignment');
  near(exact.cosine.value, dot(simple.g, hard.g) / Math.sqrt(dot(hard.g, hard.g) * dot(simple.g, simple.g)), 'cosine');
  near(exact.normOfMeanSimple.value, Math.sqrt(dot(simple.g, simple.g)), 'norm of the mean, simple');
  near(exact.normOfMeanHard.value, Math.sqrt(dot(hard.g, hard.g)), 'norm of the mean, hard');
  near(exact.meanNormSimple.value, meanOf(each.simple.map((g) => Math.sqrt(dot(g, g)))), 'mean norm, simple');
  near(exact.meanNormHard.value, meanOf(each.hard.map((g) => Math.sqrt(dot(g, g)))), 'mean norm, hard');

  const v = simple.g.map((_, c) => meanOf(each.simple.map((g) => (g[c] ?? 0) ** 2)));
  const h = (g: Float64Array): Float64Array =>
    g.map((x, c) => (0.1 * x + 0.9 * (simple.g[c] ?? 0)) / (Math.sqrt(0.001 * x * x + 0.999 * (v[c] ?? 0)) + 1e-8));
  const along = (group: readonly Float64Array[]): number => meanOf(group.map((g) => dot(h(g), hard.g)));
  near(defined(exact.adamAlignment).value, along(each.simple) / along(each.hard), 'Adam');

  const squares = (group: readonly Float64Array[], mean: Float64Array): number => meanOf(group.map((g) => dot(g, g))) - dot(mean, mean);
  near(probe.noiseShare.hard, squares(each.hard, hard.g) / (EXAMPLES - 1) / dot(hard.g, hard.g), 'noise');
}, 60_000);

test('the estimates come with their error, and every interval holds its value', () => {
  for (const score of PROBE_SCORES) {
    const [exact, estimated] = [defined(probe.exact[score]), defined(probe.estimated[score])];
    expect(probe.relativeError[score], score).toBeCloseTo(Math.abs(estimated.value / exact.value - 1), 12);
    expect(probe.relativeError[score], score).toBeLessThan(0.15);
    for (const { value, low, high } of [exact, estimated]) {
      expect(low, score).toBeLessThanOrEqual(value);
      expect(high, score).toBeGreaterThanOrEqual(value);
    }
  }
  for (const score of ['alignment', 'cosine', 'meanNormSimple'] as const) expect(probe.relativeError[score], score).toBeGreaterThan(0);
});

test('is plain data, the same again with the same seeds, and leaves no tensor', async () => {
  const before = tf.memory().numTensors;
  const events: GradientProbeProgress[] = [];
  const again = await completed({ onProgress: (progress) => events.push(progress) });
  expect(tf.memory().numTensors).toBe(before);
  expect(again).toEqual(probe);
  expect(JSON.parse(JSON.stringify(probe))).toEqual(probe);
  expect(events.map(({ done }) => done)).toEqual(Array.from({ length: 4 * EXAMPLES + 1 }, (_, i) => i));
  expect(events.every(({ total }) => total === 4 * EXAMPLES)).toBe(true);
  expect(probe).toMatchObject({ step: 7, record: 'image', cotShare: 1, levels: { simple: 'simple', hard: 'hard' }, examples: EXAMPLES });

  const other = await completed({ bootstrap: { resamples: 100, seed: 2 }, projection: { dimension: 256, seed: 1 } });
  for (const score of PROBE_SCORES) expect(defined(other.exact[score]).value, score).toBe(defined(probe.exact[score]).value);
  expect(other.exact.alignment.low).not.toBe(probe.exact.alignment.low);
  expect(other.estimated.alignment.value).not.toBe(probe.estimated.alignment.value);
}, 60_000);

describe('options', () => {
  test('other levels and texts can be asked for', async () => {
    const { exact, levels, record } = await completed({ examples: 2, simpleLevel: 'medium', hardLevel: 'medium', record: 'text' });
    expect([levels, record]).toEqual([{ simple: 'medium', hard: 'medium' }, 'text']);
    expect(exact.alignment.value).toBeCloseTo(1, 5);
    expect(exact.cosine.value).toBeCloseTo(1, 5);
    const [first, second] = [await direct([rowOf('medium', 0, 'text')]), await direct([rowOf('medium', 1, 'text')])];
    near(exact.meanNormHard.value, meanOf([first, second].map(({ g }) => Math.sqrt(dot(g, g)))), 'text');
  }, 60_000);

  test('cancelled, it gives nothing and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const onProgress = ({ done }: GradientProbeProgress) => (done === 2 ? controller.abort() : undefined);
    expect(await probeGradients(options({ signal: controller.signal, onProgress }))).toBeNull();
    expect(tf.memory().numTensors).toBe(before);
    expect(await probeGradients(options({ signal: AbortSignal.abort() }))).toBeNull();
  });

  test('what cannot be is refused', async () => {
    await expect(probeGradients(options({ examples: 1 }))).rejects.toThrow(/at least 2 examples, got 1/);
    await expect(probeGradients(options({ projection: { dimension: 100, seed: 1 } }))).rejects.toThrow(/power of two/);
    await expect(probeGradients(options({ bootstrap: { resamples: 0, seed: 1 } }))).rejects.toThrow(/resamples from 1 on/);
    await expect(probeGradients(options({ hardLevel: 'harder' as Level }))).rejects.toThrow(/level/);
    const lost = { check: () => { throw new Error('device lost'); } }; // prettier-ignore
    await expect(probeGradients(options({ engine: lost }))).rejects.toThrow('device lost');
  });

  test('weights that are not numbers are refused', async () => {
    const broken = makeModel(SPEC, null);
    const [name = ''] = Object.keys(broken.params).filter((key) => key.startsWith('decoder.'));
    const old = broken.params[name];
    broken.params[name] = tf.fill(old?.shape ?? [1], Number.NaN);
    await expect(probeGradients(options({ model: broken }))).rejects.toThrow(/finite gradients of simple examples, not all zero, got NaN/);
    old?.dispose();
    disposeModel(broken);
  });
});
