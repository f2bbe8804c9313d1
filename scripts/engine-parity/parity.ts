/** The engine over many steps against its oracle, and whether its memory grows. The command is engine-parity.ts. */
import { commitHash } from '../../cli/commit.ts';
import { makeRng } from '../../src/lib/rng.ts';
import { makeAdamW } from '../../src/model/adamw.ts';
import { openBackend, type Engine } from '../../src/model/backend.ts';
import { presetConfig } from '../../src/model/config.ts';
import type { BackendName } from '../../src/model/device-info.ts';
import { initParams } from '../../src/model/params.ts';
import { makePasses } from '../../src/model/passes.ts';
import * as tf from '../../src/model/tf.ts';
import { batchAt, objectivesAt } from '../../src/study/batcher.ts';
import { DEFAULT_SPEC } from '../../src/study/run-spec-schema.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import { readStep, trainStep } from '../../src/study/train-step.ts';
import { vocabularySizeOf } from '../../src/tasks/tokenizer.ts';

const LEARNING_RATE = 1e-3;

interface Trained {
  readonly losses: readonly number[];
  readonly weights: Readonly<Record<string, Float32Array>>;
}

/** Trains a fresh model; `onStep` is called after each step. */
async function train(spec: RunSpec, steps: number, onStep: (step: number) => void = () => undefined): Promise<Trained> {
  const config = presetConfig(spec.preset, vocabularySizeOf(spec.task.id));
  const params = initParams(config, makeRng('weights', spec.seed), { includeReading: false });
  const optimizer = makeAdamW(params, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clipNorm: 1 });
  const passes = makePasses({ config, params, optimizer });
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const pending = await trainStep(passes, batchAt(spec, step), objectivesAt(spec, step), LEARNING_RATE);
    losses.push((await readStep(pending)).loss);
    onStep(step);
    if (step % 50 === 49) process.stderr.write(`${tf.getBackend()}: step ${step + 1}, loss ${losses.at(-1)?.toFixed(4)}\n`);
  }
  const weights = await optimizer.weights();
  passes.dispose();
  tf.dispose(params);
  optimizer.dispose();
  return { losses, weights };
}

async function on<T>(backend: BackendName, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await openBackend(backend);
  const result = await work(engine);
  engine.check();
  return result;
}

const isSame = (a: Trained, b: Trained): boolean =>
  a.losses.every((loss, i) => loss === b.losses[i]) &&
  Object.entries(a.weights).every(([name, array]) => array.every((value, i) => Object.is(value, b.weights[name]?.[i])));

/** Trains `steps` on wasm once and on WebGPU twice, and `memorySteps` of one shape that comes again and again. */
export async function engineParity(steps: number, memorySteps: number) {
  // `micro`, both modalities, small batches: what a software adapter trains in minutes.
  const spec: RunSpec = { ...DEFAULT_SPEC, preset: 'micro', supervision: 'mix', batchSize: 2, examples: 2 * steps, seed: 7 };
  const oneShape: RunSpec = { ...spec, supervision: 'text', batchSize: 1, examples: memorySteps };
  const oracle = await on('wasm', () => train(spec, steps));
  return on('webgpu', async (engine) => {
    const first = await train(spec, steps);
    const second = await train(spec, steps);
    const bytes: number[] = [];
    await train(oneShape, memorySteps, (step) => {
      if (step === Math.floor(memorySteps / 2) || step === memorySteps - 1) bytes.push(engine.bytes());
    });
    const differences = first.losses.map((loss, i) => Math.abs(loss - (oracle.losses[i] ?? Number.NaN)) / Math.abs(oracle.losses[i] ?? Number.NaN));
    return {
      adapter: engine.info.adapter,
      commit: commitHash(),
      command: `tsx scripts/engine-parity.ts --steps ${steps} --memory-steps ${memorySteps}`,
      preset: spec.preset,
      steps,
      /** Against the same steps on wasm, eagerly. */
      largestRelativeLossDifference: Math.max(...differences),
      firstLoss: first.losses[0],
      lastLoss: first.losses.at(-1),
      areTwoRunsBitIdentical: isSame(first, second),
      memory: { steps: memorySteps, bytesHalfWay: bytes[0], bytesAtEnd: bytes[1], tensorsAtEnd: tf.memory().numTensors },
    };
  });
}
