/**
 * What the smarterVLM worker does for each call, without the worker: tests give it an engine, a backbone and a store. One training is loaded at a time; calls that load one go
 * through one queue.
 */
import { fault, InputError } from '../src/lib/errors.ts';
import type { Engine } from '../src/model/backend.ts';
import { answerText } from '../src/tasks/puzzles/answers.ts';
import type { AnswerType } from '../src/tasks/puzzles/puzzle.ts';
import { openSmartFolder } from '../src/study/smart/smart-folder.ts';
import type { FolderSource } from '../src/study/smart/folder-source.ts';
import type { ItemSet, PuzzleHead } from '../src/study/smart/puzzle-item.ts';
import { SPLIT_NAMES } from '../src/study/smart/splits.ts';
import type { FeatureCache } from '../src/study/smarter/feature-cache.ts';
import { featuredData } from '../src/study/smarter/featured-data.ts';
import type { Backbone } from '../src/study/smarter/backbone.ts';
import type { DifferentiableBackbone } from '../src/study/smarter/embedded-backbone.ts';
import { batchOf } from '../src/study/smarter/features.ts';
import type { HubProgress } from '../src/study/smarter/hub-files.ts';
import { answerPixels, attentionOf } from '../src/study/smarter/look-at-item.ts';
import { chosenOption, isSame } from '../src/study/smarter/scores.ts';
import { measureCost } from '../src/study/smarter/smarter-cost.ts';
import { itemsOf, leftOutNote, smartItemsOf } from '../src/study/smarter/smarter-items.ts';
import { startSmarterSession } from '../src/study/smarter/smarter-session.ts';
import type { SmarterCheckpoint, SmarterData, SmarterRunState, SmarterSession } from '../src/study/smarter/smarter-session.ts';
import { parseSmarterSpec } from '../src/study/smarter/smarter-spec.ts';
import type { SmarterSpec } from '../src/study/smarter/smarter-spec.ts';
import type { SmarterStore } from '../src/study/smarter/smarter-store.ts';
import { configOf, openSmarterTraining } from '../src/study/smarter/smarter-training.ts';
import type { SmarterTraining } from '../src/study/smarter/smarter-training.ts';
import type { AnsweredItem, SmarterEvent, SmarterHandlers, SmartSource } from './smarter-protocol.ts';

export interface SmarterServiceOptions {
  readonly emit: (event: SmarterEvent) => void;
  readonly openEngine: () => Promise<Engine>;
  /** `name` as a spec has it; rejects with words for people when it cannot be had. */
  readonly openBackbone: (
    name: string,
    signal: AbortSignal,
    onProgress: (progress: HubProgress) => void,
  ) => Promise<Backbone | DifferentiableBackbone>;
  readonly store: SmarterStore;
  /** The features of this browser. Each opening tries anew what failed before. */
  readonly openCache: () => FeatureCache;
  /** Reads a folder that the page was given. */
  readonly folder: (source: SmartSource) => FolderSource;
  readonly clock: () => number;
  readonly now: () => string;
  readonly makeId: () => string;
  readonly yieldToOthers: () => Promise<void>;
}

interface Loaded {
  readonly id: string;
  readonly name: string;
  readonly spec: SmarterSpec;
  readonly set: ItemSet;
  readonly data: SmarterData;
  readonly session: SmarterSession;
  /** The newest checkpoint; null before the first. */
  checkpoint: SmarterCheckpoint | null;
  isKept: boolean;
}

/** Progress is sent this often at most. */
const PROGRESS_MS = 250;

