/** The charts of the Train and Result cells as files, with a link to the settings of each run. Loaded when a file is wanted. */
import type { RunSummary } from '../../../workers/protocol.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import { accuracyCsv, accuracyFigure, curveCsv, curveFigure } from '../../study/figures/run-figures.ts';
import { madeRun } from '../../study/figures/live-figures.ts';
import type { NotebookState } from '../../study/notebook-state.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import type { AccuracySeries } from '../elements/accuracy-chart.ts';
import { thin } from '../elements/curves.ts';
import type { Curve } from '../elements/curves.ts';
import { saveChart } from '../services/chart-files.ts';
import type { ChartFormat } from '../services/chart-files.ts';
import { stateLink } from '../services/files.ts';

/** Points of a curve in a picture; more cannot be told apart at its width. The CSV has all. */
const DRAWN_POINTS = 600;

/** A curve, and of which run. */
export interface ShownCurve {
  readonly of: RunSummary;
  readonly curve: Curve;
}

/** The curves on show; resolves to the name of the file. */
export function saveCurves(state: NotebookState, shown: readonly ShownCurve[], format: ChartFormat): Promise<string> {
  const { series, isLogarithmic } = state.curves;
  const areKinds = series === 'kinds';
  const curves = shown.map(({ of, curve: { label, steps, values } }) => ({ run: madeRun(of), quantity: areKinds ? label : 'loss', steps, values }));
  const drawn = curves.map((curve) => ({ ...curve, ...thin(curve.steps, curve.values, DRAWN_POINTS) }));
  const linkOf = (draft: RunSpec): string => stateLink({ ...state, draft });
  const links = [...new Set(shown.map(({ of }) => of.spec))].map(linkOf);
  const source = { figure: curveFigure(drawn, { areKinds, isLogarithmic }), links, csv: () => curveCsv(curves, linkOf) };
  return saveChart(areKinds ? 'parallax-loss-by-kind' : 'parallax-loss', source, format);
}

export interface ShownEvaluation extends AccuracySeries {
  readonly of: RunSummary;
  readonly step: number;
}

/** The evaluations on show of the runs of one task; resolves to the name of the file. */
export function saveAccuracies(
  state: NotebookState,
  about: Pick<FigureResult, 'title' | 'question'>,
  shown: readonly ShownEvaluation[],
  format: ChartFormat,
): Promise<string> {
  const evaluated = shown.map(({ of, label, step, cells }) => ({ ...madeRun(of), name: label, step, cells }));
  const linkOf = (draft: RunSpec): string => stateLink({ ...state, draft });
  const source = {
    figure: accuracyFigure(about, evaluated),
    links: evaluated.map(({ spec }) => linkOf(spec)),
    csv: () => accuracyCsv(evaluated, linkOf),
  };
  return saveChart('parallax-accuracy', source, format);
}
