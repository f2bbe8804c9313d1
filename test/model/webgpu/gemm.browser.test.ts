import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import * as tf from '../../../src/model/tf.ts';
import { kernelFamily, setKernelFamily, type KernelFamily } from '../../../src/model/webgpu/family.ts';
import { gemm, gemmBy, gemmKeepingInput, gemmWithSums } from '../../../src/model/webgpu/gemm.ts';
import {
  chooseGemm,
  exportGemmChoices,
  gemmCandidates,
  gemmPlan,
  importGemmChoices,
  keyOf,
  unmeasuredGemms,
} from '../../../src/model/webgpu/gemm-choice.ts';
import type { GemmLayout, GemmShape } from '../../../src/model/webgpu/gemm-form.ts';
import { tuneGemm } from '../../../src/model/webgpu/gemm-tune.ts';
import { webgpuBackend } from '../../../src/model/webgpu/kernel.ts';
import { randomInput, tensorOf, type Input } from '../../support/gradient-check.ts';
import { hasAdapter } from '../../support/webgpu-suite.ts';

const LAYOUTS: readonly GemmLayout[] = ['nn', 'nt', 'tn'];
const FAMILIES: readonly KernelFamily[] = ['software', 'hardware'];

/** Largest difference from what is expected, and whether the lengths agree. */
async function excess(actual: tf.Tensor, expected: (i: number) => number): Promise<number> {
  const values = await actual.data<'float32'>();
  return values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - expected(i))), values.length === actual.size ? 0 : Number.NaN);
}

interface Product {
  readonly a: tf.Tensor2D;
  readonly b: tf.Tensor2D;
  readonly stored: Input;
  /** The product in double precision, `[M, L]`. */
  readonly sums: Float64Array;
}

/** Random factors in the layout's form, and their product by the definition. With `before` and `after`, b has more rows than take part. */
function productOf({ layout, M, K, L }: GemmShape, before = 0, after = 0): Product {
  const left = randomInput('left', layout === 'tn' ? [K, M] : [M, K]);
  const rows = (layout === 'nt' ? L : K) + before + after;
  const stored = randomInput('right', [rows, layout === 'nt' ? K : L]);
  const sums = new Float64Array(M * L);
  for (let i = 0; i < M * L; i++) {
    const [r, c] = [Math.floor(i / L), i % L];
    for (let k = 0; k < K; k++) {
      const x = left.values[layout === 'tn' ? k * M + r : r * K + k] ?? Number.NaN;
      const y = stored.values[layout === 'nt' ? (c + before) * K + k : (k + before) * L + c] ?? Number.NaN;
      sums[i] = (sums[i] ?? 0) + x * y;
    }
  }
  return { a: tensorOf(left) as tf.Tensor2D, b: tensorOf(stored) as tf.Tensor2D, stored, sums };
}

// 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) and its derivative.
const inner = (x: number) => Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
const geluOf = (x: number) => 0.5 * x * (1 + Math.tanh(inner(x)));
const slopeOf = (x: number) =>
  0.5 * (1 + Math.tanh(inner(x))) + 0.5 * x * (1 - Math.tanh(inner(x)) ** 2) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x ** 2);

