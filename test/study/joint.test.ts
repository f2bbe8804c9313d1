/** Runs of three tasks: what is asked of them, and that they are stored, resumed, switched and compared as others are. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import { batchAt } from '../../src/study/batcher.ts';
import { decodeBundle, encodeBundle } from '../../src/study/bundle.ts';
import type { Checkpoint } from '../../src/study/checkpoint.ts';
import { evaluateModel } from '../../src/study/evaluate.ts';
import type { EvaluationCell, SessionEvent } from '../../src/study/events.ts';
import { NOTHING_MEASURED } from '../../src/study/figures/figure.ts';
import { answerCounts } from '../../src/study/figures/figure-cost.ts';
import { makeEvidence, NOTHING_YET } from '../../src/study/figures/make-evidence.ts';
import { comparable, flopsOfRun } from '../../src/study/flops.ts';
import { JOINTLY, partnersOf } from '../../src/study/joint.ts';
import { disposeModel, makeModel, restoreModel } from '../../src/study/model-setup.ts';
import { changesBetween, parseRunSpec } from '../../src/study/run-spec-schema.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import { makeSession } from '../../src/study/session.ts';
import { makeSessionAnswers } from '../../src/study/session-answers.ts';
import { smallTask } from '../../src/study/small-tasks.ts';
import { isStartOf, switchedSpec } from '../../src/study/switch-run.ts';
import { TASK_IDS } from '../../src/tasks/task.ts';
import { makeCheckpoint } from '../support/checkpoint.ts';
import { study } from './specs.ts';

const [readout, grid, analogy] = [smallTask('table-readout'), smallTask('grid-navigation'), smallTask('visual-analogy')];
const SPEC = parseRunSpec(
  study({ task: grid, joint: [readout, analogy], supervision: 'mix', examples: 9, batchSize: 3, evaluation: { examples: 1, everySteps: 0 } }),
);
const PLACES = ['text simple', 'text hard', 'image simple', 'image hard'];
/** The run's own task goes without its name. */
const ALL = [undefined, 'table-readout', 'visual-analogy'].flatMap((task) => PLACES.map((place) => `${task} ${place}`));
const placeOf = ({ task, modality, level }: Pick<EvaluationCell, 'task' | 'modality' | 'level'>): string => `${task} ${modality} ${level}`;

let engine: Engine;
beforeAll(async () => {
  engine = await openBackend('wasm');
});

test('only the three tasks that do not generalise by themselves have partners, in the order of a spec', () => {
  expect(Object.fromEntries(TASK_IDS.map((id) => [id, partnersOf(id)]))).toEqual({
    'consecutive-table-readout': [],
    'table-readout': ['grid-navigation', 'visual-analogy'],
    'grid-navigation': ['table-readout', 'visual-analogy'],
    'visual-analogy': ['table-readout', 'grid-navigation'],
    'pattern-heldout-visual-analogy': [],
  });
});

