/**
 * A trainer worker without a worker: implements `Handlers` with made-up numbers, for tests of the page and for work on it. Everything is
 * deterministic: the loss falls as 1/step, maps peak at a patch chosen by the token.
 */
import type { CallMessage, CallName, Calls, FromWorker, Handlers, RunSummary, ShownToken, WorkerEvent } from '../../workers/protocol.ts';
import { InputError, toWireError } from '../../src/lib/errors.ts';
import type { DeviceInfo } from '../../src/model/device-info.ts';
import { failureKinds, kindsOfFailure } from '../../src/study/analysis/failure-modes-kinds.ts';
import type { FailureSummary } from '../../src/study/analysis/failure-modes.ts';
import { NO_MEASUREMENTS, withMeasurement } from '../../src/study/analysis/measurements.ts';
import { answerParts } from '../../src/study/answer-parts.ts';
import type { CellQuestion } from '../../src/study/evaluate.ts';
import type { EvaluationResult, LossPoint, RunState, SessionEvent } from '../../src/study/events.ts';
import type { MemoryEstimate } from '../../src/study/memory-estimate.ts';
import { deviceName } from '../../src/study/device-name.ts';
import { totalSteps } from '../../src/study/run-spec-schema.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import type { StepProfile } from '../../src/study/step-profile.ts';
import { StoreError } from '../../src/study/store-error.ts';
import { wilson } from '../../src/lib/statistics.ts';
import { exampleAt } from '../../src/tasks/examples.ts';
import { verdictOf } from '../../src/tasks/verdict.ts';
import { taskOf } from '../../src/tasks/registry.ts';
import { taskInfo } from '../../src/tasks/task-spec.ts';
import { LEVELS, MODALITIES } from '../../src/tasks/task.ts';
import type { Level } from '../../src/tasks/task.ts';
import type { TrainerPort } from '../../src/ui/services/worker-client.ts';
import { measurementOf } from './measurements.ts';

export interface FakeOptions {
  readonly device?: Partial<DeviceInfo>;
  readonly runs?: readonly RunSummary[];
  /** Milliseconds per step; 0 = one step per macrotask. */
  readonly stepMs?: number;
  /** Each run fails at this step, once, as after a lost device; every step before is in a checkpoint. */
  readonly failAtStep?: number;
  /** Milliseconds that `look` and `attribute` take. */
  readonly lookMs?: number;
  /** `open` fails with this message. */
  readonly noDevice?: string;
  /** Why no run fits the device. */
  readonly tooLarge?: string;
  /** What a run may take on the GPU; it would take 200 to 310 MB. */
  readonly budgetBytes?: number;
  /** Milliseconds that each part of a measurement takes; there are three. */
  readonly measureMs?: number;
  /** Measuring fails with this message. */
  readonly noMeasure?: string;
  /** What is said of an imported run. */
  readonly importNote?: string;
  /** Timing the kernels fails with this message. */
  readonly noProfile?: string;
}

const DEVICE: DeviceInfo = { backend: 'webgpu', webgpu: 'ready', adapter: 'fake', isSoftware: false, limits: {}, features: [], reason: null };

const MEMORY: MemoryEstimate = {
  parts: [
    { what: 'weights, gradients and moments', bytes: 23_000_000 },
    { what: 'recorded training steps', bytes: 287_000_000 },
  ],
  bytes: 310_000_000,
  leastBytes: 200_000_000,
};

const PROFILE: StepProfile = {
  ...{ step: 0, backend: 'webgpu', adapter: 'fake', deviceBytes: 48_000_000, submits: 1, missing: null },
  passes: {
    mode: 'captured',
    reason: null,
    programs: [
      { label: 'train 8 x 96', dispatches: 74, bytes: 1_200_000 },
      { label: 'train 8 x (6x7 + 64)', dispatches: 103, bytes: 5_400_000 },
    ],
    sharedBytes: 31_000_000,
  },
  kernels: {
    times: [
      { name: 'gemm nn', calls: 24, ms: 3, share: 0.75 },
      { name: 'flash attention', calls: 4, ms: 1, share: 0.25 },
    ],
    rounds: 5,
    note: 'GPU timestamps, median of 5 rounds.',
  },
};

interface FakeRun {
  summary: RunSummary;
  state: RunState;
  timer: ReturnType<typeof setTimeout> | null;
}

