/**
 * Both scorers of the table tasks (spec/s2h 2.10). Only the list of values is compared, in order and length; the sum is not. The paper reports the
 * better of A (the list in the answer) and B (the last field of the CoT lines).
 *
 * Facts from the authors' evaluator (github.com/princeton-pli/VLM_S2H at d3131b4, VLMEvalKit/vlmeval/evaluate/OurEval.py). Two differences, both
 * stricter and ours: where the marker of a list is missing ("total is" and "=" for A, the opening sentence for B) the authors' code reads whatever
 * numbers stand there; we read an empty list, so that a cut or shapeless response is never right by accident.
 */
import type { Profile, Score } from '../task.ts';
import { COT_OPENING, LIST_OPENING } from './paper.ts';
import type { TableReference } from './reference.ts';

/** Scores a whole assistant turn (without special tokens) of any record kind. */
export function scoreTable({ values }: TableReference, response: string, profile: Profile): Score {
  const gold = values.join(',');
  const prediction = profile === 'paper' ? paperList(response) : compactList(response);
  const cotPrediction = profile === 'paper' ? paperCotList(response) : compactCotList(response);
  const exactMatch = prediction === gold;
  const cotExactMatch = cotPrediction === gold;
  return { correct: exactMatch || cotExactMatch, exactMatch, cotExactMatch, gold, prediction, cotPrediction };
}

/** A: numbers between the last "total is" and the next "=". */
function paperList(response: string): string {
  const list = after(response, LIST_OPENING)?.split('=');
  return list === undefined || list.length < 2 ? '' : numbersIn(list[0] ?? '').join(',');
}

/** B: numbers in the last tab field of each line between the last opening sentence (and the line of field names) and "total is". */
function paperCotList(response: string): string {
  const cot = after(response, COT_OPENING)?.split(LIST_OPENING)[0];
  if (cot === undefined) return '';
  const lines = cot.trim().split('\n').slice(1);
  return lines.flatMap((line) => numbersIn(line.split('\t').at(-1) ?? '')).join(',');
}

/** A, compact: every token between the last `total` and the next `=`. A token that is not a digit spoils the list, as it should. */
function compactList(response: string): string {
  const words = response.split(' ');
  const start = words.lastIndexOf('total');
  const end = words.indexOf('=', start);
  return start === -1 || end === -1 ? '' : words.slice(start + 1, end).join(',');
}

/** B, compact: last token of each line, from the first line that opens with a row index up to `total`. */
function compactCotList(response: string): string {
  const words = response.split(' ');
  const start = words.findIndex((word, i) => /^r\d+$/.test(word) && (i === 0 || words[i - 1] === '\n'));
  if (start === -1) return '';
  const end = words.indexOf('total', start);
  const lines: string[][] = [[]];
  for (const word of words.slice(start, end === -1 ? undefined : end)) {
    if (word === '\n') lines.push([]);
    else lines.at(-1)?.push(word);
  }
  return lines
    .filter((line) => line.length > 0)
    .map((line) => line.at(-1))
    .join(',');
}

/** Text after the last `marker`, or undefined. */
function after(text: string, marker: string): string | undefined {
  const at = text.lastIndexOf(marker);
  return at === -1 ? undefined : text.slice(at + marker.length);
}

/** Numbers as the evaluator finds them: a comma between two digits is dropped first ("1,024" is one number), then decimals and whole numbers. */
function numbersIn(text: string): string[] {
  return text.replace(/(\d),(\d)/g, '$1$2').match(/[-+]?\d*\.\d+|\d+/g) ?? [];
}
