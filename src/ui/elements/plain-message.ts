/** Messages of the checks of settings, `where: expected …, got …: cure`, as a sentence of the page. */
import { taskInfo } from '../../tasks/task-spec.ts';
import type { TaskId } from '../../tasks/task.ts';

/** A capital first, a full stop last, and the fields by the names that they have on the page: `minSide` is “Smallest side”. */
export function plainMessage(message: string, task: TaskId): string {
  const labels = new Map(taskInfo(task).fields.map(({ key, label }) => [key, label]));
  // Keys that are plain words (`rows`) stay as they are: they mean the same in a sentence.
  const named = message.replaceAll(/\b[a-z]+[A-Z]\w*/g, (word) => (labels.has(word) ? `“${labels.get(word)}”` : word));
  return `${named.charAt(0).toUpperCase()}${named.slice(1)}${named.endsWith('.') ? '' : '.'}`;
}
