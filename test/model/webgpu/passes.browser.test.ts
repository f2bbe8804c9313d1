/** Training through recordings against training eagerly, over batches whose sizes change, and what else is asked of a model. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { makeAdamW } from '../../../src/model/adamw.ts';
import { attribute } from '../../../src/model/attribution.ts';
import { openBackend, type Engine } from '../../../src/model/backend.ts';
import { presetConfig } from '../../../src/model/config.ts';
import { initParams } from '../../../src/model/params.ts';
import { makePasses, type PassesState, type StepReadings, type TrainPart } from '../../../src/model/passes.ts';
import * as tf from '../../../src/model/tf.ts';
import { setKernelFamily } from '../../../src/model/webgpu/family.ts';
import { exportGemmChoices, importGemmChoices, unmeasuredGemms } from '../../../src/model/webgpu/gemm-choice.ts';
import { webgpuBackend } from '../../../src/model/webgpu/kernel.ts';
import { relativeDistance } from '../../support/gradient-check.ts';
import { randomMicro } from '../../support/model-inputs.ts';
import { hasAdapter } from '../../support/webgpu-suite.ts';

const V = 20;
const CONFIG = presetConfig('micro', V);
const LANGUAGE = { languageWeight: 1, readingWeight: 0 } as const;
const READING = { languageWeight: 1, readingWeight: 0.5, readingTarget: 'embedding' } as const;

const text = (batch: number, length: number): TrainPart => ({ micro: randomMicro({ batch, length, vocabulary: V, grid: null }), weights: LANGUAGE });
const picture = (batch: number, length: number, weights: TrainPart['weights'] = LANGUAGE): TrainPart => ({
  micro: randomMicro({ batch, length, vocabulary: V, grid: [2, 3] }),
  weights,
});

/** Five steps: two parts, other sizes, one part twice in a step, a reading loss. */
const STEPS: readonly (readonly TrainPart[])[] = [
  [text(3, 6), picture(2, 5)],
  [text(2, 7), picture(2, 6)],
  [text(3, 6), text(3, 5)],
  [picture(2, 6, READING)],
  [picture(2, 5, READING), text(3, 6)],
];

interface Trained {
  readonly readings: readonly StepReadings[];
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly state: PassesState;
}

async function train(isEager: boolean): Promise<Trained> {
  const params = initParams(CONFIG, makeRng('test', 'passes'), { includeReading: false });
  const before = tf.memory().numTensors;
  const optimizer = makeAdamW(params, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 });
  const held = tf.memory().numTensors;
  const passes = makePasses({ config: CONFIG, params, optimizer }, { isEager });
  const readings: StepReadings[] = [];
  for (const parts of STEPS) readings.push(await (await passes.train(parts, 1e-3)).readings);
  const result = { readings, weights: await optimizer.weights(), state: passes.state() };
  expect(tf.memory().numTensors).toBe(held);
  passes.dispose();
  tf.dispose(params);
  optimizer.dispose();
  expect(tf.memory().numTensors).toBeLessThanOrEqual(before);
  return result;
}

