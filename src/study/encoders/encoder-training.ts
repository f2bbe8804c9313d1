/**
 * Trains one of our two encoders: self-distilled, or a contrastive pair. A step is a pure function of (state, step), so a training that is saved and gone on with ends in the
 * same bits. Recipe ours: AdamW, warm-up, cosine.
 */
import { makeRng } from '../../lib/rng.ts';
import { makeAdamW } from '../../model/adamw.ts';
import type { AdamWState } from '../../model/adamw.ts';
import { PATCH_PX, TEXT, VISION } from '../../model/encoders/encoder.ts';
import { declareSelfDistillation, distillationLoss, followStudent, teacherSays } from '../../model/encoders/self-distillation.ts';
import type { Views } from '../../model/encoders/self-distillation.ts';
import { contrastiveLoss, declarePair } from '../../model/encoders/sigmoid-contrastive.ts';
import type { PairConfig } from '../../model/encoders/sigmoid-contrastive.ts';
import { normalisePixels } from '../../model/ops/normalise-pixels.ts';
import { initDeclared, paramOf } from '../../model/params.ts';
import type { Params } from '../../model/params.ts';
import { learningRateAt } from '../../model/schedule.ts';
import * as tf from '../../model/tf.ts';
import { PICTURE_PX } from '../../tasks/puzzles/draw/shapes.ts';
import { familyOf } from '../../tasks/puzzles/families.ts';
import type { StoredTensor } from '../checkpoint.ts';
import { tensorsOfStored } from '../stored-tensors.ts';
import { captionedBatch } from './captioned-pictures.ts';
import type { CaptionedPicture } from './captioned-pictures.ts';
import type { EncoderRecipe } from './encoder-recipe.ts';
import { LARGE_SHARE, randomView, SMALL_SHARE } from './views.ts';
import type { WordPieces } from './word-pieces.ts';

const SMALL_PX = 4 * PATCH_PX;
const WARMUP = 0.05;
const OPTIMISER = { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.04, clipNorm: 1 } as const;

/** All that a training is at a step, on the CPU. */
export interface EncoderState {
  readonly step: number;
  readonly weights: Readonly<Record<string, StoredTensor>>;
  /** What is neither trained nor forgotten: the teacher and its centre. */
  readonly memory: Readonly<Record<string, StoredTensor>>;
  readonly optimizer: AdamWState;
}

export interface EncoderTraining {
  readonly step: () => number;
  /** One step; its loss. */
  train(): Promise<number>;
  state(): Promise<EncoderState>;
  dispose(): void;
}

const TEACHER = 'teacher.';
const CENTRE = 'centre';

/** At the beginning, or where `from` left off. `pieces` is the vocabulary of a contrastive pair. */
export function openEncoderTraining(recipe: EncoderRecipe, pieces: WordPieces, from: EncoderState | null): EncoderTraining {
  const { kind, seed } = recipe;
  const families = recipe.puzzles.map(familyOf);
  const pair: PairConfig = { vision: VISION, text: { ...TEXT, vocabularySize: pieces.words.length } };
  const declared = kind === 'contrastive' ? declarePair(pair) : declareSelfDistillation(VISION);
  const params = from === null ? initDeclared(declared.all, makeRng('encoder', kind, seed)) : tensorsOfStored(from.weights);
  const optimizer = makeAdamW(params, OPTIMISER);
  if (from !== null) optimizer.load(from.optimizer);
  const teacher = kind === 'self-distilled' ? startOfTeacher(params, from) : {};
  let centre: tf.Tensor1D = startOfCentre(params, from);
  let step = from?.step ?? 0;

  /** Gradients of a loss, applied; the loss. */
  async function descend(loss: () => tf.Scalar): Promise<number> {
    const { value, grads } = gradientsOf(loss, params);
    optimizer.add(grads);
    const [number] = await value.data();
    tf.dispose([value, grads]);
    await (
      await optimizer.apply(learningRateAt(step, recipe.steps, recipe.learningRate, WARMUP))
    ).gradientNorm;
    step += 1;
    return number ?? Number.NaN;
  }

  async function distil(pictures: readonly CaptionedPicture[]): Promise<number> {
    const views = viewsOf(pictures, step, seed);
    const said = teacherSays(teacher, VISION, views, centre);
    const loss = await descend(() => distillationLoss(params, VISION, views, said.targets));
    followStudent(teacher, params);
    tf.dispose([...views.large, ...views.small, ...said.targets, centre]);
    centre = said.centre;
    return loss;
  }

  async function contrast(pictures: readonly CaptionedPicture[]): Promise<number> {
    const texts = pictures.map(({ caption }) => pieces.encode(caption));
    const batch = {
      pixels: pixelsOf(
        pictures.map(({ pixels }) => pixels),
        PICTURE_PX,
      ),
      ids: tf.tensor1d(Int32Array.from(texts.flatMap(({ ids }) => [...ids])), 'int32'),
      mask: tf.tensor1d(texts.flatMap(({ mask }) => [...mask])),
      signs: tf.tensor2d(pictures.map((a) => pictures.map((b) => (a.caption === b.caption ? 1 : -1)))),
    };
    const loss = await descend(() => contrastiveLoss(params, pair, batch));
    tf.dispose({ ...batch });
    return loss;
  }

  return {
    step: () => step,
    train() {
      const pictures = captionedBatch(`${kind} ${seed}`, step, recipe.batchSize, families);
      return kind === 'contrastive' ? contrast(pictures) : distil(pictures);
    },
    async state() {
      const weights = await optimizer.weights();
      return {
        step,
        weights: Object.fromEntries(Object.entries(weights).map(([name, data]) => [name, { shape: [...paramOf(params, name).shape], data }])),
        memory: { ...(await storedOf(teacher, TEACHER)), [CENTRE]: { shape: [...centre.shape], data: new Float32Array(await centre.data()) } },
        optimizer: await optimizer.state(),
      };
    },
    dispose() {
      tf.dispose([params, teacher, centre]);
      optimizer.dispose();
    },
  };
}

