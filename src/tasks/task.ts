/**
 * What a task is. Everything here is pure: no tensors, no DOM, no clock, no unseeded randomness.
 *
 * One truth (a plain object) has every form of one example: text x(t), Scene x(i), CoT(x), f(x), prompt, P_convert, in two profiles:
 * `paper` (the published formats, to the character) and `compact` (same content, one token per table cell, for small models).
 *
 * A task gives the parts; records.ts puts them together into prompts and responses, examples.ts binds them to one truth.
 */
import type { Rng } from '../lib/rng.ts';
import type { Scene } from './render/scene.ts';

export const TASK_IDS = [
  'consecutive-table-readout',
  'table-readout',
  'grid-navigation',
  'visual-analogy',
  'pattern-heldout-visual-analogy',
] as const;
export type TaskId = (typeof TASK_IDS)[number];

/** `medium` exists in Consecutive Table Readout only. */
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

/**
 * What a response token is, for losses reported per kind; batches and checkpoints hold the index, so only append. `table` is a token of a converted
 * x(t) inside a response. Grid Navigation: `index` is a coordinate, `move` a direction, `reason` why a move is rejected or taken, `symbol` an object or
 * obstacle. Visual Analogy: `value` is a value of an attribute, `attribute` a domain, `relation` a relation or its verdict, `option` an option's number.
 */
export const TOKEN_KINDS = [
  'format',
  'index',
  'row-name',
  'column-name',
  'value',
  'sum',
  'table',
  'move',
  'reason',
  'symbol',
  'attribute',
  'relation',
  'option',
] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** Names one example: sample `index` can be made alone. */
export interface ExampleKey {
  readonly task: TaskId;
  readonly level: Level;
  readonly split: Split;
  readonly seed: number;
  readonly index: number;
}

/** Which example a truth is drawn for. Tasks that balance their examples over sizes do so by the index. */
export type Draw = Pick<ExampleKey, 'level' | 'split' | 'index'>;

/** One token of the compact profile. `line`/`column` are 1-based cells of the grid a prompt shows; 0 = none. */
export interface CompactToken {
  readonly text: string;
  readonly kind: TokenKind;
  readonly line: number;
  readonly column: number;
}

/** The forms of the `paper` profile: strings to the character of the spec, and the picture. */
export interface PaperForms<Truth> {
  /** x(t). Grid Navigation's ends with a line break, the others' do not. */
  text(truth: Truth): string;
  question(truth: Truth, modality: Modality): string;
  /** P_convert: the first line of an image-via-text response. */
  readonly convert: string;
  cot(truth: Truth): string;
  /** f(x). */
  answer(truth: Truth): string;
  /** What stands between x(t) and the CoT of an image-via-text response, and between CoT and answer. */
  readonly afterText: string;
  readonly afterCot: string;
  scene(truth: Truth): Scene;
}

/** The forms of the `compact` profile, as tokens; their string is `tokensToString` of tasks/tokenizer.ts. */
export interface CompactForms<Truth> {
  /** x(t), each token with its place in the grid that a prompt shows. */
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
  /** What each patch shows in words for people, row-major: `AlphaWidget, March: 7`. */
  patchNames(truth: Truth): readonly string[];
  /** Every token text this task can write, in a fixed order (ids are stable across versions: only append). */
  readonly vocabulary: readonly string[];
  readonly patchPx: number;
}

/** Outcome of a scorer for one response. */
export interface Score {
  /** The reported metric, or the CoT metric where there is one: for showing one example. Over a set, accuracy is the better of the two rates. */
  readonly correct: boolean;
  /** The metric that the paper reports (tables: the list in the answer; grid: the path; analogy: the answer block). */
  readonly exactMatch: boolean;
  /** Tables: the last field of the CoT lines (spec/s2h 2.10, B); null for other tasks. */
  readonly cotExactMatch: boolean | null;
  readonly gold: string;
  /** What the scorer read in the response; '' when there was nothing to read. */
  readonly prediction: string;
  readonly cotPrediction: string | null;
}

/** One example's part in a failure metric: over a set the metric is the sum of numerators over the sum of denominators. */
export interface Ratio {
  readonly numerator: number;
  readonly denominator: number;
}

