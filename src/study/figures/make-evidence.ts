/**
 * Trains a run of a figure and measures it on the way. Bit-exact under interruption: what was measured and trained is kept by the caller as it comes, and a
 * second call goes on from there. Knows no DOM, no files and no clock of its own.
 */
import type { Engine } from '../../model/backend.ts';
import { probeAttributions } from '../analysis/attribution-probe.ts';
import { failureModes } from '../analysis/failure-modes.ts';
import { probeGradients } from '../analysis/gradient-probe.ts';
import { probeLosses } from '../analysis/loss-probe.ts';
import { BOOTSTRAP, PROJECTION } from '../analysis/measure.ts';
import type { Checkpoint, Progress } from '../checkpoint.ts';
import type { CheckpointTimes } from '../checkpoint-timing.ts';
import { evaluateModel } from '../evaluate.ts';
import type { EvaluationResult, SessionEvent } from '../events.ts';
import type { TrainedModel } from '../model-setup.ts';
import { totalSteps } from '../run-spec-schema.ts';
import type { RunSpec } from '../run-spec.ts';
import { makeSession } from '../session.ts';
import type { BatchSource } from '../session-types.ts';
import { measuredSteps } from './figure.ts';
import type { Evidence, FailureCell, Measures } from './figure.ts';

/** What has been measured on a run so far. */
export type Measured = Pick<Evidence, 'evaluation' | 'losses' | 'gradients' | 'failures' | 'attributions'>;

export const NOTHING_YET: Measured = { evaluation: null, losses: [], gradients: [] };

export interface EvidenceOptions {
  readonly spec: RunSpec;
  readonly measures: Measures;
  readonly engine: Engine;
  /** At `restored`, or at the beginning. Belongs to the caller. */
  readonly model: TrainedModel;
  readonly batches: BatchSource;
  readonly restored: Progress | null;
  readonly measured: Measured;
  readonly clock: () => number;
  /** Checkpoints by time too. Default: null, by steps alone. */
  readonly checkpointTimes?: CheckpointTimes | null;
  readonly emit: (event: SessionEvent) => void;
  readonly onCheckpoint: (checkpoint: Checkpoint) => Promise<{ readonly generation: number; readonly bytes: number } | null>;
  /** Keeps what has been measured; resolves when it is safe. */
  readonly onMeasured: (measured: Measured) => Promise<void>;
  readonly signal: AbortSignal;
}

/** Whether everything that the measures ask of the run before or at `step` is there: what a run needs that goes on from there. */
export function isMeasuredUpTo(step: number, { losses, gradients, attributions = [] }: Measured, measures: Measures, spec: RunSpec): boolean {
  const { points, hasLosses, hasGradients, hasAttributions = false } = measures;
  const has = (probes: readonly { readonly step: number }[], each: number): boolean => probes.some((probe) => probe.step === each);
  return measuredSteps(spec, points)
    .filter((each) => each < step)
    .every((each) => (!hasLosses || has(losses, each)) && (!hasGradients || has(gradients, each)) && (!hasAttributions || has(attributions, each)));
}

/** All that the measures ask for, and how far the run is; null when it was interrupted. Throws the run's error when it fails. */
export async function makeEvidence(options: EvidenceOptions): Promise<{ readonly measured: Measured; readonly progress: Progress } | null> {
  const { spec, measures, signal } = options;
  const total = totalSteps(spec);
  let { measured, restored: progress } = options;
  for (const step of new Set([...measuredSteps(spec, measures.points), total])) {
    if (step < (progress?.step ?? 0)) continue;
    progress = await trainTo(step, progress, options);
    if (progress === null || signal.aborted) return null;
    const added = await measureAt(step, measured, options);
    if (added === null) return null;
    measured = added;
    await options.onMeasured(measured);
  }
  if (progress === null || !isMeasuredUpTo(total + 1, measured, measures, spec)) throw new Error('internal: a run that is not measured to its end');
  const evaluation = await evaluationOf(progress, measured, options);
  if (evaluation === null) return null;
  measured = { ...measured, evaluation };
  await options.onMeasured(measured);
  if (options.measures.hasFailures === true && measured.failures === undefined) {
    const failures = await failuresOf(progress, options);
    if (failures === null) return null;
    measured = { ...measured, failures };
    await options.onMeasured(measured);
  }
  return { measured, progress };
}

