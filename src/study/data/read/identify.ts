/**
 * Which task, level and modality a row is of, from the words of its question (spec/s2h 1.3, 2.5, 3.7, 4.11) and the name of its file
 * (`OurEval_TableReadout_HARD_image.tsv`, the authors' way). The two analogy tasks ask the same: without a word on it, it is Visual Analogy.
 */
import { LEVELS, TASK_IDS } from '../../../tasks/task.ts';
import type { Level, Modality, TaskId } from '../../../tasks/task.ts';

/** Task of a question in the published wording; null for anything else. */
export function taskOfQuestion(question: string): TaskId | null {
  if (question.includes('sales data of different products in different months')) {
    return question.includes('that moves along rows of the table') ? 'consecutive-table-readout' : 'table-readout';
  }
  if (question.includes('shows a 2 dimensional grid')) return 'grid-navigation';
  return question.includes('The puzzle consists of 2 examples') ? 'visual-analogy' : null;
}

/** Null for other words than the published ones. */
export function modalityOfQuestion(question: string): Modality | null {
  if (/\bThe image shows\b/.test(question)) return 'image';
  return /\bThe (table|paragraph) above\b/.test(question) ? 'text' : null;
}

/** The name as one word in lower case: `consecutivetablereadout`. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z]/g, '');
}

/** Longest first: the names of two tasks end in the names of others. */
const TASK_WORDS = TASK_IDS.map((id) => ({ id, word: plain(id) })).sort((a, b) => b.word.length - a.word.length);

export function taskOfFileName(fileName: string): TaskId | null {
  const name = plain(fileName);
  return TASK_WORDS.find(({ word }) => name.includes(word))?.id ?? null;
}

export function levelOfFileName(fileName: string): Level | null {
  const words = fileName.toLowerCase().split(/[^a-z]+/);
  return LEVELS.find((level) => words.includes(level)) ?? null;
}

/** The task that a column or option names, in any spelling. */
export function taskOfName(name: string): TaskId | null {
  const word = plain(name);
  return TASK_IDS.find((id) => plain(id) === word) ?? null;
}

export function levelOfName(name: string): Level | null {
  const word = plain(name);
  return LEVELS.find((level) => level === word) ?? null;
}

/** Whether two tasks ask with the same words, so that a question cannot tell them apart. */
export function isSameQuestion(a: TaskId, b: TaskId): boolean {
  return a === b || (a.endsWith('visual-analogy') && b.endsWith('visual-analogy'));
}
