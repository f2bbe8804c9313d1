/**
 * Failure modes of the table tasks (S2H Appendix K.1 and Table 10; spec/s2h 6; no code was released). Definitions that the paper leaves open are ours:
 *
 * - Which list: the CoT's values where there is a CoT, else the answer's. A generation is wrong when the scorer accepts neither (score.ts).
 * - First error: the first place where list and gold differ in value, a missing or a surplus number included. Nothing readable: 0 read correctly.
 * - "Before the 12th number": the mistake is at the 11th or earlier. A path of fewer than 12 numbers says nothing of it: there every mistake is.
 * - Precision and recall: by cell (row and column name), order ignored, as in the paper; the value need not match, `misread` tells that apart. A cell
 *   counts as correct once: listing it again adds to "listed" only. Lines that name no cell count as listed. A response without CoT that still gives
 *   a list (no-CoT runs) names no cells and says nothing; one in which nothing can be read lists 0 of the highlighted cells.
 * - Shortcut: lines follow the path up to its cell number p (0 when not even the first is listed); the first line that names a later cell than the next
 *   one, number q, rejoins it, and q - p - 1 cells were skipped. Lines off the path and cells listed again do not matter; a path left and found again at
 *   its next cell has skipped nothing. Only the first shortcut of a response counts.
 */
import { oneIf } from '../ratio.ts';
import type { FailureMetric, FailureValues, Profile } from '../task.ts';
import type { ListedCell } from './listing.ts';
import { listedCells } from './listing.ts';
import { codeOf } from './names.ts';
import type { PathCell, TableReference } from './reference.ts';
import { scoreTable } from './score.ts';

/** The paper asks whether a mistake comes before this number of the sequence (the mean length of its SIMPLE paths). */
const EARLY_BEFORE = 12;

/** A metric, and what the paper measures: of HARD Table Readout alone. */
const METRICS: readonly (FailureMetric & { readonly paper?: string })[] = [
  {
    key: 'first-error',
    label: 'numbers before the first error',
    help: 'Numbers read correctly before the first mistake, mean over wrong generations (K.1).',
    paper: 'about 14.7',
    unit: 'numbers',
    isOverExamples: true,
  },
  {
    key: 'early-error',
    label: 'early errors among wrong',
    help: 'Wrong generations with a mistake before the 12th number, of all wrong ones (K.1). Paths of fewer than 12 numbers are left out.',
    paper: '56 %',
    unit: 'share',
    isOverExamples: true,
  },
  {
    key: 'early-error-of-all',
    label: 'early errors',
    help: 'Generations with a mistake before the 12th number, of all (K.1). Paths of fewer than 12 numbers are left out.',
    paper: '26 %',
    unit: 'share',
    isOverExamples: true,
  },
  {
    key: 'precision',
    label: 'precision of cells',
    help: 'Highlighted cells listed, of all cells listed, summed over examples; order and value ignored (K.1).',
    unit: 'share',
    isOverExamples: false,
  },
  {
    key: 'recall',
    label: 'recall of cells',
    help: 'Highlighted cells listed, of all cells highlighted, summed over examples; order and value ignored (K.1).',
    unit: 'share',
    isOverExamples: false,
  },
  {
    key: 'misread',
    label: 'values misread',
    help: 'Highlighted cells listed with a value that is not theirs, of all highlighted cells listed. Ours.',
    unit: 'share',
    isOverExamples: false,
  },
  {
    key: 'shortcut',
    label: 'shortcuts among wrong',
    help: 'Wrong generations that leave the path and come back to it further on, of all wrong ones (K.1, without a number).',
    unit: 'share',
    isOverExamples: true,
  },
  {
    key: 'shortcut-length',
    label: 'cells skipped by a shortcut',
    help: 'Highlighted cells between the last one before a shortcut and the first one after it, mean over shortcuts (K.1).',
    paper: 'about 15',
    unit: 'cells',
    isOverExamples: true,
  },
  {
    key: 'length-difference',
    label: 'listed minus gold length',
    help: 'Numbers listed minus numbers on the path, mean over generations with a list; below 0 the lists are too short. Ours.',
    unit: 'numbers',
    isOverExamples: true,
  },
  {
    key: 'sum',
    label: 'right sum',
    help: 'The number after the last "Answer:" is the sum of the path, whatever the list (Table 10, untrained models).',
    unit: 'share',
    isOverExamples: true,
  },
  {
    key: 'parsed',
    label: 'with a list',
    help: 'Generations in which a list of values can be read, in the CoT or in the answer. Ours.',
    unit: 'share',
    isOverExamples: true,
  },
];

const withoutPaper = ({ paper: _, ...metric }: (typeof METRICS)[number]): FailureMetric => metric;

/** Of Table Readout, with the paper's numbers. */
export const TABLE_READOUT_FAILURES: readonly FailureMetric[] = METRICS.map((metric) => {
  const own = withoutPaper(metric);
  return metric.paper === undefined ? own : { ...own, help: `${own.help} The paper, HARD Table Readout: ${metric.paper}.` };
});

