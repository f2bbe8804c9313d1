/**
 * Makes a figure run by run: evidence that is kept is taken as it is, also that of another figure; the rest is trained and measured, going on from a kept
 * checkpoint where that is to the same bits. The command line keeps it in folders, the figure worker in the browser's database; neither is known here.
 */
import type { Engine } from '../../model/backend.ts';
import type { StoredTensor } from '../checkpoint.ts';
import type { CheckpointTimes } from '../checkpoint-timing.ts';
import { checkFits } from '../device-fit.ts';
import type { SessionEvent } from '../events.ts';
import { disposeModel, makeModel, restoreModel } from '../model-setup.ts';
import { totalSteps } from '../run-spec-schema.ts';
import type { RunSpec } from '../run-spec.ts';
import type { BatchSource } from '../session-types.ts';
import type { EvidenceKeeper } from './evidence-keeper.ts';
import type { FigureChoice } from './figure-choice.ts';
import { commandOf, plannedRuns } from './figure-plan.ts';
import { figureResult } from './figure-result.ts';
import type { FigureResult } from './figure-result.ts';
import { covers } from './figure.ts';
import type { Evidence, FigureRun, Measures } from './figure.ts';
import { isMeasuredUpTo, makeEvidence } from './make-evidence.ts';

export interface MakeOptions {
  readonly keeper: EvidenceKeeper;
  readonly engine: Engine;
  /** Milliseconds from any fixed point. */
  readonly clock: () => number;
  readonly signal: AbortSignal;
  readonly commit: string;
  readonly baseWeights: (digest: string) => Promise<Readonly<Record<string, StoredTensor>>>;
  readonly batches: (spec: RunSpec) => BatchSource & { close(): void };
  /** Checkpoints by time too. Default: by steps alone. */
  readonly checkpointTimes?: CheckpointTimes | null;
  readonly onEvent: (event: SessionEvent) => void;
}

export interface MakeFigureOptions extends MakeOptions {
  readonly choice: FigureChoice;
  /** From what is kept; nothing is trained. */
  readonly isKnownOnly?: boolean;
  /** Before each run, with what is kept of it. */
  readonly onRun: (run: FigureRun, place: { readonly index: number; readonly runs: number }) => void;
  /** After each run, with all until then. */
  readonly onResult: (result: FigureResult) => Promise<void>;
}

/** True when all runs are there, false when it was interrupted. Throws InputError and DeviceError, and the error of a run that fails. */
export async function makeFigure(options: MakeFigureOptions): Promise<boolean> {
  const { choice, keeper, engine, signal, isKnownOnly = false, onRun, onResult } = options;
  const { figure, runs } = plannedRuns(choice);
  const command = commandOf(choice, engine.info.backend);
  const found: { run: FigureRun; evidence: Evidence }[] = [];
  for (const [index, run] of runs.entries()) {
    if (signal.aborted) return false;
    onRun(run, { index, runs: runs.length });
    const known = await knownEvidence(run.spec, figure.measures, keeper);
    if (known === null && isKnownOnly) continue;
    const evidence = known ?? (await evidenceOfRun(run.spec, figure.measures, command, options));
    if (evidence === null) return false;
    found.push({ run, evidence });
    const again = commandOf(choice, backendOf(found) ?? engine.info.backend);
    await onResult(figureResult(figure, choice.scale, found, { command: again, plannedRuns: found.length < runs.length ? runs.length : undefined }));
  }
  return true;
}

/** Where all runs were made; null where they were made on several backends. */
function backendOf(found: readonly { readonly evidence: Evidence }[]): string | null {
  const [only, ...others] = new Set(found.map(({ evidence }) => evidence.made.backend));
  return others.length === 0 ? (only ?? null) : null;
}

/** Kept evidence that has what is asked for, or null. */
export async function knownEvidence(spec: RunSpec, measures: Measures, keeper: EvidenceKeeper): Promise<Evidence | null> {
  return (await keeper.evidence(spec)).find((evidence) => covers(evidence.measures, measures)) ?? null;
}

/** Trains and measures what is missing of a run, and keeps it; null when it was interrupted. Throws as makeFigure does. */
export async function evidenceOfRun(spec: RunSpec, measures: Measures, command: string, options: MakeOptions): Promise<Evidence | null> {
  const { keeper, engine, clock, signal, commit, checkpointTimes = null, onEvent: emit } = options;
  checkFits(spec, engine.info.limits);
  const startMs = clock();
  const before = await keeper.unfinished(spec, measures);
  const checkpoint = await keeper.checkpoint(spec);
  // Weights on the way are not kept: where the checkpoint is past a step that is not measured yet, the run is trained again.
  const isUsable = checkpoint !== null && isMeasuredUpTo(checkpoint.progress.step, before.measured, measures, totalSteps(spec));
  if (checkpoint !== null && !isUsable) await keeper.dropCheckpoint(spec);
  const base = spec.base === null || isUsable ? null : await options.baseWeights(spec.base);
  const model = isUsable ? restoreModel(checkpoint) : makeModel(spec, base);
  const batches = options.batches(spec);
  const hoursNow = (): number => Number((before.hours + (clock() - startMs) / 3_600_000).toFixed(6));
  let { measured } = before;
  let generation = 0;
  try {
    const made = await makeEvidence({
      ...{ spec, measures, engine, model, clock, signal, batches, checkpointTimes, emit, measured },
      restored: isUsable ? checkpoint.progress : null,
      async onCheckpoint(saved) {
        const bytes = await keeper.keepCheckpoint(saved, measures, { measured, hours: hoursNow() });
        return bytes === null ? null : { generation: (generation += 1), bytes };
      },
      async onMeasured(added) {
        measured = added;
        await keeper.keepUnfinished(spec, measures, { measured, hours: hoursNow() });
      },
    });
    if (made === null) return null;
    const { backend, adapter } = engine.info;
    const evidence: Evidence = {
      ...{ spec, measures, step: made.progress.step, ...made.measured },
      made: { backend, adapter, hours: hoursNow(), commit, command },
    };
    await keeper.keepEvidence(evidence);
    return evidence;
  } finally {
    batches.close();
    disposeModel(model);
  }
}