describe('a trained run', () => {
  interface Trained {
    readonly state: string;
    readonly last: Checkpoint;
    readonly events: readonly SessionEvent[];
  }
  async function train(spec: RunSpec, from: Checkpoint | null, stopAfterStep?: number): Promise<Trained> {
    const model = from === null ? makeModel(spec, null) : restoreModel(from);
    const [events, checkpoints]: [SessionEvent[], Checkpoint[]] = [[], []];
    let now = 0;
    const session = makeSession({
      ...{ spec, model, engine, restored: from?.progress ?? null, clock: () => (now += 10), emit: (event) => events.push(event) },
      batches: { next: (step) => Promise.resolve(batchAt(spec, step)) },
      onCheckpoint: (checkpoint) => Promise.resolve({ generation: checkpoints.push(checkpoint), bytes: 1 }),
      ...(stopAfterStep === undefined ? {} : { stopAfterStep }),
    });
    session.start();
    const state = await session.done;
    disposeModel(model);
    const last = checkpoints.at(-1);
    if (last === undefined) throw new Error('no checkpoint');
    return { state, last, events };
  }
  let whole: Trained;
  beforeAll(async () => {
    whole = await train(SPEC, null);
  }, 120_000);

  test('is asked all of its tasks, its own first and without a name, with progress', () => {
    const [evaluation] = whole.last.progress.evaluations;
    expect(evaluation?.cells.map(placeOf)).toEqual(ALL);
    expect(evaluation?.cells.slice(0, 4).every((cell) => !('task' in cell))).toBe(true);
    expect(evaluation?.cells.every(({ accuracy }) => accuracy.total === 1)).toBe(true);
    const progress = whole.events.flatMap((event) => (event.kind === 'evaluation-progress' && event.done === 1 ? [event] : []));
    expect(progress.map(placeOf)).toEqual(ALL);
    expect(progress.slice(0, 4).every((event) => !('task' in event))).toBe(true);
  });

  test('comes back from an exported file with the cells of every task', async () => {
    const bundle = { name: 'three', adapter: 'wasm', checkpoint: whole.last, snapshots: [] };
    const stamp = { runId: 'run-1', build: 'test', savedAt: '2026-01-01T00:00:00.000Z' };
    expect(await decodeBundle(await encodeBundle(bundle, stamp))).toEqual(bundle);
  });

  test('goes on from a checkpoint to the same bits', async () => {
    const first = await train(SPEC, null, 1);
    expect(first.state).toBe('stopped');
    const second = await train(SPEC, structuredClone(first.last));
    expect(second.last.weights).toEqual(whole.last.weights);
    expect(second.last.optimizer).toEqual(whole.last.optimizer);
    expect(second.last.progress.evaluations).toEqual(whole.last.progress.evaluations);
  }, 120_000);

  test('can be asked one of its tasks alone; its failures are those of its own', async () => {
    const model = restoreModel(whole.last);
    const common = { model, spec: SPEC, step: 3, examples: 1, engine };
    const asked = await evaluateModel({ ...common, tasks: ['visual-analogy'], levels: ['hard'], prompts: ['convert'] });
    expect(asked?.cells.map(placeOf)).toEqual(['visual-analogy text hard', 'visual-analogy image hard']);
    const answers = makeSessionAnswers({ spec: SPEC, engine, emit: () => undefined });
    const question = { level: 'hard', modality: 'text', prompt: 'direct' } as const;
    const listed = await answers.failures({ model, step: 3 }, question, 1, new AbortController().signal);
    expect(listed?.summary).toMatchObject({ task: 'grid-navigation', wrong: { total: 1 }, examples: [{ key: { task: 'grid-navigation' } }] });
    const evidence = await makeEvidence({
      ...{ spec: SPEC, measures: { ...NOTHING_MEASURED, hasFailures: true, isConvertAsked: true }, engine, model, measured: NOTHING_YET },
      ...{ batches: { next: () => Promise.reject(new Error('it is trained')) }, restored: whole.last.progress, clock: () => 0 },
      ...{ emit: () => undefined, onCheckpoint: () => Promise.resolve(null), onMeasured: () => Promise.resolve() },
      signal: new AbortController().signal,
    });
    expect(evidence?.measured.failures?.map(({ modality, level }) => `${modality} ${level}`)).toEqual(['text hard', 'image hard']);
    expect(evidence?.measured.failures?.[0]?.metrics.map(({ key }) => key)).toEqual(listed?.summary.metrics.map(({ key }) => key));
    const forced = evidence?.measured.evaluation?.cells.filter(({ prompt }) => prompt === 'convert') ?? [];
    expect(forced.map(placeOf)).toEqual(ALL.filter((place) => place.includes('image')));
    disposeModel(model);
  }, 60_000);
});

describe('a child of it', () => {
  const child = switchedSpec(SPEC, 1, { supervision: 'mix+' });

  test('is trained on the same tasks, from its parent’s checkpoint', () => {
    expect(child.joint).toEqual(SPEC.joint);
    expect(changesBetween(SPEC, child)).toEqual(['supervision mix -> mix+', 'goes on from step 1 of mix']);
    const progress = { step: 1, tokens: 0, trainedMs: 0, points: [], evaluations: [] };
    const start = { spec: SPEC, progress, optimizer: makeCheckpoint(1).optimizer };
    expect(isStartOf(child, start)).toBe(true);
    const { joint: _, ...alone } = SPEC;
    expect(isStartOf(child, { ...start, spec: alone })).toBe(false);
    expect(batchAt(child, 0)).toEqual(batchAt(SPEC, 0));
    expect(batchAt(child, 2)).toEqual(batchAt({ ...SPEC, supervision: 'mix+' }, 2));
    expect(batchAt(child, 2)).not.toEqual(batchAt(SPEC, 2));
  });

  test('cannot go on with one task alone, or the other way round', () => {
    const { joint: _, ...alone } = SPEC;
    expect(() => switchedSpec(alone, 1, { supervision: 'mix+', joint: [readout, analogy] })).toThrow(
      `switch: expected another supervision alone, got ${JOINTLY}`,
    );
  });
});

test('another supervision on equal terms has its tasks, and as many FLOPs', () => {
  const wide = parseRunSpec({ ...SPEC, examples: 90 });
  const other = comparable(wide, { supervision: 'image-via-text' }, 'flops');
  expect(other.joint).toEqual(SPEC.joint);
  expect(other.examples).toBeLessThan(90);
  expect(flopsOfRun(other) / flopsOfRun(wide)).toBeCloseTo(1, 1);
  expect(comparable(wide, { supervision: 'text' }, 'samples')).toEqual({ ...wide, supervision: 'text' });
});

test('is estimated to be asked three times as much, and its failures once', () => {
  const { joint: _, ...alone } = SPEC;
  expect(answerCounts(SPEC, NOTHING_MEASURED).batches).toBe(3 * answerCounts(alone, NOTHING_MEASURED).batches);
  const sums = [grid, readout, analogy].map((task) => answerCounts({ ...alone, task }, NOTHING_MEASURED).tokens);
  expect(answerCounts(SPEC, NOTHING_MEASURED).tokens).toBe(sums.reduce((sum, tokens) => sum + tokens, 0));
  const measures = { isConvertAsked: false, hasFailures: true };
  const added = (spec: RunSpec): number => answerCounts(spec, measures).tokens - answerCounts(spec, NOTHING_MEASURED).tokens;
  expect(added(SPEC)).toBe(added(alone));
});

afterAll(() => engine.close());
