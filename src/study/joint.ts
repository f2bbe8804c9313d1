/**
 * Joint training (S2H section I.8): a run whose rows come in equal parts from several tasks, shuffled together. `spec.task` is the task that the run is
 * looked at through (its examples, losses, gradients, attributions); `spec.joint` holds the settings of the others. Pure.
 */
import { vocabularySizeOf } from '../tasks/tokenizer.ts';
import type { TaskSpec } from '../tasks/task-spec.ts';
import type { TaskId } from '../tasks/task.ts';
import type { RunSpec } from './run-spec.ts';
import type { StrategyTask } from './strategies/options.ts';

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

/** Token ids that a model of all tasks of a run needs: tasks further on know the tokens of those before. */
export function vocabularyOfRun(spec: Tasks): number {
  return Math.max(...tasksOfRun(spec).map(({ id }) => vocabularySizeOf(id)));
}
