/**
 * The rows of a study run: the plan of its supervision, and which record of which example stands where. What the supervisions are is data in
 * strategies/. A RunSpec names one of them, its N and the rows of the phases before; everything else is the default of the authors' code.
 */
import type { ExampleKey, Level, RecordKind, TaskId } from '../tasks/task.ts';
import { strategyTaskOf } from './joint.ts';
import { checkParent, ownerAt, parentOf, phaseAt, phaseSettingsOf, PHASE_STANDARDS, rowsOfStep } from './phases.ts';
import type { RunSpec } from './run-spec.ts';
import { planOf, smallestRows } from './strategies/plan.ts';
import type { PhasePlan, StrategyPlan } from './strategies/plan.ts';
import { rowAt } from './strategies/rows.ts';

/** One training row: which record of which example, and how much of its CoT it keeps. */
export interface MixtureRow {
  readonly kind: RecordKind;
  readonly key: ExampleKey;
  readonly cotShare: number;
}

/** The phase of a study run that counts most, the last one: its components with their counts. */
export function phaseOfRun(spec: RunSpec): PhasePlan {
  const phase = planOfRun(spec).phases.at(-1);
  if (phase === undefined) throw new Error('internal: a plan without phases');
  return phase;
}

/** What kinds of rows a study run sees in any of its phases, those of the run it goes on from included; each once. */
export function componentsOfRun(spec: RunSpec): readonly { readonly task: TaskId; readonly kind: RecordKind; readonly level: Level }[] {
  const parent = parentOf(spec);
  const all = [...(parent === null ? [] : componentsOfRun(parent)), ...planOfRun(spec).phases.flatMap(({ components }) => components)];
  return all.filter((one, i) => all.findIndex(({ task, kind, level }) => task === one.task && kind === one.kind && level === one.level) === i);
}

/** The rows of step `step` of a study run, in order. Throws an InputError when the run cannot go on from its parent. */
export function rowsAt(spec: RunSpec, step: number): MixtureRow[] {
  checkParent(spec);
  const { index, firstRow } = phaseAt(spec, step);
  const plan = planOfRun(ownerAt(spec, step));
  return Array.from({ length: rowsOfStep(spec, step) }, (_, i): MixtureRow => {
    const { kind, cotShare, ...key } = rowAt(plan, index, firstRow + i);
    return { kind, key, cotShare };
  });
}

/**
 * The plan of a run, of at least the smallest N that has one example. A run may be shorter than that: it sees the first rows of such a plan, because the
 * order depends on u and not on N. Every step asks for the plan, so that of the newest spec objects is kept.
 */
export function planOfRun(spec: RunSpec): StrategyPlan {
  const known = plans.get(spec);
  if (known !== undefined) return known;
  const { supervision, examples, seed, options = {} } = spec;
  const task = strategyTaskOf(spec);
  const rows = Math.max(examples, smallestRows(supervision, { task, ...options }));
  const settings = Object.fromEntries(phaseSettingsOf(supervision).map((key) => [key, spec[key] ?? PHASE_STANDARDS[key]]));
  const plan = planOf(supervision, { task, rows, seed, ...options, ...settings });
  plans.set(spec, plan);
  return plan;
}

/** Results of a pure function: no caller can tell that they were kept. */
const plans = new WeakMap<RunSpec, StrategyPlan>();
