/**
 * All tasks with everything they can do, by id. A `BoundTask` hides the types of truth and settings, so that examples of all tasks look alike
 * (examples.ts); nothing else of the project knows one task from another.
 */
import type { Rng } from '../lib/rng.ts';
import { readoutTask } from './consecutive-table-readout/task.ts';
import { gridNavigationTask } from './grid-navigation/task.ts';
import type { CompactRecord, RecordParts } from './records.ts';
import { compactPrompt, compactRecord, compactResponse, paperParts, paperPrompt, paperResponse } from './records.ts';
import type { Scene } from './render/scene.ts';
import { tableReadoutTask } from './table-readout/task.ts';
import type {
  CompactForms,
  Draw,
  ExampleLinks,
  FailureMetric,
  FailureValues,
  Profile,
  RecordKind,
  ReferenceSource,
  Score,
  TaskConfig,
  TaskDefinition,
  TaskId,
  TaskInfo,
} from './task.ts';
import { tokensToString } from './tokenizer.ts';
import { heldoutAnalogyTask, visualAnalogyTask } from './visual-analogy/task.ts';

/** Something that responses can be scored against: a truth of ours, or a gold record of a foreign data set. */
export interface Scorer {
  score(response: string, profile: Profile): Score;
  failures(response: string, profile: Profile): FailureValues;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
}

/** All forms of one truth. */
export interface BoundTruth extends Scorer {
  readonly truth: object;
  prompt(kind: RecordKind, profile: Profile): string;
  /** `cotShare`: see records.ts. */
  response(kind: RecordKind, profile: Profile, cotShare?: number): string;
  parts(kind: RecordKind, profile: Profile): RecordParts;
  compact(kind: RecordKind, cotShare?: number): CompactRecord;
  scene(profile: Profile): Scene;
  /** Patches of the compact picture, and of the canvas that all pictures of the same settings are padded to. */
  grid(): GridSize;
  canvas(): GridSize;
  /** The token each patch of the compact picture shows, row-major. */
  patchTokens(): readonly string[];
  patchNames(): readonly string[];
  readonly patchPx: number;
  describe(): string;
  links(profile: Profile): ExampleLinks;
}

export interface BoundTask {
  readonly info: TaskInfo;
  readonly failureMetrics: readonly FailureMetric[];
  /** Every word of the task's compact forms. */
  readonly vocabulary: readonly string[];
  make(config: TaskConfig, draw: Draw, rng: Rng): BoundTruth;
  /** Throws InputError that says what the record lacks. */
  reference(source: ReferenceSource): Scorer;
}

/** Hides the types of a definition. */
function bind<Truth extends object, Config extends TaskConfig, Reference>(task: TaskDefinition<Truth, Config, Reference>): BoundTask {
  return {
    info: task.info as unknown as TaskInfo, // its functions are only called with settings that parseTaskSpec built for this id
    failureMetrics: task.failureMetrics,
    vocabulary: task.compact.vocabulary,
    make: (config, draw, rng) => bindTruth(task, task.makeTruth(config as Config, draw, rng), task.info.largestGrid(config as Config)), // as above
    reference: (source) => {
      const reference = task.readReference(source);
      return scorerOf(task, () => reference);
    },
  };
}

/** All forms of a given truth. */
export function bindTruth<Truth extends object, Config extends TaskConfig, Reference>(
  task: TaskDefinition<Truth, Config, Reference>,
  truth: Truth,
  canvas: GridSize = task.compact.grid(truth),
): BoundTruth {
  const { paper, compact } = task;
  return {
    ...scorerOf(task, () => task.referenceOf(truth)),
    truth,
    prompt: (kind, profile) => (profile === 'paper' ? paperPrompt(paper, truth, kind) : tokensToString(compactPrompt(compact, truth, kind))),
    response: (kind, profile, cotShare = 1) =>
      profile === 'paper' ? paperResponse(paper, truth, kind, cotShare) : tokensToString(compactResponse(compact, truth, kind, cotShare)),
    parts: (kind, profile) => (profile === 'paper' ? paperParts(paper, truth, kind) : compactParts(compact, truth, kind)),
    compact: (kind, cotShare = 1) => compactRecord(compact, truth, kind, cotShare),
    scene: (profile) => (profile === 'paper' ? paper.scene(truth) : compact.scene(truth)),
    grid: () => compact.grid(truth),
    canvas: () => canvas,
    patchTokens: () => compact.patchTokens(truth),
    patchNames: () => compact.patchNames(truth),
    patchPx: compact.patchPx,
    describe: () => task.describe(truth),
    links: (profile) => task.links(truth, profile),
  };
}

/** The reference of a truth is worked out when it is first scored: most examples never are. */
function scorerOf<Truth extends object, Config extends TaskConfig, Reference>(
  task: TaskDefinition<Truth, Config, Reference>,
  referenceOf: () => Reference,
): Scorer {
  let known: { readonly reference: Reference } | null = null;
  const reference = (): Reference => {
    known ??= { reference: referenceOf() };
    return known.reference;
  };
  return {
    score: (response, profile) => task.score(reference(), response, profile),
    failures: (response, profile) => task.failures(reference(), response, profile),
  };
}

function compactParts<Truth>(compact: CompactForms<Truth>, truth: Truth, kind: RecordKind): RecordParts {
  const hasImage = kind !== 'text';
  const text = tokensToString(compact.text(truth));
  return {
    hasImage,
    text: hasImage ? '' : text,
    question: tokensToString(compact.question(truth)),
    convert: kind === 'image-via-text' ? `${tokensToString(compact.convert)} ${text}` : '',
    cot: tokensToString(compact.cot(truth)),
    answer: tokensToString(compact.answer(truth)),
  };
}

const TASKS: Readonly<Record<TaskId, BoundTask>> = {
  'consecutive-table-readout': bind(readoutTask),
  'table-readout': bind(tableReadoutTask),
  'grid-navigation': bind(gridNavigationTask),
  'visual-analogy': bind(visualAnalogyTask),
  'pattern-heldout-visual-analogy': bind(heldoutAnalogyTask),
};

/** The task of an id. */
export function taskOf(id: TaskId): BoundTask {
  return TASKS[id];
}
