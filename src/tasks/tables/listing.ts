/**
 * The cells that a response lists in its CoT, line by line: what references are read from and failures are counted on. Like the scorers (score.ts) it
 * looks after the last opening sentence, so that a converted table before it does not matter.
 *
 *   paper     3⇥4⇥MegaGadget⇥March⇥9       row and column index, names, value, divided by tabs
 *   compact   r3 c4 MeG Mar 9 ⏎            the same as tokens; names are codes
 */
import type { Profile } from '../task.ts';
import { COT_OPENING, LIST_OPENING } from './paper.ts';

/** A cell as a CoT line names it; names are codes in the `compact` profile. */
export interface ListedCell {
  readonly rowName: string;
  readonly columnName: string;
  /** As written. */
  readonly value: string;
}

/** One entry for each line, null for a line that names no cell (cut, or out of shape). Null altogether when the response has no CoT. */
export function listedCells(response: string, profile: Profile): readonly (ListedCell | null)[] | null {
  return profile === 'paper' ? paperCells(response) : compactCells(response);
}

function paperCells(response: string): (ListedCell | null)[] | null {
  const at = response.lastIndexOf(COT_OPENING);
  if (at === -1) return null;
  const cot = response.slice(at + COT_OPENING.length).split(LIST_OPENING)[0] ?? '';
  // What precedes "total is" on its line ("The ") belongs to the sentence, not to the list.
  const lines = (response.includes(LIST_OPENING, at) ? cot.slice(0, cot.lastIndexOf('\n') + 1) : cot).trim().split('\n').slice(1);
  return lines.filter((line) => line.trim() !== '').map((line) => cellOf(line.split('\t'), /^\d+$/, /^\d+$/));
}

function compactCells(response: string): (ListedCell | null)[] | null {
  const words = response.split(' ');
  const start = words.findIndex((word, i) => /^r\d+$/.test(word) && (i === 0 || words[i - 1] === '\n'));
  if (start === -1) return null;
  const end = words.indexOf('total', start);
  const lines = words
    .slice(start, end === -1 ? undefined : end)
    .join(' ')
    .split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => cellOf(line.trim().split(' '), /^r\d+$/, /^c\d+$/));
}

function cellOf(fields: readonly string[], rowForm: RegExp, columnForm: RegExp): ListedCell | null {
  const [row = '', column = '', rowName = '', columnName = '', value = ''] = fields.map((field) => field.trim());
  const isCell = fields.length === 5 && rowForm.test(row) && columnForm.test(column) && rowName !== '' && columnName !== '' && value !== '';
  return isCell ? { rowName, columnName, value } : null;
}
