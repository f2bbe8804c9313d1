/**
 * What the ablations of the paper (sections F, G and I) have in common: one thing of a supervision is changed at a time, and accuracy on HARD is read at the
 * end. Each is a short entry of ablations-g.ts or ablations-i.ts, since they differ in what is varied and not in how it is read. Paper values from spec/s2h
 * section 8; where only an order is stated there are none.
 */
import type { TaskId } from '../../tasks/task.ts';
import type { Supervision } from '../run-spec.ts';
import type { Claim } from './claims.ts';
import { NOTHING_MEASURED } from './figure.ts';
import type { Figure, PaperReading } from './figure.ts';
import { accuracyAt } from './readings.ts';
import { largest, runAt, settingOf } from './scale.ts';
import type { Scale, ScaleSetting, Variant } from './scale.ts';

/** A run of an ablation and where it stands on the x axis. */
export interface Varied extends Variant {
  readonly supervision: Supervision;
  readonly x: number;
  /** Default: the largest N of the setting. */
  readonly rows?: number;
}

export interface Ablation {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly question: string;
  readonly lookFor: string;
  readonly task: TaskId;
  readonly xLabel: string;
  readonly isXLogarithmic?: boolean;
  readonly runs: (setting: ScaleSetting) => readonly Varied[];
  /** Numbers and claims of runs that a scale is too small for are left out there. */
  readonly paper?: readonly PaperReading[];
  readonly claims?: readonly Claim[];
}

const LEVELS = ['hard-image', 'hard-text'] as const;

/** That one series is above another on HARD pictures. */
export function isAbove(text: string, a: string, b: string, at?: number): Claim {
  const sides = { above: { panel: 'hard-image', series: a }, below: { panel: 'hard-image', series: b } };
  return at === undefined ? { text, ...sides } : { text, ...sides, at };
}

/** Numbers on HARD pictures at one x. */
export function picturesAt(x: number, values: Readonly<Record<string, number>>): PaperReading[] {
  return Object.entries(values).map(([series, value]) => ({ panel: 'hard-image', series, x, value }));
}

export function ablationFigure(ablation: Ablation, scale: Scale): Figure {
  const { id, title, source, question, lookFor, task, xLabel, isXLogarithmic = false, paper = [], claims = [] } = ablation;
  const setting = settingOf(scale, task);
  const runs = (seed: number) =>
    ablation
      .runs(setting)
      .map(({ supervision, x, rows, ...variant }) => ({ ...runAt(setting, supervision, rows ?? largest(setting), seed, variant), x }));
  const names = new Set(runs(1).map(({ series }) => series));
  const isMade = ({ series }: { readonly series: string }): boolean => names.has(series);
  return {
    ...{ id, title, source, question, lookFor, measures: NOTHING_MEASURED, paperModel: 'Eagle-X2-Llama3-8B', runs },
    panels: LEVELS.map((panel) => ({
      id: panel,
      title: panel === 'hard-image' ? 'hard, picture' : 'hard, text',
      ...{ xLabel, isXLogarithmic, yLabel: 'exact match', unit: 'percent' as const },
    })),
    read: (run, evidence) =>
      LEVELS.flatMap((panel) => accuracyAt(run, evidence, { panel, level: 'hard', modality: panel === 'hard-image' ? 'image' : 'text' })),
    paper: paper.filter(isMade),
    claims: claims.filter(({ above, below }) => isMade(above) && isMade(below)),
  };
}
