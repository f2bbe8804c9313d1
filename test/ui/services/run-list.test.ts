/** The list of runs against the fake trainer: what is saved, what counts as loaded, what is said when things fail. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../../src/study/run-spec-schema.ts';
import { isResumable } from '../../../src/ui/services/run-view.ts';
import { RunList } from '../../../src/ui/services/run-list.ts';
import { CallError, WorkerClient } from '../../../src/ui/services/worker-client.ts';
import type { RunSummary } from '../../../workers/protocol.ts';
import { makeFakeTrainer } from '../../support/fake-trainer.ts';
import type { FakeOptions } from '../../support/fake-trainer.ts';

const SPEC = { ...DEFAULT_SPEC, examples: 64, batchSize: 8 };
const summary: RunSummary = {
  ...{ runId: 'a', name: 'amber fox', parentId: null, spec: SPEC, state: 'paused', step: 3, totalSteps: 8 },
  ...{ createdAt: '2026-01-01', updatedAt: '', adapter: '', points: [], evaluations: [], bytes: 10, lockedElsewhere: false },
};

async function setup(fake: FakeOptions) {
  const trainer = makeFakeTrainer(fake);
  const runs = new RunList(new WorkerClient(() => trainer), () => new Date(0));
  await runs.load();
  return { trainer, runs };
}

describe('saving when the page is hidden', () => {
  test('a paused run is saved, a finished one and one that is not loaded are left alone', async () => {
    const { trainer, runs } = await setup({ runs: [summary, { ...summary, runId: 'b', createdAt: '2026-01-02', state: 'finished', step: 8 }] });
    const saves = (): number => trainer.calls.filter((name) => name === 'checkpoint').length;
    runs.saveNow();
    expect(saves()).toBe(0);
    await runs.open('a');
    runs.saveNow();
    expect(saves()).toBe(1);
    await runs.open('b');
    runs.saveNow();
    expect(saves()).toBe(1);
  });
});

test('only the run that the worker holds counts as loaded', async () => {
  const { runs } = await setup({ runs: [summary, { ...summary, runId: 'b', createdAt: '2026-01-02' }] });
  const loaded = (): string[] => runs.runs.value.filter(({ isLoaded }) => isLoaded).map((view) => view.summary.runId);
  await runs.open('a');
  expect(loaded()).toEqual(['a']);
  await runs.open('b');
  expect(loaded()).toEqual(['b']);
  await runs.start(SPEC, null);
  expect(loaded()).toEqual(['fake-1']);
});

test.each([
  ['StoreError', 'This run is training in another tab. Follow it there, or take it over.', true],
  ['StoreError', 'This run was taken over by another tab. Nothing was written.', true],
  ['StoreError', 'The database is blocked by an older page.', false],
  ['InputError', 'the adapter is blocked in another tab', false],
])('%s "%s" offers to take over: %s', async (name, message, isOffered) => {
  const { runs } = await setup({ runs: [summary] });
  runs.report(new CallError({ name, message }), 'a');
  expect(runs.problem.value?.cure?.label === 'Take over here').toBe(isOffered);
});

test('after the worker died the run that was open can be resumed', async () => {
  const { trainer, runs } = await setup({ runs: [summary] });
  await runs.open('a');
  trainer.die('The training worker stopped.');
  expect(runs.active()).toBeUndefined();
  expect(runs.runs.value.filter(isResumable).map((view) => view.summary.runId)).toEqual(['a']);
  expect(runs.problem.value?.message).toContain('Your checkpoints are kept');
});
