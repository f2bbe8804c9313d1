/**
 * One optimiser step of a run: what counts in each micro-batch of the batch, and what the log says of it. The work itself is the model's passes
 * (src/model/passes.ts). The numbers come later, so that a GPU is not made to wait.
 */
import type { Batch, MicroBatch } from '../model/batch.ts';
import type { Passes, StepReadings, TrainPart } from '../model/passes.ts';
import { learningRateAt } from '../model/schedule.ts';
import { TOKEN_KINDS } from '../tasks/task.ts';
import type { TokenKind } from '../tasks/task.ts';
import type { Objectives } from './batcher.ts';
import { scheduleAt } from './phases.ts';
import type { RunSpec } from './run-spec.ts';

/** A step that is under way. */
export interface PendingStep {
  readonly batch: Batch;
  readonly objectives: Objectives;
  readonly readings: Promise<StepReadings>;
}

export interface StepNumbers {
  readonly loss: number;
  readonly lossByKind: Partial<Record<TokenKind, number>>;
  readonly readingLoss: number | null;
  readonly gradientNorm: number;
}

/** Learning rate of step `step` (0-based): every phase has its own warm-up and cosine, except one that goes on from the phase before. */
export function learningRateOf(spec: RunSpec, step: number): number {
  const { step: inSchedule, steps } = scheduleAt(spec, step);
  return learningRateAt(inSchedule, steps, spec.learningRate, spec.warmupFraction);
}

/** What a step trains on: the micro-batches of a batch and what counts in each. */
export function trainParts(batch: Batch, objectives: Objectives): TrainPart[] {
  const images = batch.micro.reduce((sum, micro) => sum + (micro.image === null ? 0 : micro.batchSize), 0);
  return batch.micro.map((micro) => ({
    micro,
    weights: {
      languageWeight: micro.lossWeights.some((weight) => weight !== 0) ? objectives.languageWeight : 0, // pictures alone have no text
      readingWeight: micro.image === null ? 0 : (objectives.readingWeight * micro.batchSize) / images,
      readingTarget: objectives.readingTarget,
    },
  }));
}

/** Trains on a batch. Resolves when the next step may be asked for. */
export async function trainStep(passes: Passes, batch: Batch, objectives: Objectives, learningRate: number): Promise<PendingStep> {
  const { readings } = await passes.train(trainParts(batch, objectives), learningRate);
  return { batch, objectives, readings };
}

/**
 * Waits for the numbers of a step. The sums are done here in doubles. `loss` is the language loss as it is trained on (mean per example, then over the
 * batch); in the vision phase, which has none, it is the reading loss.
 */
export async function readStep({ batch, objectives, readings }: PendingStep): Promise<StepNumbers> {
  const { tokenLosses, readingLosses, gradientNorm } = await readings;
  const kinds = TOKEN_KINDS.map(() => ({ sum: 0, count: 0 }));
  let languageLoss = 0;
  batch.micro.forEach((micro, i) => {
    const tokenLoss = tokenLosses[i];
    if (tokenLoss === undefined) throw new Error('internal: a micro-batch without losses');
    languageLoss += addLosses(micro, tokenLoss, kinds);
  });
  const readingLoss = meanReading(batch.micro, readingLosses);
  return {
    loss: objectives.languageWeight === 0 ? (readingLoss ?? 0) : languageLoss,
    lossByKind: objectives.languageWeight === 0 ? {} : meansByKind(kinds),
    readingLoss: objectives.readingWeight === 0 ? null : readingLoss,
    gradientNorm,
  };
}

/** Tokens of a batch as the log counts them: counted and uncounted text, padding left out, and image patches. */
export function tokensOf(batch: Batch): number {
  let tokens = 0;
  for (const micro of batch.micro) {
    if (micro.image !== null) tokens += micro.batchSize * micro.image.gridRows * micro.image.gridColumns;
    for (const id of micro.tokens) if (id !== 0) tokens += 1; // 0 is <pad>
  }
  return tokens;
}

/** Adds the losses of a micro-batch to its kinds; returns its share of the batch's loss. */
function addLosses(micro: MicroBatch, tokenLoss: Float32Array, kinds: { sum: number; count: number }[]): number {
  let loss = 0;
  for (let i = 0; i < tokenLoss.length; i++) {
    const weight = micro.lossWeights[i] ?? 0;
    if (weight === 0) continue;
    const value = tokenLoss[i] ?? Number.NaN;
    loss += weight * value;
    const kind = kinds[micro.kinds[i] ?? -1];
    if (kind === undefined) continue;
    kind.sum += value;
    kind.count += 1;
  }
  return loss;
}

function meansByKind(kinds: readonly { sum: number; count: number }[]): Partial<Record<TokenKind, number>> {
  const means: Partial<Record<TokenKind, number>> = {};
  TOKEN_KINDS.forEach((name, i) => {
    const kind = kinds[i];
    if (kind !== undefined && kind.count > 0) means[name] = kind.sum / kind.count;
  });
  return means;
}

function meanReading(micro: readonly MicroBatch[], losses: readonly (number | null)[]): number | null {
  let sum = 0;
  let count = 0;
  micro.forEach(({ batchSize }, i) => {
    const loss = losses[i];
    if (loss === null || loss === undefined) return;
    sum += loss * batchSize;
    count += batchSize;
  });
  return count === 0 ? null : sum / count;
}
