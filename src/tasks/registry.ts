/**
 * All tasks with everything they can do, by id. A `BoundTask` hides the types of truth and settings, so that examples of all tasks look alike
 * (example.ts); nothing else of the project knows one task from another.
 */
import type { Rng } from '../lib/rng.ts';
import { readoutTask } from './consecutive-table-readout/task.ts';
import type { Example, Scorer } from './example.ts';
import { BoundExample } from './example.ts';
import { gridNavigationTask } from './grid-navigation/task.ts';
import { tableReadoutTask } from './table-readout/task.ts';
import type { ExampleKey, FailureMetric, ReferenceSource, TaskConfig, TaskDefinition, TaskId, TaskInfo } from './task.ts';
import { heldoutAnalogyTask, visualAnalogyTask } from './visual-analogy/task.ts';

export interface BoundTask {
  readonly info: TaskInfo;
  readonly failureMetrics: readonly FailureMetric[];
  /** Every word of the task's compact forms. */
  readonly vocabulary: readonly string[];
  /** The example that `key` names, drawn from `rng`. */
  make(config: TaskConfig, key: ExampleKey, rng: Rng): Example;
  /** Throws InputError that says what the record lacks. */
  reference(source: ReferenceSource): Scorer;
}

/** Hides the types of a definition. */
function bind<Truth extends object, Config extends TaskConfig, Reference>(task: TaskDefinition<Truth, Config, Reference>): BoundTask {
  return {
    info: task.info as unknown as TaskInfo, // its functions are only called with settings that parseTaskSpec built for this id
    failureMetrics: task.failureMetrics,
    vocabulary: task.compact.vocabulary,
    make(config, key, rng) {
      const own = config as Config; // as above
      return new BoundExample(task, task.makeTruth(own, key, rng), key, task.info.largestGrid(own));
    },
    reference(source) {
      const reference = task.readReference(source);
      return {
        score: (response, profile) => task.score(reference, response, profile),
        failures: (response, profile) => task.failures(reference, response, profile),
      };
    },
  };
}

const TASKS: Readonly<Record<TaskId, BoundTask>> = {
  'consecutive-table-readout': bind(readoutTask),
  'table-readout': bind(tableReadoutTask),
  'grid-navigation': bind(gridNavigationTask),
  'visual-analogy': bind(visualAnalogyTask),
  'pattern-heldout-visual-analogy': bind(heldoutAnalogyTask),
};

/** The task of an id. */
export function taskOf(id: TaskId): BoundTask {
  return TASKS[id];
}
