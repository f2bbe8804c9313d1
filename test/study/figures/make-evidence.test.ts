/** Failure modes and attribution as parts of a run's evidence: made at their steps, kept as they come, and added to a run that is done without training it again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import type { Engine } from '../../../src/model/backend.ts';
import { batchAt } from '../../../src/study/batcher.ts';
import type { Progress } from '../../../src/study/checkpoint.ts';
import { NOTHING_MEASURED } from '../../../src/study/figures/figure.ts';
import type { Measures } from '../../../src/study/figures/figure.ts';
import { isMeasuredUpTo, makeEvidence, NOTHING_YET } from '../../../src/study/figures/make-evidence.ts';
import type { Measured } from '../../../src/study/figures/make-evidence.ts';
import { disposeModel, makeModel } from '../../../src/study/model-setup.ts';
import type { TrainedModel } from '../../../src/study/model-setup.ts';
import { study } from '../specs.ts';

const SPEC = study({ examples: 3, batchSize: 3, supervision: 'mix', evaluation: { examples: 1, everySteps: 0 }, checkpointEverySteps: 100 });
const LAST = 1;
let engine: Engine;
let model: TrainedModel;

beforeAll(async () => {
  engine = await openBackend('wasm');
  model = makeModel(SPEC, null);
});
afterAll(() => disposeModel(model));

interface Made {
  readonly measured: Measured;
  readonly progress: Progress;
  readonly kept: readonly Measured[];
  readonly steps: readonly number[];
}

async function make(measures: Measures, from: Partial<Made> = {}): Promise<Made> {
  const [kept, steps]: [Measured[], number[]] = [[], []];
  let now = 0;
  const made = await makeEvidence({
    ...{ spec: SPEC, measures, engine, model, restored: from.progress ?? null, measured: from.measured ?? NOTHING_YET },
    batches: {
      next(step) {
        steps.push(step);
        return Promise.resolve(batchAt(SPEC, step));
      },
    },
    clock: () => (now += 10),
    emit: () => undefined,
    onCheckpoint: () => Promise.resolve({ generation: 1, bytes: 1 }),
    onMeasured(measured) {
      kept.push(measured);
      return Promise.resolve();
    },
    signal: new AbortController().signal,
  });
  if (made === null) throw new Error('interrupted by nobody');
  return { ...made, kept, steps };
}

test('a plain run has neither; both are added to it afterwards, from its weights', async () => {
  const plain = await make(NOTHING_MEASURED);
  expect(plain.steps).toEqual([0]);
  expect(plain.measured.failures).toBeUndefined();
  expect(plain.measured.attributions).toBeUndefined();

  const measures = { ...NOTHING_MEASURED, points: 1, examples: 1, hasFailures: true, hasAttributions: true };
  const more = await make(measures, plain);
  expect(more.steps).toEqual([]);
  const { failures = [], attributions = [] } = more.measured;
  expect(failures.map(({ level, modality, prompt }) => [level, modality, prompt])).toEqual([
    ['hard', 'text', 'direct'],
    ['hard', 'image', 'direct'],
  ]);
  for (const { metrics } of failures) expect(metrics.find(({ key }) => key === 'parsed')?.denominator).toBe(1);
  expect(attributions.map(({ step, untrained }) => [step, untrained === null])).toEqual([[LAST, false]]);
  expect(more.kept.at(-1)).toEqual(more.measured);
  // JSON, as it is kept.
  expect(JSON.parse(JSON.stringify(more.measured))).toEqual(more.measured);

  // What is there is not made again.
  const again = await make(measures, more);
  expect([again.measured.failures, again.measured.attributions]).toEqual([failures, attributions]);
});

test('a run that is past a step without its attribution is not measured up to there', () => {
  const measures = { ...NOTHING_MEASURED, points: 2, examples: 1, hasAttributions: true };
  const attributions = [{ step: 1 }] as unknown as NonNullable<Measured['attributions']>; // what is asked of it
  const run = study({ supervision: 'mix', examples: 72, batchSize: 8 }); // of 9 steps: after 1 and 9
  expect(isMeasuredUpTo(9, NOTHING_YET, measures, run)).toBe(false);
  expect(isMeasuredUpTo(9, { ...NOTHING_YET, attributions }, measures, run)).toBe(true);
  expect(isMeasuredUpTo(10, { ...NOTHING_YET, attributions }, measures, run)).toBe(false);
});