describe.skipIf(!hasAdapter)('passes on webgpu', () => {
  let engine: Engine;
  let captured: Trained;
  beforeAll(async () => {
    engine = await openBackend('webgpu');
    captured = await train(false);
  }, 240_000);
  afterAll(() => engine.close());

  test('recorded steps train as eager ones do', async () => {
    const eager = await train(true);
    engine.check();
    expect(captured.state.mode).toBe('captured');
    expect(eager.state).toMatchObject({ mode: 'eager', reason: 'Capture is switched off.' });
    captured.readings.forEach((reading, step) => {
      const expected = eager.readings[step];
      if (expected === undefined) throw new Error('a step is missing');
      reading.tokenLosses.forEach((losses, part) => {
        expect(relativeDistance(losses, expected.tokenLosses[part] ?? []), `losses of step ${step}, part ${part}`).toBeLessThan(1e-4);
      });
      expect(reading.readingLosses.map((loss) => loss === null)).toEqual(expected.readingLosses.map((loss) => loss === null));
      expect(relativeDistance([reading.gradientNorm], [expected.gradientNorm]), `norm of step ${step}`).toBeLessThan(1e-4);
    });
    for (const [name, values] of Object.entries(captured.weights)) {
      if (name.endsWith('attention.key.bias')) continue; // its gradient is zero in exact arithmetic: AdamW makes steps of the rounding
      expect(relativeDistance(values, eager.weights[name] ?? [], 1e-2), name).toBeLessThan(1e-3);
    }
  }, 240_000);

  test('two runs give the same bits', async () => {
    const again = await train(false);
    expect(again.readings).toEqual(captured.readings);
    expect(again.weights).toEqual(captured.weights);
    engine.check();
  }, 240_000);

  test('measured kernels are taken up by the next steps and change no bit', async () => {
    setKernelFamily('hardware');
    const { device } = webgpuBackend();
    const forget = () => importGemmChoices(device, { adapter: exportGemmChoices(device).adapter, tiles: {} });
    const steps = async (isTuned: boolean) => {
      forget();
      const params = initParams(CONFIG, makeRng('test', 'passes'), { includeReading: false });
      const optimizer = makeAdamW(params, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, clipNorm: 1 });
      const passes = makePasses({ config: CONFIG, params, optimizer });
      const rng = makeRng('test', 'clock');
      const programs: number[] = [];
      let ms = 0;
      for (let step = 0; step < 3; step++) {
        await (
          await passes.train([text(2, 5)], 1e-3)
        ).readings;
        while (isTuned && unmeasuredGemms(device).length > 0) await passes.tune(() => (ms += rng.between(10, 40))); // one product a call
        programs.push(passes.state().programs.length);
      }
      const result = { weights: await optimizer.weights(), tiles: exportGemmChoices(device).tiles, programs };
      passes.dispose();
      tf.dispose(params);
      optimizer.dispose();
      return result;
    };
    try {
      const plain = await steps(false);
      const tuned = await steps(true);
      expect(plain.tiles).toEqual({});
      expect(new Set(Object.values(tuned.tiles)).size).toBeGreaterThan(1);
      expect(unmeasuredGemms(device)).toEqual([]);
      expect(tuned.programs).toContain(0); // the recording was made anew
      expect(tuned.programs.at(-1)).toBe(1);
      expect(tuned.weights).toEqual(plain.weights);
      engine.check();
    } finally {
      forget();
      setKernelFamily('software');
    }
  }, 240_000);

  test('token losses and pixel maps equal the eager ones', async () => {
    const params = initParams(CONFIG, makeRng('test', 'passes'), { includeReading: false });
    const { micro } = picture(1, 6);
    const questions = [
      { positions: [2], blend: 1, isTimesInput: true },
      { positions: [4, 5], blend: 1, isTimesInput: false },
      { positions: [4], blend: 0.25, isTimesInput: true },
    ];
    const results = [];
    for (const isEager of [true, false]) {
      const passes = makePasses({ config: CONFIG, params, optimizer: null }, { isEager });
      const before = tf.memory().numTensors;
      results.push({ losses: await passes.tokenLosses(micro), maps: await passes.pixelMaps(micro, questions) });
      expect(tf.memory().numTensors).toBe(before);
      expect(passes.state().programs.map(({ label }) => label)).toEqual(isEager ? [] : ['loss 1 x (2x3 + 16)', 'pixel maps 1 x (2x3 + 16)']);
      passes.dispose();
    }
    const [eager, recorded] = results;
    if (eager === undefined || recorded === undefined) throw new Error('two results');
    expect(relativeDistance(recorded.losses, eager.losses)).toBeLessThan(1e-5);
    recorded.maps.forEach((map, i) => expect(relativeDistance(map, eager.maps[i] ?? [])).toBeLessThan(1e-4));
    expect(new Set(recorded.maps.map((map) => map[0])).size).toBe(3);
    tf.dispose(params);
    engine.check();
  }, 240_000);

  test('all methods of attribution give the maps of the processor', async () => {
    const { micro } = picture(1, 6);
    const methods = ['gradient-input', 'integrated-gradients', 'occlusion'] as const;
    const mapsOn = async () => {
      const params = initParams(CONFIG, makeRng('test', 'passes'), { includeReading: false });
      const passes = makePasses({ config: CONFIG, params, optimizer: null });
      const maps: Float32Array[] = [];
      for (const method of methods) maps.push((await attribute(passes, micro, { positions: [3, 5], method, aggregate: 'mean' }, 3)).map);
      passes.dispose();
      tf.dispose(params);
      return maps;
    };
    const onGpu = await mapsOn();
    engine.check();
    const processor = await openBackend('wasm');
    const onProcessor = await mapsOn().finally(() => processor.close());
    await tf.setBackend('webgpu');
    methods.forEach((method, i) => expect(relativeDistance(onGpu[i] ?? [], onProcessor[i] ?? []), method).toBeLessThan(1e-3));
  }, 240_000);
});
