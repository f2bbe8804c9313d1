/**
 * One example of a task, with all its forms. `exampleAt(key, config)` makes sample `index` alone: its random stream is named by (task, level, split,
 * seed, index), so train and eval, the levels and the indices never share a stream, and all forms of one example come from one truth.
 */
import { fault, InputError } from '../lib/errors.ts';
import { hash64Hex } from '../lib/hash.ts';
import { makeRng } from '../lib/rng.ts';
import { withoutPositions } from './consecutive-table-readout/compact.ts';
import { readoutTask } from './consecutive-table-readout/task.ts';
import type { ReadoutConfig, ReadoutTruth } from './consecutive-table-readout/truth.ts';
import type { Scene } from './render/scene.ts';
import type { CompactToken, ExampleKey, Profile, RecordKind, Score, Task, TaskId } from './task.ts';
import { LEVELS, SPLITS, TASK_IDS } from './task.ts';
import { tokensToString } from './tokenizer.ts';

export interface Example {
  /** Null for samples of the curriculum, which belong to no level. */
  readonly key: ExampleKey | null;
  readonly truth: ReadoutTruth;
  /** Hash of the paper profile's x(t) and question: equal only for equal examples. Computed when first asked for. */
  readonly contentId: string;
  prompt(kind: RecordKind, profile: Profile): string;
  response(kind: RecordKind, profile: Profile): string;
  /** The compact record as tokens, without `<bos>`, `<assistant>` and `<eos>`; the image is apart. */
  compact(kind: RecordKind): CompactRecord;
  scene(profile: Profile): Scene;
  /** Patches of the compact picture. */
  grid(): { readonly rows: number; readonly columns: number };
  /** The token each patch of the compact picture shows, row-major. */
  patchTokens(): readonly string[];
  readonly patchPx: number;
  score(response: string, profile: Profile): Score;
}

export interface CompactRecord {
  readonly prompt: readonly CompactToken[];
  readonly response: readonly CompactToken[];
  readonly hasImage: boolean;
}

/** The task of an id. */
export function taskOf(id: TaskId): Task<ReadoutTruth, ReadoutConfig> {
  switch (id) {
    case 'consecutive-table-readout':
      return readoutTask;
    default:
      id satisfies never;
      throw new InputError(fault('task', TASK_IDS.join(' or '), id));
  }
}

/** Sample `key.index` of a stream. Throws InputError for a key or a table that does not exist. */
export function exampleAt(key: ExampleKey, config: ReadoutConfig): Example {
  checkKey(key);
  const task = taskOf(key.task);
  task.checkConfig(config);
  const rng = makeRng(key.task, key.level, key.split, key.seed, key.index);
  return makeExample(task, task.makeTruth(config, key.level, rng), key);
}

/** The example of a given truth, for samples that belong to no level. */
export function exampleOf(truth: ReadoutTruth): Example {
  return makeExample(readoutTask, truth, null);
}

function makeExample(task: Task<ReadoutTruth, ReadoutConfig>, truth: ReadoutTruth, key: ExampleKey | null): Example {
  let contentId: string | null = null;
  return {
    key,
    truth,
    get contentId() {
      contentId ??= hash64Hex(task.paper.prompt(truth, 'text'));
      return contentId;
    },
    prompt: (kind, profile) => (profile === 'paper' ? task.paper.prompt(truth, kind) : tokensToString(compactRecord(task, truth, kind).prompt)),
    response: (kind, profile) => (profile === 'paper' ? task.paper.response(truth, kind) : tokensToString(compactRecord(task, truth, kind).response)),
    compact: (kind) => compactRecord(task, truth, kind),
    scene: (profile) => (profile === 'paper' ? task.paper.scene(truth) : task.compact.scene(truth)),
    grid: () => task.compact.grid(truth),
    patchTokens: () => task.compact.patchTokens(truth),
    patchPx: task.compact.patchPx,
    score: (response, profile) => task.score(truth, response, profile),
  };
}

/** x(t) stands in the prompt (with its places in the grid), in the response (without), or, for `image`, nowhere. */
function compactRecord(task: Task<ReadoutTruth, ReadoutConfig>, truth: ReadoutTruth, kind: RecordKind): CompactRecord {
  const { compact } = task;
  const question = compact.question(truth);
  const readout = [...compact.cot(truth), ...compact.answer(truth)];
  switch (kind) {
    case 'text':
      return { prompt: [...compact.text(truth), ...question], response: readout, hasImage: false };
    case 'image':
      return { prompt: question, response: readout, hasImage: true };
    case 'image-via-text':
      return { prompt: question, response: [...compact.convert, ...withoutPositions(compact.text(truth)), ...readout], hasImage: true };
    default:
      kind satisfies never;
      throw new Error(`internal: compactRecord: no record kind ${String(kind)}`);
  }
}

/** Keys come from links and forms too. */
function checkKey(key: ExampleKey): void {
  const { level, split, seed, index } = key;
  if (!LEVELS.includes(level)) throw new InputError(fault('level', LEVELS.join(', '), level));
  if (!SPLITS.includes(split)) throw new InputError(fault('split', SPLITS.join(', '), split));
  for (const [field, value] of Object.entries({ seed, index })) {
    if (!Number.isSafeInteger(value) || value < 0) throw new InputError(fault(field, 'a whole number from 0 on', String(value)));
  }
}
