/**
 * `y = x @ w + b`, with weights stored `[in, out]`, on rows.
 *
 * Works on two axes only: tfjs 4.22 multiplies `[B, T, C]` by `[C, D]` going forward, but has no usable gradient for it. The gradient is
 * written out, because on wasm the one tfjs would take (transpose flags) is up to thirty times slower; see matmul.ts.
 *
 * Letters: N rows (batch times positions), C channels in, D channels out.
 */
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { columnSum, matMulNT, matMulTN } from './matmul.ts';

/** What to leave out of the gradient. */
export interface LinearOptions {
  /** True when no gradient with respect to `x` is wanted (pixels): saves one of the three products. Default false. */
  readonly isInputFixed?: boolean;
}

function check(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D | null): void {
  const { C, D } = checkShape(w, 'C D', {}, 'linear weight') as { C: number; D: number };
  checkShape(x, 'N C', { C }, 'linear');
  if (b !== null) checkShape(b, 'D', { D }, 'linear bias');
}

/**
 * @param x - `[N, C]`.
 * @param w - `[C, D]`.
 * @param b - `[D]`, or null for none.
 * @returns `[N, D]`. The caller owns it.
 */
export function linear(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D | null, options: LinearOptions = {}): tf.Tensor2D {
  check(x, w, b);
  const isInputFixed = options.isInputFixed === true;
  const op = tf.customGrad((...args) => {
    const save = args[args.length - 1] as tf.GradSaveFunc;
    const value: tf.Tensor = b === null ? tf.matMul(x, w) : tf.fused.matMul({ a: x, b: w, bias: b });
    save([x, w]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedX, savedW] = saved as [tf.Tensor2D, tf.Tensor2D];
        const d = dy as tf.Tensor2D;
        const gradients: tf.Tensor[] = isInputFixed ? [] : [matMulNT(d, savedW)];
        gradients.push(matMulTN(savedX, d));
        if (b !== null) gradients.push(columnSum(d));
        return gradients;
      },
    };
  });
  const inputs: tf.Tensor[] = isInputFixed ? [w] : [x, w];
  if (b !== null) inputs.push(b);
  return op(...inputs) as tf.Tensor2D;
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function linearPlain(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D | null): tf.Tensor2D {
  return tf.tidy(() => {
    const y = tf.matMul(x, w); // [N, D]
    return b === null ? (y as tf.Tensor2D) : tf.add<tf.Tensor2D>(y, b);
  });
}
