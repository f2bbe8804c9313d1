import { describe, expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { compactRecord, paperResponse } from '../../../src/tasks/records.ts';
import { tableReadoutInfo } from '../../../src/tasks/table-readout/config.ts';
import { makeTableReadout } from '../../../src/tasks/table-readout/truth.ts';
import { tableCompactForms } from '../../../src/tasks/tables/compact.ts';
import { CONSECUTIVE_FAILURES, TABLE_READOUT_FAILURES, tableFailures } from '../../../src/tasks/tables/failures.ts';
import { codeOf } from '../../../src/tasks/tables/names.ts';
import { tablePaperForms } from '../../../src/tasks/tables/paper.ts';
import { tableReferenceOf } from '../../../src/tasks/tables/reference.ts';
import type { TableReference } from '../../../src/tasks/tables/reference.ts';
import type { Cell, TableTruth } from '../../../src/tasks/tables/table.ts';
import { namesOf } from '../../../src/tasks/tables/table.ts';
import type { FailureValues, Profile } from '../../../src/tasks/task.ts';
import { PROFILES, RECORD_KINDS } from '../../../src/tasks/task.ts';
import { TURNING_EXAMPLE } from '../../support/readout-examples.ts';

const PAPER = tablePaperForms('');
const words = (tokens: readonly { readonly text: string }[]): string => tokens.map(({ text }) => text).join(' ');

/** A response that lists `cells` of the table (a value may be given instead of the cell's own), with the sum of what it lists unless given. */
function listing(truth: TableTruth, profile: Profile, cells: readonly (Cell & { value?: number })[], sum?: number): string {
  const lines = cells.map(({ row, column, value }) => {
    const [rowName, columnName] = namesOf(truth, { row, column });
    return { row, column, rowName, columnName, value: value ?? truth.values[row]?.[column] ?? 0 };
  });
  const values = lines.map(({ value }) => value);
  const total = sum ?? values.reduce((a, b) => a + b, 0);
  if (profile === 'paper') {
    const [opening = '', blank = '', fields = ''] = paperResponse(PAPER, truth, 'text').split('\n');
    const body = lines.map((line) => [line.row + 1, line.column + 1, line.rowName, line.columnName, line.value].join('\t'));
    return `${[opening, blank, fields, ...body].join('\n')}\n\n\nThe total is ${values.join(' + ')} = ${total}.\n\nAnswer: ${total}`;
  }
  const body = lines.map((line) => `r${line.row + 1} c${line.column + 1} ${codeOf(line.rowName)} ${codeOf(line.columnName)} ${line.value} \n`);
  return [...body, 'total', ...values, '=', ...String(total), '\n', 'answer', ...String(total)].join(' ');
}

/** Numerator and denominator of some metrics, `-` where the response says nothing. */
function shown(values: FailureValues, keys: string): string {
  return keys
    .split(' ')
    .map((key) => {
      const ratio = values[key];
      return ratio === undefined ? '-' : `${ratio.numerator}/${ratio.denominator}`;
    })
    .join(' ');
}

const ALL_KEYS = 'first-error early-error early-error-of-all precision recall misread shortcut shortcut-length length-difference sum parsed';

/** A path of 29 cells down, along and up through a 12 x 10 table: the paper's example in numbers. */
const LONG: TableTruth = {
  ...TURNING_EXAMPLE,
  rows: 12,
  columns: 10,
  rowNames: [
    'AlphaWidget',
    'BetaGadget',
    'GammaDevice',
    'DeltaTool',
    'EpsilonInstrument',
    'ZetaApparatus',
    'EtaMachine',
    'ThetaContraption',
    'IotaEngine',
    'KappaMechanism',
    'LambdaWidget',
    'MuGadget',
  ],
  columnNames: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'],
  values: Array.from({ length: 12 }, (_, row) => Array.from({ length: 10 }, (__, column) => (7 * row + 3 * column + row * column) % 10)),
  path: [
    ...Array.from({ length: 11 }, (_, row) => ({ row, column: 0 })),
    ...Array.from({ length: 8 }, (_, i) => ({ row: 10, column: i + 1 })),
    ...Array.from({ length: 10 }, (_, i) => ({ row: 9 - i, column: 8 })),
  ],
};

test('names every metric once, and gives only those', () => {
  expect(TABLE_READOUT_FAILURES.map(({ key }) => key)).toEqual(ALL_KEYS.split(' '));
  const wrong = tableFailures(tableReferenceOf(LONG), listing(LONG, 'paper', LONG.path.slice(0, 3)), 'paper');
  for (const key of Object.keys(wrong)) expect(ALL_KEYS.split(' ')).toContain(key);
  const summed = TABLE_READOUT_FAILURES.filter(({ isOverExamples }) => !isOverExamples).map(({ key }) => key);
  expect(summed).toEqual(['precision', 'recall', 'misread']);
});

test('the paper’s numbers of HARD Table Readout stand beside Table Readout alone', () => {
  const helps = (metrics: typeof CONSECUTIVE_FAILURES): string => metrics.map(({ help }) => help).join(' ');
  for (const number of ['14.7', '56 %', '26 %', 'about 15']) {
    expect(helps(TABLE_READOUT_FAILURES)).toContain(
      `The paper, HARD Table Readout: ${number.startsWith('about') ? number : number.replace('14.7', 'about 14.7')}.`,
    );
    expect(helps(CONSECUTIVE_FAILURES)).not.toContain(number);
  }
  expect(CONSECUTIVE_FAILURES.map(({ key, label }) => [key, label])).toEqual(TABLE_READOUT_FAILURES.map(({ key, label }) => [key, label]));
});

describe.each(PROFILES)('%s', (profile) => {
  const reference = tableReferenceOf(LONG);
  const failuresOf = (cells: readonly (Cell & { value?: number })[], sum?: number): FailureValues =>
    tableFailures(reference, listing(LONG, profile, cells, sum), profile);

  test('finds no failure in the gold response of any record, at either level', () => {
    for (let index = 0; index < 40; index++) {
      const draw = { level: index % 2 === 0 ? 'simple' : 'hard', split: 'train', index } as const;
      const truth = makeTableReadout(tableReadoutInfo.defaults, draw, makeRng('failures', index));
      const cells = truth.path.length;
      for (const kind of RECORD_KINDS) {
        const response = profile === 'paper' ? paperResponse(PAPER, truth, kind) : words(compactRecord(tableCompactForms, truth, kind).response);
        const values = tableFailures(tableReferenceOf(truth), response, profile);
        expect(shown(values, ALL_KEYS)).toBe(`- - ${cells < 12 ? '-' : '0/1'} ${cells}/${cells} ${cells}/${cells} 0/${cells} - - 0/1 1/1 1/1`);
      }
    }
  });

  test('gives the paper’s example: 13 listed, 12 of 29 highlighted, a shortcut of 17 cells', () => {
    // Along the first 6 cells, one cell off the path, then the last 6 cells of the path.
    const values = failuresOf([...LONG.path.slice(0, 6), { row: 5, column: 4 }, ...LONG.path.slice(-6)]);
    expect(shown(values, 'precision recall')).toBe('12/13 12/29');
    expect(shown(values, 'shortcut shortcut-length')).toBe('1/1 17/1');
    expect(shown(values, 'length-difference')).toBe('-16/1');
  });

  test('counts the numbers before the first mistake: a wrong value, a missing one, a surplus one', () => {
    const misread = LONG.path.map((cell, i) => (i === 14 ? { ...cell, value: 9 - (LONG.values[cell.row]?.[cell.column] ?? 0) } : cell));
    expect(shown(failuresOf(misread), 'first-error early-error early-error-of-all precision misread shortcut')).toBe('14/1 0/1 0/1 29/29 1/29 0/1');
    expect(shown(failuresOf(LONG.path.slice(0, 20)), 'first-error recall length-difference shortcut')).toBe('20/1 20/29 -9/1 0/1');
    const surplus = [...LONG.path, { row: 0, column: 9 }];
    expect(shown(failuresOf(surplus), 'first-error precision recall length-difference')).toBe('29/1 29/30 29/29 1/1');
  });

  test('calls a mistake early when it is at the 11th number or before, not at the 12th', () => {
    const wrongAt = (number: number): FailureValues =>
      failuresOf(LONG.path.map((cell, i) => (i === number - 1 ? { ...cell, value: ((LONG.values[cell.row]?.[cell.column] ?? 0) + 1) % 10 } : cell)));
    expect(shown(wrongAt(1), 'first-error early-error')).toBe('0/1 1/1');
    expect(shown(wrongAt(11), 'first-error early-error early-error-of-all')).toBe('10/1 1/1 1/1');
    expect(shown(wrongAt(12), 'first-error early-error early-error-of-all')).toBe('11/1 0/1 0/1');
  });

  test('says nothing of early mistakes on a path of fewer than 12 numbers, where every mistake is one', () => {
    const early = (length: number, count: number): string => {
      const short = { ...LONG, path: LONG.path.slice(0, length) };
      const values = tableFailures(tableReferenceOf(short), listing(short, profile, short.path.slice(0, count)), profile);
      return shown(values, 'first-error early-error early-error-of-all');
    };
    expect([early(11, 3), early(11, 11)]).toEqual(['3/1 - -', '- - -']);
    expect([early(12, 3), early(12, 11), early(12, 12)]).toEqual(['3/1 1/1 1/1', '11/1 0/1 0/1', '- - 0/1']);
  });

  test('takes the order of cells for nothing in precision and recall, and a cell listed again for listed only', () => {
    expect(shown(failuresOf([...LONG.path].reverse()), 'precision recall')).toBe('29/29 29/29');
    const again = [...LONG.path.slice(0, 4), ...LONG.path.slice(2, 10)];
    expect(shown(failuresOf(again), 'precision recall shortcut')).toBe('10/12 10/29 0/1');
  });

  test('counts skipped cells only: a jump skips, a detour to the next cell does not, and repeats do not hide a later jump', () => {
    const [start, end] = [LONG.path.slice(0, 5), LONG.path.slice(8)];
    expect(shown(failuresOf([...start, ...end]), 'shortcut shortcut-length')).toBe('1/1 3/1');
    expect(shown(failuresOf([...start, { row: 4, column: 5 }, ...LONG.path.slice(5)]), 'shortcut shortcut-length')).toBe('0/1 -');
    expect(shown(failuresOf([...start, ...start.slice(-1), ...LONG.path.slice(5, 7), ...end]), 'shortcut shortcut-length')).toBe('1/1 1/1');
    expect(shown(failuresOf([{ row: 3, column: 5 }, ...LONG.path.slice(2)]), 'shortcut shortcut-length')).toBe('1/1 2/1');
    expect(shown(failuresOf([{ row: 3, column: 5 }]), 'shortcut shortcut-length')).toBe('0/1 -');
  });

  test('compares the sum alone for the sum, whatever the list', () => {
    const gold = reference.values.reduce((a, b) => a + b, 0);
    expect(shown(failuresOf(LONG.path.slice(0, 4), gold), 'sum early-error')).toBe('1/1 1/1');
    expect(shown(failuresOf(LONG.path, gold + 1), 'sum early-error-of-all')).toBe('0/1 0/1');
  });

  test.each([
    ['Answer: SUM', true],
    ['Answer: [SUM]', true],
    ['Answer: SUM.0', true],
    ['**Answer**: SUM', true],
    ['**Answer:** **SUM**', true],
    ['Answer: 3 + 4 = SUM', true],
    ['Answer: 3\nAnswer: SUM', true],
    ['Answer: SUM + 0', true],
    ['Answer: 1SUM', false],
    ['Answer: SUM = 3', false],
    ['Answer:', false],
    ['the total is SUM', false],
  ])('reads the sum of a chatty answer: %j, %j', (form, isRight) => {
    if (profile === 'compact') return;
    const gold = reference.values.reduce((a, b) => a + b, 0);
    expect(tableFailures(reference, form.replace('SUM', String(gold)), 'paper')['sum']).toEqual({ numerator: isRight ? 1 : 0, denominator: 1 });
  });

  test('says nothing of cells when a response gives its list without CoT', () => {
    const gold = listing(LONG, profile, LONG.path);
    const answer = profile === 'paper' ? gold.slice(gold.indexOf('The total')) : gold.slice(gold.indexOf('total'));
    expect(shown(tableFailures(reference, answer, profile), ALL_KEYS)).toBe('- - 0/1 - - - - - 0/1 1/1 1/1');
  });

  test.each([
    ['an empty response', ''],
    ['a response without shape', 'I cannot see a table .'],
  ])('counts %s as wrong at once, with nothing listed', (_, response) => {
    expect(shown(tableFailures(reference, response, profile), ALL_KEYS)).toBe('0/1 1/1 1/1 - 0/29 - 0/1 - - 0/1 0/1');
  });

  test('counts lines that name no cell as listed', () => {
    const gold = listing(LONG, profile, LONG.path.slice(0, 5));
    const broken = profile === 'paper' ? gold.replace('2\t1\tBetaGadget\tJanuary', '2\t1\tBetaGadget') : gold.replace('r2 c1 BeG Jan', 'r2 c1 BeG');
    expect(broken).not.toBe(gold);
    expect(shown(tableFailures(reference, broken, profile), 'precision')).toBe('4/5');
    const longer = profile === 'paper' ? gold.replace('BetaGadget\tJanuary\t', 'BetaGadget\tJanuary\tMay\t') : gold.replace('BeG Jan', 'BeG Jan May');
    expect(longer).not.toBe(gold);
    expect(shown(tableFailures(reference, longer, profile), 'precision')).toBe('4/5');
  });

  test('leaves the order out when only the set of cells is known, and cells when only values are', () => {
    const shortcut = listing(LONG, profile, [...LONG.path.slice(0, 5), ...LONG.path.slice(10)]);
    const set: TableReference = { ...reference, cells: null };
    expect(shown(tableFailures(set, shortcut, profile), 'first-error precision recall shortcut')).toMatch(/^\d\/1 24\/24 24\/29 -$/);
    const list: TableReference = { ...reference, cells: null, highlighted: null };
    expect(shown(tableFailures(list, shortcut, profile), 'precision recall misread shortcut')).toBe('- - - -');
  });
});

test('reads the sum of free text as people write it', () => {
  const reference: TableReference = { values: [9, 9, 9], cells: null, highlighted: null };
  const sumOf = (response: string): string => shown(tableFailures(reference, response, 'paper'), 'sum');
  expect(sumOf('Answer: 3\nNo: Answer: 27')).toBe('1/1');
  expect(sumOf('**Answer: [27]**')).toBe('1/1');
  expect(sumOf('Answer: 2,700')).toBe('0/1');
  expect(sumOf('Answer: 27.5')).toBe('0/1');
  expect(sumOf('The total is 27')).toBe('0/1');
});
