/**
 * What a visitor sees, as data: the settings of every cell and the specs of runs worth naming. It travels in links (link.ts) and is kept locally
 * in the same form. It holds no weights, no results, no code and no HTML; runs are replayed from their seeds.
 */
import type { Aggregate, AttributionMethod } from '../model/attribution.ts';
import type { TaskSpec } from '../tasks/task-spec.ts';
import { LEVELS, PROFILES, RECORD_KINDS, SPLITS } from '../tasks/task.ts';
import type { Level, Profile, RecordKind, Split } from '../tasks/task.ts';
import type { Granularity } from './answer-parts.ts';
import type { Sign, ThresholdKind } from './attribution-map.ts';
import type { RunSpec } from './run-spec.ts';

/** The Example cell. */
export interface ExampleView {
  readonly task: TaskSpec;
  /** One of the task's levels. */
  readonly level: Level;
  readonly split: Split;
  readonly seed: number;
  readonly index: number;
  readonly profile: Profile;
  readonly record: RecordKind;
}

export const CURVE_SERIES = ['total', 'kinds'] as const;
export type CurveSeries = (typeof CURVE_SERIES)[number];

/** The curves of the Train cell. */
export interface CurvesView {
  readonly isLogarithmic: boolean;
  readonly series: CurveSeries;
}

export const RESPONSES = ['gold', 'generated'] as const;
export type ResponseSource = (typeof RESPONSES)[number];

export const OVERLAYS = ['mask', 'heat'] as const;
export type Overlay = (typeof OVERLAYS)[number];

/** From one word to all. */
export const GRANULARITIES = ['token', 'cell', 'line', 'segment', 'answer'] as const satisfies readonly Granularity[];
export const AGGREGATES = ['mean', 'sum', 'max'] as const satisfies readonly Aggregate[];
export const METHODS = ['gradient-input', 'gradient', 'integrated-gradients', 'occlusion'] as const satisfies readonly AttributionMethod[];
export const SIGNS = ['signed', 'absolute', 'positive', 'negative'] as const satisfies readonly Sign[];
export const THRESHOLDS = ['pixels', 'mass'] as const satisfies readonly ThresholdKind[];

/** Tokens `from`..`to` of a sequence, end excluded. */
export interface TokenSpan {
  readonly from: number;
  readonly to: number;
}

/** The Look cell. */
export interface LookView {
  readonly record: Exclude<RecordKind, 'text'>;
  readonly response: ResponseSource;
  /** Tokens that are pinned; null = none. */
  readonly span: TokenSpan | null;
  /** What one click chooses. */
  readonly granularity: Granularity;
  readonly aggregate: Aggregate;
  readonly method: AttributionMethod;
  readonly sign: Sign;
  readonly overlay: Overlay;
  readonly threshold: ThresholdKind;
  /** Share of the pixels, or of the mass, that the mask keeps, in percent. Paper: 1 of the pixels (Appendix J). */
  readonly topPercent: number;
  readonly opacity: number;
  /** Step of the open run whose map stands beside; null = none. Another run has no name that a link could carry. */
  readonly besideStep: number | null;
}

/** A run as a link carries it: enough to train it again. */
export interface SharedRun {
  readonly name: string;
  readonly spec: RunSpec;
}

export interface NotebookState {
  readonly title: string;
  readonly example: ExampleView;
  readonly draft: RunSpec;
  readonly curves: CurvesView;
  readonly look: LookView;
  readonly runs: readonly SharedRun[];
  /** Where the timeline stands: a step of the run that is opened first; null, or one that it did not keep = as it is now. */
  readonly step: number | null;
}

/** Ours: longer titles and names are refused, so that a link cannot flood the page. */
export const MAX_TITLE_CHARACTERS = 200;
/** As long as the store and files allow (run-record.ts), so that every run can be shared. Characters are code points everywhere. */
export const MAX_NAME_CHARACTERS = 120;

/** `text`, at most `maxCharacters` code points of it. */
export function cutText(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : Array.from(text).slice(0, maxCharacters).join('');
}
/** Ours: 12 full runs are 1.3 kB in a link (design/product 3.6); twice that is still a link that chat tools keep. */
export const MAX_SHARED_RUNS = 24;

/** A number field of a view: inclusive range, whole or not. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly isWhole: boolean;
}

/** Ranges that a link and the page's own controls obey. */
export const VIEW_RANGES = {
  seed: { min: 0, max: 4_294_967_295, isWhole: true },
  index: { min: 0, max: 999_999, isWhole: true },
  token: { min: 0, max: 4095, isWhole: true },
  step: { min: 0, max: 10_000_000, isWhole: true },
  topPercent: { min: 0.1, max: 100, isWhole: false },
  opacity: { min: 0, max: 1, isWhole: false },
} as const satisfies Record<string, NumberRange>;

export const VIEW_CHOICES = {
  level: LEVELS,
  split: SPLITS,
  profile: PROFILES,
  record: RECORD_KINDS,
  series: CURVE_SERIES,
  response: RESPONSES,
  granularity: GRANULARITIES,
  aggregate: AGGREGATES,
  method: METHODS,
  sign: SIGNS,
  overlay: OVERLAYS,
  threshold: THRESHOLDS,
} as const;
