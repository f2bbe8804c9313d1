import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.ts';
import { makeRng } from '../../../src/lib/rng.ts';
import { makeReadout } from '../../../src/tasks/consecutive-table-readout/truth.ts';
import { paperPrompt, paperResponse } from '../../../src/tasks/records.ts';
import { tableReadoutInfo } from '../../../src/tasks/table-readout/config.ts';
import { makeTableReadout } from '../../../src/tasks/table-readout/truth.ts';
import { tablePaperForms } from '../../../src/tasks/tables/paper.ts';
import { readTableReference, tableReferenceOf } from '../../../src/tasks/tables/reference.ts';
import type { TableReference } from '../../../src/tasks/tables/reference.ts';
import { pathValues } from '../../../src/tasks/tables/table.ts';
import type { TableTruth } from '../../../src/tasks/tables/table.ts';
import { RECORD_KINDS } from '../../../src/tasks/task.ts';
import { TURNING_EXAMPLE, WORKED_EXAMPLE } from '../../support/readout-examples.ts';

const TURNING = tablePaperForms('');
const ROWS = tablePaperForms(', that moves along rows of the table either left to right or right to left,');

function read(prompt: string, response: string, columns: Record<string, string> = {}): TableReference {
  return readTableReference({ prompt, response, columns });
}

/** In reading order: what marks tell. */
function inReadingOrder(truth: TableTruth): TableReference['cells'] {
  return tableReferenceOf({ ...truth, path: [...truth.path].sort((a, b) => a.row - b.row || a.column - b.column) }).cells;
}

test('knows all of a truth', () => {
  const reference = tableReferenceOf(TURNING_EXAMPLE);
  expect(reference.values).toEqual([9, 7, 3, 4, 1, 4, 0, 6, 2]);
  expect(reference.cells?.[8]).toEqual({ rowName: 'MicroWidget', columnName: 'April', value: 2 });
  expect(reference.highlighted).toEqual(reference.cells);
});

test('reads every record of ours back', () => {
  for (let index = 0; index < 60; index++) {
    const draw = { level: index % 2 === 0 ? 'simple' : 'hard', split: 'eval', index } as const;
    const truth = makeTableReadout(tableReadoutInfo.defaults, draw, makeRng('reference', index));
    for (const kind of RECORD_KINDS) {
      const reference = read(paperPrompt(TURNING, truth, kind), paperResponse(TURNING, truth, kind));
      expect(reference).toEqual(tableReferenceOf(truth));
    }
  }
});

