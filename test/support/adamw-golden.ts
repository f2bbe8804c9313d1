/** Runs the 40 steps of test/golden/adamw on the active backend; shared by the Node and the browser test. */
import { makeAdamW } from '../../src/model/adamw.ts';
import type { AdamW } from '../../src/model/adamw.ts';
import * as tf from '../../src/model/tf.ts';
import golden from '../golden/adamw/adamw.json' with { type: 'json' };

export type GoldenRun = (typeof golden.runs)[number];
export const goldenRuns: readonly GoldenRun[] = golden.runs;

/** Reliability F64: 1e-6 absolute after 40 steps. */
export const PARITY_TOLERANCE = 1e-6;

const shapes = Object.entries(golden.shapes);
const curvature: Record<string, number> = golden.curvature;

function wave(step: number, i: number, phase: number): number {
  return Math.sin(0.7 * i + 1.3 * step + phase);
}

export function goldenParams(): Record<string, tf.Tensor> {
  return Object.fromEntries(
    shapes.map(([name, shape], k) => [
      name,
      tf.tensor(
        Float32Array.from({ length: size(shape) }, (_, i) => wave(0, i, k)),
        shape,
      ),
    ]),
  );
}

export function goldenOptimiser(run: GoldenRun, params: Record<string, tf.Tensor>): AdamW {
  return makeAdamW(params, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: run.weightDecay, clipNorm: run.clipNorm });
}

/** Steps `from`..`to` of a golden run; returns the norms. */
export async function goldenSteps(optimiser: AdamW, params: Record<string, tf.Tensor>, from: number, to: number): Promise<number[]> {
  const norms: number[] = [];
  for (let step = from; step < to; step++) {
    const gradients: Record<string, tf.Tensor> = {};
    for (const [k, [name, shape]] of shapes.entries()) {
      if (name === 'sometimes.weight' && step % 2 === 1) continue;
      const w = (await params[name]?.data<'float32'>()) ?? new Float32Array();
      gradients[name] = tf.tensor(
        Float32Array.from(w, (x, i) => (curvature[name] ?? 0) * (x - 0.3) + 0.5 * wave(step + 1, i, k)),
        shape,
      );
    }
    optimiser.add(gradients);
    tf.dispose(gradients);
    const { gradientNorm } = await optimiser.apply(golden.peak * (1 - step / golden.steps));
    norms.push(await gradientNorm);
  }
  return norms;
}

export const goldenStepCount = golden.steps;

/** Largest absolute difference of any number, by part. */
export async function goldenDifferences(
  run: GoldenRun,
  optimiser: AdamW,
  params: Record<string, tf.Tensor>,
  norms: readonly number[],
): Promise<Record<string, number>> {
  const state = await optimiser.state();
  const found: Record<string, number> = { norms: largest(run.norms, norms), params: 0, m: 0, v: 0 };
  for (const [name] of shapes) {
    const values = { params: (await params[name]?.data<'float32'>()) ?? [], m: state.m[name] ?? [], v: state.v[name] ?? [] };
    for (const part of ['params', 'm', 'v'] as const) {
      const expected: Record<string, number[]> = run[part];
      found[part] = Math.max(found[part] ?? 0, largest(expected[name] ?? [], values[part]));
    }
  }
  return found;
}

function largest(expected: ArrayLike<number>, got: ArrayLike<number>): number {
  if (expected.length !== got.length) return Infinity;
  return Array.from(expected).reduce((most, x, i) => Math.max(most, Math.abs(x - (got[i] ?? Infinity))), 0);
}

function size(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}
