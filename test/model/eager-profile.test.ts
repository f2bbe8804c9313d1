import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import { profileEagerly } from '../../src/model/eager-profile.ts';
import * as tf from '../../src/model/tf.ts';

describe('kernels of eager work on wasm', () => {
  beforeAll(async () => {
    await openBackend('wasm');
  });

  test('are counted and timed by name, and nothing stays', async () => {
    const x = tf.ones([64, 64]);
    const before = tf.memory().numTensors;
    const { times, rounds, note } = await profileEagerly(() => tf.tidy(() => void tf.add(tf.matMul(tf.matMul(x, x), x), 1)));
    expect(tf.memory().numTensors).toBe(before);
    const calls = new Map(times.map(({ name, calls: count }) => [name, count]));
    expect([calls.get('BatchMatMul'), calls.get('Add')]).toEqual([2, 1]);
    expect(times.every(({ ms }) => ms >= 0)).toBe(true);
    expect(times.find(({ name }) => name === 'BatchMatMul')?.ms).toBeGreaterThan(0);
    expect([rounds, note]).toEqual([1, expect.stringContaining('wasm')]);
    x.dispose();
  });

  test('are counted once, inside an operation with a gradient of its own too', async () => {
    const x = tf.ones([8, 8]) as tf.Tensor2D;
    const square = tf.customGrad((...args) => {
      const [y] = args as [tf.Tensor2D];
      return { value: tf.matMul(y, y), gradFunc: (dy: tf.Tensor) => tf.mul(dy, 2) };
    });
    const { times } = await profileEagerly(() => tf.tidy(() => void square(x)));
    expect(times.map(({ name, calls }) => [name, calls])).toEqual([['BatchMatMul', 1]]);
    x.dispose();
  });

  test('a failure is passed on and leaves tfjs as it was', async () => {
    await expect(
      profileEagerly(() => {
        throw new Error('no batch');
      }),
    ).rejects.toThrow('no batch');
    expect((tf.engine() as unknown as { state: { profiling: boolean } }).state.profiling).toBe(false);
  });
});
