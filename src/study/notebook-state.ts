/**
 * What a visitor sees, as data: the settings of every cell and the specs of runs worth naming. It travels in links (link.ts) and is kept locally
 * in the same form. It holds no weights, no results, no code and no HTML; runs are replayed from their seeds.
 */
import type { TaskSpec } from '../tasks/task-spec.ts';
import { LEVELS, PROFILES, RECORD_KINDS, SPLITS } from '../tasks/task.ts';
import type { Level, Profile, RecordKind, Split } from '../tasks/task.ts';
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

/** The Look cell. `token` indexes the response tokens; null = none pinned. */
export interface LookView {
  readonly record: Exclude<RecordKind, 'text'>;
  readonly response: ResponseSource;
  readonly token: number | null;
  readonly overlay: Overlay;
  /** Share of the pixels the mask keeps, in percent. Paper: 1 (Appendix J). */
  readonly topPercent: number;
  readonly opacity: number;
  readonly isSigned: boolean;
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
  overlay: OVERLAYS,
} as const;
