/**
 * Which task with which settings, as plain data: `{ id, …settings }`. Light on purpose: no forms, no pictures, so that the page can check a form or a
 * link. Specs are rebuilt from known fields, never trusted.
 */
import { fault, InputError } from '../lib/errors.ts';
import { readoutInfo } from './consecutive-table-readout/config.ts';
import type { ReadoutConfig } from './consecutive-table-readout/config.ts';
import { gridInfo } from './grid-navigation/config.ts';
import type { GridConfig } from './grid-navigation/config.ts';
import { tableReadoutInfo } from './table-readout/config.ts';
import type { TableReadoutConfig } from './table-readout/config.ts';
import type { TaskConfig, TaskField, TaskId, TaskInfo } from './task.ts';
import { TASK_IDS } from './task.ts';
import { analogyInfo, heldoutAnalogyInfo } from './visual-analogy/config.ts';
import type { AnalogyConfig } from './visual-analogy/config.ts';

/** The settings type of each task. */
export interface TaskConfigs {
  readonly 'consecutive-table-readout': ReadoutConfig;
  readonly 'table-readout': TableReadoutConfig;
  readonly 'grid-navigation': GridConfig;
  readonly 'visual-analogy': AnalogyConfig;
  readonly 'pattern-heldout-visual-analogy': AnalogyConfig;
}

export type TaskSpecOf<K extends TaskId> = K extends TaskId ? { readonly id: K } & TaskConfigs[K] : never;
export type TaskSpec = TaskSpecOf<TaskId>;

const INFOS: { readonly [K in TaskId]: TaskInfo<TaskConfigs[K]> } = {
  'consecutive-table-readout': readoutInfo,
  'table-readout': tableReadoutInfo,
  'grid-navigation': gridInfo,
  'visual-analogy': analogyInfo,
  'pattern-heldout-visual-analogy': heldoutAnalogyInfo,
};

/** What can be said of a task without making an example. */
export function taskInfo<K extends TaskId>(id: K): TaskInfo<TaskConfigs[K]> {
  return INFOS[id];
}

/** The authors' settings of a task. */
export function defaultTaskSpec<K extends TaskId>(id: K): TaskSpecOf<K> {
  return { id, ...taskInfo(id).defaults } as TaskSpecOf<K>; // the defaults are those of `id`
}

/** What makes an example of each level simple or hard. */
export function describeLevels({ id, ...config }: TaskSpec): ReturnType<TaskInfo['describeLevels']> {
  return (INFOS[id] as TaskInfo).describeLevels(config); // `config` is that of `id`, which a union cannot say
}

/** Throws InputError for settings that are each in range but that no example can obey together. */
export function checkTaskSpec({ id, ...config }: TaskSpec): void {
  (INFOS[id] as TaskInfo).checkConfig(config); // as above
}

/**
 * Rebuilds a spec: the id and exactly the task's fields. A field that is absent takes the task's default (a spec of an older version).
 *
 * @param where - Names the place in messages, such as `run spec, task`.
 */
export function parseTaskSpec(value: unknown, where: string): TaskSpec {
  const given: Readonly<Record<string, unknown>> = typeof value === 'object' && value !== null ? { ...value } : {};
  const id = TASK_IDS.find((known) => known === given['id']);
  if (id === undefined) throw new InputError(fault(`${where}.id`, `one of ${TASK_IDS.join(', ')}`, given['id']));
  const { fields, defaults } = INFOS[id] as TaskInfo;
  const config: Record<string, number | string> = {};
  for (const field of fields) {
    const setting = Object.hasOwn(given, field.key) ? given[field.key] : defaults[field.key];
    if (!isInTaskField(field, setting)) {
      const shown = typeof setting === 'number' ? String(setting) : setting;
      throw new InputError(fault(`${where}.${field.key}`, describeTaskField(field), typeof shown === 'string' ? shown.slice(0, 80) : shown));
    }
    config[field.key] = setting;
  }
  const spec = { id, ...config } as TaskSpec; // its fields are those of the task, each in range
  checkTaskSpec(spec);
  return spec;
}

export function isInTaskField(field: TaskField, value: unknown): value is number | string {
  switch (field.type) {
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value) && value >= field.min && value <= field.max;
    case 'choice':
      return typeof value === 'string' && field.options.includes(value);
    default:
      return field satisfies never;
  }
}

export function describeTaskField(field: TaskField): string {
  return field.type === 'integer' ? `a whole number from ${field.min} to ${field.max}` : `one of ${field.options.join(', ')}`;
}

/** The settings alone. */
export function configOfTask({ id: _, ...config }: TaskSpec): TaskConfig {
  return config;
}
