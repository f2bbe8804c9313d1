/**
 * Runs an op on a backend and gives its value and gradients as numbers, and the same gradients by central differences.
 *
 * The scalar that is differentiated is sum(c * op(x)) with fixed random c, so that no part of a gradient cancels (the sum of a softmax is constant).
 */
import { makeRng } from '../../src/lib/rng.ts';
import * as tf from '../../src/model/tf.ts';

/** A tensor as plain numbers, so that it can be made on any backend. */
export interface Input {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

export type Op = (...xs: tf.Tensor[]) => tf.Tensor;

export interface Evaluated {
  readonly value: Float32Array;
  readonly shape: readonly number[];
  readonly gradients: readonly Float32Array[];
}

/** Best step for float32 losses of order 1 (design/house-style 4.6: error 5e-6 at 1e-2, 4e-3 at 1e-5). */
export const DIFFERENCE_STEP = 1e-2;

/** Uniform numbers in [-reach, reach), the same for the same label and shape. */
export function randomInput(label: string, shape: readonly number[], reach = 1): Input {
  const rng = makeRng('test', label, shape.join('x'));
  const size = shape.reduce((product, axis) => product * axis, 1);
  return { values: Float32Array.from({ length: size }, () => (2 * rng.unit() - 1) * reach), shape };
}

export function tensorOf({ values, shape }: Input): tf.Tensor {
  return tf.tensor(values, [...shape], 'float32');
}

async function read(tensor: tf.Tensor): Promise<Float32Array> {
  return Float32Array.from(await tensor.data<'float32'>());
}

/** Value of the op, and gradient of sum(c * value) for each input, on the backend that is active. */
export async function evaluate(op: Op, inputs: readonly Input[]): Promise<Evaluated> {
  const xs = inputs.map(tensorOf);
  const value = op(...xs);
  const weights = tensorOf(randomInput('cotangent', value.shape));
  const { value: total, grads } = tf.engine().gradients(() => tf.sum(tf.mul(op(...xs), weights)), xs, undefined, true);
  const gradients: Float32Array[] = [];
  for (const [i, x] of xs.entries()) {
    const gradient = grads[i];
    if (gradient === undefined || gradient === null) throw new Error(`evaluate: input ${i} got no gradient`);
    if (gradient.shape.join() !== x.shape.join()) throw new Error(`evaluate: gradient ${i} is [${gradient.shape.join()}], not [${x.shape.join()}]`);
    gradients.push(await read(gradient));
  }
  const result = { value: await read(value), shape: value.shape, gradients };
  tf.dispose([...xs, value, weights, total, ...grads]);
  return result;
}

/** The gradients of `evaluate` by central differences, each element of each input alone, on the backend that is active. */
export async function centralDifferences(op: Op, inputs: readonly Input[]): Promise<Float32Array[]> {
  const loss = async (at: readonly Input[]): Promise<number> => {
    const value = tf.tidy(() => op(...at.map(tensorOf)));
    const [numbers, weights] = [await read(value), randomInput('cotangent', value.shape).values];
    value.dispose();
    return numbers.reduce((sum, number, i) => sum + number * (weights[i] ?? 0), 0);
  };
  const gradients: Float32Array[] = [];
  for (const [which, input] of inputs.entries()) {
    const gradient = new Float32Array(input.values.length);
    for (let i = 0; i < gradient.length; i++) {
      const shifted = (step: number): readonly Input[] => {
        const values = Float32Array.from(input.values);
        values[i] = (values[i] ?? 0) + step;
        return inputs.map((other, j) => (j === which ? { ...other, values } : other));
      };
      gradient[i] = ((await loss(shifted(DIFFERENCE_STEP))) - (await loss(shifted(-DIFFERENCE_STEP)))) / (2 * DIFFERENCE_STEP);
    }
    gradients.push(gradient);
  }
  return gradients;
}

/** Size of the difference against the size of what was expected: ||a - b|| / (||b|| + floor). */
export function relativeDistance(actual: ArrayLike<number>, expected: ArrayLike<number>, floor = 1e-12): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let size = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += ((actual[i] ?? Number.NaN) - (expected[i] ?? Number.NaN)) ** 2;
    size += (expected[i] ?? 0) ** 2;
  }
  return Math.sqrt(difference) / (Math.sqrt(size) + floor);
}

/** Largest |a - b| - rtol * |b|: not above atol when every element is close. */
export function largestExcess(actual: ArrayLike<number>, expected: ArrayLike<number>, rtol: number): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i] ?? Number.NaN, expected[i] ?? Number.NaN];
    const excess = Math.abs(a - b) - rtol * Math.abs(b);
    if (!(excess <= largest)) largest = excess;
  }
  return largest;
}
