/** The names of our own examples in files: `key` and `settings`, as JSON. Foreign text until it is checked. */
import { fault, InputError } from '../../../lib/errors.ts';
import { defaultTaskSpec, parseTaskSpec } from '../../../tasks/task-spec.ts';
import type { TaskSpec } from '../../../tasks/task-spec.ts';
import { LEVELS, SPLITS, TASK_IDS } from '../../../tasks/task.ts';
import type { ExampleKey } from '../../../tasks/task.ts';
import { cut } from './raw-record.ts';

/** Whether seed and index exist is checked when the example is made. */
export function parseKey(text: string, where: string): ExampleKey {
  const given = parseObject(text, where);
  const task = TASK_IDS.find((id) => id === given['task']);
  const level = LEVELS.find((name) => name === given['level']);
  const split = SPLITS.find((name) => name === given['split']);
  const { seed, index } = given;
  if (task === undefined || level === undefined || split === undefined || typeof seed !== 'number' || typeof index !== 'number') {
    throw new InputError(fault(where, '{task, level, split, seed, index}', cut(text)));
  }
  return { task, level, split, seed, index };
}

/** Settings of the key's task; '' stands for the authors' settings. */
export function parseSettings({ task }: ExampleKey, text: string, where: string): TaskSpec {
  if (text === '') return defaultTaskSpec(task);
  const given = parseObject(text, where);
  if (Object.hasOwn(given, 'id') && given['id'] !== task) throw new InputError(fault(where, `settings of ${task}`, given['id']));
  return parseTaskSpec({ ...given, id: task }, where);
}

function parseObject(text: string, where: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    throw new InputError(fault(where, 'JSON', cut(text)));
  }
  throw new InputError(fault(where, 'a JSON object', cut(text)));
}
