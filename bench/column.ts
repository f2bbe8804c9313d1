/**
 * One column at work: makes the engine, runs the first steps, then rounds when asked. Used by the shells column.worker.ts (browser) and column-process.ts
 * (Node), one column each for its whole life.
 */
import { openBackend, probeWebGpu, provideWebGpu } from '../src/model/backend.ts';
import { initParams } from '../src/model/params.ts';
import * as tf from '../src/model/tf.ts';
import { makeRng } from '../src/lib/rng.ts';
import { COLUMNS, type ColumnId, type SizeName } from './columns.ts';
import type { Engine } from './engine.ts';
import { measureGemm } from './gemm/measure.ts';
import { countGpu } from './gpu-counter.ts';
import { isBuiltPage, loadJax } from './jax.ts';
import { makeOurStep } from './our-step.ts';
import type { Calls, Opened, OpenRequest, Round } from './protocol.ts';
import { makeStockStep } from './stock-step.ts';
import { makeJaxToy } from './toy/jax.ts';
import { makeCapturedToy, makeOurToy } from './toy/ours.ts';
import { toyBatch, toyWeights } from './toy/shape.ts';
import { makeStockToy } from './toy/stock.ts';
import { profileStep } from './profile.ts';
import { median } from '../src/lib/statistics.ts';
import { digits } from './statistics.ts';
import { vlmWorkload, workloadOf } from './workload.ts';

const SEED = 20_250_102;
const LEARNING_RATE = 1e-3;

interface Started {
  readonly engine: Engine;
  readonly adapter: string;
  readonly isSoftware: boolean | null;
  readonly note: string | null;
  /** Throws when the device is lost or reported an error. */
  check(): void;
}

export interface ColumnAtWork {
  answer<N extends keyof Calls>(name: N, args: Calls[N]['args']): Promise<Calls[N]['result']>;
}

/** A place for one column; the first call is `open`, or `gemm` alone. */
export function makeColumn(): ColumnAtWork {
  let started: Started | null = null;
  const running = (): Started => {
    if (started === null) throw new Error('internal: the column is not open');
    return started;
  };
  const answers: { [N in keyof Calls]: (args: Calls[N]['args']) => Promise<Calls[N]['result']> } = {
    async open(request) {
      const early = countGpu();
      const { column, size, examples } = request;
      started = await start(request);
      const readCounts = early ?? countGpu(); // Node has WebGPU only once a backend was opened
      return {
        ...(await firstSteps(started, COLUMNS[column].engine !== 'jax', COLUMNS[column].backend === 'webgpu' ? readCounts : null)),
        workload: workloadOf(size, examples),
      };
    },
    round: ({ steps }) => round(running(), steps),
    gemm: async ({ id, shapes }) => ({ gflops: await measureGemm(id, shapes) }),
    profile: ({ rounds }) => profileStep(running().engine, rounds),
    close() {
      started?.engine.dispose();
      started?.check();
      started = null;
      return Promise.resolve(null);
    },
  };
  return { answer: (name, args) => answers[name](args) };
}

async function start({ column, size, examples }: OpenRequest): Promise<Started> {
  const { engine, backend } = COLUMNS[column];
  if (engine === 'jax') {
    if (size !== 'toy') throw new Error('the step is written for jax-js in the toy only');
    if (backend === 'cpu') throw new Error('internal: no jax-js column on cpu');
    if (backend === 'webgpu') await provideWebGpu();
    const { jax, note } = await loadJax(backend);
    const probe = backend === 'webgpu' ? await probeWebGpu() : null;
    return {
      engine: makeJaxToy(jax, toyWeights(SEED), toyBatch(SEED)),
      adapter: '',
      isSoftware: probe === null ? null : probe.status === 'software',
      note,
      check: () => undefined,
    };
  }
  if (engine === 'stock' && backend === 'wasm' && typeof WorkerGlobalScope !== 'undefined' && !isBuiltPage()) {
    const note = await openThreadedWasm();
    return { engine: tfjsEngine(column, size, examples), adapter: '', isSoftware: null, note, check: () => undefined };
  }
  const device = await openBackend(backend);
  await tf.ready();
  return {
    engine: tfjsEngine(column, size, examples),
    adapter: device.info.adapter,
    isSoftware: backend === 'webgpu' ? device.info.isSoftware : null,
    note: backend === 'wasm' ? 'one thread' : null,
    check: device.check,
  };
}

