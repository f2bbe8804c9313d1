/**
 * What can stand beside a map of the Look cell, and what does: the open run at another step, which a link can hold, or another run of this browser, which
 * has no name elsewhere. Pure.
 */
import type { LookView } from '../../study/notebook-state.ts';
import type { ChoiceOption } from '../elements/choice-group.ts';
import type { RunView } from '../services/run-view.ts';
import { stopsOf } from '../services/timeline.ts';

/** What is chosen: another run, or a step of the open one; neither = nothing. */
export interface BesideChoice extends Pick<LookView, 'besideStep'> {
  readonly otherId: string | null;
}

export interface Beside {
  readonly runId: string;
  /** Null = as it is now. */
  readonly at: number | null;
  /** For people. */
  readonly name: string;
}

/** A choice as the value of an option: the id of a run, `@` and a step, or '' for nothing. */
export function valueOfBeside({ otherId, besideStep }: BesideChoice): string {
  return otherId ?? (besideStep === null ? '' : `@${besideStep}`);
}

export function besideOfValue(value: string): BesideChoice {
  if (value.startsWith('@')) return { otherId: null, besideStep: Number(value.slice(1)) };
  return { otherId: value === '' ? null : value, besideStep: null };
}

/** Other trained runs of the task as they are now, and the steps of the open run but the one it is looked at (`at`). */
export function besideOptions(run: RunView, runs: readonly RunView[], at: number): ChoiceOption[] {
  const { runId, spec, step: newest } = run.summary;
  const others = runs.filter(({ summary }) => summary.runId !== runId && summary.step > 0 && summary.spec.task.id === spec.task.id);
  const steps = [...stopsOf(run), newest].filter((step) => step !== at);
  return [
    ...others.map(({ summary }) => ({ value: summary.runId, label: `${summary.name}, step ${summary.step}` })),
    ...steps.map((step) => ({ value: valueOfBeside({ otherId: null, besideStep: step }), label: `this run, step ${step}` })),
  ];
}

/** What stands beside; null when nothing is chosen, or what is not there (any more), or what is looked at anyway. */
export function besideOf({ otherId, besideStep }: BesideChoice, run: RunView, runs: readonly RunView[], at: number): Beside | null {
  const { runId, name, step: newest } = run.summary;
  if (otherId !== null) {
    const other = runs.find(({ summary }) => summary.runId === otherId && otherId !== runId)?.summary;
    return other === undefined ? null : { runId: otherId, at: null, name: other.name };
  }
  if (besideStep === null || besideStep === at || ![...stopsOf(run), newest].includes(besideStep)) return null;
  return { runId, at: besideStep === newest ? null : besideStep, name: `${name}, step ${besideStep}` };
}
