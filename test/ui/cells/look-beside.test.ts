/** What stands beside a map: options and choices, by hand. */
import { expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../../src/study/run-spec-schema.ts';
import { besideOf, besideOfValue, besideOptions, valueOfBeside } from '../../../src/ui/cells/look-beside.ts';
import { viewOf } from '../../../src/ui/services/run-view.ts';
import type { RunSummary } from '../../../workers/protocol.ts';

const summary: RunSummary = {
  ...{ runId: 'a', name: 'amber fox', parentId: null, spec: DEFAULT_SPEC, state: 'finished', step: 8, totalSteps: 8 },
  ...{ createdAt: '', updatedAt: '', adapter: '', points: [], evaluations: [], bytes: 10, lockedElsewhere: false },
  snapshots: [0, 5, 8].map((step) => ({ step, bytes: 10 })),
};
const run = viewOf(summary, 0);
const other = viewOf({ ...summary, runId: 'b', name: 'grey owl' }, 1);
const untrained = viewOf({ ...summary, runId: 'c', step: 0 }, 2);
const runs = [run, other, untrained];
const none = { otherId: null, besideStep: null };

test('other trained runs and the other steps of the open one can stand beside', () => {
  expect(besideOptions(run, runs, 8).map(({ label }) => label)).toEqual(['grey owl, step 8', 'this run, step 0', 'this run, step 5']);
  expect(besideOptions(run, runs, 5).map(({ value }) => value)).toEqual(['b', '@0', '@8']);
});

test('a choice is the value of its option', () => {
  for (const choice of [none, { otherId: 'b', besideStep: null }, { otherId: null, besideStep: 0 }]) {
    expect(besideOfValue(valueOfBeside(choice))).toEqual(choice);
  }
});

test('a step that was not kept, the one that is looked at, and a run that is gone or open are nothing', () => {
  const at = (choice: Partial<typeof none> | { otherId: string } | { besideStep: number }, step = 8) =>
    besideOf({ ...none, ...choice }, run, runs, step);
  expect(at({ besideStep: 5 })).toEqual({ runId: 'a', at: 5, name: 'amber fox, step 5' });
  expect(at({ besideStep: 8 }, 5)).toEqual({ runId: 'a', at: null, name: 'amber fox, step 8' });
  expect(at({ otherId: 'b' })).toEqual({ runId: 'b', at: null, name: 'grey owl' });
  for (const choice of [{}, { besideStep: 8 }, { besideStep: 3 }, { otherId: 'a' }, { otherId: 'gone' }]) expect(at(choice)).toBeNull();
});
