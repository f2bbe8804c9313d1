/**
 * Whether this device may train on half-precision weights (half-weights.ts): known numbers go through the optimiser's own kernel and the products' own kernels,
 * and come back as what WGSL allows. Its text ("Floating Point Conversion", "Differences from IEEE-754") leaves open which of the two neighbours a number becomes, and
 * whether a number below the normal ones becomes 0; nothing else is allowed.
 *
 * Letters: R rows and C columns of the weight.
 */
import * as tf from '../tf.ts';
import { makeWebGpuAdamW } from './adamw.ts';
import { gemm } from './gemm.ts';
import { LARGEST_HALF } from './half-weights.ts';
import { isWebGpu } from './kernel.ts';

export interface HalfParity {
  readonly ok: boolean;
  /** Largest relative distance from what is allowed; 0 when every number is allowed. */
  readonly worst: number;
  /** For people: what went wrong; null when nothing did. */
  readonly reason: string | null;
}

const [R, C] = [12, 20];
/** Of sums of R or C products in float32. */
const TOLERANCE = 1e-5;
/** Bits after the point, exponent of the smallest normal number, and the smallest number of half precision. */
const MANTISSA_BITS = 10;
const SMALLEST_EXPONENT = -14;
const SMALLEST_HALF = 2 ** (SMALLEST_EXPONENT - MANTISSA_BITS);

/** Zeros, both ends of the normal numbers, those below, ties, what is beyond; then numbers of all sizes. */
function testWeights(): Float32Array {
  const tie = 2 ** -(MANTISSA_BITS + 1);
  const small = [0, 0.5, 1, 1.5, 1023, 1023.5, 1024].map((steps) => steps * SMALLEST_HALF);
  const known = [...small, 1 + tie, 1 + 3 * tie, 1 + 1.001 * tie, 1 + 0.999 * tie, 2047.5, LARGEST_HALF, 65519, 65520, 1e9, 3e38].flatMap((x) => [
    x,
    -x,
  ]);
  return Float32Array.from({ length: R * C }, (_, i) => known[i] ?? Math.sin(i) * 2 ** ((i % 31) - 15));
}

/** What WGSL allows a weight to be in half precision. */
export function allowedHalves(weight: number): number[] {
  const size = Math.min(Math.abs(weight), LARGEST_HALF);
  const step = 2 ** (Math.max(SMALLEST_EXPONENT, Math.floor(Math.log2(size))) - MANTISSA_BITS);
  const [low, high] = [Math.floor(size / step) * step, Math.ceil(size / step) * step];
  return [low, high, ...(low < 2 ** SMALLEST_EXPONENT ? [0] : [])].map((half) => Math.sign(weight) * half);
}

/** Asks the device that is active; without WebGPU the answer is no. Two small products. Rejects when the device is lost. */
export async function halfWeightsParity(): Promise<HalfParity> {
  if (!isWebGpu()) return { ok: false, worst: 0, reason: `Half-precision weights need WebGPU; this is ${tf.getBackend()}.` };
  const weights = testWeights();
  const params = { w: tf.tensor2d(weights, [R, C]) };
  const optimizer = makeWebGpuAdamW(params, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, clipNorm: null, halfWeights: true });
  try {
    const forward = await distanceOf(params.w, 'nn', R, C, (k, l) => weights[k * C + l] ?? Number.NaN);
    const backward = await distanceOf(params.w, 'nt', C, R, (k, l) => weights[l * C + k] ?? Number.NaN);
    const { worst, what } = forward.worst > backward.worst ? forward : backward;
    const ok = worst <= TOLERANCE;
    return { ok, worst, reason: ok ? null : `Weights in half precision are not what they should be on this device: ${what}.` };
  } finally {
    optimizer.dispose();
    params.w.dispose();
  }
}

/**
 * Largest relative distance from what is allowed, and where. The first K rows of the product are the weights alone, so they come back as the device has
 * them; the last mixes them.
 */
async function distanceOf(
  b: tf.Tensor2D,
  layout: 'nn' | 'nt',
  K: number,
  L: number,
  weightAt: (k: number, l: number) => number,
): Promise<{ worst: number; what: string }> {
  const mix = (k: number): number => Math.cos(k) / 3;
  const a = tf.tensor2d(
    Float32Array.from({ length: (K + 1) * K }, (_, i) => (i < K * K ? Number(i % (K + 1) === 0) : Math.fround(mix(i - K * K)))),
    [K + 1, K],
  );
  const product = gemm({ a, b, layout });
  const y = await product.data<'float32'>();
  tf.dispose([a, product]);
  let found = { worst: 0, what: '' };
  const see = (got: number, expected: number, scale: number): void => {
    const distance = Math.abs(got - expected) / scale;
    // Also when it is not a number.
    if (!(distance <= found.worst)) found = { worst: Number.isNaN(distance) ? Infinity : distance, what: `expected ${expected}, got ${got}` };
  };
  for (let l = 0; l < L; l++) {
    let [sum, size] = [0, 0];
    for (let k = 0; k < K; k++) {
      const half = y[k * L + l] ?? Number.NaN;
      const nearest = allowedHalves(weightAt(k, l)).reduce((best, one) => (Math.abs(one - half) < Math.abs(best - half) ? one : best));
      see(half, nearest, Math.max(Math.abs(nearest), SMALLEST_HALF));
      sum += Math.fround(mix(k)) * half;
      size += Math.abs(mix(k) * half);
    }
    see(y[K * L + l] ?? Number.NaN, sum, size);
  }
  return found;
}
