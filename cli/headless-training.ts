/**
 * Training in Node: prepares a run from its options, drives the session of the page, writes checkpoints and results, prints events. The command line is read in headless-run.ts.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, InputError } from '../src/lib/errors.ts';
import { openBackend } from '../src/model/backend.ts';
import { checkFits } from '../src/study/device-fit.ts';
import type { Engine } from '../src/model/backend.ts';
import { parameterCount } from '../src/model/params.ts';
import { batchAt } from '../src/study/batcher.ts';
import type { Checkpoint, StoredTensor } from '../src/study/checkpoint.ts';
import { failureModes } from '../src/study/analysis/failure-modes.ts';
import type { FailureSummary } from '../src/study/analysis/failure-modes.ts';
import { probeLosses } from '../src/study/analysis/loss-probe.ts';
import { evaluateModel } from '../src/study/evaluate.ts';
import type { EvaluationResult } from '../src/study/events.ts';
import { comparable, flopsOfRun } from '../src/study/flops.ts';
import { disposeModel, makeModel, modelFromWeights, configOf, restoreModel, storedWeights } from '../src/study/model-setup.ts';
import { changesBetween, parseRunSpec, totalSteps } from '../src/study/run-spec-schema.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import { makeSession } from '../src/study/session.ts';
import { switchedSpec, switchRun } from '../src/study/switch-run.ts';
import { checkWeightStorage } from '../src/study/weight-storage.ts';
import { taskInfo } from '../src/tasks/task-spec.ts';
import { loadBase, saveBase } from './bases.ts';
import { commitHash } from './commit.ts';
import { makeEventLog, thinned } from './headless-log.ts';
import { specWithBase } from './headless-options.ts';
import type { HeadlessOptions } from './headless-options.ts';
import { loadCheckpoint, saveCheckpoint } from './run-folder.ts';
import { planSnapshots, saveRun } from './save-run.ts';

interface Prepared {
  readonly spec: RunSpec;
  readonly checkpoint: Checkpoint | null;
  readonly base: Record<string, StoredTensor> | null;
}

/** Where the lines go, and the command as a person would type it again. */
interface Shell {
  readonly print: (line: object) => void;
  readonly command: string;
  readonly startMs: number;
}

const clock = () => performance.now();

/** Trains or evaluates. Returns the exit code; throws InputError and DeviceError. */
export async function runOptions(options: HeadlessOptions, { print, command }: Pick<Shell, 'print' | 'command'>): Promise<number> {
  const shell: Shell = { print, command, startMs: clock() };
  const prepared = await prepare(options, shell);
  await mkdir(options.out, { recursive: true });
  const engine = await openBackend(options.backend);
  try {
    const { spec } = prepared;
    checkFits(spec, engine.info.limits);
    if (!options.isEvaluateOnly) await checkWeightStorage(spec, engine);
    const flops = spec.curriculum === null ? { flops: flopsOfRun(spec) } : {};
    print({ kind: 'run', spec, ...flops, parameters: parameterCount(configOf(spec)), totalSteps: totalSteps(spec), device: engine.info });
    return options.isEvaluateOnly ? await evaluateOnly(options, prepared, engine, shell) : await train(options, prepared, engine, shell);
  } finally {
    engine.close();
  }
}