/** Null when it was interrupted before. */
async function trainTo(step: number, from: Progress | null, options: EvidenceOptions): Promise<Progress | null> {
  const { spec, model, engine, batches, clock, checkpointTimes = null, emit, onCheckpoint, signal } = options;
  if (signal.aborted) return null; // its event is over
  const isThere = from !== null && from.step >= step;
  if (isThere && (step < totalSteps(spec) || from.evaluations.some((result) => result.step === step))) return from;
  let failure = '';
  const session = makeSession({
    ...{ spec, model, engine, batches, restored: from, clock, checkpointTimes, onCheckpoint, stopAfterStep: step },
    emit(event) {
      if (event.kind === 'state' && event.state === 'failed') failure = event.message ?? '';
      emit(event);
    },
  });
  const stop = (): void => void session.stop();
  signal.addEventListener('abort', stop);
  session.start();
  const state = await session.done;
  signal.removeEventListener('abort', stop);
  if (state === 'failed') throw new Error(failure);
  const progress = session.progress();
  return progress.step < step ? null : progress;
}

async function measureAt(step: number, before: Measured, { spec, measures, model, engine, signal }: EvidenceOptions): Promise<Measured | null> {
  const { examples, points, hasLosses, hasGradients, hasAttributions = false } = measures;
  if (!measuredSteps(spec, points).includes(step)) return before;
  const common = { model, spec, step, engine, examples, signal };
  let { losses, gradients, attributions } = before;
  if (hasLosses && !losses.some((probe) => probe.step === step)) {
    const probe = await probeLosses({ ...common, levels: ['simple', 'hard'] });
    if (probe === null) return null;
    losses = [...losses, probe];
  }
  if (hasGradients && !gradients.some((probe) => probe.step === step)) {
    const probe = await probeGradients({ ...common, bootstrap: BOOTSTRAP, projection: PROJECTION });
    if (probe === null) return null;
    gradients = [...gradients, probe];
  }
  if (hasAttributions && attributions?.some((probe) => probe.step === step) !== true) {
    const probe = await probeAttributions({ ...common, isControlled: step === totalSteps(spec) });
    if (probe === null) return null;
    attributions = [...(attributions ?? []), probe];
  }
  return { ...before, losses, gradients, ...(attributions === undefined ? {} : { attributions }) };
}

/** The evaluation at the end, with the forced conversion where the figure asks for it. */
async function evaluationOf(progress: Progress, { evaluation }: Measured, options: EvidenceOptions): Promise<EvaluationResult | null> {
  const { spec, measures, model, engine, signal } = options;
  const direct = progress.evaluations.findLast(({ step }) => step === progress.step);
  if (direct === undefined) throw new Error('internal: a finished run without an evaluation');
  if (!measures.isConvertAsked) return direct;
  if (evaluation?.step === progress.step) return evaluation;
  const asked = await evaluateModel({
    ...{ model, spec, step: progress.step, examples: spec.evaluation.examples, engine, signal },
    ...{ modalities: ['image'], prompts: ['convert'] },
  });
  return asked === null ? null : { ...direct, cells: [...direct.cells, ...asked.cells] };
}

/** How the answers to HARD fail, text and pictures; null when it was interrupted. They are written again, since a session keeps no answers. */
async function failuresOf({ step }: Progress, { spec, model, engine, signal }: EvidenceOptions): Promise<readonly FailureCell[] | null> {
  const failures: FailureCell[] = [];
  const asked = await evaluateModel({
    ...{ model, spec, step, examples: spec.evaluation.examples, engine, signal, tasks: [spec.task.id], levels: ['hard'] },
    onAnswers(cell, answers) {
      const { level, modality, prompt, metrics } = failureModes(spec.task.id, cell, answers);
      failures.push({ level, modality, prompt, metrics });
    },
  });
  return asked === null ? null : failures;
}
