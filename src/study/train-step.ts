/**
 * One optimiser step: forward and backward of each micro-batch, sum of the gradients, AdamW. Returns what is still on the device; `readStep` brings the
 * few numbers of the log to the CPU later, so that a GPU is not made to wait.
 */
import type { AdamW } from '../model/adamw-rule.ts';
import type { Batch, MicroBatch } from '../model/batch.ts';
import type { VlmConfig } from '../model/config.ts';
import { addGradients } from '../model/params.ts';
import type { Params } from '../model/params.ts';
import * as tf from '../model/tf.ts';
import { lossAndGradients } from '../model/vlm.ts';
import { TOKEN_KINDS } from '../tasks/task.ts';
import type { TokenKind } from '../tasks/task.ts';
import type { Objectives } from './batcher.ts';

/** Numbers of a step that are not read yet. Tensors are freed by `readStep` or `dropStep`. */
export interface PendingStep {
  readonly batch: Batch;
  readonly objectives: Objectives;
  readonly tokenLosses: readonly tf.Tensor[];
  readonly readingLosses: readonly (tf.Scalar | null)[];
  readonly gradientNorm: Promise<number>;
}

export interface StepNumbers {
  readonly loss: number;
  readonly lossByKind: Partial<Record<TokenKind, number>>;
  readonly readingLoss: number | null;
  readonly gradientNorm: number;
}

/** Trains on a batch. `params` are replaced in place by the optimiser. */
export async function trainStep(
  model: { readonly config: VlmConfig; readonly params: Params; readonly optimizer: AdamW },
  batch: Batch,
  objectives: Objectives,
  learningRate: number,
): Promise<PendingStep> {
  const images = batch.micro.reduce((sum, micro) => sum + (micro.image === null ? 0 : micro.batchSize), 0);
  const tokenLosses: tf.Tensor[] = [];
  const readingLosses: (tf.Scalar | null)[] = [];
  let gradients: Params = {};
  for (const micro of batch.micro) {
    const result = lossAndGradients(model.params, model.config, micro, {
      languageWeight: micro.lossWeights.some((weight) => weight !== 0) ? objectives.languageWeight : 0, // pictures alone have no text
      readingWeight: micro.image === null ? 0 : (objectives.readingWeight * micro.batchSize) / images,
      readingTarget: objectives.readingTarget,
    });
    result.loss.dispose();
    tokenLosses.push(result.tokenLoss);
    readingLosses.push(result.readingLoss);
    gradients = addGradients(gradients, result.gradients);
  }
  const { gradientNorm } = await model.optimizer.apply(gradients, learningRate);
  tf.dispose(gradients);
  return { batch, objectives, tokenLosses, readingLosses, gradientNorm };
}

/**
 * Waits for the numbers of a step and frees its tensors. The sums are done here in doubles. `loss` is the language loss as it is trained on (mean per
 * example, then over the batch); in the vision phase, which has none, it is the reading loss.
 */
export async function readStep(pending: PendingStep): Promise<StepNumbers> {
  const [losses, reading, gradientNorm] = await Promise.all([
    Promise.all(pending.tokenLosses.map((tensor) => tensor.data<'float32'>())),
    Promise.all(pending.readingLosses.map(async (tensor) => (tensor === null ? null : ((await tensor.data<'float32'>())[0] ?? Number.NaN)))),
    pending.gradientNorm,
  ]);
  dropStep(pending);
  const kinds = TOKEN_KINDS.map(() => ({ sum: 0, count: 0 }));
  let languageLoss = 0;
  pending.batch.micro.forEach((micro, i) => {
    const tokenLoss = losses[i];
    if (tokenLoss === undefined) throw new Error('internal: a micro-batch without losses');
    languageLoss += addLosses(micro, tokenLoss, kinds);
  });
  const readingLoss = meanReading(pending.batch.micro, reading);
  return {
    loss: pending.objectives.languageWeight === 0 ? (readingLoss ?? 0) : languageLoss,
    lossByKind: pending.objectives.languageWeight === 0 ? {} : meansByKind(kinds),
    readingLoss: pending.objectives.readingWeight === 0 ? null : readingLoss,
    gradientNorm,
  };
}

/** Frees the tensors of a step whose numbers nobody wants any more. */
export function dropStep(pending: PendingStep): void {
  tf.dispose([...pending.tokenLosses]);
  for (const tensor of pending.readingLosses) tensor?.dispose();
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
