/** What a session measures on the way: at step edges, once per step and kind, without a trace in the training. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import * as tf from '../../src/model/tf.ts';
import { batchAt } from '../../src/study/batcher.ts';
import { manifestOf } from '../../src/study/checkpoint-codec.ts';
import type { Checkpoint } from '../../src/study/checkpoint.ts';
import type { SessionEvent } from '../../src/study/events.ts';
import { disposeModel, makeModel, restoreModel } from '../../src/study/model-setup.ts';
import { openManifest, seal } from '../../src/study/run-record.ts';
import { makeSession } from '../../src/study/session.ts';
import type { Session } from '../../src/study/session-types.ts';
import { study } from './specs.ts';

const SPEC = study({ examples: 6, batchSize: 1, supervision: 'mix', evaluation: { examples: 1, everySteps: 0 }, checkpointEverySteps: 100 });

let engine: Engine;
const frees: (() => void)[] = [];

beforeAll(async () => {
  engine = await openBackend('wasm');
});
afterAll(() => frees.forEach((free) => free()));

interface Bench {
  readonly session: Session;
  readonly events: SessionEvent[];
  readonly checkpoints: Checkpoint[];
  readonly room: { isThere: boolean };
}

function bench(from: Checkpoint | null = null): Bench {
  const model = from === null ? makeModel(SPEC, null) : restoreModel(from);
  frees.push(() => disposeModel(model));
  const events: SessionEvent[] = [];
  const checkpoints: Checkpoint[] = [];
  const room = { isThere: true };
  let now = 0;
  const session = makeSession({
    ...{ spec: SPEC, model, engine, restored: from?.progress ?? null, clock: () => (now += 10), emit: (event) => events.push(event) },
    batches: { next: (step) => Promise.resolve(batchAt(SPEC, step)) },
    onCheckpoint: (checkpoint) => {
      if (!room.isThere) return Promise.resolve(null);
      checkpoints.push(checkpoint);
      return Promise.resolve({ generation: checkpoints.length, bytes: 1 });
    },
  });
  return { session, events, checkpoints, room };
}

const kinds = (events: readonly SessionEvent[]) => events.map((event) => (event.kind === 'state' ? event.state : event.kind));

describe('an evaluation of the run as it was', () => {
  test('has the step of that model, and stands before that of the newest', async () => {
    const { session, checkpoints } = bench();
    await session.step();
    const [first] = await Promise.all([session.checkpoint(), session.step()]);
    expect(first).not.toBeNull();
    await session.evaluate(1);
    const then = restoreModel(
      checkpoints[0] ??
        (() => {
          throw new Error('no checkpoint');
        })(),
    );
    frees.push(() => disposeModel(then));
    const past = await session.evaluate(1, ['direct'], { step: 1, model: () => Promise.resolve(then) });
    expect(past?.step).toBe(1);
    expect(session.progress().evaluations.map(({ step }) => step)).toEqual([1, 2]);
    expect(checkpoints.at(-1)?.progress.evaluations.map(({ step }) => step)).toEqual([1, 2]);
  }, 60_000);
});

describe('a measurement', () => {
  test('of losses and of gradients is stored with the run, and told', async () => {
    const { session, events, checkpoints } = bench();
    await session.step();
    const { numTensors } = tf.memory();
    events.length = 0;
    const losses = await session.measure('losses', 2);
    expect(losses).toMatchObject({ what: 'losses', probe: { step: 1, cotShare: 1, levels: [{ level: 'simple' }, { level: 'hard' }] } });
    const told = kinds(events);
    expect(told[0]).toBe('evaluating');
    expect(new Set(told.slice(1, -3))).toEqual(new Set(['measure-progress']));
    expect(told.slice(-3)).toEqual(['measured', 'paused', 'checkpoint']);
    expect(events.findLast((event) => event.kind === 'measure-progress')).toEqual({ kind: 'measure-progress', what: 'losses', done: 12, total: 12 });
    const gradients = await session.measure('gradients', 2);
    expect(gradients).toMatchObject({ what: 'gradients', probe: { step: 1, examples: 2, record: 'image' } });
    const progress = { losses: [losses?.probe], gradients: [gradients?.probe] };
    expect(session.progress().measured).toEqual(progress);
    expect(checkpoints.at(-1)?.progress.measured).toEqual(progress);
    expect(tf.memory().numTensors).toBe(numTensors);
    // What real probes give passes the gate of the store.
    const last = checkpoints.at(-1);
    if (last === undefined) throw new Error('no checkpoint');
    const manifest = await manifestOf(last, { runId: 'x', generation: 1, owner: 'x', build: '', savedAt: '' });
    expect(await openManifest(await seal(manifest))).toEqual({ value: manifest });
  }, 60_000);

  test('of the same step replaces the first; of another step it is added', async () => {
    const { session } = bench();
    await session.step();
    await session.measure('losses', 1);
    await session.measure('losses', 2);
    const one = session.progress().measured?.losses ?? [];
    expect(one.map(({ step, levels }) => [step, levels[0]?.image.examples])).toEqual([[1, 2]]);
    await session.step();
    await session.measure('losses', 1);
    expect(session.progress().measured?.losses.map(({ step }) => step)).toEqual([1, 2]);
    expect(one).toHaveLength(1); // what was handed out stays as it was
  }, 60_000);

  test('before the first step is kept for the first checkpoint', async () => {
    const { session, checkpoints } = bench();
    await session.measure('losses', 1);
    expect(checkpoints).toHaveLength(0);
    await session.step();
    await session.checkpoint();
    expect(checkpoints[0]?.progress.measured?.losses.map(({ step }) => step)).toEqual([0]);
  }, 60_000);

  test('that finds no room is still to be stored', async () => {
    const { session, checkpoints, room } = bench();
    await session.step();
    await session.checkpoint();
    room.isThere = false;
    await session.measure('losses', 1);
    room.isThere = true;
    expect(await session.checkpoint()).not.toBeNull();
    expect(checkpoints.at(-1)?.progress.measured?.losses).toHaveLength(1);
    expect(await session.checkpoint()).toBeNull();
  }, 60_000);

  test.each(['losses', 'gradients'] as const)(
    'of %s can be cancelled, and leaves nothing then',
    async (what) => {
      const { session, events, checkpoints } = bench();
      await session.step();
      const { numTensors } = tf.memory();
      const pending = session.measure(what, 200);
      while (!kinds(events).includes('measure-progress')) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(session.cancelEvaluation()).toBe(true);
      expect(await pending).toBeNull();
      expect(session.cancelEvaluation()).toBe(false);
      expect(session.progress()).not.toHaveProperty('measured');
      expect(session.state()).toBe('paused');
      expect(checkpoints).toHaveLength(0);
      expect(tf.memory().numTensors).toBe(numTensors);
    },
    60_000,
  );

  test('that still waits for its step edge can be cancelled too', async () => {
    const { session, events } = bench();
    await session.step();
    const busy = session.atEdge(() => new Promise((resolve) => setTimeout(resolve, 50)));
    const pending = session.measure('losses', 1);
    expect(session.cancelEvaluation()).toBe(true);
    await busy;
    expect(await pending).toBeNull();
    expect(kinds(events)).not.toContain('measure-progress');
  }, 60_000);

  test('while the run trains leaves the training as it would be without, over a restore too', async () => {
    const plain = bench();
    plain.session.start();
    await plain.session.done;
    const first = bench();
    await first.session.step();
    await first.session.step();
    await first.session.measure('gradients', 2);
    await first.session.measure('losses', 1);
    const kept = first.checkpoints.at(-1);
    if (kept === undefined) throw new Error('no checkpoint');
    const second = bench(structuredClone(kept));
    second.session.start();
    const later = await second.session.measure('losses', 1);
    expect(await second.session.done).toBe('finished');
    const [a, b] = [plain.checkpoints.at(-1), second.checkpoints.at(-1)];
    expect(b?.weights).toEqual(a?.weights);
    expect(b?.optimizer).toEqual(a?.optimizer);
    expect(a?.progress).not.toHaveProperty('measured');
    expect(b?.progress.measured?.gradients.map(({ step }) => step)).toEqual([2]);
    expect(b?.progress.measured?.losses.map(({ step }) => step)).toEqual([...new Set([2, later?.probe.step])]);
  }, 60_000);

  test('of a finished run is stored, and the run stays finished', async () => {
    const { session, checkpoints } = bench();
    session.start();
    await session.done;
    const before = checkpoints.length;
    await session.measure('losses', 1);
    expect(session.state()).toBe('finished');
    expect(checkpoints.slice(before).map(({ progress }) => progress.measured?.losses.length)).toEqual([1]);
  }, 60_000);
});

describe('a list of failures', () => {
  test('tells the wrong answers of one cell and stores nothing', async () => {
    const { session, events, checkpoints } = bench();
    await session.step();
    await session.checkpoint();
    const { step, summary } = (await session.failures({ level: 'hard', modality: 'image', prompt: 'convert' }, 3)) ?? {};
    expect(step).toBe(1);
    expect(summary).toMatchObject({ task: SPEC.task.id, level: 'hard', modality: 'image', prompt: 'convert', wrong: { correct: 3, total: 3 } });
    expect(summary?.examples.map(({ key }) => [key.level, key.split, key.index])).toEqual([0, 1, 2].map((index) => ['hard', 'eval', index]));
    expect(kinds(events)).toContain('evaluation-progress');
    expect(kinds(events)).not.toContain('evaluation');
    expect(checkpoints).toHaveLength(1);
    expect(await session.checkpoint()).toBeNull(); // nothing new
    expect(session.progress().evaluations).toEqual([]);
  }, 60_000);

  test('can be cancelled', async () => {
    const { session, events } = bench();
    await session.step();
    const pending = session.failures({ level: 'hard', modality: 'text', prompt: 'direct' }, 200);
    while (!kinds(events).includes('evaluation-progress')) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(session.cancelEvaluation()).toBe(true);
    expect(await pending).toBeNull();
    expect(session.state()).toBe('paused');
  }, 60_000);
});
