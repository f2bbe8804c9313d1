/**
 * Weights in half precision: the copy that the optimiser writes, the products that read it, and the gate that says whether a device may. The oracle rounds by
 * Math.f16round of the browser. Where Chromium has no adapter at all the tests are skipped and say so.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeAdamW, type AdamW } from '../../../src/model/adamw.ts';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import type { Params } from '../../../src/model/params.ts';
import * as tf from '../../../src/model/tf.ts';
import { layOut } from '../../../src/model/webgpu/arena.ts';
import { kernelFamily, setKernelFamily, type KernelFamily } from '../../../src/model/webgpu/family.ts';
import { gemm, gemmKeepingInput } from '../../../src/model/webgpu/gemm.ts';
import type { GemmShape } from '../../../src/model/webgpu/gemm-form.ts';
import { allowedHalves, halfWeightsParity } from '../../../src/model/webgpu/half-parity.ts';
import { webgpuBackend } from '../../../src/model/webgpu/kernel.ts';
import { Submission } from '../../../src/model/webgpu/submission.ts';
import { randomInput, relativeDistance, tensorOf } from '../../support/gradient-check.ts';
import { hasAdapter } from '../../support/webgpu-suite.ts';

const OPTIONS = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 };
const HALF = { ...OPTIONS, halfWeights: true };
const FAMILIES: readonly KernelFamily[] = ['software', 'hardware'];
const f16round = (x: number): number => (Math as unknown as { f16round(x: number): number }).f16round(x);

/** Value of the 16 bits of a number of half precision, by the definition. */
function valueOf(bits: number): number {
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? Infinity : (1024 + fraction) * 2 ** (exponent - 25);
  return bits >> 15 === 1 ? -size : size;
}

/** The copies, by name, as numbers; and the padding between them. */
async function halvesOf(optimiser: AdamW, params: Params): Promise<{ halves: Record<string, number[]>; padding: number[] }> {
  const buffer = optimiser.gpu?.arenas[4];
  if (buffer === undefined) throw new Error('there is no copy');
  const submission = new Submission();
  const read = submission.read({ buffer, offset: 0, size: buffer.size });
  submission.submit();
  const values = Array.from(new Uint16Array(await read), valueOf);
  const { slots } = layOut(params);
  const isOwned = (i: number) => slots.some(({ start, size }) => i >= start && i < start + size);
  return {
    halves: Object.fromEntries(slots.map(({ name, start, size }) => [name, values.slice(start, start + size)])),
    padding: values.filter((_, i) => !isOwned(i)),
  };
}

/** Numbers of all sizes; none of them is a half. */
const spread = (i: number): number => Math.sin(i + 1) * 2 ** ((i % 23) - 15);
const SIZES: Readonly<Record<string, readonly number[]>> = { one: [1], three: [3], matrix: [4, 33], odd: [127], block: [256], never: [5] };
const start = (): Params =>
  Object.fromEntries(
    Object.entries(SIZES).map(([name, shape]) => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      return [
        name,
        tf.tensor(
          Float32Array.from({ length: size }, (_, i) => spread(i + name.length)),
          [...shape],
        ),
      ];
    }),
  );

/** Ten steps whose gradients do not depend on the weights; `never` gets none. */
async function tenSteps(optimiser: AdamW): Promise<void> {
  for (let step = 0; step < 10; step++) {
    const names = Object.keys(SIZES).filter((name) => name !== 'never');
    const gradients = Object.fromEntries(names.map((name) => [name, tensorOf(randomInput(`${name} ${step}`, SIZES[name] ?? []))]));
    optimiser.add(gradients);
    tf.dispose(gradients);
    await optimiser.apply(0.01);
  }
}

/** A weight with its copy, behind a parameter of odd size. */
function halved(b: tf.Tensor2D): { release: () => void } {
  const params = { first: tf.ones([3]), b };
  const optimiser = makeAdamW(params, HALF);
  return {
    release() {
      optimiser.dispose();
      params.first.dispose();
    },
  };
}

