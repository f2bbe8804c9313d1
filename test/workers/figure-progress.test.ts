/** How far the run of a figure is while its answers are written. */
import { expect, test } from 'vitest';
import { plannedRuns } from '../../src/study/figures/figure-plan.ts';
import { tasksOfRun } from '../../src/study/joint.ts';
import { runDigest } from '../../src/study/switch-run.ts';
import { taskInfo } from '../../src/tasks/task-spec.ts';
import { MODALITIES } from '../../src/tasks/task.ts';
import type { FigureEvent } from '../../workers/figure-protocol.ts';
import { makeFigureProgress } from '../../workers/figure-progress.ts';

test.each([
  ['a run of one task', 4, 4],
  ['a joint run', 0, 12],
])('the evaluation of %s goes from 0 to 1 cell by cell', (_, place, cells) => {
  const run = plannedRuns({ id: 'fig-26', scale: 'micro', seeds: [1] }).runs[place];
  if (run === undefined) throw new Error('no such run');
  const { spec } = run;
  const digest = runDigest(spec);
  const shares: number[] = [];
  let now = 0;
  const log = makeFigureProgress({
    estimated: {
      ...{ backend: 'wasm', adapter: '', runs: [{ digest, trainMs: 0, evaluateMs: 100, ms: 100 }], knownRuns: 0 },
      ...{ ms: 100, memoryBytes: null, storedBytes: 0 },
    },
    clock: () => (now += 1000),
    emit: (event: FigureEvent) => {
      if (event.type === 'progress') shares.push(event.progress.share);
    },
  });
  log.run(run, { index: 0, runs: 1 });
  for (const [i, { id }] of tasksOfRun(spec).entries())
    for (const modality of MODALITIES)
      for (const level of taskInfo(id).levels) {
        const task = i === 0 ? {} : { task: id };
        for (const done of [0, 1]) log.event({ kind: 'evaluation-progress', done, total: 2, ...task, level, modality });
      }
  expect(shares.map((share) => Math.round(2 * cells * share))).toEqual(Array.from({ length: 2 * cells }, (__, i) => i));
});
