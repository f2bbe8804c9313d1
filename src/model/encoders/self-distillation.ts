/**
 * Self-distillation without labels in the manner of DINO (arXiv 2104.14294): a student sees all views of a picture, a teacher (its moving average) the large ones; the
 * student is to say of each view what the teacher says of another. Sizes, temperatures and rates other than the paper's are marked.
 */
import { gelu } from '../ops/gelu.ts';
import { Declarations, matrixOf, paramOf } from '../params.ts';
import type { Params } from '../params.ts';
import * as tf from '../tf.ts';
import { linearAt } from '../transformer.ts';
import { declareVision, visionTokens } from './encoder.ts';
import type { VisionConfig } from './encoder.ts';

/** Ours: 65,536 prototypes and a hidden width of 2,048 in the paper. */
const PROTOTYPES = 256;
const HIDDEN = 256;
const BOTTLENECK = 64;
const STUDENT_TEMPERATURE = 0.1;
const TEACHER_TEMPERATURE = 0.04;
const CENTRE_MOMENTUM = 0.9;
/** The paper's 0.996 rises to 1 over 100 epochs; a run of some thousand steps needs a teacher that follows sooner. */
export const TEACHER_MOMENTUM = 0.99;

export const DISTILLED = 'vision';
const HEAD = 'head';

export function declareSelfDistillation(config: VisionConfig): Declarations {
  const to = new Declarations();
  declareVision(to, DISTILLED, config);
  to.linear(`${HEAD}.up`, config.dim, HIDDEN);
  to.linear(`${HEAD}.down`, HIDDEN, BOTTLENECK);
  to.add(`${HEAD}.prototypes`, [BOTTLENECK, PROTOTYPES], { std: 1 / Math.sqrt(BOTTLENECK) });
  return to;
}

/** Views of a batch: `large` are seen by both, `small` by the student alone. Each `[B, side, side, 3]`, normalised. */
export interface Views {
  readonly large: readonly tf.Tensor4D[];
  readonly small: readonly tf.Tensor4D[];
}

/** What the teacher says of each large view, as probabilities `[B, PROTOTYPES]`, and the next centre `[PROTOTYPES]`. The caller owns them. */
export function teacherSays(
  teacher: Params,
  config: VisionConfig,
  views: Views,
  centre: tf.Tensor1D,
): { targets: tf.Tensor2D[]; centre: tf.Tensor1D } {
  return tf.tidy(() => {
    const scores = views.large.map((view) => scoresOf(teacher, config, view));
    const targets = scores.map((score) => tf.softmax(tf.div(tf.sub(score, centre), TEACHER_TEMPERATURE)) as tf.Tensor2D);
    const mean = tf.mean(tf.concat(scores), 0) as tf.Tensor1D;
    return { targets, centre: tf.add(tf.mul(centre, CENTRE_MOMENTUM), tf.mul(mean, 1 - CENTRE_MOMENTUM)) as tf.Tensor1D };
  });
}

/** Cross-entropy of the student's views against the teacher's of the other ones: the mean over all pairs of different views. */
export function distillationLoss(student: Params, config: VisionConfig, views: Views, targets: readonly tf.Tensor2D[]): tf.Scalar {
  return tf.tidy(() => {
    const losses: tf.Tensor[] = [];
    [...views.large, ...views.small].forEach((view, i) => {
      const said = tf.logSoftmax(tf.div(scoresOf(student, config, view), STUDENT_TEMPERATURE));
      targets.forEach((target, j) => {
        if (i !== j) losses.push(tf.neg(tf.mean(tf.sum(tf.mul(target, said), 1))));
      });
    });
    return tf.div(tf.addN(losses), losses.length) as tf.Scalar;
  });
}

/** Moves the teacher towards the student, in place of its record. */
export function followStudent(teacher: Params, student: Params): void {
  for (const name of Object.keys(teacher)) {
    const old = paramOf(teacher, name);
    teacher[name] = tf.tidy(() => tf.add(tf.mul(old, TEACHER_MOMENTUM), tf.mul(paramOf(student, name), 1 - TEACHER_MOMENTUM)));
    old.dispose();
  }
}

/** Mean of the patch tokens through the head, against unit prototypes: `[B, PROTOTYPES]`. */
function scoresOf(params: Params, config: VisionConfig, view: tf.Tensor4D): tf.Tensor2D {
  const [batch] = view.shape;
  const tokens = visionTokens(params, DISTILLED, config, view);
  const pooled = tf.mean(tf.reshape(tokens, [batch, -1, config.dim]), 1) as tf.Tensor2D;
  const bottleneck = linearAt(params, `${HEAD}.down`, gelu(linearAt(params, `${HEAD}.up`, pooled)));
  return tf.matMul(unit(bottleneck, 1), unit(matrixOf(params, `${HEAD}.prototypes`), 0));
}

/** Vectors along an axis, of length 1. */
export function unit(x: tf.Tensor2D, axis: 0 | 1): tf.Tensor2D {
  return tf.div(x, tf.sqrt(tf.add(tf.sum(tf.square(x), axis, true), 1e-12))) as tf.Tensor2D;
}
