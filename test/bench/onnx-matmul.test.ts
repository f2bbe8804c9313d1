/** The hand-written ONNX model: ONNX Runtime reads it and multiplies. */
import * as ort from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { onnxMatMul } from '../../bench/gemm/onnx-matmul.ts';

test.each([
  { M: 2, K: 3, L: 2 },
  { M: 1, K: 300, L: 1 }, // lengths of two bytes
  { M: 3, K: 1, L: 65 },
])('ONNX Runtime multiplies $M x $K by $K x $L', async ({ M, K, L }) => {
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(onnxMatMul({ M, K, L }), { executionProviders: ['wasm'] });
  const a = Float32Array.from({ length: M * K }, (_, i) => (i % 7) - 3);
  const b = Float32Array.from({ length: K * L }, (_, i) => (i % 5) - 1);
  const y = (await session.run({ a: new ort.Tensor('float32', a, [M, K]), b: new ort.Tensor('float32', b, [K, L]) }))['y']!;
  const expected = Array.from({ length: M * L }, (_, i) => {
    const [row, column] = [Math.floor(i / L), i % L];
    return Array.from({ length: K }, (_ignored, k) => a[row * K + k]! * b[k * L + column]!).reduce((sum, product) => sum + product, 0);
  });
  expect(y.dims).toEqual([M, L]);
  expect([...((await y.getData()) as Float32Array)]).toEqual(expected);
  await session.release();
});