/** Spec, checkpoint and base that the options name, checked against one another before anything is opened. */
async function prepare(options: HeadlessOptions, { print }: Shell): Promise<Prepared> {
  const loaded = await loadCheckpoint(options.out);
  if (loaded?.note !== null && loaded?.note !== undefined) print({ kind: 'note', message: loaded.note });
  const checkpoint = loaded?.checkpoint ?? null;
  const named = options.base === null ? null : await loadBase(options.base);
  if (options.isResume || (options.isEvaluateOnly && options.base === null)) {
    if (checkpoint === null) throw new InputError(fault('--resume', `a checkpoint in ${options.out}`, 'none', 'leave --resume out'));
    if (options.spec !== null) {
      const given = specWithBase(options.spec, named?.digest ?? null);
      const changes = changesBetween(checkpoint.spec, given);
      if (changes.length > 0)
        throw new InputError(fault('--resume', `the spec of the run in ${options.out}`, changes.join(', '), 'use another --out'));
    }
    return { spec: checkpoint.spec, checkpoint, base: null };
  }
  if (checkpoint !== null && !options.isEvaluateOnly) {
    throw new InputError(
      fault('--out', 'an empty folder', `${options.out} with a run of ${checkpoint.progress.step} steps`, 'add --resume or use another folder'),
    );
  }
  if (options.parent !== null) {
    const { folder, step, changes } = options.parent;
    const parent = await loadCheckpoint(folder, step);
    if (parent === null && step !== null) {
      const spec = await specTrainedAgain(folder, step, changes);
      print({ kind: 'note', message: `The checkpoint of step ${step} is not kept, so the steps up to it are trained again.` });
      return fromFirstStep(spec, named);
    }
    if (parent === null) throw noParent(folder);
    if (parent.note !== null) print({ kind: 'note', message: parent.note });
    const child = switchRun(parent.checkpoint, changes);
    return { spec: child.spec, checkpoint: child, base: null };
  }
  if (options.spec === null) throw new InputError(fault('headless', '--spec FILE', 'none'));
  const wanted = specWithBase(options.spec, named?.digest ?? null);
  const spec = options.comparable === null ? wanted : comparable(parseRunSpec(options.comparable.spec), wanted, options.comparable.budget);
  return fromFirstStep(spec, named);
}

/** `named`: the base that the options name; else the spec's own. */
async function fromFirstStep(spec: RunSpec, named: Awaited<ReturnType<typeof loadBase>> | null): Promise<Prepared> {
  const base = named ?? (spec.base === null ? null : await loadBase(spec.base));
  return { spec, checkpoint: null, base: base?.weights ?? null };
}

function noParent(folder: string): InputError {
  return new InputError(fault('--parent', 'a checkpoint', `none in ${folder}`));
}

/** The child of a step whose checkpoint is not there any more: its spec is the whole run, so the steps up to it are trained again, to the same bits. */
async function specTrainedAgain(folder: string, step: number, changes: Partial<RunSpec>): Promise<RunSpec> {
  const newest = await loadCheckpoint(folder);
  if (newest === null) throw noParent(folder);
  const { spec, progress } = newest.checkpoint;
  if (step > progress.step) throw new InputError(fault('--at-step', `at most ${progress.step}, where the parent is`, step));
  return switchedSpec(spec, step, changes);
}

async function train(options: HeadlessOptions, { spec, checkpoint, base }: Prepared, engine: Engine, shell: Shell): Promise<number> {
  const { print, command, startMs } = shell;
  const model = checkpoint === null ? makeModel(spec, base) : restoreModel(checkpoint);
  const log = makeEventLog(options.logEvery, print);
  let generation = 0;
  let signalCode: number | null = null;
  let error: string | null = null;
  const snapshotPlan = options.saveRun === null ? null : await planSnapshots(options.out, spec, checkpoint?.progress.step ?? 0);
  const session = makeSession({
    spec,
    model,
    engine,
    batches: { next: (step) => Promise.resolve(batchAt(spec, step)) },
    restored: checkpoint?.progress ?? null,
    clock,
    emit: (event) => {
      log.add(event);
      if (event.kind === 'state' && event.state === 'failed') error = event.message;
      if (event.kind === 'metrics' && options.maxMinutes !== null && clock() - startMs > options.maxMinutes * 60_000) void session.stop();
    },
    onCheckpoint: async (made) => ({ generation: (generation += 1), bytes: await saveCheckpoint(options.out, made) }),
    snapshots: snapshotPlan,
    ...(options.steps === null ? {} : { stopAfterStep: options.steps }),
  });
  const stopBy = (code: number) => () => {
    signalCode = code;
    void session.stop();
  };
  const [onInterrupt, onTerminate] = [stopBy(130), stopBy(143)];
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onTerminate);
  session.start();
  const state = await session.done;
  process.off('SIGINT', onInterrupt);
  process.off('SIGTERM', onTerminate);
  const progress = session.progress();
  const result = progress.evaluations.at(-1) ?? null;
  const weights = options.saveBase === null || state !== 'finished' ? null : await storedWeights(model); // half a base is none
  const saved =
    options.saveBase === null || weights === null
      ? null
      : await saveBase(options.saveBase, weights, { spec, steps: progress.step, command, results: result });
  disposeModel(model);
  if (options.saveRun !== null && state !== 'failed') print({ kind: 'note', message: await saveRun(options.out, options.saveRun, engine.info) });
  await finish(options, engine, shell, {
    state,
    error,
    spec,
    steps: progress.step,
    totalSteps: totalSteps(spec),
    tokens: progress.tokens,
    trainedHours: hours(progress.trainedMs),
    wallHours: hours(clock() - startMs),
    msPerStep: progress.step === 0 ? null : Math.round(progress.trainedMs / progress.step),
    evaluations: progress.evaluations,
    base: saved,
    curve: thinned(progress.points),
  });
  if (state === 'failed') process.stderr.write(`${error ?? 'The run failed.'}\n`);
  return state === 'failed' ? 1 : (signalCode ?? 0);
}

