/**
 * Theorem H.1 (spec/s2h 7), by losses alone: the drop of the hard loss by an SGD step on a simple example, mean over simple examples, over the drop
 * by a step on a hard one tends to the alignment score as the learning rate goes to 0. H.2: with updates of Adam it tends to Eq. 8.
 *
 * Losses are float32 per token, summed in doubles over the tokens of all hard examples, so that rounding stays far below the drops down to the smallest
 * rate here, and the error falls with the rate, as the second-order term does.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import type { MicroBatch } from '../../../src/model/batch.ts';
import type { Params } from '../../../src/model/params.ts';
import * as tf from '../../../src/model/tf.ts';
import { evaluateLoss, lossAndGradients } from '../../../src/model/vlm.ts';
import { PROBE_SEED, probeGradients } from '../../../src/study/analysis/gradient-probe.ts';
import type { GradientProbe } from '../../../src/study/analysis/gradient-probe.ts';
import { disposeModel } from '../../../src/study/model-setup.ts';
import type { TrainedModel } from '../../../src/study/model-setup.ts';
import { packRows } from '../../../src/study/sequences.ts';
import { exampleAt } from '../../../src/tasks/examples.ts';
import type { Level } from '../../../src/tasks/task.ts';
import { makeRoughModel } from '../../support/rough-model.ts';
import { study } from '../specs.ts';
import { defined } from '../../support/measurements.ts';

const SPEC = study({ supervision: 'mix' });
const EXAMPLES = 3;
let model: TrainedModel;
let probe: GradientProbe;
let gradients: Readonly<Record<'simple' | 'hard', readonly Params[]>>;

beforeAll(async () => {
  const engine = await openBackend('wasm');
  model = makeRoughModel(SPEC);
  const settings = { examples: EXAMPLES, bootstrap: { resamples: 10, seed: 1 }, projection: { dimension: 256, seed: 1 } };
  const result = await probeGradients({ model, spec: SPEC, step: 0, engine, ...settings });
  if (result === null) throw new Error('cancelled');
  probe = result;
  gradients = { simple: gradientsOf('simple'), hard: gradientsOf('hard') };
}, 60_000);
afterAll(() => {
  tf.dispose([...gradients.simple, ...gradients.hard]);
  disposeModel(model);
});

function microOf(level: Level, index: number): MicroBatch {
  const key = { task: 'consecutive-table-readout', level, split: 'eval', seed: PROBE_SEED, index } as const;
  return packRows([{ kind: 'image', example: exampleAt(key, SPEC.task) }], 1);
}

function gradientsOf(level: Level): Params[] {
  return Array.from({ length: EXAMPLES }, (_, index) => {
    const {
      loss,
      tokenLoss,
      gradients: own,
    } = lossAndGradients(model.params, model.config, microOf(level, index), { languageWeight: 1, readingWeight: 0 });
    tf.dispose([loss, tokenLoss]);
    return own;
  });
}

/** Mean loss of the hard examples under some weights. */
async function hardLoss(params: Params): Promise<number> {
  let sum = 0;
  for (let index = 0; index < EXAMPLES; index++) {
    const micro = microOf('hard', index);
    const { loss, tokenLoss } = evaluateLoss(params, model.config, micro);
    (await tokenLoss.data<'float32'>()).forEach((x, t) => (sum += x * (micro.lossWeights[t] ?? 0)));
    tf.dispose([loss, tokenLoss]);
  }
  return sum / EXAMPLES;
}

/** Mean drop of the hard loss by one step along -`directions`. */
async function meanDrop(directions: readonly Params[], rate: number, before: number): Promise<number> {
  let sum = 0;
  for (const direction of directions) {
    const stepped = tf.tidy(() =>
      Object.fromEntries(
        Object.entries(model.params).map(([name, value]) => {
          const along = direction[name];
          return [name, along === undefined ? tf.clone(value) : tf.sub(value, tf.mul(along, rate))];
        }),
      ),
    ) as Params;
    sum += before - (await hardLoss(stepped));
    tf.dispose(stepped);
  }
  return sum / directions.length;
}

/** How far the ratio of drops is from the score, relatively, at each rate. */
async function errorsAt(rates: readonly number[], simple: readonly Params[], hard: readonly Params[], score: number): Promise<number[]> {
  const before = await hardLoss(model.params);
  const errors: number[] = [];
  for (const rate of rates) errors.push(Math.abs((await meanDrop(simple, rate, before)) / (await meanDrop(hard, rate, before)) / score - 1));
  return errors;
}

/** Each error is less than a quarter of the one before, at ten times the rate; the last is below `last`. */
function expectLimit(errors: readonly number[], last: number): void {
  const shown = errors.map((error) => error.toExponential(1)).join(', ');
  errors.slice(1).forEach((error, i) => expect(error, shown).toBeLessThan((errors[i] ?? 0) / 4));
  expect(errors.at(-1), shown).toBeLessThan(last);
}

test('H.1: the ratio of the drops tends to the alignment score', async () => {
  const errors = await errorsAt([1e-2, 1e-3, 1e-4, 1e-5], gradients.simple, gradients.hard, probe.exact.alignment.value);
  expectLimit(errors, 5e-4);
}, 60_000);

test('H.2: with updates of Adam it tends to the score of Eq. 8', async () => {
  const updates = (group: readonly Params[]): Params[] =>
    group.map((g) =>
      tf.tidy(() =>
        Object.fromEntries(
          Object.entries(g).map(([name, own]) => {
            const simple = gradients.simple.map((params) => params[name] ?? own);
            const mean = (xs: tf.Tensor[]): tf.Tensor => tf.div(tf.addN(xs), xs.length);
            const [m, v] = [mean(simple), mean(simple.map((x) => tf.square(x)))];
            const root = tf.sqrt(tf.add(tf.mul(tf.square(own), 0.001), tf.mul(v, 0.999)));
            return [name, tf.div(tf.add(tf.mul(own, 0.1), tf.mul(m, 0.9)), tf.add(root, 1e-8))];
          }),
        ),
      ),
    ) as Params[];
  const [simple, hard] = [updates(gradients.simple), updates(gradients.hard)];
  const errors = await errorsAt([1e-3, 1e-4, 1e-5], simple, hard, defined(probe.exact.adamAlignment).value);
  tf.dispose([...simple, ...hard]);
  expectLimit(errors, 1e-3);
}, 60_000);
