/**
 * What the Train and Result cells draw of the runs of this browser, in the form that the charts of figures draw and export: losses of every step, and accuracies
 * by level. As CSV too. Pure.
 */
import { csvText } from '../../lib/csv.ts';
import type { CsvCell } from '../../lib/csv.ts';
import { LEVELS, MODALITIES } from '../../tasks/task.ts';
import type { TaskId } from '../../tasks/task.ts';
import type { EvaluationCell, Proportion } from '../events.ts';
import type { RunSpec } from '../run-spec.ts';
import type { FigureResult } from './figure-result.ts';
import type { Panel, Reading } from './figure.ts';
import { liveFigure, withNames } from './live-figures.ts';
import type { MadeRun } from './live-figures.ts';

export interface RunCurve {
  readonly run: MadeRun;
  /** `loss`, or the kind of token whose loss it is. */
  readonly quantity: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** The evaluation of a run at a step; `cells` are of one task of the run. */
export interface EvaluatedRun extends MadeRun {
  readonly cells: readonly EvaluationCell[];
}

type LinkOf = (spec: RunSpec) => string;

/** The loss of every run; or with `areKinds` the curves of one run, each by its own name. */
export function curveFigure(curves: readonly RunCurve[], { areKinds, isLogarithmic }: { areKinds: boolean; isLogarithmic: boolean }): FigureResult {
  const runs = withNames((areKinds ? curves.slice(0, 1) : curves).map(({ run }) => run));
  const about = {
    id: 'live-curves',
    title: areKinds ? `Loss per kind of token, ${runs[0]?.name ?? ''}` : 'Loss',
    question: 'Loss of each training step, on the batch of that step.',
  };
  const axes = { xLabel: 'step', isXLogarithmic: false, isYLogarithmic: isLogarithmic, yLabel: 'loss', unit: 'nats' } as const;
  const readings = curves.flatMap(({ quantity, steps, values }, i) =>
    steps.map((x, k): Reading => {
      const series = areKinds ? quantity : (runs[i]?.name ?? '');
      return { panel: 'loss', series, seed: 0, x, value: values[k] ?? NaN, low: null, high: null };
    }),
  );
  return liveFigure({ ...about, source: '', lookFor: '' }, runs, [{ id: 'loss', title: 'training loss', ...axes }], readings);
}

/** One row for each step of each curve. */
export function curveCsv(curves: readonly RunCurve[], linkOf: LinkOf): string {
  const runs = curves.map(({ run }) => run);
  const isOneRun = new Set(curves.map(({ quantity }) => quantity)).size > 1; // its kinds of token
  const named = isOneRun ? runs : withNames(runs);
  const rows = curves.flatMap(({ run, quantity, steps, values }, i) => {
    const [own, link] = [aboutOf(named[i] ?? run), linkOf(run.spec)];
    return steps.map((step, i) => [...own, step, quantity, values[i], link]);
  });
  return csvText([[...ABOUT, 'step', 'quantity', 'value', 'link'], ...rows]);
}

/** Accuracies of direct answers with their 95 % Wilson intervals, levels from left to right, text and pictures apart. */
export function accuracyFigure(about: Pick<FigureResult, 'title' | 'question'>, evaluated: readonly EvaluatedRun[]): FigureResult {
  const runs = withNames(evaluated);
  const levels = LEVELS.filter((level) => runs.some(({ cells }) => cells.some((cell) => cell.level === level)));
  const axes = { xLabel: 'level', isXLogarithmic: false, xNames: levels, yLabel: 'accuracy', unit: 'percent' } as const;
  const panels = MODALITIES.map((id): Panel => ({ id, title: `problem given as ${id === 'text' ? 'text' : 'a picture'}`, ...axes }));
  const readings = runs.flatMap(({ name, cells }) =>
    cells
      .filter(({ prompt, accuracy }) => prompt === 'direct' && accuracy.total > 0)
      .map(({ level, modality, accuracy: { correct, total, low, high } }): Reading => {
        const place = { panel: modality, series: name, seed: 0, x: levels.indexOf(level) };
        return { ...place, value: (100 * correct) / total, low: 100 * low, high: 100 * high };
      }),
  );
  return liveFigure({ id: 'live-accuracy', source: '', lookFor: '', ...about }, runs, panels, readings);
}

const SHARES: readonly (readonly [name: string, of: (cell: EvaluationCell) => Proportion | null])[] = [
  ['accuracy', ({ accuracy }) => accuracy],
  ['exact match of the list', ({ exactMatch }) => exactMatch],
  ['exact match of the CoT', ({ cotExactMatch }) => cotExactMatch],
  ['exact conversion', ({ conversion }) => conversion],
  ['right after a wrong conversion', ({ robustness }) => robustness],
];

/** Every share of every cell, unrounded, in percent. */
export function accuracyCsv(evaluated: readonly EvaluatedRun[], linkOf: LinkOf): string {
  const rows = withNames(evaluated).flatMap((run) => {
    const link = linkOf(run.spec);
    return run.cells.flatMap((cell) =>
      SHARES.flatMap(([name, of]): CsvCell[][] => {
        const share = of(cell);
        if (share === null || share.total === 0) return [];
        const { correct, total, low, high } = share;
        const place = [run.step, cell.level, cell.modality, cell.prompt, name];
        return [[...aboutOf(run, cell.task), ...place, (100 * correct) / total, 100 * low, 100 * high, correct, total, link]];
      }),
    );
  });
  const columns = ['step', 'level', 'given_as', 'prompt', 'quantity', 'percent', 'low95', 'high95', 'correct', 'examples', 'link'];
  return csvText([[...ABOUT, ...columns], ...rows]);
}

const ABOUT = ['run', 'task', 'supervision', 'seed'] as const;

function aboutOf({ name, spec }: MadeRun, task: TaskId = spec.task.id): CsvCell[] {
  return [name, task, spec.supervision, spec.seed];
}