async function evaluateOnly(options: HeadlessOptions, { spec, checkpoint, base }: Prepared, engine: Engine, shell: Shell): Promise<number> {
  const { print, command, startMs } = shell;
  const weights = checkpoint?.weights ?? base;
  if (weights === null) throw new InputError(fault('--evaluate-only', 'a checkpoint in --out, or --base', 'neither'));
  const model = modelFromWeights(configOf(spec), weights);
  const log = makeEventLog(options.logEvery, print);
  const step = checkpoint?.progress.step ?? 0;
  const { prompts, hasFailures, hasLosses } = options;
  const examples = options.evaluationExamples ?? spec.evaluation.examples;
  const failures: FailureSummary[] = [];
  const result = await evaluateModel({
    ...{ model, spec, step, examples, engine, prompts },
    onProgress: (event) => log.add(event),
    onAnswers(cell, answers) {
      if (hasFailures && cell.task === undefined) failures.push(failureModes(spec.task.id, cell, answers));
    },
  });
  const losses = hasLosses ? await probeLosses({ model, spec, step, engine, examples, levels: taskInfo(spec.task.id).levels }) : null;
  if (result === null || (hasLosses && losses === null)) throw new Error('internal: an evaluation nobody cancelled was cancelled');
  const evaluations: EvaluationResult[] = [result];
  const saved = options.saveBase === null ? null : await saveBase(options.saveBase, weights, { spec, steps: step, command, results: result });
  disposeModel(model);
  const isConversionForced = !prompts.includes('direct');
  const analysis = { ...(hasFailures ? { failures } : {}), ...(losses === null ? {} : { losses }) };
  const about = {
    state: 'evaluated',
    spec,
    steps: step,
    isConversionForced,
    wallHours: hours(clock() - startMs),
    evaluations,
    ...analysis,
    base: saved,
  };
  await finish(options, engine, shell, about, 'evaluation.json');
  return 0;
}

/** Writes the result file and prints the summary, which is the same without the curve, the older evaluations and the wrong answers. */
async function finish(
  options: HeadlessOptions,
  engine: Engine,
  { print, command }: Shell,
  result: Record<string, unknown> & { readonly evaluations: readonly EvaluationResult[]; readonly failures?: readonly FailureSummary[] },
  file = 'results.json',
): Promise<void> {
  const { backend, adapter } = engine.info;
  const about = { kind: 'summary', ...result, backend, adapter, commit: commitHash(), command, node: process.version };
  await writeFile(join(options.out, file), `${JSON.stringify(about, null, 1)}\n`);
  const failures = result.failures?.map((summary) => ({ ...summary, examples: summary.examples.length }));
  print({ ...about, curve: undefined, failures, evaluations: result.evaluations.slice(-1), results: join(options.out, file) });
}

function hours(ms: number): number {
  return Number((ms / 3_600_000).toFixed(4));
}
