/** The tests every op has: value, gradient, leak, wrong shape, on every backend of Node. */
import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import * as tf from '../../src/model/tf.ts';
import { centralDifferences, evaluate, largestExcess, relativeDistance, tensorOf, type Input, type Op } from './gradient-check.ts';
import { leakedTensors } from './leak.ts';

export interface OpCase {
  readonly name: string;
  readonly op: Op;
  /** The definition in basic ops, differentiated by tfjs on the cpu backend. */
  readonly plain: Op;
  readonly inputs: readonly Input[];
}

export interface WrongShape {
  readonly name: string;
  readonly call: () => unknown;
  /** What the message must name. */
  readonly message: RegExp;
}

/** Against the plain definition: same float32 formulas in another order (largest seen 3e-6). */
const PLAIN_TOLERANCE = 2e-5;
/** Against central differences of step 1e-2: their own error (design/house-style 4.6). */
const DIFFERENCE_ATOL = 1e-3;
const DIFFERENCE_RTOL = 1e-2;

export function opSuite(cases: readonly OpCase[], wrongShapes: readonly WrongShape[]): void {
  // On one backend: the plain definition ties the others to it.
  test.each(cases)('$name: gradient equals central differences', async ({ op, inputs }) => {
    await tf.setBackend('cpu');
    const { gradients } = await evaluate(op, inputs);
    const expected = await centralDifferences(op, inputs);
    gradients.forEach((gradient, i) => {
      expect(largestExcess(gradient, expected[i] ?? [], DIFFERENCE_RTOL), `gradient of input ${i}`).toBeLessThan(DIFFERENCE_ATOL);
    });
  });

  beforeAll(async () => {
    await openBackend('cpu');
  });

  describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
    beforeAll(async () => {
      await openBackend(backend);
    });

    test.each(cases)('$name: value and gradient equal the plain definition', async ({ op, plain, inputs }) => {
      await tf.setBackend('cpu');
      const expected = await evaluate(plain, inputs);
      await tf.setBackend(backend);
      const actual = await evaluate(op, inputs);
      expect(actual.shape).toEqual(expected.shape);
      expect(relativeDistance(actual.value, expected.value)).toBeLessThan(PLAIN_TOLERANCE);
      actual.gradients.forEach((gradient, i) => {
        expect(relativeDistance(gradient, expected.gradients[i] ?? [], 1e-6), `gradient of input ${i}`).toBeLessThan(PLAIN_TOLERANCE);
      });
    });

    test.each(cases)('$name: leaks no tensor, forward or backward', async ({ op, inputs }) => {
      await tf.setBackend(backend);
      const xs = inputs.map(tensorOf);
      expect(await leakedTensors(() => op(...xs))).toBe(0);
      const backward = (): tf.TensorContainer => {
        const { value, grads } = tf.engine().gradients(() => tf.sum(op(...xs)), xs);
        return [value, ...grads];
      };
      expect(await leakedTensors(backward)).toBe(0);
      tf.dispose(xs);
    });

    test.each(wrongShapes)('$name: the message names the axis', async ({ call, message }) => {
      await tf.setBackend(backend);
      expect(() => tf.tidy(() => void call())).toThrow(message);
    });
  });
}