export function makeSmarterService(options: SmarterServiceOptions): SmarterHandlers {
  const { emit, store, clock, now } = options;
  let engine: Engine | null = null;
  let backbone: { readonly name: string; readonly made: Backbone | DifferentiableBackbone } | null = null;
  let loaded: Loaded | null = null;
  let abort = new AbortController();
  let queue: Promise<unknown> = Promise.resolve();

  /** After what is under way; `signal` ends with `cancel`. */
  function inTurn<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { signal } = abort;
    const result = queue.then(() => work(signal));
    queue = result.catch(() => undefined); // the caller of each work hears of its failure
    return result;
  }

  function cancel(): void {
    abort.abort();
    abort = new AbortController();
  }

  async function ready(): Promise<Engine> {
    if (engine?.isLost() === true) {
      engine.close();
      [engine, backbone] = [null, null];
    }
    engine ??= await options.openEngine();
    return engine;
  }

  async function backboneOf({ backbone: name }: SmarterSpec, signal: AbortSignal): Promise<Backbone | DifferentiableBackbone> {
    await ready();
    if (backbone?.name === name) return backbone.made;
    backbone?.made.dispose();
    backbone = null;
    const made = await options.openBackbone(name, signal, (progress) => emit({ kind: 'download', progress }));
    backbone = { name, made };
    return made;
  }

  async function setOf(spec: SmarterSpec, folder: SmartSource | null, signal: AbortSignal): Promise<ItemSet> {
    if (spec.data.source === 'own') return itemsOf(spec);
    if (folder === null) throw new InputError(fault('SMART-101', 'the folder of the release', 'none', 'choose it first'));
    const { set, report } = await smartItemsOf(spec, await openSmartFolder(options.folder(folder)), signal);
    const message = leftOutNote(report.leftOut);
    if (message !== null) emit({ kind: 'note', message });
    return set;
  }

  async function featuresOf(set: ItemSet, over: Backbone, signal: AbortSignal): Promise<SmarterData> {
    let lastMs = Number.NEGATIVE_INFINITY;
    const cache = options.openCache();
    const data = await featuredData(over, set, {
      ...{ cache, signal },
      onProgress(split, done, total) {
        if (done < total && clock() - lastMs < PROGRESS_MS) return;
        lastMs = clock();
        emit({ kind: 'features', split, done, total });
      },
    });
    signal.throwIfAborted();
    const problem = cache.problem();
    if (problem !== null) emit({ kind: 'note', message: `${problem}. The training goes on, and they are made again next time.` });
    if (data === null) throw new Error('internal: no features without a stop');
    const message = leftOutNote(SPLIT_NAMES.flatMap((split) => data[split].problems));
    if (message !== null) emit({ kind: 'note', message });
    return data;
  }

  /** Lets the loaded training go, kept as it is. */
  async function unload(): Promise<void> {
    const before = loaded;
    loaded = null;
    if (before === null) return;
    before.session.stop();
    await before.session.done;
    before.session.training.dispose();
  }

  async function begin(
    about: { id: string; name: string },
    spec: SmarterSpec,
    folder: SmartSource | null,
    restored: SmarterCheckpoint | null,
    signal: AbortSignal,
  ): Promise<{ id: string }> {
    const set = await setOf(spec, folder, signal); // may be refused: before anything is let go
    await unload();
    const over = await backboneOf(spec, signal);
    configOf(spec, set.heads, over); // the same, before features are made
    const data = await featuresOf(set, over, signal);
    const { id, name } = about;
    let lastMs = Number.NEGATIVE_INFINITY;
    let lastState = '';
    const session = startSmarterSession({
      ...{ spec, data, restored, clock, yieldToOthers: options.yieldToOthers },
      onProgress(progress, state, message) {
        if (state === lastState && clock() - lastMs < PROGRESS_MS) return;
        [lastMs, lastState] = [clock(), state];
        emit({ kind: 'progress', id, spec, state, message, progress });
      },
      async onCheckpoint(checkpoint) {
        const run = loaded?.id === id ? loaded : null;
        if (run !== null) run.checkpoint = checkpoint;
        try {
          await store.keep({ id, name, backbone: over.id, savedAt: now() }, checkpoint);
          if (run !== null) run.isKept = true;
        } catch (error) {
          emit({ kind: 'note', message: `This training is not saved: ${error instanceof Error ? error.message : String(error)}. It goes on.` });
        }
      },
    });
    loaded = { id, name, spec, set, data, session, checkpoint: restored, isKept: restored !== null };
    return { id };
  }

  function running(): Loaded {
    if (loaded === null) throw new InputError(fault('smarterVLM', 'a training', 'none', 'start or open one first'));
    return loaded;
  }

  /** The model with the best weights so far; the caller disposes it. */
  function best({ checkpoint, data }: Loaded): SmarterTraining | null {
    const { bestWeights, state, spec } = checkpoint ?? { bestWeights: null, state: null, spec: null };
    if (bestWeights === null || state === null || spec === null) return null;
    return openSmarterTraining(spec, data.heads, data.train, { ...state, weights: bestWeights });
  }

  async function withBest<T>(work: (training: SmarterTraining, run: Loaded) => Promise<T>): Promise<T> {
    const run = running();
    const training = best(run);
    try {
      return await work(training ?? run.session.training, run);
    } finally {
      training?.dispose();
    }
  }

  return {
    async list() {
      return { runs: await store.list(), featureBytes: await options.openCache().bytes() };
    },
    estimate: ({ spec: raw, folder }) =>
      inTurn(async (signal) => {
        const spec = parseSmarterSpec(raw);
        return measureCost(spec, await setOf(spec, folder, signal), await backboneOf(spec, signal), { clock, signal });
      }),
    start({ spec: raw, name, folder }) {
      const spec = parseSmarterSpec(raw); // before anything is let go
      cancel();
      return inTurn((signal) => begin({ id: options.makeId(), name }, spec, folder, null, signal));
    },
    open: ({ id, folder }) =>
      inTurn(async (signal) => {
        if (loaded?.id === id && !isCutOff(loaded.session.state())) return { id };
        const checkpoint = await store.load(id);
        const head = (await store.list()).find((run) => run.id === id);
        if (checkpoint === null || head === undefined) throw new InputError(fault('smarterVLM', 'a kept training', id, 'start it again'));
        // Encoders of the hub name their device too, and differ by rounding alone.
        if (checkpoint.spec.backbone === 'embedded' && head.backbone !== (await backboneOf(checkpoint.spec, signal)).id)
          throw new InputError(
            `${head.name} was trained on other encoders than this version of the page has: its weights do not fit. Start its settings again, or remove it.`,
          );
        return begin({ id, name: head.name }, checkpoint.spec, folder, checkpoint, signal);
      }),
    pause: () => done(() => running().session.pause()),
    resume: () => done(() => running().session.resume()),
    step: () => done(() => running().session.step()),
    stop: () =>
      done(() => {
        cancel();
        loaded?.session.stop();
      }),
    remove: ({ id }) =>
      inTurn(async () => {
        if (loaded?.id === id) await unload();
        await store.remove(id);
        return null;
      }),
    async clearFeatures() {
      await options.openCache().clear();
      return null;
    },
    answers: () =>
      withBest(async (training, { data }) => {
        const answers = await training.answers(data.test, new AbortController().signal);
        return (answers ?? []).map(({ classes, loss, chance }, item): AnsweredItem => {
          const facts = data.test.items[item];
          if (facts === undefined) throw new Error('internal: an answer without an item');
          const { puzzle, skill, question, options: texts, right } = facts;
          const text = (said: readonly number[]): string => textOf(data.heads, puzzle, said);
          return {
            ...{ item, puzzle, skill, question, options: texts, right, loss, chance },
            ...{ chosen: chosenOption(facts, classes), answer: text(facts.classes), said: text(classes), isSolved: isSame(classes, facts.classes) },
          };
        });
      }),
    look: ({ item }) =>
      withBest(async (training, { data, set, spec }) => {
        const over = await backboneOf(spec, abort.signal);
        const { config, params, choice } = training;
        const batch = batchOf(data.test.features, data.test.items, [item], data.heads, choice);
        const picture = await set.at('test', data.test.places[item] ?? item).image();
        const attention = await attentionOf(params, config, batch);
        const isOurs = 'featuresOfPixels' in over;
        const words = isOurs ? over.tokens(data.test.items[item]?.question ?? '') : [];
        return {
          ...{ picture, attention },
          tokens: Array.from({ length: attention?.tokens ?? words.length }, (_, i) =>
            choice.isMeanText ? `mean ${i + 1}` : (words[i] ?? `token ${i + 1}`),
          ),
          pixels: isOurs ? await answerPixels(training, batch, over, picture) : null,
        };
      }),
  };
}

/** Ended before its last step: it can be opened again. */
function isCutOff(state: SmarterRunState): boolean {
  return state === 'stopped' || state === 'failed';
}

async function done(work: () => void): Promise<null> {
  work();
  return null;
}

function textOf(heads: readonly PuzzleHead[], puzzle: number, classes: readonly number[]): string {
  const type: AnswerType | undefined = heads.find((head) => head.puzzle === puzzle)?.answer;
  if (type === undefined) return classes.join(' ');
  if (type.kind !== 'sequence') return answerText(type, classes[0] ?? 0);
  const end = classes.indexOf(type.pad);
  return answerText(type, end < 0 ? classes : classes.slice(0, end));
}