describe.skipIf(!hasAdapter)('weights in half precision', () => {
  let engine: Engine;
  let family: KernelFamily;
  beforeAll(async () => {
    engine = await openBackend('webgpu');
    family = kernelFamily();
  });
  afterEach(() => {
    setKernelFamily(family);
    engine.check();
  });
  afterAll(() => engine.close());

  test.each(FAMILIES)('the gate lets this device pass (%s) and leaves nothing behind', async (of) => {
    setKernelFamily(of);
    await engine.fence();
    const before = { tensors: tf.memory().numTensors, bytes: engine.bytes() };
    const { ok, worst, reason } = await halfWeightsParity();
    expect({ ok, reason }).toEqual({ ok: true, reason: null });
    expect(worst).toBeLessThan(1e-6);
    await engine.fence();
    expect({ tensors: tf.memory().numTensors, bytes: engine.bytes() }).toEqual(before);
  });

  test('both neighbours are allowed, zero below the normal numbers, and the largest number beyond the range', () => {
    for (let i = 0; i < 500; i++) expect(allowedHalves(spread(i))).toContain(f16round(spread(i)));
    expect(allowedHalves(1 + 2 ** -12)).toEqual([1, 1 + 2 ** -10]);
    expect(allowedHalves(-(2 ** -24) * 1.5)).toEqual([-(2 ** -24), -(2 ** -23), -0]);
    expect(allowedHalves(1e9)).toEqual([65504, 65504]);
    expect(allowedHalves(-0)).toEqual([-0, -0, -0]);
  });

  test('the copy follows the weights through ten steps, and the weights are those of a run without it, bit for bit', async () => {
    const expectHalves = (weights: Readonly<Record<string, Float32Array>>, halves: Readonly<Record<string, readonly number[]>>) => {
      for (const [name, values] of Object.entries(weights)) {
        values.forEach((weight, i) => expect(allowedHalves(weight), `${name} ${i}: ${weight}`).toContain(halves[name]?.[i]));
      }
    };
    const plain = start();
    const without = makeAdamW(plain, OPTIONS);
    await tenSteps(without);
    const params = start();
    const optimiser = makeAdamW(params, HALF);
    const first = await halvesOf(optimiser, params);
    expectHalves(await optimiser.weights(), first.halves);
    await tenSteps(optimiser);
    const weights = await optimiser.weights();
    expect(weights).toEqual(await without.weights());
    expect(await optimiser.state()).toEqual(await without.state());
    const { halves, padding } = await halvesOf(optimiser, params);
    expectHalves(weights, halves);
    expect(halves['matrix']).not.toEqual(first.halves['matrix']);
    expect(padding.every((value) => value === 0)).toBe(true);
    for (const one of [without, optimiser]) one.dispose();
    tf.dispose([plain, params]);
  });

  test('load writes the copy anew', async () => {
    const params = start();
    const optimiser = makeAdamW(params, HALF);
    const buffer = optimiser.gpu?.arenas[1];
    if (buffer === undefined) throw new Error('there is no arena of weights');
    webgpuBackend().device.queue.writeBuffer(buffer, 0, Float32Array.from([0.1, 1e9]));
    optimiser.load(await optimiser.state());
    expect((await halvesOf(optimiser, params)).halves).toMatchObject({ one: [f16round(0.1)] });
    expect((await halvesOf(optimiser, params)).padding[0]).toBe(65504);
    optimiser.dispose();
    tf.dispose(params);
  });

  describe.each(FAMILIES)('%s products', (of) => {
    beforeEach(() => setKernelFamily(of));

    // Rows of a odd or not whole vectors; 600 steps: K is divided among workgroups on GPUs.
    test.each([
      { layout: 'nn', M: 13, K: 7, L: 20 },
      { layout: 'nn', M: 5, K: 600, L: 8 },
      { layout: 'nt', M: 67, K: 36, L: 9 },
    ] as const)('$layout of $M rows, $K steps and $L columns reads the copy', async ({ layout, M, K, L }) => {
      const isTurned = layout === 'nt';
      const left = randomInput('left', [M, K]);
      const right = randomInput('right', isTurned ? [L, K] : [K, L]);
      const [a, b] = [tensorOf(left) as tf.Tensor2D, tensorOf(right) as tf.Tensor2D];
      const weight = halved(b);
      const y = await readAndFree(gemm({ a, b, layout }));
      expect(relativeDistance(y, product(left.values, right.values, { layout, M, K, L }))).toBeLessThan(1e-5);
      weight.release();
      tf.dispose([a, b]);
    });

    test('bias, GELU, its slope and a residual are folded in, on some rows of b', async () => {
      const [M, K, L] = [5, 6, 8];
      const left = randomInput('left', [M, K]);
      const right = randomInput('right', [K + 5, L]);
      const [bias, residual, at] = [randomInput('bias', [L]), randomInput('residual', [M, L]), randomInput('at', [M, L])];
      const [a, b] = [tensorOf(left) as tf.Tensor2D, tensorOf(right) as tf.Tensor2D];
      const rest = { bias: tensorOf(bias) as tf.Tensor1D, residual: tensorOf(residual) as tf.Tensor2D };
      const geluSlopeAt = tensorOf(at) as tf.Tensor2D;
      const rowsOfB = [2, 2 + K] as const;
      const weight = halved(b);
      const sums = product(left.values, right.values.slice(2 * L), { layout: 'nn', M, K, L });
      const before = sums.map((sum, i) => sum + (bias.values[i % L] ?? Number.NaN));
      const { y, before: kept } = gemmKeepingInput({ a, b, layout: 'nn', rowsOfB, activation: 'gelu', ...rest });
      expect(relativeDistance(await readAndFree(kept), before)).toBeLessThan(1e-5);
      const expected = before.map((x, i) => geluOf(x) + (residual.values[i] ?? Number.NaN));
      expect(relativeDistance(await readAndFree(y), expected)).toBeLessThan(1e-5);
      const slope = await readAndFree(gemm({ a, b, layout: 'nn', rowsOfB, geluSlopeAt }));
      expect(
        relativeDistance(
          slope,
          sums.map((sum, i) => sum * slopeOf(at.values[i] ?? Number.NaN)),
        ),
      ).toBeLessThan(1e-5);
      weight.release();
      tf.dispose([a, b, rest, geluSlopeAt]);
    });

    test('rows of b are columns of the result for nt', async () => {
      const left = randomInput('left', [3, 8]);
      const right = randomInput('right', [9, 8]);
      const [a, b] = [tensorOf(left) as tf.Tensor2D, tensorOf(right) as tf.Tensor2D];
      const weight = halved(b);
      const y = await readAndFree(gemm({ a, b, layout: 'nt', rowsOfB: [1, 7] }));
      expect(relativeDistance(y, product(left.values, right.values.slice(8), { layout: 'nt', M: 3, K: 8, L: 6 }))).toBeLessThan(1e-5);
      weight.release();
      tf.dispose([a, b]);
    });
  });

  test('tn, rows that are no whole vectors, and weights whose optimiser is gone stay float32', async () => {
    const [a, b, odd] = [
      [8, 4],
      [8, 12],
      [8, 5],
    ].map((shape) => tensorOf(randomInput('float32', shape)) as tf.Tensor2D) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    const x = tensorOf(randomInput('x', [3, 8])) as tf.Tensor2D;
    const all = async () => ({
      tn: await readAndFree(gemm({ a, b, layout: 'tn' })),
      odd: await readAndFree(gemm({ a: x, b: odd, layout: 'nn' })),
      nn: await readAndFree(gemm({ a: x, b, layout: 'nn' })),
    });
    const before = await all();
    const weights = [halved(b), halved(odd)];
    const { nn, ...same } = await all();
    expect(same).toEqual({ tn: before.tn, odd: before.odd });
    expect(nn).not.toEqual(before.nn);
    for (const weight of weights) weight.release();
    expect(await all()).toEqual(before);
    tf.dispose([a, b, odd, x]);
  });

  test('a weight beyond the range of half precision counts as the largest number', async () => {
    const b = tf.tensor2d([65504, -65504, 65519, 65520, -1e9, 3e38, 0, 1], [1, 8]);
    const a = tf.tensor2d([1], [1, 1]);
    const weight = halved(b);
    expect(await readAndFree(gemm({ a, b, layout: 'nn' }))).toEqual(Float32Array.from([65504, -65504, 65504, 65504, -65504, 65504, 0, 1]));
    weight.release();
    tf.dispose([a, b]);
  });
});

