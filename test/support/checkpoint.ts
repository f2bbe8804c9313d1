/** A small checkpoint for tests of storage: three parameters, numbers that depend on the step. */
import type { Checkpoint } from '../../src/study/checkpoint.ts';
import type { LossPoint } from '../../src/study/events.ts';
import { DEFAULT_SPEC } from '../../src/study/run-spec-schema.ts';

const SHAPES: Readonly<Record<string, readonly number[]>> = {
  'decoder.embedding': [4, 3],
  'decoder.norm.weight': [3],
  'vit.patch.weight': [2, 2, 2],
};

export function lossPoint(step: number): LossPoint {
  const numbers = { gradientNorm: 0.5, learningRate: 1e-3 / step, examplesSeen: 32 * step, tokens: 1000, stepMs: 12.5 };
  return { step, loss: Math.fround(1 / step), lossByKind: { value: 0.1, sum: 1 / 3 }, readingLoss: null, ...numbers };
}

export function makeCheckpoint(step: number): Checkpoint {
  const names = Object.keys(SHAPES);
  const fill = (name: string, phase: number) =>
    Float32Array.from({ length: (SHAPES[name] ?? []).reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i + phase + step));
  const points = Array.from({ length: step }, (_, i) => lossPoint(i + 1));
  return {
    schema: 1,
    spec: DEFAULT_SPEC,
    progress: { step, tokens: step * 1000, trainedMs: step * 12.5, points, evaluations: [] },
    weights: Object.fromEntries(names.map((name) => [name, { shape: SHAPES[name] ?? [], data: fill(name, 0) }])),
    optimizer: {
      step,
      steps: Object.fromEntries(names.map((name) => [name, step])),
      m: Object.fromEntries(names.map((name) => [name, fill(name, 0.1)])),
      v: Object.fromEntries(names.map((name) => [name, fill(name, 0.2)])),
    },
  };
}