describe('the answer column of the authors’ files', () => {
  const answer = (truth: TableTruth): string => pathValues(truth).join(',');

  test('gives the values alone with a picture', () => {
    const expected = { values: pathValues(TURNING_EXAMPLE), cells: null, highlighted: null };
    expect(read(paperPrompt(TURNING, TURNING_EXAMPLE, 'image'), '9,7,3,4,1,4,0,6,2')).toEqual(expected);
    expect(read(paperPrompt(TURNING, TURNING_EXAMPLE, 'image'), '', { answer: '9,7,3,4,1,4,0,6,2' })).toEqual(expected);
    expect(read('', '7').values).toEqual([7]);
  });

  test('gives cells and order with a table of Consecutive Table Readout, both ways', () => {
    expect(read(paperPrompt(ROWS, WORKED_EXAMPLE, 'text'), answer(WORKED_EXAMPLE))).toEqual({
      ...tableReferenceOf(WORKED_EXAMPLE),
      highlighted: inReadingOrder(WORKED_EXAMPLE),
    });
    for (let i = 0; i < 200; i++) {
      const rng = makeRng('consecutive', i);
      const truth = makeReadout({ rows: 5, columns: 10, rowNames: 100, cells: rng.between(1, 30), isMarked: true }, rng.fork('truth'));
      expect(read(paperPrompt(ROWS, truth, 'text'), answer(truth)).cells).toEqual(tableReferenceOf(truth).cells);
    }
  });

  test('gives the cells of a Table Readout table, and their order where only one fits', () => {
    let ordered = 0;
    const EXAMPLES = 300;
    for (let index = 0; index < EXAMPLES; index++) {
      const draw = { level: index % 2 === 0 ? 'simple' : 'hard', split: 'train', index } as const;
      const truth = makeTableReadout(tableReadoutInfo.defaults, draw, makeRng('marks', index));
      const reference = read(paperPrompt(TURNING, truth, 'text'), answer(truth));
      expect(reference.highlighted).toEqual(inReadingOrder(truth));
      if (reference.cells === null) continue;
      ordered += 1;
      expect(reference.cells).toEqual(tableReferenceOf(truth).cells);
    }
    expect(ordered / EXAMPLES).toBeGreaterThan(0.95);
  });

  test('gives no order where two fit', () => {
    // A block of equal digits: from the top left to the top right, over the middle of either row.
    const block: TableTruth = {
      ...TURNING_EXAMPLE,
      values: TURNING_EXAMPLE.values.map((row) => row.map(() => 5)),
      path: [
        [0, 0],
        [1, 0],
        [2, 0],
        [2, 1],
        [1, 1],
        [0, 1],
        [0, 2],
        [1, 2],
        [2, 2],
      ].map(([row = 0, column = 0]) => ({ row, column })),
    };
    const reference = read(paperPrompt(TURNING, block, 'text'), answer(block));
    expect(reference.cells).toBeNull();
    expect(reference.highlighted).toHaveLength(9);
  });

  test('tells nothing of the path when the marks are those of another table', () => {
    const prompt = paperPrompt(TURNING, TURNING_EXAMPLE, 'text');
    expect(read(prompt, '9,7,3,4,1,4,0,6')).toMatchObject({ cells: null, highlighted: null });
    expect(read(prompt, '9,7,3,4,1,4,0,6,3')).toMatchObject({ cells: null, highlighted: null });
    expect(read(prompt.replace('9 *', '12 *'), '9,7,3,4,1,4,0,6,2')).toMatchObject({ cells: null, highlighted: null });
  });
});

test('reads an answer without CoT, and one whose CoT is cut', () => {
  const prompt = paperPrompt(TURNING, TURNING_EXAMPLE, 'image');
  for (const share of [0, 0.3, 0.5, 0.72, 0.9, 0.97]) {
    const reference = read(prompt, paperResponse(TURNING, TURNING_EXAMPLE, 'text', share));
    expect(reference).toEqual({ values: pathValues(TURNING_EXAMPLE), cells: null, highlighted: null });
  }
  const converted = read(prompt, paperResponse(TURNING, TURNING_EXAMPLE, 'image-via-text', 0));
  expect(converted.cells).toEqual(tableReferenceOf(TURNING_EXAMPLE).cells);
});

describe('refuses, with one clear message', () => {
  const gold = paperResponse(TURNING, TURNING_EXAMPLE, 'text');
  test.each([
    ['nothing', '', /expected a gold turn .* or its digits divided by commas \(3,9\), got "": take the assistant turn/],
    ['the sum alone', '36', /expected a gold turn/],
    ['a list of other things', 'left,right', /expected a gold turn/],
    ['numbers that are no digits', '3,12,4', /expected a gold turn/],
    ['a list without its sum', 'The total is 3 + 9', /expected a gold turn/],
    ['a list that differs from the lines', gold.replace('= 36', '= 36').replace('9 + 7', '9 + 8'), /line 2 to give .* the digit 8, got .*"value":7/],
    ['a list that is shorter than the lines', gold.replace(' + 6 + 2 =', ' + 6 ='), /line 9 to give .*none/],
    ['a line out of shape', gold.replace('4\t8\tIota', '4 8 Iota'), /line 6 to give .*, got null/],
  ])('%s', (_, response, message) => {
    expect(() => read('', response)).toThrow(InputError);
    expect(() => read('', response)).toThrow(message);
  });
});