/** A port whose other end is the fake. */
export function makeFakeTrainer(options: FakeOptions = {}): TrainerPort & {
  readonly calls: CallName[];
  tell(event: WorkerEvent): void;
  die(message: string): void;
  say(runId: string, event: SessionEvent): void;
} {
  const target = new EventTarget();
  const runs = new Map<string, FakeRun>((options.runs ?? []).map((summary) => [summary.runId, { summary, state: summary.state, timer: null }]));
  const calls: CallName[] = [];
  let isAlive = true;
  let nextRun = 1;
  let hasFailed = false;
  let isPretending = false;

  const post = (data: FromWorker): void => {
    if (isAlive) target.dispatchEvent(new MessageEvent('message', { data }));
  };
  const emit = (runId: string, event: SessionEvent): void => post({ type: 'event', runId, event } satisfies WorkerEvent);
  const find = (runId: string): FakeRun => {
    const run = runs.get(runId);
    if (run === undefined) throw new InputError(`fake: no run ${runId}`);
    return run;
  };
  const setState = (run: FakeRun, state: RunState, message: string | null = null): void => {
    run.state = state;
    run.summary = { ...run.summary, state };
    emit(run.summary.runId, { kind: 'state', state, step: run.summary.step, message });
  };
  const oneStep = (run: FakeRun): void => {
    const point = pointAt(run.summary.step + 1, run.summary.spec.batchSize);
    run.summary = { ...run.summary, step: point.step, points: [...run.summary.points, point] };
    const left = run.summary.totalSteps - point.step;
    emit(run.summary.runId, {
      kind: 'metrics',
      points: [point],
      totalSteps: run.summary.totalSteps,
      tokensPerSecond: 4210,
      etaMs: left * 40,
      deviceBytes: 48_000_000,
    });
  };
  const pause = (run: FakeRun): void => {
    if (run.timer !== null) clearTimeout(run.timer);
    run.timer = null;
  };
  const evaluate = (run: FakeRun, examples: number, at: number | null = null): EvaluationResult => {
    const result = evaluationOf(at ?? run.summary.step, examples, run.summary.totalSteps, taskInfo(run.summary.spec.task.id).levels);
    run.summary = { ...run.summary, evaluations: [...run.summary.evaluations, result].sort((a, b) => a.step - b.step) };
    emit(run.summary.runId, { kind: 'evaluation', result });
    return result;
  };
  const loop = (run: FakeRun): void => {
    run.timer = setTimeout(() => {
      if (!hasFailed && run.summary.step + 1 === options.failAtStep) {
        [hasFailed, run.timer] = [true, null];
        const { step, bytes } = run.summary;
        emit(run.summary.runId, { kind: 'checkpoint', step, generation: 1, bytes });
        return setState(run, 'failed', `Stopped at step ${step}: the GPU was lost. The checkpoint of step ${step} is kept.`);
      }
      oneStep(run);
      if (run.summary.step < run.summary.totalSteps) return loop(run);
      run.timer = null;
      setState(run, 'evaluating');
      evaluate(run, run.summary.spec.evaluation.examples);
      setState(run, 'finished');
    }, options.stepMs ?? 0);
  };

  /** Work of `measureMs` in two parts, that can be cancelled. */
  const pretend = async (run: FakeRun, tell: (done: number, total: number) => void): Promise<void> => {
    const { state } = run;
    if (options.noMeasure !== undefined) throw new InputError(options.noMeasure);
    isPretending = true;
    setState(run, 'evaluating');
    for (let done = 0; done <= 10 && isPretending; done += 5) {
      tell(done, 10);
      await wait(options.measureMs);
    }
    setState(run, state);
    if (!isPretending) throw new InputError('fake: cancelled');
    isPretending = false;
  };

  const handlers: Handlers = {
    open: async () => {
      if (options.noDevice !== undefined) throw new InputError(options.noDevice);
      return { ...DEVICE, ...options.device };
    },
    runs: async () => ({
      runs: [...runs.values()].map(({ summary }) => summary).toReversed(),
      persisted: true,
      usageBytes: 3_200_000,
      quotaBytes: 10_000_000_000,
      problem: null,
    }),
    comparable: async ({ spec, supervision }) => ({ spec: { ...spec, supervision, examples: 2 * spec.examples }, flops: 3e9, beside: 3e9 }),
    prepare: async () => {
      const problem = options.tooLarge ?? null;
      return options.device?.backend === 'wasm'
        ? { memory: null, budgetBytes: null, problem }
        : { memory: MEMORY, budgetBytes: options.budgetBytes ?? 4e9, problem };
    },
    start: async ({ spec, name, parentId }) => {
      const runId = `fake-${nextRun++}`;
      const createdAt = new Date(Date.UTC(2026, 0, 1, 0, nextRun)).toISOString();
      const summary: RunSummary = {
        ...{ runId, name: name ?? runId, parentId, spec, state: 'running', step: 0, totalSteps: totalSteps(spec), createdAt, updatedAt: createdAt },
        ...{ adapter: deviceName({ ...DEVICE, ...options.device }), points: [], evaluations: [], bytes: 1_200_000, lockedElsewhere: false },
      };
      const run: FakeRun = { summary, state: 'running', timer: null };
      runs.set(runId, run);
      setState(run, 'running');
      loop(run);
      return { runId, totalSteps: summary.totalSteps, parameters: 99_000, adapter: summary.adapter };
    },
    continue: async ({ runId, takeOver }) => {
      const run = find(runId);
      if (run.summary.lockedElsewhere && !takeOver) throw new StoreError('locked', 'fake: this run is training in another tab');
      setState(run, run.state === 'finished' ? 'finished' : 'paused');
      return { step: run.summary.step, note: null };
    },
    pause: async ({ runId }) => {
      const run = find(runId);
      pause(run);
      setState(run, 'paused');
      return { step: run.summary.step };
    },
    resume: async ({ runId }) => {
      const run = find(runId);
      setState(run, 'running');
      loop(run);
      return { step: run.summary.step };
    },
    step: async ({ runId }) => {
      const run = find(runId);
      oneStep(run);
      return { step: run.summary.step };
    },
    stop: async ({ runId }) => {
      const run = find(runId);
      pause(run);
      setState(run, 'stopped');
      return { step: run.summary.step };
    },
    evaluate: async ({ runId, examples, at }) => evaluate(find(runId), examples, at),
    measure: async ({ runId, what, examples, at = null }) => {
      const run = find(runId);
      await pretend(run, (done, total) => emit(runId, { kind: 'measure-progress', what, done, total }));
      const measurement = measurementOf(what, at ?? run.summary.step, examples);
      const measured = withMeasurement(run.summary.measured ?? NO_MEASUREMENTS, measurement);
      run.summary = { ...run.summary, measured };
      emit(runId, { kind: 'measured', measured });
      return measurement;
    },
    failures: async ({ runId, question, examples, at = null }) => {
      const run = find(runId);
      const { level, modality } = question;
      await pretend(run, (done, total) => emit(runId, { kind: 'evaluation-progress', done, total, level, modality }));
      return { step: at ?? run.summary.step, summary: failuresOf(run.summary.spec, question, examples) };
    },
    cancelEvaluation: async () => {
      const cancelled = isPretending;
      isPretending = false;
      return { cancelled };
    },
    look: async ({ runId, key, record, response, at = null }) => {
      await wait(options.lookMs);
      const example = exampleAt(key, find(runId).summary.spec.task);
      const { prompt, response: gold } = example.compact(record);
      const shown =
        (isPrompt: boolean) =>
        (token: { text: string; kind: string }, i: number): ShownToken => ({
          text: token.text,
          kind: token.kind,
          isPrompt,
          loss: isPrompt ? null : ((i * 7 + (at ?? 0)) % 10) / 8,
        });
      const tokens = [...prompt.map(shown(true)), ...gold.map(shown(false))];
      const parts = answerParts(example, tokens);
      const verdict = response === 'gold' ? null : verdictOf(example, at === null ? example.response(record, 'compact') : '');
      return { tokens, verdict, modality: record === 'text' ? 'text' : 'image', parts };
    },
    attribute: async ({ runId, key, record, asked: { positions, method, aggregate }, of, at = null }) => {
      await wait(options.lookMs);
      const example = exampleAt(key, find(runId).summary.spec.task);
      const { prompt, response } = example.compact(record);
      const bad = positions.find((position) => position < prompt.length || position >= prompt.length + response.length);
      if (bad !== undefined) throw new InputError(`fake: no word ${bad} in this answer`);
      const grid = example.canvas();
      const [widthPx, heightPx] = [grid.columns * 16, grid.rows * 16];
      const shift = of.kind === 'run' ? (at ?? 0) : of.kind === 'untrained' ? 5 : runId === of.runId ? (of.at ?? 0) : 9;
      const growth = 1 + (of.kind === 'stored' ? (of.at ?? 0) : 0) / 10; // later weights, larger scores
      const maps = positions.map((position) => peakMap(widthPx, heightPx, position + shift).map((score) => growth * score));
      const map = new Float32Array(widthPx * heightPx).map((_, i) => maps.reduce((sum, one) => sum + (one[i] ?? 0), 0) / maps.length);
      const isWhole = method === 'integrated-gradients' && aggregate !== 'max';
      return { widthPx, heightPx, map, completeness: isWhole ? { attributed: -1.25, difference: -1.3 } : null };
    },
    profile: async ({ runId, isTimed }) => {
      const { step } = find(runId).summary;
      if (options.noProfile !== undefined && isTimed) throw new InputError(options.noProfile);
      return { ...PROFILE, step, kernels: isTimed ? PROFILE.kernels : null };
    },
    keepSnapshots: async ({ isKeeping }) => ({ isKeeping }),
    exportRun: async ({ runId }) => ({ fileName: `${runId}.safetensors`, bytes: new Uint8Array([1, 2, 3]) }),
    importRun: async () => ({ runId: 'imported', note: options.importNote ?? null }),
    rename: async ({ runId, name }) => {
      const run = find(runId);
      run.summary = { ...run.summary, name };
      return { name };
    },
    remove: async ({ runId }) => ({ removed: runs.delete(runId) }),
    checkpoint: async () => ({ generation: 1 }),
  };

  const answer = async <K extends CallName>(name: K, args: Calls[K]['in']): Promise<Calls[K]['out']> => handlers[name](args);

  return {
    calls,
    postMessage(message: CallMessage) {
      calls.push(message.name);
      answer(message.name, message.args).then(
        (value) => post({ type: 'reply', id: message.id, value }),
        (thrown: unknown) => post({ type: 'failure', id: message.id, error: toWireError(thrown) }),
      );
    },
    addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, listener as EventListener),
    say: emit,
    tell: post,
    die: (message) => post({ type: 'fatal', error: { name: 'WorkerError', message } }),
    terminate: () => {
      isAlive = false;
    },
  };
}

