/**
 * A figure or table of the paper as code: which runs it compares, what is measured on each, where the numbers stand, and the paper's own numbers, which are
 * of other models and shown apart. Pure; who trains and where results are kept is not known here.
 */
import type { Level, Modality } from '../../tasks/task.ts';
import type { GradientProbe } from '../analysis/gradient-probe.ts';
import type { LossProbe } from '../analysis/loss-probe.ts';
import type { EvaluationResult } from '../events.ts';
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
}

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
  readonly yLabel: string;
  /** Accuracies are drawn from 0 to 100 %. */
  readonly unit: 'percent' | 'nats' | 'score';
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
  /** Runs of one seed. */
  runs(seed: number): readonly FigureRun[];
  /** The numbers that the figure takes from a run. */
  read(run: FigureRun, evidence: Evidence): readonly Reading[];
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
  const isSame = made.points === wanted.points && made.examples === wanted.examples;
  const has = (key: 'hasLosses' | 'hasGradients' | 'isConvertAsked') => made[key] || !wanted[key];
  return (wanted.points === 0 || isSame) && has('hasLosses') && has('hasGradients') && has('isConvertAsked');
}

/** The accuracy of a cell of the matrix, in percent, as a reading of a panel; nothing when it was not evaluated. */
export function accuracyAt(
  { series, spec, x = spec.examples }: FigureRun,
  { evaluation }: Evidence,
  at: { readonly panel: string; readonly level: Level; readonly modality: Modality; readonly prompt?: 'direct' | 'convert' },
): readonly Reading[] {
  const prompt = at.prompt ?? 'direct';
  const cell = evaluation?.cells.find((each) => each.level === at.level && each.modality === at.modality && (each.prompt ?? 'direct') === prompt);
  if (cell === undefined) return [];
  const { correct, total, low, high } = cell.accuracy;
  return [
    {
      ...{ panel: at.panel, series, seed: spec.seed, x },
      ...{ value: (100 * correct) / total, low: 100 * low, high: 100 * high },
    },
  ];
}

/**
 * Steps at which a run of `total` steps is measured: `points` of them, evenly spaced on a logarithmic axis from 1 % of the run to its end.
 */
export function measuredSteps(total: number, points: number): readonly number[] {
  if (points === 0) return [];
  const first = Math.max(1, Math.round(total / 100));
  const steps = Array.from({ length: points }, (_, i) => (points === 1 ? total : Math.round(first * (total / first) ** (i / (points - 1)))));
  return [...new Set(steps)];
}
