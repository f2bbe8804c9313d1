/**
 * What a task is. Everything here is pure: no tensors, no DOM, no clock, no unseeded randomness.
 *
 * One truth (a plain object) has every form of one example: text x(t), Scene x(i), CoT(x), f(x), prompt, P_convert, in two profiles:
 * `paper` (the published formats, to the character) and `compact` (same content, one token per table cell, for small models).
 */
import type { Rng } from '../lib/rng.ts';
import type { Scene } from './render/scene.ts';

export const TASK_IDS = ['consecutive-table-readout'] as const;
export type TaskId = (typeof TASK_IDS)[number];

export const LEVELS = ['simple', 'medium', 'hard'] as const;
export type Level = (typeof LEVELS)[number];

export const SPLITS = ['train', 'eval'] as const;
export type Split = (typeof SPLITS)[number];

export const PROFILES = ['paper', 'compact'] as const;
export type Profile = (typeof PROFILES)[number];

export const MODALITIES = ['text', 'image'] as const;
export type Modality = (typeof MODALITIES)[number];

/** The three supervision records of one x (S2H section 2; spec/s2h 0). */
export const RECORD_KINDS = ['text', 'image', 'image-via-text'] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** What a response token is, for losses reported per kind. `table` is a token of a converted x(t) inside a response. */
export const TOKEN_KINDS = ['format', 'index', 'row-name', 'column-name', 'value', 'sum', 'table'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** Names one example: sample `index` can be made alone. */
export interface ExampleKey {
  readonly task: TaskId;
  readonly level: Level;
  readonly split: Split;
  readonly seed: number;
  readonly index: number;
}

/** One token of the compact profile. `line`/`column` are 1-based cells of the grid a prompt shows; 0 = none. */
export interface CompactToken {
  readonly text: string;
  readonly kind: TokenKind;
  readonly line: number;
  readonly column: number;
}

/** The forms of the `paper` profile: strings to the character of the spec, and the picture. */
export interface PaperForms<Truth> {
  text(truth: Truth): string;
  question(truth: Truth, modality: Modality): string;
  readonly convert: string;
  cot(truth: Truth): string;
  answer(truth: Truth): string;
  /** The whole human turn of a record, and the whole assistant turn: the parts above with what stands between them. */
  prompt(truth: Truth, kind: RecordKind): string;
  response(truth: Truth, kind: RecordKind): string;
  scene(truth: Truth): Scene;
}

/** The forms of the `compact` profile, as tokens; their string is `tokensToString` of tasks/tokenizer.ts. */
export interface CompactForms<Truth> {
  text(truth: Truth): readonly CompactToken[];
  question(truth: Truth): readonly CompactToken[];
  readonly convert: readonly CompactToken[];
  cot(truth: Truth): readonly CompactToken[];
  answer(truth: Truth): readonly CompactToken[];
  /** The picture; its patches of `patchPx` align with the cells. */
  scene(truth: Truth): Scene;
  /** Patches of the picture. */
  grid(truth: Truth): { readonly rows: number; readonly columns: number };
  /** The token each patch shows, row-major, `<blank>` where it shows nothing: targets of the reading objective. */
  patchTokens(truth: Truth): readonly string[];
  /** Every token text this task can write, in a fixed order (ids are stable across versions: only append). */
  readonly vocabulary: readonly string[];
  readonly patchPx: number;
}

/** Outcome of both scorers of spec/s2h 2.10. */
export interface Score {
  /** A or B matches: for showing one example. Over a set, accuracy is the better of the two rates (spec/s2h 2.10). */
  readonly correct: boolean;
  /** Prediction A: the list between "total is" and "=". */
  readonly exactMatch: boolean;
  /** Prediction B: the last field of the CoT lines. */
  readonly cotExactMatch: boolean;
  readonly gold: string;
  readonly predictionA: string;
  readonly predictionB: string;
}

/** One parameter of a task, as data: the form and the validation are drawn from it. */
export interface NumberField {
  readonly key: string;
  readonly label: string;
  readonly help: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly default: number;
}

/** A task: generator, forms, scorer and where it comes from. */
export interface Task<Truth, Config> {
  readonly id: TaskId;
  readonly title: string;
  readonly summary: string;
  readonly citation: { readonly name: string; readonly url: string; readonly section: string };
  readonly fields: readonly NumberField[];
  readonly defaults: Config;
  /** Throws InputError for a config that no example can obey. */
  checkConfig(config: Config): void;
  makeTruth(config: Config, level: Level, rng: Rng): Truth;
  readonly paper: PaperForms<Truth>;
  readonly compact: CompactForms<Truth>;
  score(truth: Truth, response: string, profile: Profile): Score;
}