/** Every answer is wrong: empty, or that of the next example. */
function failuresOf(spec: RunSpec, question: CellQuestion, examples: number): FailureSummary {
  const task = spec.task.id;
  const wrong = Array.from({ length: examples }, (_, index) => {
    const at = (i: number) => exampleAt({ task, level: question.level, split: 'eval', seed: 0, index: i }, spec.task);
    const example = at(index);
    const next = at(index + 1).compact('image').response;
    const response = index % 2 === 0 ? '' : next.map(({ text }) => text).join(' ');
    const values = example.failures(response, 'compact');
    const key = { task, level: question.level, split: 'eval', seed: 0, index } as const;
    const kinds = kindsOfFailure(task, values);
    return { key, kinds, response, score: example.score(response, 'compact'), values, isTruncated: index === 1, isConverted: null };
  });
  const ofAll = (correct: number) => ({ correct, total: examples, ...wilson(correct, examples) });
  return {
    ...{ task, ...question, wrong: ofAll(examples), examples: wrong },
    metrics: taskOf(task).failureMetrics.map((metric) => ({
      ...metric,
      numerator: 1,
      denominator: 4,
      value: 0.25,
      interval: { low: 0.05, high: 0.7 },
    })),
    kinds: failureKinds(task).map((kind) => ({ ...kind, count: ofAll(wrong.filter(({ kinds }) => kinds.includes(kind.key)).length) })),
  };
}

