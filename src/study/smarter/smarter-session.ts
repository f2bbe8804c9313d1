/**
 * A training of smarterVLM from its first step to its test: pause, resume, single steps and stop at step edges; scores on the validation items after every epoch; the weights of
 * the best epoch are tested once, as the paper does. Knows no DOM, no worker and no clock of its own.
 */
import type { SmarterAnswer } from '../../model/smarter/step.ts';
import type { StoredTensor } from '../checkpoint.ts';
import type { PuzzleHead } from '../smart/puzzle-item.ts';
import { scoresOf } from './scores.ts';
import type { SmarterScores } from './scores.ts';
import type { SmarterSpec } from './smarter-spec.ts';
import { openSmarterTraining } from './smarter-training.ts';
import type { FeaturedItems } from './features.ts';
import type { SmarterState, SmarterTraining } from './smarter-training.ts';

export interface SmarterData {
  readonly heads: readonly PuzzleHead[];
  readonly train: FeaturedItems;
  readonly val: FeaturedItems;
  readonly test: FeaturedItems;
}

export interface EpochScores {
  /** 1-based. */
  readonly epoch: number;
  readonly step: number;
  readonly val: SmarterScores;
}

/** How far a training is, without its weights. */
export interface SmarterProgress {
  readonly step: number;
  readonly totalSteps: number;
  /** Loss of every step. */
  readonly losses: readonly number[];
  readonly epochs: readonly EpochScores[];
  /** The epoch with the best S_acc on validation items, the first of several. */
  readonly bestEpoch: number | null;
  /** Of the best epoch's weights; null until the training is over. */
  readonly test: SmarterScores | null;
  readonly trainedMs: number;
}

/** All that a training is, to be kept and gone on with. */
export interface SmarterCheckpoint {
  readonly spec: SmarterSpec;
  readonly progress: SmarterProgress;
  readonly state: SmarterState;
  readonly bestWeights: Readonly<Record<string, StoredTensor>> | null;
}

export type SmarterRunState = 'running' | 'paused' | 'finished' | 'stopped' | 'failed';

export interface SmarterSessionOptions {
  readonly spec: SmarterSpec;
  readonly data: SmarterData;
  readonly restored: SmarterCheckpoint | null;
  readonly clock: () => number;
  /** After every step, and when the state changes. */
  readonly onProgress: (progress: SmarterProgress, state: SmarterRunState, message: string | null) => void;
  /** At the end of every epoch, at the end, and when it is paused or stopped. */
  readonly onCheckpoint: (checkpoint: SmarterCheckpoint) => Promise<void>;
  /** Gives way to other work between steps. */
  readonly yieldToOthers: () => Promise<void>;
}

/** What a page that is closed in the middle of an epoch loses at most. Ours. */
const SAVE_EVERY_MS = 60_000;

export interface SmarterSession {
  readonly done: Promise<SmarterRunState>;
  readonly training: SmarterTraining;
  progress(): SmarterProgress;
  state(): SmarterRunState;
  pause(): void;
  resume(): void;
  /** One step of a paused training. */
  step(): void;
  /** Ends it after a checkpoint. */
  stop(): void;
  /** Answers to the test items with the weights as they are; null when stopped. */
  answers(part: FeaturedItems): Promise<readonly SmarterAnswer[] | null>;
}

/** Starts at once, or where `restored` left off. The caller disposes `training` when `done` has resolved and nobody asks it any more. */
export function startSmarterSession(options: SmarterSessionOptions): SmarterSession {
  const { spec, data, restored, clock } = options;
  const training = openSmarterTraining(spec, data.heads, data.train, restored?.state ?? null);
  const abort = new AbortController();
  let progress: SmarterProgress = restored?.progress ?? {
    ...{ step: 0, totalSteps: training.totalSteps, losses: [], epochs: [], bestEpoch: null, test: null, trainedMs: 0 },
  };
  let bestWeights = restored?.bestWeights ?? null;
  let state: SmarterRunState = 'running';
  let stepsAllowed = Number.POSITIVE_INFINITY;
  let wake: (() => void) | null = null;

  const set = (next: SmarterRunState, message: string | null = null): void => {
    state = next;
    options.onProgress(progress, state, message);
  };
  let savedMs = clock();
  const save = async (): Promise<void> => {
    await options.onCheckpoint({ spec, progress, state: await training.state(), bestWeights });
    savedMs = clock();
  };
  const perEpoch = training.totalSteps / spec.training.epochs;

  async function waitWhilePaused(): Promise<void> {
    if (stepsAllowed > 0) return;
    await save();
    set('paused');
    while (stepsAllowed <= 0 && !abort.signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
    if (!abort.signal.aborted) set('running');
  }

  async function endOfEpoch(): Promise<void> {
    const answers = await training.answers(data.val, abort.signal);
    if (answers === null) return;
    const val = scoresOf(data.heads, data.train.items, data.val.items, answers);
    const epoch = progress.step / perEpoch;
    const best = Math.max(-1, ...progress.epochs.map((each) => each.val.overall.solved));
    if (val.overall.solved > best) {
      bestWeights = (await training.state()).weights;
      progress = { ...progress, bestEpoch: epoch };
    }
    progress = { ...progress, epochs: [...progress.epochs, { epoch, step: progress.step, val }] };
    await save();
  }

  async function test(): Promise<void> {
    if (bestWeights === null) throw new Error('internal: a finished training without a best epoch');
    const best = openSmarterTraining(spec, data.heads, data.train, { ...(await training.state()), weights: bestWeights });
    try {
      const answers = await best.answers(data.test, abort.signal);
      if (answers === null) return;
      progress = { ...progress, test: scoresOf(data.heads, data.train.items, data.test.items, answers) };
    } finally {
      best.dispose();
    }
    await save();
  }

  async function run(): Promise<SmarterRunState> {
    try {
      set('running');
      while (training.step() < training.totalSteps && !abort.signal.aborted) {
        await waitWhilePaused();
        if (abort.signal.aborted) break;
        const startMs = clock();
        const { loss } = await training.train();
        stepsAllowed -= 1;
        progress = { ...progress, step: training.step(), losses: [...progress.losses, loss], trainedMs: progress.trainedMs + clock() - startMs };
        if (training.step() % perEpoch === 0) await endOfEpoch();
        else if (clock() - savedMs >= SAVE_EVERY_MS) await save();
        options.onProgress(progress, state, null);
        await options.yieldToOthers();
      }
      if (!abort.signal.aborted && progress.test === null) await test();
      if (abort.signal.aborted) {
        await save();
        set('stopped');
      } else set('finished');
    } catch (error) {
      set('failed', error instanceof Error ? error.message : String(error));
    }
    return state;
  }

  const allow = (steps: number): void => {
    stepsAllowed = steps;
    wake?.();
  };
  return {
    done: run(),
    training,
    progress: () => progress,
    state: () => state,
    pause: () => allow(0),
    resume: () => allow(Number.POSITIVE_INFINITY),
    step: () => allow(1),
    stop() {
      abort.abort();
      wake?.();
    },
    answers: (part) => training.answers(part, abort.signal),
  };
}