describe.skipIf(!hasAdapter)('the gate', () => {
  test.each([
    { wrong: 'two numbers change places', from: 'pack2x16float(c.xy)', to: 'pack2x16float(c.yx)' },
    { wrong: 'numbers lose two bits', from: 'pack2x16float(c.zw)', to: '(pack2x16float(c.zw) & 0xfffcfffcu)' },
    { wrong: 'large numbers overflow', from: 'let c = clamp(v, vec4f(-65504.0), vec4f(65504.0));', to: 'let c = v;' },
    { wrong: 'products are a little off', from: 'vec4f(unpack2x16float(h.x)', to: 'vec4f(1.0001 * unpack2x16float(h.x)' },
  ])('refuses a device where $wrong', async ({ from, to }) => {
    const engine = await openBackend('webgpu');
    const { device } = webgpuBackend();
    const { createShaderModule } = device;
    let changed = 0;
    device.createShaderModule = (descriptor) => {
      if (descriptor.code.includes(from)) changed++;
      return createShaderModule.call(device, { ...descriptor, code: descriptor.code.replace(from, to) });
    };
    const { ok, worst, reason } = await halfWeightsParity();
    engine.check();
    expect(changed).toBeGreaterThan(0);
    expect({ ok, reason }).toEqual({ ok: false, reason: expect.stringMatching(/Weights in half precision .* expected .*, got/) as string });
    expect(worst).toBeGreaterThan(5e-5);
    engine.close();
  });

  test('says no without WebGPU', async () => {
    await openBackend('cpu');
    await tf.setBackend('cpu');
    expect(await halfWeightsParity()).toEqual({ ok: false, worst: 0, reason: 'Half-precision weights need WebGPU; this is cpu.' });
  });
});

// 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) and its derivative.
const inner = (x: number) => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
const geluOf = (x: number) => 0.5 * x * (1 + Math.tanh(inner(x)));
const slopeOf = (x: number) =>
  0.5 * (1 + Math.tanh(inner(x))) + 0.5 * x * (1 - Math.tanh(inner(x)) ** 2) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x ** 2);

/** a b by the definition, in double precision, b rounded to halves. */
function product(a: Float32Array, b: Float32Array, { layout, M, K, L }: GemmShape): number[] {
  return Array.from({ length: M * L }, (_, i) => {
    const [r, c] = [Math.floor(i / L), i % L];
    let sum = 0;
    for (let k = 0; k < K; k++) sum += (a[r * K + k] ?? Number.NaN) * f16round(b[layout === 'nt' ? c * K + k : k * L + c] ?? Number.NaN);
    return sum;
  });
}

async function readAndFree(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data<'float32'>();
  tensor.dispose();
  return values;
}