function wait(ms = 0): Promise<void> {
  return new Promise((resolve) => (ms === 0 ? resolve() : setTimeout(resolve, ms)));
}

/** Loss point `step` of every fake run: falls, with a ripple. */
export function pointAt(step: number, batchSize: number): LossPoint {
  const loss = 3 / (1 + step / 12) + 0.08 * Math.sin(step * 1.7) + 0.2;
  return {
    step,
    loss,
    lossByKind: { format: loss * 0.1, index: loss * 0.7, 'row-name': loss * 1.2, 'column-name': loss * 1.1, value: loss * 1.4, sum: loss * 1.3 },
    readingLoss: null,
    gradientNorm: 1,
    learningRate: 1e-3,
    examplesSeen: step * batchSize,
    tokens: step * batchSize * 60,
    stepMs: 40,
  };
}

/** Simple is best, text beats image, both grow with training. */
export function evaluationOf(step: number, examples: number, total: number, levels: readonly Level[] = LEVELS): EvaluationResult {
  const progress = total === 0 ? 0 : step / total;
  const cells = levels.flatMap((level, l) =>
    MODALITIES.map((modality, m) => {
      const correct = Math.round(examples * progress * (0.97 - 0.34 * l) * (m === 0 ? 1 : 0.72));
      const accuracy = { correct, total: examples, ...wilson(correct, examples) };
      const match = { accuracy, exactMatch: accuracy, cotExactMatch: accuracy, conversion: null, robustness: null };
      return { level, modality, prompt: 'direct' as const, ...match, meanGeneratedTokens: 40 + 60 * l, truncated: l };
    }),
  );
  return { step, cells };
}

/** A bump around one patch, negative on its left. */
function peakMap(widthPx: number, heightPx: number, position: number): Float32Array {
  const [cx, cy] = [((position * 37) % widthPx) | 0, ((position * 23) % heightPx) | 0];
  return Float32Array.from({ length: widthPx * heightPx }, (_, i) => {
    const [dx, dy] = [(i % widthPx) - cx, Math.floor(i / widthPx) - cy];
    return Math.exp(-(dx * dx + dy * dy) / 60) * (dx < -4 ? -0.6 : 1);
  });
}
