/**
 * The toy of the bench: a GPT-2-like model small enough that every engine trains it in seconds even on a software adapter. Sizes, first weights and the
 * one batch; pure, and shared by all engines, so that they start at the same loss and must stay together.
 *
 * Two layers of width 64, four heads, RMSNorm without bias before attention and MLP and at the end, queries, keys and values in one product, tanh-GELU,
 * learned positions, output weights tied to the token table, causal, mean cross-entropy, Adam. 108,288 parameters, 512 tokens a step. Ours.
 */
import { makeRng, type Rng } from '../../src/lib/rng.ts';

export const TOY = {
  layers: 2,
  width: 64,
  heads: 4,
  hidden: 256,
  vocabulary: 87,
  positions: 64,
  batch: 8,
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  /** Added to the mean square in RMSNorm, as in src/model/ops/rms-norm.ts. */
  normEpsilon: 1e-5,
} as const;

export const TOY_TOKENS = TOY.batch * TOY.positions;

export interface ToyWeight {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** One batch of next-token prediction: int32 `[batch * positions]` each. */
export interface ToyBatch {
  readonly tokens: Int32Array;
  readonly targets: Int32Array;
}

/** Shapes by name, in a fixed order. Matrices are `[in, out]`; `qkv` is queries, keys, values side by side. */
export function toyShapes(): Record<string, readonly number[]> {
  const { width, hidden, vocabulary, positions, layers } = TOY;
  const shapes: Record<string, readonly number[]> = { token: [vocabulary, width], position: [positions, width] };
  for (let i = 0; i < layers; i++) {
    shapes[`${i}.norm1`] = [width];
    shapes[`${i}.qkv`] = [width, 3 * width];
    shapes[`${i}.out`] = [width, width];
    shapes[`${i}.norm2`] = [width];
    shapes[`${i}.up`] = [width, hidden];
    shapes[`${i}.down`] = [hidden, width];
  }
  shapes['norm'] = [width];
  return shapes;
}

/**
 * First weights. Matrices are uniform with variance 1 / in, tables with variance 0.04: much larger than one would train with: so the first loss is far
 * from log(vocabulary) and depends on every weight, which makes it a check of the whole forward pass.
 */
export function toyWeights(seed: number): Record<string, ToyWeight> {
  return Object.fromEntries(
    Object.entries(toyShapes()).map(([name, shape]) => {
      const rng = makeRng('bench', 'toy', seed, name);
      const size = shape.reduce((product, n) => product * n, 1);
      const [rows = 0] = shape;
      if (shape.length === 1) return [name, { shape, values: Float32Array.from({ length: size }, () => 1 + uniform(rng, 0.1)) }];
      const deviation = name === 'token' || name === 'position' ? 0.2 : 1 / Math.sqrt(rows);
      return [name, { shape, values: Float32Array.from({ length: size }, () => uniform(rng, deviation)) }];
    }),
  );
}

/** Each row counts up by its own stride, modulo the vocabulary, with one token in ten replaced: something to learn, and nothing to learn fully. */
export function toyBatch(seed: number): ToyBatch {
  const { batch, positions, vocabulary } = TOY;
  const tokens = new Int32Array(batch * positions);
  const targets = new Int32Array(batch * positions);
  for (let b = 0; b < batch; b++) {
    const rng = makeRng('bench', 'toy batch', seed, b);
    const start = rng.below(vocabulary);
    const stride = rng.between(1, 9);
    const row = Array.from({ length: positions + 1 }, (_, t) => (rng.chance(0.1) ? rng.below(vocabulary) : (start + stride * t) % vocabulary));
    tokens.set(row.slice(0, positions), b * positions);
    targets.set(row.slice(1), b * positions);
  }
  return { tokens, targets };
}

/**
 * Floating-point operations of one step: 6 for each weight of a matrix product and token (forward, and two products backward), and for each layer
 * 12 * T * width per token for the two products of attention, half of it since it is causal (PaLM, arXiv 2204.02311, appendix B).
 */
export function toyFlop(): number {
  const { layers, width, positions } = TOY;
  const matrices = Object.entries(toyShapes()).filter(([name, shape]) => shape.length === 2 && name !== 'position');
  const weights = matrices.reduce((sum, [, shape]) => sum + (shape[0] ?? 0) * (shape[1] ?? 0), 0);
  return 6 * weights * TOY_TOKENS + 0.5 * 12 * layers * positions * width * TOY_TOKENS;
}

/** Uniform with mean 0 and this standard deviation. */
function uniform(rng: Rng, deviation: number): number {
  return (2 * rng.unit() - 1) * deviation * Math.sqrt(3);
}