/** Of Consecutive Table Readout, on which the paper measures none of them. */
export const CONSECUTIVE_FAILURES: readonly FailureMetric[] = METRICS.map(withoutPaper);

export function tableFailures(reference: TableReference, response: string, profile: Profile): FailureValues {
  const { correct, prediction, cotPrediction } = scoreTable(reference, response, profile);
  const list = listOf(cotPrediction) ?? listOf(prediction);
  const sum = reference.values.reduce((total, value) => total + value, 0);
  return {
    ...errorValues(reference, list ?? [], correct),
    ...(list === null ? {} : { 'length-difference': { numerator: list.length - reference.values.length, denominator: 1 } }),
    sum: oneIf(statedSum(response, profile) === sum),
    parsed: oneIf(list !== null),
    ...cellValues(reference, response, profile, list !== null, correct),
  };
}

function errorValues({ values }: TableReference, list: readonly string[], correct: boolean): FailureValues {
  const isShort = values.length < EARLY_BEFORE;
  if (correct) return isShort ? {} : { 'early-error-of-all': oneIf(false) };
  const longest = Math.max(list.length, values.length);
  const differs = Array.from({ length: longest }, (_, i) => list[i] !== String(values[i])).indexOf(true);
  const readBefore = differs === -1 ? longest : differs;
  const isEarly = readBefore + 1 < EARLY_BEFORE;
  const first = { 'first-error': { numerator: readBefore, denominator: 1 } };
  return isShort ? first : { ...first, 'early-error': oneIf(isEarly), 'early-error-of-all': oneIf(isEarly) };
}

function cellValues(reference: TableReference, response: string, profile: Profile, hasList: boolean, correct: boolean): FailureValues {
  const { cells, highlighted } = reference;
  const lines = listedCells(response, profile);
  if (highlighted === null || (lines === null && hasList)) return {};
  const listed = lines ?? [];
  const valueOf = new Map(highlighted.map((cell) => [keyOfPathCell(cell, profile), String(cell.value)]));
  const onPath = listed.filter((cell) => cell !== null).filter((cell) => valueOf.has(keyOf(cell)));
  const correctCells = new Set(onPath.map(keyOf)).size;
  const misread = onPath.filter((cell) => valueOf.get(keyOf(cell)) !== cell.value).length;
  return {
    ...(listed.length === 0 ? {} : { precision: { numerator: correctCells, denominator: listed.length } }),
    recall: { numerator: correctCells, denominator: highlighted.length },
    ...(onPath.length === 0 ? {} : { misread: { numerator: misread, denominator: onPath.length } }),
    ...(cells === null || correct ? {} : shortcutValues(cells, listed, profile)),
  };
}

function shortcutValues(path: readonly PathCell[], listed: readonly (ListedCell | null)[], profile: Profile): FailureValues {
  const numberOf = new Map(path.map((cell, i) => [keyOfPathCell(cell, profile), i + 1])); // 1-based
  const numbers = listed.map((cell) => (cell === null ? 0 : (numberOf.get(keyOf(cell)) ?? 0))); // 0: not on the path
  let followed = 0;
  let skipped = 0;
  for (const number of numbers) {
    if (number > followed + 1) {
      skipped = number - followed - 1;
      break;
    }
    if (number === followed + 1) followed = number;
  }
  if (skipped === 0) return { shortcut: oneIf(false) };
  return { shortcut: oneIf(true), 'shortcut-length': { numerator: skipped, denominator: 1 } };
}

/**
 * Table 10: the first number after the last `Answer:`, or, where that line is a sum (`3 + 4 = 7`), after its last `=`; compact: the digits after the last
 * `answer`. Thousands separators and the asterisks of Markdown are dropped.
 */
function statedSum(response: string, profile: Profile): number | null {
  if (profile === 'compact') {
    const words = response.split(' ');
    const at = words.lastIndexOf('answer');
    const digits = at === -1 ? '' : words.slice(at + 1).join('');
    return /^\d+$/.test(digits) ? Number(digits) : null;
  }
  const plain = response.replaceAll('*', '');
  const at = plain.lastIndexOf('Answer:');
  const said = at === -1 ? '' : plain.slice(at + 'Answer:'.length).replace(/(\d),(?=\d)/g, '$1');
  const [line = ''] = said.trimStart().split('\n');
  const number = /-?\d+(\.\d+)?/.exec(line.includes('=') ? line.slice(line.lastIndexOf('=') + 1) : said)?.[0];
  return number === undefined ? null : Number(number);
}

function listOf(joined: string | null): string[] | null {
  return joined === null || joined === '' ? null : joined.split(',');
}

function keyOf({ rowName, columnName }: Pick<ListedCell, 'rowName' | 'columnName'>): string {
  return `${rowName}\t${columnName}`;
}

/** Names as the profile writes them. */
function keyOfPathCell({ rowName, columnName }: PathCell, profile: Profile): string {
  return profile === 'paper' ? keyOf({ rowName, columnName }) : keyOf({ rowName: codeOf(rowName), columnName: codeOf(columnName) });
}
