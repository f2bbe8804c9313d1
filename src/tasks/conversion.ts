/**
 * Did a response convert the picture rightly (S2H Table 12 and I.6)? Conversion accuracy is not defined in the paper's text beyond its name; ours: the response begins
 * with `convert`, then comes x(t) to the token, then the CoT or the answer, or nothing more. So a table with one row too many is wrong. `compact` profile.
 */
import type { Example } from './example.ts';
import type { TaskId } from './task.ts';

/** First words of CoTs and of answers without one. No x(t) of the task holds such a word. */
const OPENINGS: Readonly<Record<TaskId, RegExp>> = {
  'consecutive-table-readout': /^(?:r\d+|total)$/,
  'table-readout': /^(?:r\d+|total)$/,
  'grid-navigation': /^(?:source|answer)$/,
  'visual-analogy': /^(?:(?:line|shape)-[a-z]+|E1)$/,
  'pattern-heldout-visual-analogy': /^(?:(?:line|shape)-[a-z]+|E1)$/,
};

/** Null when the response does not convert. */
export function isConversionExact(example: Example, response: string): boolean | null {
  const right = example.parts('image-via-text', 'compact').convert;
  const convert = right.slice(0, right.indexOf(' '));
  if (response !== convert && !response.startsWith(`${convert} `)) return null;
  if (response === right) return true;
  if (!response.startsWith(`${right} `)) return false;
  const [next = ''] = response.slice(right.length + 1).split(' ');
  return opensSolution(example, next);
}

/** Whether a word begins CoT or answer. */
export function opensSolution({ key }: Example, word: string): boolean {
  if (key === null) throw new Error('internal: opensSolution: an example of no task');
  return OPENINGS[key.task].test(word);
}
