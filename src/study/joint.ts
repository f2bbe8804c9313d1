/**
 * Joint training (S2H section I.8): a run whose rows come in equal parts from several tasks, shuffled together. `spec.task` is the task that the run is
 * looked at through (its examples, losses, gradients, attributions, failure modes); `spec.joint` holds the settings of the others. Evaluations ask all of
 * them. Pure, and light, since the page's form uses it.
 */
import type { TaskSpec } from '../tasks/task-spec.ts';
import type { TaskId } from '../tasks/task.ts';
import type { RunSpec } from './run-spec.ts';
import { JOINT_TASKS } from './strategies/options.ts';
import type { StrategyTask } from './strategies/options.ts';

/** What is told of a run that is. */
export const JOINTLY = 'trained jointly on three tasks';

type Tasks = Pick<RunSpec, 'task' | 'joint'>;

/** All tasks that a run is trained on, its own first. */
export function tasksOfRun({ task, joint = [] }: Tasks): readonly TaskSpec[] {
  return [task, ...joint];
}

/** The settings that a run has for one of its tasks. */
export function taskOfRun(spec: Tasks, id: TaskId): TaskSpec {
  const found = tasksOfRun(spec).find((task) => task.id === id);
  if (found === undefined) throw new Error(`internal: ${id} is no task of the run`);
  return found;
}

/** What the plan of a run is made for. */
export function strategyTaskOf({ task, joint }: Tasks): StrategyTask {
  return joint === undefined ? task.id : 'joint';
}

/** The tasks that a run of `id` can be trained on jointly with, in the order of a spec; none where it cannot. */
export function partnersOf(id: TaskId): readonly TaskId[] {
  const others = JOINT_TASKS.filter((other) => other !== id);
  return others.length === JOINT_TASKS.length ? [] : others;
}
