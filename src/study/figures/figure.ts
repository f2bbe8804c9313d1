/**
 * A figure or table of the paper as code: which runs it compares, what is measured on each, where the numbers stand, and the paper's own numbers, which are
 * of other models and shown apart. Pure; who trains and where results are kept is not known here.
 */
import type { AttributionMap, AttributionProbe } from '../analysis/attribution-probe.ts';
import type { FailureSummary } from '../analysis/failure-modes.ts';
import type { GradientProbe } from '../analysis/gradient-probe.ts';
import type { LossProbe } from '../analysis/loss-probe.ts';
import type { EvaluationResult } from '../events.ts';
import { phasesOf } from '../phases.ts';
import { totalSteps } from '../run-spec-schema.ts';
import type { RunSpec } from '../run-spec.ts';
import type { Claim } from './claims.ts';

/** What is measured on the weights of a run, beside its evaluation at the end. */
export interface Measures {
  /** Log-spaced checkpoints, the last step included; 0 = none. */
  readonly points: number;
  /** Losses of Eqs. 2, 4 and 5 at each of them. */
  readonly hasLosses: boolean;
  /** Gradients (Eqs. 3, 7 and 8) at each of them. */
  readonly hasGradients: boolean;
  /** Examples per level of a measurement. */
  readonly examples: number;
  /** `convert`: also with the forced first word. */
  readonly isConvertAsked: boolean;
  /** How answers to HARD fail at the end (Appendix K), text and pictures. */
  readonly hasFailures?: boolean;
  /** Where the loss of answers to HARD pictures comes from, at each of the points (Appendix J). */
  readonly hasAttributions?: boolean;
}

/** The metrics of one cell of the evaluation. */
export type FailureCell = Pick<FailureSummary, 'level' | 'modality' | 'prompt' | 'metrics'>;

/** A run of a figure, for one seed. */
export interface FigureRun {
  /** What the legend says: the supervision as the paper writes it. */
  readonly series: string;
  readonly spec: RunSpec;
  /** Where it stands on the x axis of accuracies; absent = at its N. */
  readonly x?: number;
}

/** What is known of a run when a figure is drawn. JSON. */
export interface Evidence {
  readonly spec: RunSpec;
  readonly measures: Measures;
  readonly step: number;
  readonly evaluation: EvaluationResult | null;
  readonly losses: readonly LossProbe[];
  readonly gradients: readonly GradientProbe[];
  /** Absent where not measured, as in evidence of before there were these. */
  readonly failures?: readonly FailureCell[];
  readonly attributions?: readonly AttributionProbe[];
  /** Where and how it was made. */
  readonly made: { readonly backend: string; readonly adapter: string; readonly hours: number; readonly commit: string; readonly command: string };
}

/** One number: a point of a curve, a bar, a cell. */
export interface Reading {
  readonly panel: string;
  readonly series: string;
  readonly seed: number;
  /** N, or the step; what the panel's axis says. */
  readonly x: number;
  /** The place that readings of other seeds have too, where x itself is measured (a gradient norm): the step. Absent = x. */
  readonly at?: number | undefined;
  readonly value: number;
  /** 95 % interval over examples; null where none is known. */
  readonly low: number | null;
  readonly high: number | null;
  /** Of a share of right answers: each example's (lib/outcomes.ts). Absent in figures recorded before it was kept. */
  readonly outcomes?: string | undefined;
}

/** A picture patch by patch, as a figure that shows where a model looks. */
export interface FigureMap extends AttributionMap {
  readonly series: string;
  readonly seed: number;
  readonly step: number;
}

/** A number that the paper states or shows. */
export interface PaperReading {
  readonly panel: string;
  readonly series: string;
  readonly x: number;
  readonly value: number;
}

export interface Panel {
  readonly id: string;
  readonly title: string;
  readonly xLabel: string;
  readonly isXLogarithmic: boolean;
  /** Names of x = 0, 1, and on, where x is no number. */
  readonly xNames?: readonly string[] | undefined;
  readonly yLabel: string;
  readonly isYLogarithmic?: boolean | undefined;
  /** Accuracies are drawn from 0 to 100 %; as `share` they are percent too, drawn from 0 to what is there. */
  readonly unit: 'percent' | 'share' | 'nats' | 'score';
}

export interface Figure {
  /** `fig-3`: the name on the command line and in links. */
  readonly id: string;
  readonly title: string;
  /** Where in the paper. */
  readonly source: string;
  readonly question: string;
  /** What to look for, in a sentence or two. */
  readonly lookFor: string;
  readonly panels: readonly Panel[];
  readonly measures: Measures;
  /** What its readings name, where that is not the series of a run: the rows of a table. */
  readonly series?: readonly string[];
  /** Runs of one seed. */
  runs(seed: number): readonly FigureRun[];
  /** The numbers that the figure takes from a run. */
  read(run: FigureRun, evidence: Evidence): readonly Reading[];
  /** Whether what was measured at a step of a run belongs in the figure. Default: all. */
  hasStep?(run: FigureRun, step: number): boolean;
  /** Pictures beside the numbers. */
  maps?(run: FigureRun, evidence: Evidence): readonly FigureMap[];
  /** What the paper's model did; exact where read from the vector figure. */
  readonly paper: readonly PaperReading[];
  /** What the paper concludes from it, to be judged by our numbers. */
  readonly claims: readonly Claim[];
  /** Whose numbers `paper` are. */
  readonly paperModel: string;
}

export const NOTHING_MEASURED: Measures = { points: 0, hasLosses: false, hasGradients: false, examples: 0, isConvertAsked: false };

/** Whether evidence made with `made` has what `wanted` asks for. */
export function covers(made: Measures, wanted: Measures): boolean {
  const isEnough = made.points === wanted.points && made.examples >= wanted.examples;
  return (wanted.points === 0 || isEnough) && PARTS.every((part) => made[part] === true || wanted[part] !== true);
}

/** What covers both. Throws an Error where they measure at different numbers of points: nothing covers both then. */
export function mergedMeasures(a: Measures, b: Measures): Measures {
  if (a.points !== b.points && a.points !== 0 && b.points !== 0) throw new Error(`internal: measures at ${a.points} and at ${b.points} points`);
  const parts = Object.fromEntries(PARTS.filter((part) => a[part] === true || b[part] === true).map((part) => [part, true]));
  return { ...NOTHING_MEASURED, ...parts, points: Math.max(a.points, b.points), examples: Math.max(a.examples, b.examples) };
}

const PARTS = ['hasLosses', 'hasGradients', 'isConvertAsked', 'hasFailures', 'hasAttributions'] as const;

/**
 * Steps at which a run is measured: `points` of them, evenly spaced on a logarithmic axis from 1 % to the end of its last training, the one after Align- and
 * (TW), which is what the paper compares. Mix→Mix+ is one training.
 */
export function measuredSteps(spec: RunSpec, points: number): readonly number[] {
  if (points === 0) return [];
  const start = startOfMain(spec);
  const total = totalSteps(spec) - start;
  const first = Math.max(1, Math.round(total / 100));
  const steps = Array.from({ length: points }, (_, i) => (points === 1 ? total : Math.round(first * (total / first) ** (i / (points - 1)))));
  return [...new Set(steps.map((step) => start + step))];
}

/** Steps before the last training of a run: those of Align- and (TW). */
export function startOfMain(spec: RunSpec): number {
  return phasesOf(spec).findLast(({ isContinuation }) => !isContinuation)?.firstStep ?? 0;
}