/** A loss and its gradients by name. The caller owns both. */
function gradientsOf(loss: () => tf.Scalar, params: Params): { value: tf.Scalar; grads: Params } {
  const names = Object.keys(params);
  const { value, grads } = tf.engine().gradients(
    loss,
    names.map((name) => paramOf(params, name)),
    undefined,
    true,
  );
  const reached = names.flatMap((name, i): [string, tf.Tensor][] => {
    const gradient = grads[i];
    return gradient == null ? [] : [[name, gradient]];
  });
  return { value: value as tf.Scalar, grads: Object.fromEntries(reached) };
}

/** The teacher begins as the student. */
function startOfTeacher(student: Params, from: EncoderState | null): Params {
  if (from === null) return Object.fromEntries(Object.entries(student).map(([name, tensor]) => [name, tf.clone(tensor)]));
  const kept = Object.entries(from.memory).filter(([name]) => name.startsWith(TEACHER));
  return tensorsOfStored(Object.fromEntries(kept.map(([name, tensor]) => [name.slice(TEACHER.length), tensor])));
}

function startOfCentre(params: Params, from: EncoderState | null): tf.Tensor1D {
  const kept = from?.memory[CENTRE];
  return kept === undefined ? tf.zeros([params['head.prototypes']?.shape[1] ?? 1]) : tf.tensor1d(kept.data.slice());
}

async function storedOf(params: Params, prefix: string): Promise<Record<string, StoredTensor>> {
  const stored: Record<string, StoredTensor> = {};
  for (const [name, tensor] of Object.entries(params))
    stored[prefix + name] = { shape: [...tensor.shape], data: new Float32Array(await tensor.data()) };
  return stored;
}

/** Two large and two small views of each picture. The caller owns the tensors. */
function viewsOf(pictures: readonly CaptionedPicture[], step: number, seed: number): Views {
  const view = (name: string, sidePx: number, share: readonly [number, number]): tf.Tensor4D =>
    pixelsOf(
      pictures.map(({ pixels }, i) => randomView(pixels, sidePx, share, makeRng('view', seed, step, name, i))),
      sidePx,
    );
  return {
    large: ['large 1', 'large 2'].map((name) => view(name, PICTURE_PX, LARGE_SHARE)),
    small: ['small 1', 'small 2'].map((name) => view(name, SMALL_PX, SMALL_SHARE)),
  };
}

/** `[B, side, side, 3]`, normalised. The caller owns it. */
export function pixelsOf(pictures: readonly Uint8Array[], sidePx: number): tf.Tensor4D {
  const bytes = sidePx * sidePx * 3;
  const all = new Uint8Array(pictures.length * bytes);
  pictures.forEach((picture, i) => all.set(picture, i * bytes));
  return normalisePixels(all, [pictures.length, sidePx, sidePx, 3]);
}
