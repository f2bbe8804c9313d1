/**
 * Which step of a run belongs to which phase: pure functions of (spec, step). Each phase of the paper is a training of its own, with a fresh optimiser
 * and its own warm-up and cosine, except after the switch of Mix→Mix+, where both go on (spec/s2h 5). A step never mixes phases, so the last step of
 * each may hold fewer rows. A base run has one phase. What the rows are is in mixture.ts and curriculum.ts.
 */
import { fault, InputError } from '../lib/errors.ts';
import type { RunSpec } from './run-spec.ts';
import type { PhaseKind } from './strategies/ids.ts';
import { HAS_ALIGN, HAS_WARM_UP, phaseKindsOf } from './strategies/ids.ts';

/** A phase of a run. */
export interface RunPhase extends PhaseKind {
  /** Rows seen in it. */
  readonly rows: number;
  /** Number of its first step in the run. */
  readonly firstStep: number;
  readonly steps: number;
}

/** Where a step is. */
export interface PhaseStep {
  /** Of the phase, from 0. */
  readonly index: number;
  readonly phase: RunPhase;
  /** Step within the phase, from 0. */
  readonly step: number;
  /** Place of the step's first row among the phase's rows. */
  readonly firstRow: number;
}

/** The settings of a spec that only some supervisions have. */
export type PhaseSetting = 'warmUpRows' | 'alignRows' | 'switchAt';

/**
 * For studies of some thousand rows: a tenth of the paper's 10,000 rows of Align- and (TW), as a small study's N is about a tenth of the paper's. The
 * paper does not say where Fig. 8 switches. Ours.
 */
export const PHASE_STANDARDS = { warmUpRows: 1000, alignRows: 1000, switchAt: 0.5 } as const satisfies Record<PhaseSetting, number>;

/** Ids of the supervisions that have a setting. */
const HAS_SETTING: Readonly<Record<PhaseSetting, RegExp>> = { warmUpRows: HAS_WARM_UP, alignRows: HAS_ALIGN, switchAt: /^mix-to/ };
const PHASE_SETTINGS = Object.keys(HAS_SETTING) as PhaseSetting[]; // keys of the record

/** The settings that a supervision has; none of what is no supervision. */
export function phaseSettingsOf(supervision: unknown): PhaseSetting[] {
  return PHASE_SETTINGS.filter((key) => HAS_SETTING[key].test(String(supervision)));
}

/** The phases of a run, in order. */
export function phasesOf(spec: RunSpec): readonly RunPhase[] {
  const kinds = spec.curriculum === null ? phaseKindsOf(spec.supervision) : phaseKindsOf('mix');
  let firstStep = 0;
  return kinds.map((kind): RunPhase => {
    const rows = rowsOf(spec, kind);
    const steps = Math.ceil(rows / spec.batchSize);
    const phase = { ...kind, rows, firstStep, steps };
    firstStep += steps;
    return phase;
  });
}

/** The phase of step `step` (0-based). */
export function phaseAt(spec: RunSpec, step: number): PhaseStep {
  const phases = phasesOf(spec);
  const index = phases.findIndex(({ firstStep, steps }) => step >= firstStep && step < firstStep + steps);
  const phase = phases[index];
  if (phase === undefined) throw new Error(`internal: step ${step} is behind the end of the run`);
  const inPhase = step - phase.firstStep;
  return { index, phase, step: inPhase, firstRow: inPhase * spec.batchSize };
}

/** Rows of step `step`: the last of a phase may hold fewer than a batch; 0 behind the end. */
export function rowsOfStep(spec: RunSpec, step: number): number {
  return rowsSeen(spec, step + 1) - rowsSeen(spec, step);
}

/** Rows of the first `steps` steps, those that N does not count included. */
export function rowsSeen(spec: RunSpec, steps: number): number {
  return phasesOf(spec).reduce((sum, { rows, firstStep }) => sum + Math.min(rows, Math.max(0, steps - firstStep) * spec.batchSize), 0);
}

/** Whether the optimiser forgets before this step: it begins a training of its own. */
export function isFreshStart(spec: RunSpec, step: number): boolean {
  return step > 0 && phasesOf(spec).some(({ firstStep, isContinuation }) => firstStep === step && !isContinuation);
}

/** Where a step is in its learning-rate schedule: one of the `steps` of its phase and those that go on from it. */
export function scheduleAt(spec: RunSpec, step: number): { readonly step: number; readonly steps: number } {
  const phases = phasesOf(spec);
  const { index } = phaseAt(spec, step);
  const first = phases.slice(0, index + 1).findLast(({ isContinuation }) => !isContinuation) ?? phases[0];
  const next = phases.slice(index + 1).find(({ isContinuation }) => !isContinuation);
  const start = first?.firstStep ?? 0;
  return { step: step - start, steps: (next?.firstStep ?? endOf(spec)) - start };
}

/** The run that this one goes on from; null when it begins by itself. */
export function parentOf(spec: RunSpec): RunSpec | null {
  if (spec.parent === undefined) return null;
  const known = parents.get(spec);
  if (known !== undefined) return known;
  const { parent, ...rest } = spec;
  const made: RunSpec = { ...rest, supervision: parent.supervision, ...(parent.parent === undefined ? {} : { parent: parent.parent }) };
  parents.set(spec, made);
  return made;
}

/** The run whose rows a step has: this one, or one that it goes on from. */
export function ownerAt(spec: RunSpec, step: number): RunSpec {
  const parent = parentOf(spec);
  return parent !== null && step < (spec.parent?.step ?? 0) ? ownerAt(parent, step) : spec;
}

/** Throws an InputError unless the run can go on from its parent, and that from its own: the same phases, a later step. `end`: where the run ends. */
export function checkParent(spec: RunSpec, end = endOf(spec)): void {
  const parent = parentOf(spec);
  if (parent === null || spec.parent === undefined) return;
  const { step, supervision } = spec.parent;
  if (!Number.isInteger(step) || step < 1 || step >= end || JSON.stringify(phasesOf(spec)) !== JSON.stringify(phasesOf(parent))) {
    const expected = `a step from 1 to ${end - 1} of a run with the phases of ${spec.supervision}`;
    throw new InputError(fault('run spec, parent', expected, `step ${step} of ${supervision}`));
  }
  checkParent(parent, step);
}

/** Results of a pure function, kept because plans are kept by spec (mixture.ts). */
const parents = new WeakMap<RunSpec, RunSpec>();

/** Number of the step behind the last one. */
function endOf(spec: RunSpec): number {
  const last = phasesOf(spec).at(-1);
  return last === undefined ? 0 : last.firstStep + last.steps;
}

function rowsOf(spec: RunSpec, { name, isCounted, isContinuation }: PhaseKind): number {
  const { examples, warmUpRows, alignRows, switchAt } = { ...PHASE_STANDARDS, ...spec };
  if (!isCounted) return name === 'warm-up' ? warmUpRows : alignRows;
  const switchRow = Math.max(1, Math.round(examples * switchAt)); // as in strategies/plan.ts
  if (name === 'before-switch') return switchRow;
  return isContinuation ? examples - switchRow : examples;
}
