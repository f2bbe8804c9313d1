/**
 * The rows of a study run: the plan of its supervision, and which record of which example stands at each position. What the supervisions are is data in
 * strategies/. A RunSpec names one mixture and its N; everything else is the default of the authors' code.
 */
import type { ExampleKey, RecordKind } from '../tasks/task.ts';
import type { RunSpec } from './run-spec.ts';
import { planOf, smallestRows } from './strategies/plan.ts';
import type { PhasePlan, StrategyPlan } from './strategies/plan.ts';
import { rowAt as strategyRowAt } from './strategies/rows.ts';

/** One training row: which record of which example, and how much of its CoT it keeps. */
export interface MixtureRow {
  readonly kind: RecordKind;
  readonly key: ExampleKey;
  readonly cotShare: number;
}

/** The one phase of a study run: its components with their counts. */
export function phaseOfRun(spec: RunSpec): PhasePlan {
  const [phase] = planOfRun(spec).phases;
  if (phase === undefined) throw new Error('internal: a plan without phases');
  return phase;
}

/** The row at `position` (0-based, below `spec.examples`) of a study run. */
export function rowAt(spec: RunSpec, position: number): MixtureRow {
  const { kind, cotShare, ...key } = strategyRowAt(planOfRun(spec), 0, position);
  return { kind, key, cotShare };
}

/**
 * The plan of a run, of at least the smallest N that has one example. A run may be shorter than that: it sees the first rows of such a plan, because the
 * order depends on u and not on N. Every row of a batch asks for the plan, so that of the newest spec objects is kept.
 */
function planOfRun(spec: RunSpec): StrategyPlan {
  const known = plans.get(spec);
  if (known !== undefined) return known;
  const { supervision, examples, seed, task } = spec;
  const rows = Math.max(examples, smallestRows(supervision, { task: task.id }));
  const plan = planOf(supervision, { task: task.id, rows, seed });
  plans.set(spec, plan);
  return plan;
}

/** Results of a pure function: no caller can tell that they were kept. */
const plans = new WeakMap<RunSpec, StrategyPlan>();