/** tfjs's wasm backend as it comes, with its threads, which backend.ts turns off because our page's policy forbids their workers. Returns a note. */
async function openThreadedWasm(): Promise<string> {
  const wasm = await import('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${import.meta.env.BASE_URL}wasm/`);
  if (!(await tf.setBackend('wasm'))) throw new Error("tfjs's wasm backend did not start");
  const threads = wasm.getThreadsCount();
  return threads > 1 ? `${threads} threads` : 'one thread (what tfjs takes on this machine)';
}

function tfjsEngine(column: ColumnId, size: SizeName, examples: number): Engine {
  const { engine, backend } = COLUMNS[column];
  // As tfjs sets it by itself; backend.ts turns it off for our own steps.
  if (engine === 'stock' && backend === 'webgpu') tf.env().set('WEBGPU_CPU_FORWARD', true);
  if (size !== 'toy') {
    const { config, batch } = vlmWorkload(size, examples);
    const initial = initParams(config, makeRng('bench', size), { includeReading: false });
    const made =
      engine === 'stock'
        ? makeStockStep(initial, config, batch, LEARNING_RATE)
        : makeOurStep(initial, config, batch, LEARNING_RATE, engine !== 'captured');
    tf.dispose(initial);
    return made;
  }
  const make = { captured: makeCapturedToy, eager: makeOurToy, stock: makeStockToy, jax: null }[engine];
  if (make === null) throw new Error('internal: not an engine on tfjs');
  return make(toyWeights(SEED), toyBatch(SEED));
}

/**
 * Four steps before the rounds: the first, one under tfjs's profiler, one that is counted, one that is timed. Their losses are compared between engines. An engine that can tune itself then does,
 * and is timed again.
 */
async function firstSteps(started: Started, isTfjs: boolean, readCounts: ReturnType<typeof countGpu>): Promise<Omit<Opened, 'workload'>> {
  const { engine, adapter, isSoftware, note } = started;
  const losses: number[] = [];
  const step = async (): Promise<number> => {
    const start = performance.now();
    await engine.start();
    losses.push(await engine.loss());
    return performance.now() - start;
  };
  const firstMs = await step();
  let tensors: { kernels: number; peakBytes: number } | null = null;
  if (isTfjs) {
    const profile = await tf.profile(async () => {
      await step();
      return [];
    });
    tensors = { kernels: profile.kernels.length, peakBytes: profile.peakBytes };
  } else await step();
  readCounts?.();
  await step();
  const counts = readCounts?.() ?? null;
  let warmMs = await step();
  if (engine.tune !== undefined) {
    await engine.tune();
    for (let i = 0; i < 2; i++) {
      const start = performance.now();
      await engine.start();
      await engine.loss();
      warmMs = performance.now() - start;
    }
  }
  started.check();
  const peakBytes = counts?.peakBytes ?? tensors?.peakBytes ?? null;
  return { adapter, isSoftware, note, losses, firstMs: digits(firstMs), warmMs, kernels: tensors?.kernels ?? null, counts, peakBytes };
}

async function round({ engine }: Started, steps: number): Promise<Round> {
  const calls: number[] = [];
  const start = performance.now();
  for (let i = 0; i < steps; i++) {
    const called = performance.now();
    await engine.start();
    calls.push(performance.now() - called);
  }
  const lastLoss = await engine.loss(); // everything before it has then run
  return { ms: (performance.now() - start) / steps, jsMs: median(calls), lastLoss };
}