/** A metric of Appendix K (spec/s2h 6): what is counted, in words, with its source. */
export interface FailureMetric {
  readonly key: string;
  readonly label: string;
  readonly help: string;
  /** 'share': shown in percent; otherwise a mean in this unit (`cells`, `obstacles`). */
  readonly unit: string;
  /** Whether the denominator counts examples, so that a share has a binomial interval. */
  readonly isOverExamples: boolean;
}

/** Values by the key of their metric; a metric that says nothing about this example (0 of 0, or not known) is absent. */
export type FailureValues = Readonly<Record<string, Ratio>>;

/** A gold record of a data set, ours or foreign: all that there is to score against. */
export interface ReferenceSource {
  /** The human turn, with or without `<image>`. */
  readonly prompt: string;
  /** The gold assistant turn, or a file's `answer` column. */
  readonly response: string;
  /** Further columns of a table of a data set, by name. */
  readonly columns: Readonly<Record<string, string>>;
}

/** A part of a picture that can be pointed at: a table cell, a grid square, a panel. In px of the profile's scene. */
export interface Region {
  readonly id: string;
  /** In words: `TauEngine, May: 4`. */
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Characters `from`..`to` (UTF-16, end excluded) of a text, and the regions that they speak of. */
export interface Span {
  readonly from: number;
  readonly to: number;
  readonly regions: readonly string[];
}

/** How the forms of one profile belong together. In the compact profile texts are tokens joined by single blanks (`tokensToString`). */
export interface ExampleLinks {
  readonly regions: readonly Region[];
  /** Of x(t): one span per cell, square or panel, in reading order, not overlapping. */
  readonly text: readonly Span[];
  /** Of CoT(x): one span per line that speaks of something, in order, not overlapping. */
  readonly cot: readonly Span[];
  /** Regions to frame for people: where the path starts and ends. The model never sees these. */
  readonly marks: readonly { readonly region: string; readonly role: 'start' | 'end' }[];
}

/** A task's settings: numbers and choices by key. Config types of tasks are aliases of such records. */
export type TaskConfig = Readonly<Record<string, number | string>>;

interface TaskFieldCommon {
  readonly key: string;
  readonly label: string;
  /** What it does and where its value comes from. */
  readonly help: string;
}

/** One setting of a task, as data: forms, command lines and validation are drawn from it. */
export type TaskField =
  | (TaskFieldCommon & { readonly type: 'integer'; readonly min: number; readonly max: number; readonly step: number })
  | (TaskFieldCommon & { readonly type: 'choice'; readonly options: readonly string[]; readonly optionText?: OptionText });

/** What an option is beside the other settings of the form, which may be out of range yet; '' = no more than its name. */
export type OptionText = (option: string, settings: Readonly<Record<string, unknown>>) => string;

/** What can be said of a task without making an example: small, so that the page can import it. */
export interface TaskInfo<Config extends TaskConfig = TaskConfig> {
  readonly id: TaskId;
  readonly title: string;
  /** One sentence: what is asked. */
  readonly summary: string;
  /** What makes an example simple or hard, for these settings. */
  describeLevels(config: Config): Readonly<Partial<Record<Level, string>>>;
  readonly citation: { readonly name: string; readonly url: string; readonly section: string };
  readonly levels: readonly Level[];
  readonly fields: readonly TaskField[];
  /** The authors' settings. */
  readonly defaults: Config;
  /** Patches of the largest compact picture: all pictures of a run are padded to it with white. */
  largestGrid(config: Config): { readonly rows: number; readonly columns: number };
  /** Throws InputError for settings that are each in range but that no example can obey together. */
  checkConfig(config: Config): void;
}

/** A task: generator, forms, scorers. `Reference` is what responses are scored against; a truth gives one, and so may a foreign data set. */
export interface TaskDefinition<Truth extends object, Config extends TaskConfig, Reference> {
  readonly info: TaskInfo<Config>;
  makeTruth(config: Config, draw: Draw, rng: Rng): Truth;
  readonly paper: PaperForms<Truth>;
  readonly compact: CompactForms<Truth>;
  /** The example in one sentence for people. */
  describe(truth: Truth): string;
  links(truth: Truth, profile: Profile): ExampleLinks;
  referenceOf(truth: Truth): Reference;
  /** Throws InputError that says what is missing. `paper` profile only. */
  readReference(source: ReferenceSource): Reference;
  score(reference: Reference, response: string, profile: Profile): Score;
  readonly failureMetrics: readonly FailureMetric[];
  failures(reference: Reference, response: string, profile: Profile): FailureValues;
}
