/**
 * A run that goes on from a checkpoint of another on other rows: the switch of S2H Figure 8 (Mix→Mix+), at any checkpoint. Weights, optimiser state and
 * the place in the schedule stay; from that step on each position has the row that a run of the new supervision has there, with the same seed. Runs are
 * immutable, so this makes a child, which names its parent. Any other change needs a run of its own from the first step.
 */
import { canonicalJson } from '../lib/canonical-json.ts';
import { fault, InputError } from '../lib/errors.ts';
import { hash64Hex } from '../lib/hash.ts';
import type { Checkpoint } from './checkpoint.ts';
import { checkParent, parentOf } from './phases.ts';
import { hasNoMoments } from './recorded-run.ts';
import { changesBetween, parseRunSpec } from './run-spec-schema.ts';
import type { RunSpec } from './run-spec.ts';

/** 16 hex digits that name a run by its content: equal specs are the same run. */
export function runDigest(spec: RunSpec): string {
  return hash64Hex(canonicalJson(spec));
}

/** The spec of the child that goes on at `step` of `parent`. Throws an InputError when the changes are not of the supervision, or need other phases. */
export function switchedSpec(parent: RunSpec, step: number, changes: Partial<RunSpec>): RunSpec {
  const { supervision } = changes;
  if (parent.curriculum !== null) throw new InputError(fault('switch', 'a study run', 'a base run'));
  const others = changesBetween(parent, { ...parent, ...changes, supervision: parent.supervision });
  if (others.length > 0) {
    const cure = 'anything else is a new run from the first step';
    throw new InputError(fault('switch', 'another supervision alone', others.join(', '), cure));
  }
  if (supervision === undefined || supervision === parent.supervision)
    throw new InputError(fault('switch', 'another supervision', supervision ?? 'no change'));
  const { supervision: before, parent: its } = parent;
  const from = { run: runDigest(parent), step, supervision: before, ...(its === undefined ? {} : { parent: its }) };
  const child = parseRunSpec({ ...parent, supervision, parent: from });
  checkParent(child);
  return child;
}

/** The child that goes on from a checkpoint, as a checkpoint of its own; the arrays are the parent's. Throws as `switchedSpec`, and for a recorded run. */
export function switchRun(checkpoint: Checkpoint, changes: Partial<RunSpec>): Checkpoint {
  if (hasNoMoments(checkpoint.optimizer))
    throw new InputError(fault('switch', "a run with its optimiser's state", 'a recorded one, of weights alone', 'train the run here, then switch'));
  return { ...checkpoint, spec: switchedSpec(checkpoint.spec, checkpoint.progress.step, changes) };
}

/** Whether `checkpoint` is where the run `child` goes on, with all that it needs. */
export function isStartOf(child: RunSpec, { spec, progress, optimizer }: Pick<Checkpoint, 'spec' | 'progress' | 'optimizer'>): boolean {
  const parent = parentOf(child);
  return !hasNoMoments(optimizer) && parent !== null && child.parent?.step === progress.step && canonicalJson(parent) === canonicalJson(spec);
}
