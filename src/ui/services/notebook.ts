/**
 * The state of the page that a link can hold, as one signal, and whose it is: mine (kept in this browser) or shared (from a link, shown as a copy
 * that never overwrites mine until I say so).
 */
import { signal } from '@preact/signals-core';
import type { CurvesView, ExampleView, LookView, NotebookState } from '../../study/notebook-state.ts';
import { LINK_DEFAULTS_3 } from '../../study/link-defaults.ts';
import { DEFAULT_SPEC } from '../../study/run-spec-schema.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import type { TaskSpec } from '../../tasks/task-spec.ts';
import { defaultTaskSpec, taskInfo } from '../../tasks/task-spec.ts';
import type { Level, TaskId } from '../../tasks/task.ts';

export const DEFAULT_NOTEBOOK: NotebookState = { ...LINK_DEFAULTS_3, draft: DEFAULT_SPEC };

export type Origin = 'mine' | 'shared';

/** A link that could not be opened: why, and its text, so that it can still be copied. */
export interface LinkProblem {
  readonly message: string;
  readonly link: string;
}

/** `level` where the task has it, else the task's first. */
export function levelOf(id: TaskId, level: Level): Level {
  const { levels } = taskInfo(id);
  const [first = level] = levels;
  return levels.includes(level) ? level : first;
}

export class Notebook {
  readonly state = signal<NotebookState>(DEFAULT_NOTEBOOK);
  readonly origin = signal<Origin>('mine');
  readonly linkProblem = signal<LinkProblem | null>(null);

  /** Settings last shown of each task, so that a look at another task loses nothing. */
  readonly #tasks = new Map<TaskId, TaskSpec>();

  /** A level that the task does not have becomes its first. */
  setExample(changes: Partial<ExampleView>): void {
    const example = { ...this.state.value.example, ...changes };
    this.#set({ example: { ...example, level: levelOf(example.task.id, example.level) } });
  }

  /** Another task in the Example cell, with the settings it had before on this page, or the authors'. */
  showTask(id: TaskId): void {
    const { task } = this.state.value.example;
    this.#tasks.set(task.id, task);
    this.setExample({ task: id === task.id ? task : (this.#tasks.get(id) ?? defaultTaskSpec(id)) });
  }

  /** The settings of a run that goes on from another become those of one from the first step. */
  setDraft({ parent: _, ...draft }: RunSpec): void {
    this.#set({ draft });
  }

  resetDraft(): void {
    this.#set({ draft: DEFAULT_NOTEBOOK.draft });
  }

  setCurves(changes: Partial<CurvesView>): void {
    this.#set({ curves: { ...this.state.value.curves, ...changes } });
  }

  setLook(changes: Partial<LookView>): void {
    this.#set({ look: { ...this.state.value.look, ...changes } });
  }

  /** Where the timeline stands; null = at the newest step. */
  setStep(step: number | null): void {
    this.#set({ step });
  }

  /** Drops a run that came with a link from the list of runs to train. */
  dropSharedRun(index: number): void {
    this.#set({ runs: this.state.value.runs.filter((_, i) => i !== index) });
  }

  /** Shows a whole state, as mine or as a copy of someone's. */
  show(state: NotebookState, origin: Origin): void {
    this.origin.value = origin;
    this.state.value = state;
  }

  #set(changes: Partial<NotebookState>): void {
    this.state.value = { ...this.state.value, ...changes };
  }
}
