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
import { readPart, recordedPart } from './run-part.ts';
import type { RunPart } from './run-part.ts';

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
  /** The same figure as it was recorded: its runs are taken from it where nothing is kept of them. Default: null, none. */
  readonly recorded?: FigureResult | null;
  /** Before each run, those that are there included. */
  readonly onRun: (run: FigureRun, place: { readonly index: number; readonly runs: number }) => void;
  /** With all runs that are there, first and after each one. */
  readonly onResult: (result: FigureResult) => Promise<void>;
}

/** True when all runs are there, false when it was interrupted. Throws InputError and DeviceError, and the error of a run that fails. */
export async function makeFigure(options: MakeFigureOptions): Promise<boolean> {
  const { choice, keeper, engine, signal, isKnownOnly = false, recorded = null, onRun, onResult } = options;
  const { figure, runs } = plannedRuns(choice);
  const command = commandOf(choice, engine.info.backend);
  const tell = async (all: readonly (RunPart | null)[]): Promise<void> => {
    const parts = all.filter((part) => part !== null);
    const again = commandOf(choice, backendOf(parts) ?? engine.info.backend);
    await onResult(figureResult(figure, choice.scale, parts, { command: again, plannedRuns: parts.length < runs.length ? runs.length : undefined }));
  };
  const keptOf = async (run: FigureRun): Promise<RunPart | null> => {
    const evidence = await knownEvidence(run.spec, figure.measures, keeper);
    return evidence === null ? null : readPart(figure, run, evidence);
  };
  const parts: (RunPart | null)[] = [];
  for (const run of runs) parts.push((await keptOf(run)) ?? (recorded === null ? null : recordedPart(figure, recorded, run, runs)));
  if (parts.some((part) => part !== null)) await tell(parts); // all that is there, before anything is trained: a figure never has fewer runs than it had
  if (isKnownOnly) return true;
  for (const [index, run] of runs.entries()) {
    if (signal.aborted) return false;
    onRun(run, { index, runs: runs.length });
    if (parts[index] !== null) continue;
    let part = await keptOf(run); // a run may stand in a figure twice
    if (part === null) {
      const evidence = await evidenceOfRun(run.spec, figure.measures, command, options);
      if (evidence === null) return false;
      part = readPart(figure, run, evidence);
    }
    parts[index] = part;
    await tell(parts);
  }
  return true;
}

/** Where all runs were made; null where they were made on several backends. */
function backendOf(parts: readonly RunPart[]): string | null {
  const [only, ...others] = new Set(parts.map(({ run }) => run.made.backend));
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
  const isUsable = checkpoint !== null && isMeasuredUpTo(checkpoint.progress.step, before.measured, measures, spec);
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
