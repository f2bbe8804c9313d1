/**
 * The bases that ship with the page: weights of models that have learned to read a task, more or less (their titles say so), named by digest in every run spec. The list is `base/index.json`,
 * made by the command that trains them; no list means that every run starts from scratch.
 */
import { signal } from '@preact/signals-core';
import * as v from 'valibot';
import { PRESET_NAMES } from '../../study/preset-sizes.ts';
import type { TaskId } from '../../tasks/task.ts';
import { TASK_IDS } from '../../tasks/task.ts';

/** The task that bases are made for by drills (study/curriculum.ts); others go on from such a base. */
export const BASE_TASK = 'consecutive-table-readout' satisfies TaskId;

/** Settings as they stand there; nobody trains with them as they are. */
const Settings = v.union([v.number(), v.string()]);

const Catalogue = v.object({
  bases: v.array(
    v.object({
      digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      name: v.optional(v.string(), ''),
      preset: v.picklist(PRESET_NAMES),
      title: v.optional(v.string(), ''),
      // Lists of the first version name no task: there was one. The others name it with its settings.
      task: v.optional(v.objectWithRest({ id: v.optional(v.picklist(TASK_IDS), BASE_TASK) }, Settings)),
      /** The other tasks of a base that was trained on several. */
      joint: v.optional(v.array(v.objectWithRest({ id: v.picklist(TASK_IDS) }, Settings)), []),
    }),
  ),
});

export type BaseEntry = v.InferOutput<typeof Catalogue>['bases'][number];

/** The task that a base was made for. */
export function taskOfBase({ task }: BaseEntry): TaskId {
  return task?.id ?? BASE_TASK;
}

/** Whether runs of a task may start from a base: one of its own tasks, and Pattern-Heldout Visual Analogy from one of Visual Analogy, whose SIMPLE puzzles are the same. */
export function isBaseFor(base: BaseEntry, task: TaskId): boolean {
  const simple = task === 'pattern-heldout-visual-analogy' ? 'visual-analogy' : task;
  return [taskOfBase(base), ...base.joint.map(({ id }) => id)].some((own) => own === task || own === simple);
}

export class BaseCatalogue {
  readonly bases = signal<readonly BaseEntry[]>([]);

  /** Reads the list; a missing or unreadable list is an empty one, since training from scratch needs none. */
  async load(address: string): Promise<void> {
    try {
      const response = await fetch(address);
      const isJson = response.ok && (response.headers.get('content-type') ?? '').includes('json');
      const result = v.safeParse(Catalogue, isJson ? await response.json() : { bases: [] });
      this.bases.value = result.success ? result.output.bases : [];
    } catch {
      this.bases.value = [];
    }
  }
}
