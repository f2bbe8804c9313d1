/** How far a figure is, told to the page some times a second: steps and answers of the run under way against the estimate (figure-cost.ts). */
import { leftMs, shareDone } from '../src/study/figures/figure-cost.ts';
import type { FigureEstimate } from '../src/study/figures/figure-cost.ts';
import type { FigureRun } from '../src/study/figures/figure.ts';
import type { SessionEvent } from '../src/study/events.ts';
import { tasksOfRun } from '../src/study/joint.ts';
import { totalSteps } from '../src/study/run-spec-schema.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import { runDigest } from '../src/study/switch-run.ts';
import { taskInfo } from '../src/tasks/task-spec.ts';
import { MODALITIES } from '../src/tasks/task.ts';
import type { FigureEvent } from './figure-protocol.ts';

/** As often as the page draws progress elsewhere (loaded-run.ts). */
const TELL_EVERY_MS = 250;

export interface FigureProgressLog {
  run(run: FigureRun, place: { readonly index: number; readonly runs: number }): void;
  event(event: SessionEvent): void;
  done(digest: string): void;
}

export function makeFigureProgress(options: {
  readonly estimated: FigureEstimate;
  readonly clock: () => number;
  readonly emit: (event: FigureEvent) => void;
}): FigureProgressLog {
  const { estimated, clock, emit } = options;
  const startMs = clock();
  const finished = new Set<string>();
  let current: { run: FigureRun; digest: string; index: number; runs: number; step: number; answerShare: number } | null = null;
  /** The share done before this turn trained anything. */
  let from: number | null = null;
  let toldAt = Number.NEGATIVE_INFINITY;

  function tell(): void {
    if (current === null) return;
    const { run, digest, index, runs, step, answerShare } = current;
    const total = totalSteps(run.spec);
    const share = shareDone(estimated, (each) => finished.has(each), { digest, stepShare: step / total, answerShare });
    from ??= share;
    const elapsedMs = clock() - startMs;
    const { series, spec } = run;
    toldAt = clock();
    emit({
      type: 'progress',
      progress: {
        ...{ run: index + 1, runs, series, examples: spec.examples, seed: spec.seed, step, totalSteps: total, share, elapsedMs },
        isEvaluating: step >= total,
        leftMs: leftMs(estimated.ms, share, { from, elapsedMs }),
      },
    });
  }

  return {
    run(run, { index, runs }) {
      current = { run, digest: runDigest(run.spec), index, runs, step: 0, answerShare: 0 };
    },
    event(event) {
      if (current === null) return;
      if (event.kind === 'state') current.step = event.step;
      if (event.kind === 'metrics') current.step = event.points.at(-1)?.step ?? current.step;
      if (event.kind === 'evaluation-progress') current.answerShare = answerShareOf(event, current.run.spec);
      if (clock() - toldAt >= TELL_EVERY_MS) tell();
    },
    done(digest) {
      finished.add(digest);
      if (from !== null) tell(); // runs that were there before are no progress of this turn
    },
  };
}

/** The evaluation goes through the tasks of the run, of each through the levels of one modality after the other. */
function answerShareOf(event: Extract<SessionEvent, { kind: 'evaluation-progress' }>, spec: RunSpec): number {
  const { task = spec.task.id, level, modality, done, total } = event;
  const cells = tasksOfRun(spec).flatMap(({ id }) => MODALITIES.flatMap((each) => taskInfo(id).levels.map((own) => `${id} ${each} ${own}`)));
  return (cells.indexOf(`${task} ${modality} ${level}`) + (total === 0 ? 0 : done / total)) / cells.length;
}
