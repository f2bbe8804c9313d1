/**
 * What is asked of a model while it trains: a training step, the losses of a micro-batch, gradients of the pixels. Two ways to do it, one interface: on WebGPU each pass
 * is recorded once per shape and then played (webgpu/captured-passes.ts); elsewhere tfjs runs it eagerly, here.
 */
import type { AdamW } from './adamw-rule.ts';
import { eagerPixelMaps } from './pixel-maps.ts';
import type { PixelQuestion } from './pixel-maps.ts';
import type { MicroBatch } from './batch.ts';
import type { VlmConfig } from './config.ts';
import { profileEagerly } from './eager-profile.ts';
import type { KernelProfile } from './kernel-profile.ts';
import type { Params } from './params.ts';
import * as tf from './tf.ts';
import { evaluateLoss, lossAndGradients, type LossWeights } from './vlm.ts';
import { makeCapturedPasses } from './webgpu/captured-passes.ts';
import { isWebGpu } from './webgpu/kernel.ts';

/** A micro-batch and what counts in it. */
export interface TrainPart {
  readonly micro: MicroBatch;
  readonly weights: LossWeights;
}

/** The numbers of a step, on the CPU. */
export interface StepReadings {
  /** Per part: cross-entropy per target token, 0 where it is not counted, `[B*T]`. */
  readonly tokenLosses: readonly Float32Array[];
  /** Per part; null where there is no reading loss. */
  readonly readingLosses: readonly (number | null)[];
  /** Of all gradients, before clipping. */
  readonly gradientNorm: number;
}

/** How passes are run, for people. */
export interface PassesState {
  readonly mode: 'captured' | 'eager';
  /** Why not captured, or what else is not as it should be; null when all is well. */
  readonly reason: string | null;
  readonly programs: readonly { readonly label: string; readonly dispatches: number; readonly bytes: number }[];
  /** Bytes that captured programs share. */
  readonly sharedBytes: number;
}

export interface Passes {
  /**
   * One optimiser step: gradients of the parts are added, then applied. Resolves when the step is under way and the next may be asked for;
   * `readings` resolves when its numbers are on the CPU, and rejects when the device is lost. One call at a time.
   */
  train(parts: readonly TrainPart[], learningRate: number): Promise<{ readonly readings: Promise<StepReadings> }>;
  /** Cross-entropy per target token without training, `[B*T]`, 0 where it is not counted. */
  tokenLosses(micro: MicroBatch): Promise<Float32Array>;
  /**
   * A map `[H * W]` for each question: the gradient of the summed loss of some targets with respect to each normalised pixel (pixel-maps.ts).
   *
   * @param micro - one example with a picture.
   */
  pixelMaps(micro: MicroBatch, questions: readonly PixelQuestion[]): Promise<Float32Array[]>;
  /**
   * Measures, for a fraction of a second, which kernels are fastest here for the products of the steps so far; later steps use them. They change times, not
   * results. Between two steps only; resolves at once where there is nothing to measure.
   *
   * @param clock - milliseconds from any fixed point.
   */
  tune(clock: () => number): Promise<void>;
  /**
   * Where the time of a step on these parts goes, kernel by kernel. Weights, moments and step count stay as they are. Between two steps only. On WebGPU
   * the whole step; elsewhere forward and backward.
   *
   * @param rounds - how often the step is timed, at least 1.
   * @param clock - milliseconds from any fixed point.
   */
  profile(parts: readonly TrainPart[], rounds: number, clock: () => number): Promise<KernelProfile>;
  state(): PassesState;
  /** Frees what the passes hold; not the model. */
  dispose(): void;
}

export interface PassesModel {
  readonly config: VlmConfig;
  readonly params: Params;
  /** Null for a model that is not trained. */
  readonly optimizer: AdamW | null;
}

/** The passes of a model on the backend that is active now. Make them after the optimiser and dispose them before it: on WebGPU it moves the
 * parameters to buffers of its own, which recordings name. */
export function makePasses(model: PassesModel, options: { readonly isEager?: boolean } = {}): Passes {
  if (isWebGpu() && options.isEager !== true) return makeCapturedPasses(model);
  return makeEagerPasses(model, isWebGpu() ? 'Capture is switched off.' : `The ${tf.getBackend()} backend has no command buffers to record.`);
}

/** The plain way: every pass through tfjs. */
function makeEagerPasses({ config, params, optimizer }: PassesModel, reason: string): Passes {
  return {
    async train(parts, learningRate) {
      if (optimizer === null) throw new Error('internal: train: this model has no optimiser');
      const kept = parts.map(({ micro, weights }) => {
        const { loss, gradients, tokenLoss, readingLoss } = lossAndGradients(params, config, micro, weights);
        optimizer.add(gradients);
        tf.dispose([loss, gradients]);
        return { tokenLoss, readingLoss };
      });
      const { gradientNorm } = await optimizer.apply(learningRate);
      const readings = readEager(kept, gradientNorm);
      readings.catch(() => undefined); // whoever awaits it sees the rejection
      return { readings };
    },
    async tokenLosses(micro) {
      const { loss, tokenLoss } = evaluateLoss(params, config, micro);
      try {
        return await tokenLoss.data<'float32'>();
      } finally {
        tf.dispose([loss, tokenLoss]);
      }
    },
    pixelMaps: (micro, questions) => eagerPixelMaps(params, config, micro, questions),
    tune: () => Promise.resolve(),
    profile: (parts) =>
      profileEagerly(() => {
        for (const { micro, weights } of parts) {
          const { loss, gradients, tokenLoss, readingLoss } = lossAndGradients(params, config, micro, weights);
          tf.dispose([loss, gradients, tokenLoss]);
          readingLoss?.dispose();
        }
      }),
    state: () => ({ mode: 'eager', reason, programs: [], sharedBytes: 0 }),
    dispose: () => undefined,
  };
}

async function readEager(
  kept: readonly { readonly tokenLoss: tf.Tensor; readonly readingLoss: tf.Scalar | null }[],
  gradientNorm: Promise<number>,
): Promise<StepReadings> {
  try {
    return {
      tokenLosses: await Promise.all(kept.map(({ tokenLoss }) => tokenLoss.data<'float32'>())),
      readingLosses: await Promise.all(
        kept.map(async ({ readingLoss }) => (readingLoss === null ? null : ((await readingLoss.data<'float32'>())[0] ?? Number.NaN))),
      ),
      gradientNorm: await gradientNorm,
    };
  } finally {
    for (const { tokenLoss, readingLoss } of kept) tf.dispose([tokenLoss, ...(readingLoss === null ? [] : [readingLoss])]);
  }
}
