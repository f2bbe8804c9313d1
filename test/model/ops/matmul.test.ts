import { beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import { batchNN, batchNT, batchTN, columnSum, matMulNN, matMulNT, matMulTN, transpose2d } from '../../../src/model/ops/matmul.ts';
import { wasmBatchMatMul } from '../../../src/model/ops/wasm-matmul.ts';
import * as tf from '../../../src/model/tf.ts';
import { randomInput, relativeDistance, tensorOf } from '../../support/gradient-check.ts';
import { leakedTensors } from '../../support/leak.ts';

const close = async (actual: tf.Tensor, expected: tf.Tensor): Promise<void> => {
  expect(actual.shape).toEqual(expected.shape);
  expect(relativeDistance(await actual.data(), await expected.data())).toBeLessThan(1e-5);
};
const two = (label: string, rows: number, columns: number): tf.Tensor2D => tensorOf(randomInput(label, [rows, columns])) as tf.Tensor2D;
const three = (label: string, ...shape: [number, number, number]): tf.Tensor3D => tensorOf(randomInput(label, shape)) as tf.Tensor3D;

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  beforeAll(async () => {
    await openBackend(backend);
  });

  // Prime, small, one block, several blocks.
  test.each([7, 12, 64, 96, 130, 192])('a transpose of %i rows equals tf.transpose', async (rows) => {
    const x = two('x', rows, 5);
    await close(transpose2d(x), tf.transpose(x));
    expect(await leakedTensors(() => transpose2d(x))).toBe(0);
  });

  test('products with a transposed side equal tf.matMul with flags', async () => {
    const [a, b] = [two('a', 96, 4), two('b', 96, 6)];
    await close(matMulTN(a, b), tf.matMul(a, b, true, false));
    const [c, d] = [two('c', 9, 4), two('d', 96, 4)];
    await close(matMulNT(c, d), tf.matMul(c, d, false, true));
    await close(columnSum(a), tf.sum(a, 0));
    await close(matMulNN(c, two('e', 4, 5)), tf.matMul(c, two('e', 4, 5)));
  });

  test('batched products equal tf.matMul, and leak nothing', async () => {
    const [a, b] = [three('a', 5, 7, 3), three('b', 5, 3, 4)];
    await close(batchNN(a, b), tf.matMul(a, b));
    await close(batchNT(a, three('c', 5, 6, 3)), tf.matMul(a, three('c', 5, 6, 3), false, true));
    await close(batchTN(a, three('d', 5, 7, 2)), tf.matMul(a, three('d', 5, 7, 2), true, false));
    expect(await leakedTensors(() => batchTN(a, a))).toBe(0);
  });
});

test('the fast batched product is in use on wasm, and only there', async () => {
  await openBackend('cpu');
  expect(wasmBatchMatMul(three('a', 2, 2, 2), three('b', 2, 2, 2))).toBeNull();
  await openBackend('wasm');
  expect(wasmBatchMatMul(three('a', 2, 2, 2), three('b', 2, 2, 2))?.shape).toEqual([2, 2, 2]);
});

test('views are dropped: the packed right-hand sides of thousands of products do not pile up in the heap', async () => {
  await openBackend('wasm');
  const heapBytes = (): number => (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
  const [a, b] = [three('a', 64, 4, 32), three('b', 64, 32, 32)];
  batchNN(a, b).dispose();
  const before = heapBytes();
  // Kept, each packed b is 4 kB: 80 MB in all.
  for (let i = 0; i < 300; i++) batchNN(a, b).dispose();
  expect(heapBytes()).toBe(before);
});

test('a right-hand side at the address of an earlier one gives its own result', async () => {
  await openBackend('wasm');
  const a = three('a', 2, 3, 3);
  for (const label of ['first', 'second', 'third']) {
    const b = three(label, 2, 3, 3);
    await close(batchNN(a, b), tf.matMul(a, b));
    b.dispose();
  }
});
