/**
 * Rebuilds the inputs of test/golden/model/make_fixtures.py (parameters, tokens, pixels come from the same small generator) and compares values and
 * gradients of the model with PyTorch's. Used in Node (cpu, wasm) and in the browser (webgpu).
 */
import type { MicroBatch } from '../../src/model/batch.ts';
import type { VlmConfig } from '../../src/model/config.ts';
import { parameterShapes, type Params } from '../../src/model/params.ts';
import * as tf from '../../src/model/tf.ts';
import { lossAndGradients } from '../../src/model/vlm.ts';
import fixtures from '../golden/model/fixtures.json';
import { relativeDistance } from './gradient-check.ts';

type FixtureCase = (typeof fixtures.cases)[number];

export const goldenCases: readonly FixtureCase[] = fixtures.cases;

/** Buckets of a gradient's sketch, as in the script. */
const BUCKETS = 256;

export function goldenConfig({ model }: FixtureCase): VlmConfig {
  return model === 'micro' ? fixtures.configs.micro : fixtures.configs.stages;
}

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
}

const sortedNames = (config: VlmConfig): string[] => Object.keys(parameterShapes(config)).sort();

/** The script's parameters. The caller owns them. */
export function goldenParams(config: VlmConfig): Params {
  const params: Params = {};
  const shapes = parameterShapes(config);
  sortedNames(config).forEach((name, index) => {
    const shape = shapes[name] ?? [];
    const stream = new Stream(1000 + index);
    const isNorm = /norm[12]?\.weight$/.test(name);
    const fanIn = shape.length === 3 ? (shape[0] ?? 1) * (shape[1] ?? 1) : (shape[0] ?? 1);
    const reach = shape.length === 1 ? 0.3 : 1.7 / Math.sqrt(fanIn);
    const size = shape.reduce((product, axis) => product * axis, 1);
    const centre = isNorm ? 1 : 0;
    params[name] = tf.tensor(
      Float32Array.from({ length: size }, () => centre + (2 * stream.unit() - 1) * reach),
      [...shape],
    );
  });
  return params;
}

/** The script's micro-batch. */
export function goldenMicro(fixture: FixtureCase): MicroBatch {
  const { batch, length, grid, micro, pixelSeed } = fixture;
  const [rows, columns] = grid ?? [];
  const base = {
    batchSize: batch,
    textLength: length,
    tokens: Int32Array.from(micro.tokens),
    lines: Int32Array.from(micro.lines),
    columns: Int32Array.from(micro.columns),
    targets: Int32Array.from(micro.targets),
    lossWeights: Float32Array.from(micro.lossWeights),
    kinds: new Uint8Array(batch * length),
  };
  if (rows === undefined || columns === undefined) return { ...base, image: null };
  const { patchPx } = goldenConfig(fixture).image;
  const stream = new Stream(pixelSeed);
  const pixels = Uint8Array.from({ length: batch * rows * columns * patchPx ** 2 * 3 }, () => Math.floor(stream.unit() * 256));
  return { ...base, image: { pixels, gridRows: rows, gridColumns: columns, patchPx, patchTokens: Int32Array.from(micro.patchTokens) } };
}

function unpack(text: string): Float32Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new Float32Array(bytes.buffer);
}

/** Sum of the elements with signs into 256 buckets; small tensors as they are. */
function sketch(gradient: Float32Array, index: number): Float64Array {
  if (gradient.length <= BUCKETS) return Float64Array.from(gradient);
  const stream = new Stream(5000 + index);
  const buckets = new Float64Array(BUCKETS);
  gradient.forEach((value, i) => {
    buckets[i % BUCKETS] = (buckets[i % BUCKETS] ?? 0) + (stream.unit() < 0.5 ? value : -value);
  });
  return buckets;
}

export interface GoldenDifference {
  readonly languageLoss: number;
  readonly readingLoss: number;
  readonly tokenLoss: number;
  /** Names that one side has and the other has not. */
  readonly unmatched: readonly string[];
  /** Per parameter: relative distance of the gradients (norm of the difference over the norm), and of their largest elements. */
  readonly gradients: Readonly<Record<string, number>>;
  readonly largest: Readonly<Record<string, number>>;
}

/**
 * Gradients below this norm are compared absolutely: a key's bias has gradient zero in exact arithmetic (softmax does not see a constant), so what is left of it
 * is rounding.
 */
const NORM_FLOOR = 1e-3;

/** Runs the case on the active backend and measures how far it is from PyTorch. */
export async function goldenDifference(fixture: FixtureCase): Promise<GoldenDifference> {
  const config = goldenConfig(fixture);
  const params = goldenParams(config);
  const weights = { languageWeight: fixture.language, readingWeight: fixture.reading };
  const { loss, gradients, tokenLoss, readingLoss } = lossAndGradients(params, config, goldenMicro(fixture), weights);
  const total = (await loss.data())[0] ?? Number.NaN;
  const reading = readingLoss === null ? 0 : ((await readingLoss.data())[0] ?? Number.NaN);
  const expected: Readonly<Record<string, string>> = fixture.gradients;
  const largestOf: Readonly<Record<string, number>> = fixture.largest;
  const distances: Record<string, number> = {};
  const largest: Record<string, number> = {};
  for (const [index, name] of sortedNames(config).entries()) {
    const gradient = gradients[name];
    const packed = expected[name];
    if (gradient === undefined || packed === undefined) continue;
    const values = Float32Array.from(await gradient.data<'float32'>());
    distances[name] = relativeDistance(sketch(values, index), unpack(packed), NORM_FLOOR);
    const peak = largestOf[name] ?? Number.NaN;
    largest[name] = Math.abs(values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) - peak) / (peak + NORM_FLOOR);
  }
  const result = {
    languageLoss: fixture.language === 0 ? 0 : relativeDistance([total - fixture.reading * reading], [fixture.languageLoss]),
    readingLoss: fixture.reading === 0 ? 0 : relativeDistance([reading], [fixture.readingLoss]),
    tokenLoss: fixture.language === 0 ? 0 : relativeDistance(await tokenLoss.data(), unpack(fixture.tokenLoss)),
    unmatched: [...Object.keys(gradients).filter((name) => !(name in expected)), ...Object.keys(expected).filter((name) => !(name in gradients))],
    gradients: distances,
    largest,
  };
  tf.dispose([params, loss, gradients, tokenLoss]);
  readingLoss?.dispose();
  return result;
}
