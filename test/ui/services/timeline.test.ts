/** Where the timeline stands, against the fake trainer: the step lies in the notebook, so that a link holds it, and is of one run. */
import { expect, test } from 'vitest';
import { LINK_DEFAULTS_3 } from '../../../src/study/link-defaults.ts';
import { decodeLink, encodeLink } from '../../../src/study/link.ts';
import { DEFAULT_SPEC } from '../../../src/study/run-spec-schema.ts';
import { Notebook } from '../../../src/ui/services/notebook.ts';
import type { Origin } from '../../../src/ui/services/notebook.ts';
import { RunList } from '../../../src/ui/services/run-list.ts';
import { timelineOf } from '../../../src/ui/services/timeline.ts';
import { WorkerClient } from '../../../src/ui/services/worker-client.ts';
import type { RunSummary } from '../../../workers/protocol.ts';
import { makeFakeTrainer } from '../../support/fake-trainer.ts';

const SPEC = { ...DEFAULT_SPEC, examples: 64, batchSize: 8 };
const STEPS = [0, 2, 5, 8].map((step) => ({ step, bytes: 10 }));
const summary: RunSummary = {
  ...{ runId: 'a', name: 'amber fox', parentId: null, spec: SPEC, state: 'finished', step: 8, totalSteps: 8, snapshots: STEPS },
  ...{ createdAt: '2026-01-01', updatedAt: '', adapter: '', points: [], evaluations: [], bytes: 10, lockedElsewhere: false },
};

/** The page opened with a step in its notebook. */
async function setup(step: number | null, origin: Origin = 'shared') {
  const notebook = new Notebook();
  notebook.show({ ...LINK_DEFAULTS_3, step }, origin);
  const trainer = makeFakeTrainer({ runs: [summary, { ...summary, runId: 'b', createdAt: '2026-01-02' }] });
  const client = new WorkerClient(() => trainer);
  const runs = new RunList(client, () => new Date(0));
  const timeline = timelineOf({ notebook, runs, client });
  await runs.load();
  return { notebook, runs, trainer, timeline };
}

test('the step of a link is that of the run opened first, and a run opened after it begins at its newest', async () => {
  const { notebook, runs, timeline } = await setup(5);
  expect(timeline.at()).toBeNull(); // no run is open
  await runs.open('a');
  expect(timeline.at()).toBe(5);
  await runs.open('b'); // it has a step 5 too
  expect(timeline.at()).toBeNull();
  expect(notebook.state.value.step).toBeNull();
});

test.each([3, 8, 9999])('step %i, which the run did not keep before its end, is the newest, and no fault', async (step) => {
  const { runs, timeline } = await setup(step);
  await runs.open('a');
  expect(timeline.at()).toBeNull();
  expect(runs.problem.value).toBeNull();
  timeline.move(-1);
  expect(timeline.at()).toBe(5);
});

test('a run trained from a link comes to its step; in my own notebook a new run begins at its newest', async () => {
  for (const [origin, at] of [
    ['shared', 5],
    ['mine', null],
  ] as const) {
    const { runs, trainer, timeline } = await setup(5, origin);
    await runs.start(SPEC, null);
    const runId = runs.activeId.value ?? '';
    await runs.command('pause', runId);
    trainer.say(runId, { kind: 'snapshots', snapshots: STEPS });
    trainer.say(runId, { kind: 'state', state: 'finished', step: 8, message: null });
    expect([origin, timeline.at()]).toEqual([origin, at]);
  }
});

test('a chosen step survives a reload of my own notebook, and travels', async () => {
  const { notebook, runs, timeline } = await setup(null, 'mine');
  await runs.open('a');
  timeline.choose(2);
  const { step } = decodeLink(encodeLink(notebook.state.value));
  expect(step).toBe(2);
  const after = await setup(step, 'mine');
  await after.runs.open('a');
  expect(after.timeline.at()).toBe(2);
});

test('a worker that died takes no step along: the run is opened again where it was looked at', async () => {
  const { runs, timeline } = await setup(5);
  await runs.open('a');
  runs.activeId.value = null; // as after a fatal error
  await runs.open('a');
  expect(timeline.at()).toBe(5);
});
