/**
 * Counts of a phase: rows of an epoch and different examples, per component. Two ways: `exact`, and `thousands` as scripts/combine_data.py of the
 * authors rounds (github.com/princeton-pli/VLM_S2H at 9cba59a). See plan.ts.
 */
import type { Level, RecordKind, TaskId } from '../../tasks/task.ts';
import type { ComponentRecipe } from './mixtures.ts';
import { JOINT_TASKS } from './options.ts';
import type { StrategyTask } from './options.ts';

export interface ComponentPlan {
  readonly task: TaskId;
  readonly level: Level;
  readonly kind: RecordKind;
  readonly share: number;
  /** Rows of one epoch. */
  readonly rows: number;
  /** Different examples: indices 0..unique-1. */
  readonly unique: number;
}

/** What a phase is made of for this task and these options. */
export interface Parts {
  readonly components: readonly (Omit<ComponentRecipe, 'level'> & { readonly level: Level })[];
  readonly externalShare: number;
}

export interface Counts {
  readonly components: ComponentPlan[];
  readonly streamRows: number;
}

export function exactCounts(parts: Parts, asked: number, epochs: number, task: StrategyTask): Counts {
  const unit = Math.floor(asked / divisorOf(parts, epochs, task));
  const components = tasksOf(task).flatMap((each) =>
    parts.components.map(({ level, kind, share, repeats }): ComponentPlan => {
      const rows = unit * share;
      return { task: each, level, kind, share, rows, unique: Math.floor(rows / repeats) };
    }),
  );
  return { components, streamRows: presentRows(parts, asked) };
}

/** Counts of the authors' script: N in thousands over the epochs, then halves for SIMPLE and HARD, then equal kinds, each rounded down. */
export function codeCounts(parts: Parts, asked: number, epochs: number, task: StrategyTask): Counts {
  const tasks = tasksOf(task);
  const thousands = Math.floor(asked / 1000 / tasks.length); // ours: joint training is not in the code
  const fileRows = presentRows(parts, Math.floor(thousands / epochs) * 1000);
  const levels = [...new Set(parts.components.map(({ level }) => level))];
  const ofLevel = (level: Level) => parts.components.filter((component) => component.level === level).length;
  const components = tasks.flatMap((each) =>
    parts.components.map(({ level, kind, share, repeats }): ComponentPlan => {
      const unique = Math.floor(Math.floor(Math.floor(fileRows / levels.length) / ofLevel(level)) / repeats);
      return { task: each, level, kind, share, rows: Math.floor(unique * repeats), unique };
    }),
  );
  const rowsPerEpoch = components.reduce((total, { rows }) => total + rows, 0);
  return { components, streamRows: Math.floor(rowsPerEpoch * epochs) };
}

/** Smallest row count with a unit of at least 1, and enough units that a repeated component has an example. */
export function smallestOf(parts: Parts, epochs: number, task: StrategyTask): number {
  const units = Math.max(...parts.components.map(({ share, repeats }) => Math.ceil(repeats / share)), 1);
  return Math.ceil(units * divisorOf(parts, epochs, task));
}

/** Rows of the phase per unit of the shares. Epochs are whole halves, so this is exact. */
export function divisorOf(parts: Parts, epochs: number, task: StrategyTask): number {
  return (sharesOf(parts) + parts.externalShare) * tasksOf(task).length * epochs;
}

/** The rows without the data that are not here. */
export function presentRows(parts: Parts, asked: number): number {
  const shares = sharesOf(parts);
  return Math.floor((asked * shares) / (shares + parts.externalShare));
}

function tasksOf(task: StrategyTask): readonly TaskId[] {
  return task === 'joint' ? JOINT_TASKS : [task];
}

function sharesOf({ components }: Parts): number {
  return components.reduce((total, { share }) => total + share, 0);
}
