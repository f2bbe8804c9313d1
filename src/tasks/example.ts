/**
 * An example: one truth of a task with all its forms, whatever the task. A class, because examples are made by the thousand and its methods once.
 */
import { hash64Hex } from '../lib/hash.ts';
import type { CompactRecord, RecordParts } from './records.ts';
import { compactPrompt, compactRecord, compactResponse, paperParts, paperPrompt, paperResponse } from './records.ts';
import type { Scene } from './render/scene.ts';
import type { CompactForms, ExampleKey, ExampleLinks, FailureValues, Profile, RecordKind, Score, TaskConfig, TaskDefinition } from './task.ts';
import { tokensToString } from './tokenizer.ts';

/** Something that responses can be scored against: a truth of ours, or a gold record of a foreign data set. */
export interface Scorer {
  score(response: string, profile: Profile): Score;
  failures(response: string, profile: Profile): FailureValues;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
}

export interface Example extends Scorer {
  /** Null for samples of the curriculum, which belong to no level. */
  readonly key: ExampleKey | null;
  readonly truth: object;
  /** Hash of the paper profile's x(t) and question: equal for equal prompts (a lossy x(t) may stand for two pictures). Computed when first asked for. */
  readonly contentId: string;
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
  /** The example in one sentence. */
  describe(): string;
  links(profile: Profile): ExampleLinks;
}

/** An example of a task whose types are known. */
export class BoundExample<Truth extends object, Config extends TaskConfig, Reference> implements Example {
  readonly key: ExampleKey | null;
  readonly truth: Truth;
  readonly #task: TaskDefinition<Truth, Config, Reference>;
  readonly #canvas: GridSize | null;
  #contentId: string | null = null;
  #reference: { readonly value: Reference } | null = null;

  /** @param canvas - Null: the picture's own size. */
  constructor(task: TaskDefinition<Truth, Config, Reference>, truth: Truth, key: ExampleKey | null, canvas: GridSize | null) {
    this.#task = task;
    this.truth = truth;
    this.key = key;
    this.#canvas = canvas;
  }

  get contentId(): string {
    this.#contentId ??= hash64Hex(this.prompt('text', 'paper'));
    return this.#contentId;
  }

  get patchPx(): number {
    return this.#task.compact.patchPx;
  }

  prompt(kind: RecordKind, profile: Profile): string {
    const { paper, compact } = this.#task;
    return profile === 'paper' ? paperPrompt(paper, this.truth, kind) : tokensToString(compactPrompt(compact, this.truth, kind));
  }

  response(kind: RecordKind, profile: Profile, cotShare = 1): string {
    const { paper, compact } = this.#task;
    return profile === 'paper'
      ? paperResponse(paper, this.truth, kind, cotShare)
      : tokensToString(compactResponse(compact, this.truth, kind, cotShare));
  }

  parts(kind: RecordKind, profile: Profile): RecordParts {
    const { paper, compact } = this.#task;
    return profile === 'paper' ? paperParts(paper, this.truth, kind) : compactParts(compact, this.truth, kind);
  }

  compact(kind: RecordKind, cotShare = 1): CompactRecord {
    return compactRecord(this.#task.compact, this.truth, kind, cotShare);
  }

  scene(profile: Profile): Scene {
    return profile === 'paper' ? this.#task.paper.scene(this.truth) : this.#task.compact.scene(this.truth);
  }

  grid(): GridSize {
    return this.#task.compact.grid(this.truth);
  }

  canvas(): GridSize {
    return this.#canvas ?? this.grid();
  }

  patchTokens(): readonly string[] {
    return this.#task.compact.patchTokens(this.truth);
  }

  patchNames(): readonly string[] {
    return this.#task.compact.patchNames(this.truth);
  }

  describe(): string {
    return this.#task.describe(this.truth);
  }

  links(profile: Profile): ExampleLinks {
    return this.#task.links(this.truth, profile);
  }

  score(response: string, profile: Profile): Score {
    return this.#task.score(this.#gold(), response, profile);
  }

  failures(response: string, profile: Profile): FailureValues {
    return this.#task.failures(this.#gold(), response, profile);
  }

  /** Worked out when first scored: most examples never are. */
  #gold(): Reference {
    this.#reference ??= { value: this.#task.referenceOf(this.truth) };
    return this.#reference.value;
  }
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
