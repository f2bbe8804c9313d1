/**
 * `y = x @ w + b`, with weights stored `[in, out]`, on rows.
 *
 * Works on two axes only: tfjs 4.22 multiplies `[B, T, C]` by `[C, D]` going forward, but has no usable gradient for it. The gradient is
 * written out: on wasm the one tfjs would take (transpose flags) is up to thirty times slower (matmul.ts); on webgpu the products are kernels of our own
 * that add bias and residual themselves, one dispatch forward, two to three backward (webgpu/gemm.ts).
 *
 * Letters: N rows (batch times positions), C channels in, D channels out, R rows of the stored weight.
 */
import { fault, ShapeError } from '../../lib/errors.ts';
import { checkShape } from '../../lib/shape.ts';
import * as tf from '../tf.ts';
import { gemm, gemmWithSums } from '../webgpu/gemm.ts';
import { isWebGpu } from '../webgpu/kernel.ts';
import { columnSum, matMulNN, matMulNT, matMulTN } from './matmul.ts';

export interface LinearOptions {
  /** True when no gradient with respect to `x` is wanted (pixels): saves one of the three products. Default false. */
  readonly isInputFixed?: boolean;
  /** `[N, D]`, added to the result. Its gradient is that of the result. */
  readonly residual?: tf.Tensor2D | null;
  /** Rows from..to (without `to`) of `w` are the weight; the gradient of the others is zero. Not together with `isTransposed`. */
  readonly weightRows?: readonly [from: number, to: number];
  /** The weight is stored `[D, C]`, as tied output embeddings are. Default false. */
  readonly isTransposed?: boolean;
}

function check(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D | null, { residual, weightRows, isTransposed }: LinearOptions): void {
  const { R } = checkShape(w, 'R width', {}, 'linear weight') as { R: number };
  const [from, to] = weightRows ?? [0, R];
  const isWithin = 0 <= from && from < to && to <= R;
  if (!isWithin) throw new ShapeError(fault('linear weightRows', `rows within 0..${R}`, [from, to]));
  if (weightRows !== undefined && isTransposed === true) {
    throw new ShapeError(fault('linear weightRows', 'a weight stored [C, D]', 'isTransposed', 'slice the weight'));
  }
  const part = { shape: [to - from, w.shape[1]] };
  const { C, D } = checkShape(part, isTransposed === true ? 'D C' : 'C D', {}, 'linear weight') as { C: number; D: number };
  const { N } = checkShape(x, 'N C', { C }, 'linear') as { N: number };
  if (b !== null) checkShape(b, 'D', { D }, 'linear bias');
  if (residual) checkShape(residual, 'N D', { N, D }, 'linear residual');
}

/**
 * @param x - `[N, C]`.
 * @param w - `[C, D]`; `[D, C]` with `isTransposed`; `[R, D]` with `weightRows`.
 * @param b - `[D]`, or null for none.
 * @returns `[N, D]`. The caller owns it.
 */
export function linear(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D | null, options: LinearOptions = {}): tf.Tensor2D {
  check(x, w, b, options);
  const isInputFixed = options.isInputFixed === true;
  const residual = options.residual ?? null;
  const op = tf.customGrad((...args) => {
    const save = args[args.length - 1] as tf.GradSaveFunc;
    const value = forward(x, w, b, options);
    save([x, w]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [savedX, savedW] = saved as [tf.Tensor2D, tf.Tensor2D];
        const d = dy as tf.Tensor2D;
        const dx = isInputFixed ? [] : [inputGradient(d, savedW, options)];
        return [...dx, ...weightGradients(savedX, d, savedW.shape[0], b !== null, options), ...(residual === null ? [] : [tf.clone(d)])];
      },
    };
  });
  const inputs: tf.Tensor[] = isInputFixed ? [w] : [x, w];
  if (b !== null) inputs.push(b);
  if (residual !== null) inputs.push(residual);
  return op(...inputs) as tf.Tensor2D;
}

/** The weight as the product wants it. The caller's tidy owns it. */
function partOf(w: tf.Tensor2D, weightRows: LinearOptions['weightRows']): tf.Tensor2D {
  return weightRows === undefined ? w : tf.slice(w, [weightRows[0], 0], [weightRows[1] - weightRows[0], w.shape[1]]);
}

function forward(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D | null, { residual, weightRows, isTransposed }: LinearOptions): tf.Tensor2D {
  if (isWebGpu()) return gemm({ a: x, b: w, layout: isTransposed === true ? 'nt' : 'nn', rowsOfB: weightRows, bias: b, residual });
  return tf.tidy(() => {
    const part = partOf(w, weightRows);
    const product = (): tf.Tensor2D => (isTransposed === true ? matMulNT(x, part) : matMulNN(x, part));
    const isFused = b !== null && isTransposed !== true;
    const y = isFused ? (tf.fused.matMul({ a: x, b: part, bias: b }) as tf.Tensor2D) : b === null ? product() : tf.add<tf.Tensor2D>(product(), b);
    return residual ? tf.add<tf.Tensor2D>(y, residual) : y;
  });
}

/** `[N, C]`. */
function inputGradient(dy: tf.Tensor2D, w: tf.Tensor2D, { weightRows, isTransposed }: LinearOptions): tf.Tensor2D {
  if (isWebGpu()) return gemm({ a: dy, b: w, layout: isTransposed === true ? 'nn' : 'nt', rowsOfB: weightRows });
  return tf.tidy(() => (isTransposed === true ? matMulNN(dy, w) : matMulNT(dy, partOf(w, weightRows))));
}

/** Of the weight, in the shape in which it is stored (R rows), and of the bias `[D]` when there is one. */
function weightGradients(x: tf.Tensor2D, dy: tf.Tensor2D, R: number, hasBias: boolean, { weightRows, isTransposed }: LinearOptions): tf.Tensor[] {
  if (isTransposed === true) return [matMulTN(dy, x), ...(hasBias ? [columnSum(dy)] : [])];
  const { dw, db } = productAndSums(x, dy, hasBias);
  if (weightRows === undefined) return [dw, ...db];
  const [from, to] = weightRows;
  const whole = tf.pad(dw, [
    [from, R - to],
    [0, 0],
  ]);
  dw.dispose();
  return [whole, ...db];
}

/** `x^T dy`, and the sums of dy over its rows when they are wanted. */
export function productAndSums(x: tf.Tensor2D, dy: tf.Tensor2D, hasSums: boolean): { dw: tf.Tensor2D; db: readonly tf.Tensor1D[] } {
  if (!hasSums) return { dw: matMulTN(x, dy), db: [] };
  if (!isWebGpu()) return { dw: matMulTN(x, dy), db: [columnSum(dy)] };
  const { y, sums } = gemmWithSums(x, dy);
  return { dw: y, db: [sums] };
}

/** The same in basic ops with tfjs's own gradients: the oracle of the tests. */
export function linearPlain(x: tf.Tensor2D, w: tf.Tensor2D, b: tf.Tensor1D | null, options: LinearOptions = {}): tf.Tensor2D {
  return tf.tidy(() => {
    const part = partOf(w, options.weightRows);
    const y = tf.matMul<tf.Tensor2D>(x, options.isTransposed === true ? tf.transpose(part) : part); // [N, D]
    const shifted = b === null ? y : tf.add<tf.Tensor2D>(y, b);
    return options.residual ? tf.add<tf.Tensor2D>(shifted, options.residual) : shifted;
  });
}
