/**
 * Rebuilds the inputs of test/golden/smarter/make_fixtures.py (parameters and features come from the same small generator) and compares loss, answers and
 * gradients with PyTorch's. Used in Node (cpu, wasm) and in the browser (webgpu).
 */
import type { SmarterBatch } from '../../../src/model/smarter/batch.ts';
import { checkConfig, SEQUENCE_STEPS, type SmarterConfig } from '../../../src/model/smarter/config.ts';
import { smarterShapes } from '../../../src/model/smarter/params.ts';
import { readAnswers, smarterGradients } from '../../../src/model/smarter/step.ts';
import type { Params } from '../../../src/model/params.ts';
import * as tf from '../../../src/model/tf.ts';
import fixtures from '../../golden/smarter/fixtures.json';
import { relativeDistance } from '../../support/gradient-check.ts';

type FixtureCase = (typeof fixtures.cases)[number];

export const goldenCases: readonly FixtureCase[] = fixtures.cases;

export const goldenConfig = ({ config }: FixtureCase): SmarterConfig => checkConfig({ normEpsilon: 1e-6, ...config } as SmarterConfig);

/** Numerical Recipes' linear congruential generator, in doubles without rounding. */
class Stream {
  private state: number;
  constructor(seed: number) {
    this.state = seed;
  }
  unit(): number {
    this.state = (1664525 * this.state + 1013904223) % 2 ** 32;
    return this.state / 2 ** 32;
  }
  uniform(size: number, reach: number): Float32Array {
    return Float32Array.from({ length: size }, () => (2 * this.unit() - 1) * reach);
  }
}

/** The script's parameters. The caller owns them. */
export function goldenParams(config: SmarterConfig): Params {
  const params: Params = {};
  const shapes = smarterShapes(config);
  for (const [index, name] of Object.keys(shapes).sort().entries()) {
    const shape = shapes[name] ?? [];
    const reach = shape.length === 1 ? 0.3 : 1.7 / Math.sqrt(shape[0] ?? 1);
    const size = shape.reduce((product, axis) => product * axis, 1);
    const centre = name.endsWith('norm.weight') ? 1 : 0;
    const values = new Stream(1000 + index).uniform(size, reach).map((value) => centre + value);
    params[name] = tf.tensor(values, [...shape]);
  }
  return params;
}

/** The script's batch. */
export function goldenBatch({ imageDim, imageTokenDim, textDim, textLength }: SmarterConfig): SmarterBatch {
  const { puzzles, lengths, targets, imageTokens } = fixtures.batch;
  const B = puzzles.length;
  const stream = new Stream(7);
  const image = stream.uniform(B * imageDim, 1);
  const tokens = stream.uniform(B * imageTokens * imageTokenDim, 1);
  const text = stream.uniform(B * textLength * textDim, 1);
  const textMask = Uint8Array.from({ length: B * textLength }, (_, i) => Number(i % textLength < (lengths[Math.floor(i / textLength)] ?? 0)));
  return {
    samples: B,
    textLength,
    puzzles: Int32Array.from(puzzles),
    image,
    imageTokens: { count: imageTokens, values: tokens },
    text,
    textMask,
    targets: Int32Array.from({ length: B * SEQUENCE_STEPS }, (_, i) => targets[Math.floor(i / SEQUENCE_STEPS)]?.[i % SEQUENCE_STEPS] ?? -1),
  };
}

function unpack(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);
}

export interface GoldenDifference {
  readonly loss: number;
  /** Of each sample, in the batch's order. */
  readonly losses: number;
  readonly classes: readonly (readonly number[])[];
  /** Names that one side has and the other has not. */
  readonly unmatched: readonly string[];
  /** Per parameter: norm of the difference over the norm. */
  readonly gradients: Readonly<Record<string, number>>;
}

/** Gradients below this norm are compared absolutely: a key's bias, and all that the coded layer cannot use, has gradient zero but for rounding. */
const NORM_FLOOR = 1e-3;

/** Runs the case on the active backend and measures how far it is from PyTorch. */
export async function goldenDifference(fixture: FixtureCase): Promise<GoldenDifference> {
  const config = goldenConfig(fixture);
  const batch = goldenBatch(config);
  const params = goldenParams(config);
  const { gradients, ...result } = smarterGradients(params, config, batch, { skillWeights: fixture.skillWeights });
  const expected = fixture.gradients as Readonly<Record<string, string>>;
  const distances: Record<string, number> = {};
  for (const [name, gradient] of Object.entries(gradients)) {
    const packed = expected[name];
    if (packed !== undefined) distances[name] = relativeDistance(await gradient.data(), unpack(packed), NORM_FLOOR);
  }
  const answers = await readAnswers(result, batch);
  const difference = {
    loss: relativeDistance(await result.loss.data(), [fixture.loss]),
    losses: relativeDistance(
      answers.map(({ loss }) => loss),
      fixture.losses,
    ),
    classes: answers.map(({ classes }) => classes),
    unmatched: [...Object.keys(gradients).filter((name) => !(name in expected)), ...Object.keys(expected).filter((name) => !(name in gradients))],
    gradients: distances,
  };
  tf.dispose([params, gradients, result.loss, result.rowLosses, result.rowClasses, result.rowChances]);
  return difference;
}