describe.skipIf(!hasAdapter)('gemm', () => {
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

  // One of each: single numbers; nothing a multiple of four; everything one, over several tiles.
  describe.each([
    [1, 1, 1],
    [3, 65, 127],
    [68, 36, 132],
  ])('of %i rows, %i steps, %i columns', (M, K, L) => {
    test.each(FAMILIES.flatMap((of) => LAYOUTS.map((layout) => ({ of, layout }))))('$of $layout equals the definition', async ({ of, layout }) => {
      setKernelFamily(of);
      const { a, b, sums } = productOf({ layout, M, K, L });
      const y = gemm({ a, b, layout });
      expect(y.shape).toEqual([M, L]);
      expect(await excess(y, (i) => sums[i] ?? Number.NaN)).toBeLessThan(1e-5);
      tf.dispose([a, b, y]);
    });
  });

  test.each(FAMILIES.flatMap((family) => LAYOUTS.map((layout) => ({ family, layout }))))(
    'every $family tile equals the definition for $layout, and all give the same bits',
    async ({ family, layout }) => {
      // 3 tiles of 64 x 64 and 5 of 32 x 32: small, and K long enough to be divided.
      const shape: GemmShape = { layout, M: 132, K: 532, L: 36 };
      const { a, b, sums } = productOf(shape);
      setKernelFamily(family);
      const { device } = webgpuBackend();
      const results = new Map<string, string>();
      for (const name of gemmCandidates(device, shape)) {
        const y = gemmBy(gemmPlan(family, name, shape), { a, b, layout });
        expect(await excess(y, (i) => sums[i] ?? Number.NaN), name).toBeLessThan(5e-5); // 532 roundings
        results.set(name, (await y.data<'float32'>()).join());
        y.dispose();
      }
      expect(results.size).toBeGreaterThan(1);
      expect(new Set(results.values()).size).toBe(1);
      const large: GemmShape = { layout, M: 1024, K: 4096, L: 1024 }; // one where tiles of another size would divide K otherwise
      const shares = gemmCandidates(device, large)
        .map((name) => gemmPlan(family, name, large))
        .map((plan) => ('shares' in plan ? plan.shares : 1));
      expect(new Set(shares).size).toBe(1);
      setKernelFamily('software');
      tf.dispose([a, b]);
    },
  );

  test('a tile that shares nothing between lanes (adapters without subgroups) equals the definition', async () => {
    for (const layout of LAYOUTS) {
      const shape: GemmShape = { layout, M: 13, K: 5, L: 18 };
      const { a, b, sums } = productOf(shape);
      const y = gemmBy({ family: 'software', tile: { rows: 4, columns: 8, isShared: false } }, { a, b, layout });
      expect(await excess(y, (i) => sums[i] ?? Number.NaN), layout).toBeLessThan(1e-5);
      tf.dispose([a, b, y]);
    }
  });

  // 600 steps: K is divided among workgroups on GPUs.
  describe.each([
    { of: 'software', sizes: [{ M: 5, K: 6, L: 7 }] },
    {
      of: 'hardware',
      sizes: [
        { M: 5, K: 6, L: 7 },
        { M: 4, K: 600, L: 8 },
      ],
    },
  ] as const)('$of', ({ of, sizes }) => {
    test.each(sizes)('bias, GELU, its slope and a residual are folded in, on some rows of b: $M $K $L', async ({ M, K, L }) => {
      setKernelFamily(of);
      const { a, b, sums } = productOf({ layout: 'nn', M, K, L }, 2, 3);
      const rowsOfB = [2, 2 + K] as const;
      const [bias, at, residual] = [randomInput('bias', [L]), randomInput('at', [M, L], 2), randomInput('residual', [M, L])];
      const more = { bias: tensorOf(bias) as tf.Tensor1D, residual: tensorOf(residual) as tf.Tensor2D };
      const geluSlopeAt = tensorOf(at) as tf.Tensor2D;
      const sum = (i: number) => (sums[i] ?? Number.NaN) + (bias.values[i % L] ?? Number.NaN);
      const { y, before } = gemmKeepingInput({ a, b, layout: 'nn', rowsOfB, activation: 'gelu', ...more });
      expect(await excess(before, sum)).toBeLessThan(2e-5);
      expect(await excess(y, (i) => geluOf(sum(i)) + (residual.values[i] ?? Number.NaN))).toBeLessThan(2e-5);
      const slope = gemm({ a, b, layout: 'nn', rowsOfB, geluSlopeAt });
      expect(await excess(slope, (i) => (sums[i] ?? Number.NaN) * slopeOf(at.values[i] ?? Number.NaN))).toBeLessThan(2e-5);
      tf.dispose([a, b, y, before, slope, geluSlopeAt, more]);
    });

    test.each(sizes.slice(-1))('a gradient of a weight comes with that of its bias: $M $K $L', async ({ M, K, L }) => {
      setKernelFamily(of);
      const { a, b, stored, sums } = productOf({ layout: 'tn', M, K, L });
      const { y, sums: columns } = gemmWithSums(a, b);
      expect(await excess(y, (i) => sums[i] ?? Number.NaN)).toBeLessThan(2e-5);
      const column = (c: number) => stored.values.reduce((total, value, i) => (i % L === c ? total + value : total), 0);
      expect(await excess(columns, column)).toBeLessThan(2e-5);
      const again = gemmWithSums(a, b);
      expect(await again.y.data()).toEqual(await y.data());
      tf.dispose([a, b, y, columns, again]);
    });
  });

  test('rows of b are columns of the result for nt', async () => {
    setKernelFamily('software');
    const { a, b, sums } = productOf({ layout: 'nt', M: 5, K: 8, L: 6 }, 1, 2);
    const y = gemm({ a, b, layout: 'nt', rowsOfB: [1, 7] });
    expect(await excess(y, (i) => sums[i] ?? Number.NaN)).toBeLessThan(1e-5);
    tf.dispose([a, b, y]);
  });

  test('one tensor may be both factors and the residual', async () => {
    const x = tensorOf(randomInput('x', [4, 4])) as tf.Tensor2D;
    const values = await x.data();
    const y = gemm({ a: x, b: x, layout: 'nn', residual: x });
    const value = (r: number, c: number) => values[r * 4 + c] ?? Number.NaN;
    const expected = (i: number) =>
      [0, 1, 2, 3].reduce((sum, k) => sum + value(Math.floor(i / 4), k) * value(k, i % 4), value(Math.floor(i / 4), i % 4));
    expect(await excess(y, expected)).toBeLessThan(1e-5);
    tf.dispose([x, y]);
  });

  test('the message names the matrix and the axis', () => {
    const [a, b] = [tf.zeros<tf.Rank.R2>([2, 3]), tf.zeros<tf.Rank.R2>([4, 5])];
    expect(() => gemm({ a, b, layout: 'nn' })).toThrow(/gemm b: expected \[K, L\], got \[4,5\]: axis K must be 3/);
    expect(() => gemm({ a, b, layout: 'nn', rowsOfB: [2, 5] })).toThrow(/gemm rowsOfB: expected rows within 0..4, got \[2,5\]/);
    tf.dispose([a, b]);
  });

  test('measured choices are used, kept as JSON and refused by another adapter', async () => {
    setKernelFamily('software');
    const { device } = webgpuBackend();
    const shape: GemmShape = { layout: 'nn', M: 12, K: 12, L: 36 };
    const names = gemmCandidates(device, shape);
    importGemmChoices(device, { adapter: exportGemmChoices(device).adapter, tiles: {} });
    for (const M of [12, 13]) chooseGemm(device, { ...shape, M });
    expect(unmeasuredGemms(device)).toContainEqual({ ...shape, M: 13 });
    await tuneGemm(() => 0, Number.POSITIVE_INFINITY);
    expect(unmeasuredGemms(device)).toEqual([]);
    const kept = JSON.parse(JSON.stringify(exportGemmChoices(device))) as ReturnType<typeof exportGemmChoices>;
    expect(Object.keys(kept.tiles)).toContain(keyOf('software', shape));
    expect(names).toContain(kept.tiles[keyOf('software', shape)]);

    const forced = names[1] ?? '';
    expect(importGemmChoices(device, { adapter: kept.adapter, tiles: { [keyOf('software', shape)]: forced } })).toBe(true);
    expect(chooseGemm(device, shape)).toEqual(gemmPlan('software', forced, shape));
    expect(importGemmChoices(device, { adapter: 'another', tiles: {} })).toBe(false);
    expect(chooseGemm(device, shape)).toEqual(gemmPlan('software', forced, shape));
    importGemmChoices(device, { adapter: kept.adapter, tiles: { [keyOf('software', shape)]: 'no such tile' } });
    expect(chooseGemm(device, shape).family).toBe('software');
    importGemmChoices(device, { adapter: kept.adapter, tiles: {} });
  });
});
