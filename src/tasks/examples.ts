/**
 * One example of a task, with all its forms. `exampleAt(key, spec)` makes sample `index` alone: its random stream is named by (task, level, split,
 * seed, index), so train and eval, the levels and the indices never share a stream, and all forms of one example come from one truth.
 */
import { fault, InputError } from '../lib/errors.ts';
import { makeRng } from '../lib/rng.ts';
import { readoutTask } from './consecutive-table-readout/task.ts';
import type { Example } from './example.ts';
import { BoundExample } from './example.ts';
import { taskOf } from './registry.ts';
import type { TableTruth } from './tables/table.ts';
import type { TaskSpec } from './task-spec.ts';
import { checkTaskSpec, configOfTask } from './task-spec.ts';
import type { ExampleKey } from './task.ts';
import { SPLITS, TASK_IDS } from './task.ts';

/** Sample `key.index` of a stream. Throws InputError for a key or settings that do not exist, or a key of another task. */
export function exampleAt(key: ExampleKey, spec: TaskSpec): Example {
  checkKey(key, spec);
  checkTaskSpec(spec);
  const { task, level, split, seed, index } = key;
  return taskOf(task).make(configOfTask(spec), key, makeRng(task, level, split, seed, index));
}

/** The example of a table that belongs to no level: for the base curriculum. */
export function tableExample(truth: TableTruth): Example & { readonly truth: TableTruth } {
  return new BoundExample(readoutTask, truth, null, null);
}

/** Keys come from links and forms too. */
function checkKey(key: ExampleKey, spec: TaskSpec): void {
  const { task, level, split, seed, index } = key;
  if (!TASK_IDS.includes(task)) throw new InputError(fault('task', TASK_IDS.join(', '), task));
  if (task !== spec.id) throw new InputError(fault('task', `that of the settings, ${spec.id}`, task));
  const { levels } = taskOf(task).info;
  if (!levels.includes(level)) throw new InputError(fault('level', levels.join(', '), level));
  if (!SPLITS.includes(split)) throw new InputError(fault('split', SPLITS.join(', '), split));
  for (const [field, value] of Object.entries({ seed, index })) {
    if (!Number.isSafeInteger(value) || value < 0) throw new InputError(fault(field, 'a whole number from 0 on', String(value)));
  }
}
