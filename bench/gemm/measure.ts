/**
 * GFLOP/s of single float32 matrix products on WebGPU: what the adapter can do at the shapes of a step, by four libraries. The best of them is what a step
 * is held against. Each shape runs a batch of products at once, long enough that starting and waiting do not count; the best batch is reported.
 */
import { openBackend, provideWebGpu } from '../../src/model/backend.ts';
import { makeRng } from '../../src/lib/rng.ts';
import * as tf from '../../src/model/tf.ts';
import { kernelFamily } from '../../src/model/webgpu/family.ts';
import { tuneGemm } from '../../src/model/webgpu/gemm-tune.ts';
import type { GemmId } from '../columns.ts';
import { loadJax } from '../jax.ts';
import type { GemmShape } from '../protocol.ts';
import { ourProduct } from './ours.ts';
import { openOrt } from './ort.ts';

/** Batches of one shape: the best counts. */
const TRIES = 4;
/** Time that one batch should take. */
const BATCH_MS = 150;
const MOST_PRODUCTS = 200;

/** Time that measuring our tiles may take, once per shape. */
const TUNING_MS = 2000;

/** A library at one shape: `run` queues products, `wait` resolves when all have run. */
export interface Multiplier {
  run(count: number): Promise<void> | void;
  wait(): Promise<void>;
  /** First element of the last product, for a check that it multiplied at all. */
  first(): Promise<number>;
  dispose(): void;
}

export async function measureGemm(id: GemmId, shapes: readonly GemmShape[]): Promise<number[]> {
  const make = await opener(id);
  const found: number[] = [];
  for (const shape of shapes) {
    const { a, b } = operands(shape);
    const multiplier = await make(shape, a, b);
    try {
      await checkFirst(multiplier, shape, a, b);
      if (id === 'ours' && kernelFamily() === 'hardware') await tuneGemm(() => performance.now(), TUNING_MS);
      found.push(await gflopsOf(multiplier, shape));
    } finally {
      multiplier.dispose();
    }
  }
  return found;
}

type Make = (shape: GemmShape, a: Float32Array, b: Float32Array) => Promise<Multiplier> | Multiplier;

async function opener(id: GemmId): Promise<Make> {
  switch (id) {
    case 'ours':
    case 'tfjs': {
      const engine = await openBackend('webgpu');
      const product = id === 'ours' ? ourProduct : (x: tf.Tensor2D, y: tf.Tensor2D) => tf.matMul(x, y) as tf.Tensor2D;
      return (shape, a, b) => tfjsMultiplier(product, engine, shape, a, b);
    }
    case 'jax':
      return jaxMultiplier;
    case 'ort':
      return openOrt();
    default:
      throw new Error(`internal: no multiplier ${id satisfies never}`);
  }
}

function tfjsMultiplier(
  product: (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor2D,
  engine: Awaited<ReturnType<typeof openBackend>>,
  { M, K, L }: GemmShape,
  left: Float32Array,
  right: Float32Array,
): Multiplier {
  const a = tf.tensor2d(left, [M, K]);
  const b = tf.tensor2d(right, [K, L]);
  let y: tf.Tensor2D | null = null;
  return {
    run(count) {
      for (let i = 0; i < count; i++) {
        y?.dispose();
        y = product(a, b);
      }
    },
    wait: engine.fence,
    async first() {
      return (await y?.data())?.[0] ?? Number.NaN;
    },
    dispose() {
      tf.dispose([a, b]);
      y?.dispose();
    },
  };
}

async function jaxMultiplier({ M, K, L }: GemmShape, left: Float32Array, right: Float32Array): Promise<Multiplier> {
  await provideWebGpu();
  const { jax } = await loadJax('webgpu');
  const { numpy: np } = jax;
  const a = np.array(left as Float32Array<ArrayBuffer>).reshape([M, K]);
  const b = np.array(right as Float32Array<ArrayBuffer>).reshape([K, L]);
  const product = jax.jit((x: typeof a, y: typeof b) => np.matmul(x, y));
  // All results of a batch are kept until it has run: jax-js begins late, and what is disposed before is not computed at all.
  let results: (typeof a)[] = [];
  return {
    run(count) {
      jax.tree.dispose(results);
      results = Array.from({ length: count }, () => product(a.ref, b.ref));
    },
    async wait() {
      await jax.blockUntilReady(results);
    },
    async first() {
      return (await results.at(-1)?.ref.data())?.[0] ?? Number.NaN;
    },
    dispose() {
      jax.tree.dispose(results);
      a.dispose();
      b.dispose();
      product.dispose();
    },
  };
}

/** Uniform in -1..1. */
function operands({ M, K, L }: GemmShape): { a: Float32Array; b: Float32Array } {
  const rng = makeRng('bench', 'gemm', M, K, L);
  const draw = (size: number) => Float32Array.from({ length: size }, () => 2 * rng.unit() - 1);
  return { a: draw(M * K), b: draw(K * L) };
}

/** Rejects when the product's first element is not the dot product of the first row and column. */
async function checkFirst(multiplier: Multiplier, { K, L }: GemmShape, a: Float32Array, b: Float32Array): Promise<void> {
  let expected = 0;
  for (let k = 0; k < K; k++) expected += (a[k] ?? 0) * (b[k * L] ?? 0);
  await multiplier.run(1);
  const first = await multiplier.first();
  if (!(Math.abs(first - expected) < 1e-3 * Math.sqrt(K))) throw new Error(`the product begins with ${first}, not with ${expected}`);
}

async function gflopsOf(multiplier: Multiplier, { M, K, L }: GemmShape): Promise<number> {
  const time = async (count: number): Promise<number> => {
    const start = performance.now();
    await multiplier.run(count);
    await multiplier.wait();
    return performance.now() - start;
  };
  await time(1); // the first one compiles
  // One product alone is mostly waiting: a few together say how many fill a batch.
  const few = Math.max(1, Math.min(MOST_PRODUCTS / 10, Math.ceil(BATCH_MS / 10 / Math.max(await time(1), 0.1))));
  const each = Math.max((await time(few)) / few, 0.001);
  const count = Math.max(1, Math.min(MOST_PRODUCTS, Math.round(BATCH_MS / each)));
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES; i++) best = Math.min(best, (await time(count)) / count);
  return Number(((2 * M * K * L) / best / 1e6).toPrecision(4));
}
