/**
 * Measures one training step of a preset on one backend: ours against the same step in stock tfjs, in interleaved rounds in one process, so that
 * whatever else the machine does falls on both. Runs in Node and in the browser (bench/page.ts).
 */
import { openBackend } from '../src/model/backend.ts';
import { type PresetName, presetConfig } from '../src/model/config.ts';
import type { BackendName } from '../src/model/device-info.ts';
import { initParams, parameterCount } from '../src/model/params.ts';
import * as tf from '../src/model/tf.ts';
import { makeRng } from '../src/lib/rng.ts';
import { batchAt } from '../src/study/batcher.ts';
import { DEFAULT_SPEC } from '../src/study/run-spec-schema.ts';
import { tokenizer } from '../src/tasks/tokenizer.ts';
import { type GpuCounts, countGpu } from './gpu-counter.ts';
import { makeOurStep } from './our-step.ts';
import { makeStockStep } from './stock-step.ts';

export interface MeasureOptions {
  readonly backend: BackendName;
  readonly preset: PresetName;
  /** Rows of the batch; a third each of text, image and image-via-text in the long run (supervision Mix). */
  readonly examples: number;
  /** Timed steps of each engine. */
  readonly rounds: number;
}

export interface StepNumbers {
  readonly ms: { readonly median: number; readonly min: number; readonly max: number };
  /** The step that compiles and warms up. */
  readonly firstMs: number;
  readonly tokensPerSecond: number;
  /** tfjs kernel calls of one step. */
  readonly kernels: number;
  /** WebGPU dispatches and queue submits of one step; null elsewhere. */
  readonly dispatches: number | null;
  readonly submits: number | null;
  /** Most bytes that tensors held at once during a step, beyond what was held before it. */
  readonly peakBytes: number;
  /** New GPU buffers of one step, and bytes written to the GPU by the CPU; null elsewhere. */
  readonly newBuffers: number | null;
  readonly newBufferBytes: number | null;
  readonly uploadBytes: number | null;
  /** Loss at step 0 and after the timed steps. */
  readonly firstLoss: number;
  readonly lastLoss: number;
}

export interface Measurement {
  readonly backend: BackendName;
  /** Where it ran: Node or browser with version. */
  readonly runtime: string;
  readonly adapter: string;
  readonly preset: PresetName;
  readonly parameters: number;
  readonly examples: number;
  /** Positions computed per step, padding and image tokens included. */
  readonly tokens: number;
  readonly rounds: number;
  readonly ours: StepNumbers;
  readonly stock: StepNumbers;
  /** Stock time over our time: above 1, ours is faster. */
  readonly ratio: number;
}

/** Losses at step 0 may differ by this much. Float32 sums in another order; the issue's own bound. */
const LOSS_TOLERANCE = 1e-4;
const LEARNING_RATE = 1e-3;

interface Engine {
  step(batch: ReturnType<typeof batchAt>): Promise<number>;
  dispose(): void;
}

export async function measure({ backend, preset, examples, rounds }: MeasureOptions, runtime: string): Promise<Measurement> {
  const device = await openBackend(backend);
  await tf.ready();
  const config = presetConfig(preset, tokenizer.size);
  const batch = batchAt({ ...DEFAULT_SPEC, preset, supervision: 'mix', examples: examples * 100, batchSize: examples }, 0);
  const tokens = batch.micro.reduce(
    (sum, m) => sum + m.batchSize * (m.textLength + (m.image === null ? 0 : m.image.gridRows * m.image.gridColumns)),
    0,
  );
  const params = initParams(config, makeRng('bench', preset), { includeReading: false });
  const readCounts = backend === 'webgpu' ? countGpu() : null;

  const ours = await warmUp(makeOurStep(params, config, LEARNING_RATE), batch, readCounts);
  const stock = await warmUp(makeStockStep(params, config, LEARNING_RATE), batch, readCounts);
  const difference = Math.abs(ours.firstLoss - stock.firstLoss);
  if (!(difference <= LOSS_TOLERANCE)) {
    throw new Error(
      `bench: expected both engines to start at the same loss, got ours ${ours.firstLoss} and stock ${stock.firstLoss}: they do not compute the same step`,
    );
  }
  for (let round = 0; round < rounds; round++) {
    for (const side of round % 2 === 0 ? [ours, stock] : [stock, ours]) await timeOne(side, batch);
  }
  const result: Measurement = {
    backend,
    runtime,
    adapter: device.info.adapter,
    preset,
    parameters: parameterCount(config),
    examples,
    tokens,
    rounds,
    ours: numbersOf(ours, tokens),
    stock: numbersOf(stock, tokens),
    ratio: round3(median(stock.times) / median(ours.times)),
  };
  for (const { engine } of [ours, stock]) engine.dispose();
  tf.dispose(params);
  device.check();
  device.close();
  return result;
}

interface Side {
  readonly engine: Engine;
  readonly firstLoss: number;
  readonly firstMs: number;
  readonly kernels: number;
  readonly peakBytes: number;
  readonly counts: GpuCounts | null;
  readonly times: number[];
  lastLoss: number;
}

/** First step (compiles), second step under tfjs's profiler, third one counted: none of them is timed as a round. */
async function warmUp(engine: Engine, batch: ReturnType<typeof batchAt>, readCounts: (() => GpuCounts) | null): Promise<Side> {
  const start = performance.now();
  const firstLoss = await engine.step(batch);
  const firstMs = performance.now() - start;
  const before = tf.memory().numBytes;
  const profile = await tf.profile(async () => {
    await engine.step(batch);
    return [];
  });
  readCounts?.();
  const lastLoss = await engine.step(batch);
  return {
    engine,
    firstLoss,
    firstMs,
    kernels: profile.kernels.length,
    peakBytes: profile.peakBytes - before,
    counts: readCounts?.() ?? null,
    times: [],
    lastLoss,
  };
}

async function timeOne(side: Side, batch: ReturnType<typeof batchAt>): Promise<void> {
  const start = performance.now();
  side.lastLoss = await side.engine.step(batch); // reads the loss back, so everything before it has run
  side.times.push(performance.now() - start);
}

function numbersOf(side: Side, tokens: number): StepNumbers {
  const ms = median(side.times);
  return {
    ms: { median: round3(ms), min: round3(Math.min(...side.times)), max: round3(Math.max(...side.times)) },
    firstMs: round3(side.firstMs),
    tokensPerSecond: Math.round((tokens / ms) * 1000),
    kernels: side.kernels,
    dispatches: side.counts?.dispatches ?? null,
    submits: side.counts?.submits ?? null,
    peakBytes: side.peakBytes,
    newBuffers: side.counts?.buffers ?? null,
    newBufferBytes: side.counts?.bufferBytes ?? null,
    uploadBytes: side.counts?.uploadBytes ?? null,
    firstLoss: side.firstLoss,
    lastLoss: side.lastLoss,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

function round3(value: number): number {
  return Number(value.toPrecision(4));
}
