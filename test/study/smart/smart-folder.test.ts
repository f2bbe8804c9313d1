import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.ts';
import type { Encoding } from '../../../src/study/smart/answer-text.ts';
import { readSmartPuzzles } from '../../../src/study/smart/read-smart.ts';
import { openSmartFolder } from '../../../src/study/smart/smart-folder.ts';
import { smartItem } from '../../../src/study/smart/smart-puzzle.ts';
import { delimited } from '../../support/data-files.ts';
import type { Files } from '../../support/smart-folder.ts';
import { COLUMNS, greyPng, memoryFolder, numberRows, puzzleFiles } from '../../support/smart-folder.ts';

const TWO: Files = { ...puzzleFiles(2, numberRows([3, 0, 7])), ...puzzleFiles(18, [[['1-2', '5-1', '3-1', '2-1', '4-5'], 'B']]) };

const read = async (files: Files, encoding: Encoding = 'as-coded') => readSmartPuzzles(await openSmartFolder(memoryFolder(files)), { encoding });

/** A file changed, or taken away by null. */
function changed(path: string, content: string | Uint8Array | null): Files {
  const { [path]: _, ...rest } = TWO;
  return content === null ? rest : { ...rest, [path]: content };
}

test.each([
  ['', 'the inner folder'],
  ['SMART101-Data/', 'the outer folder'],
  ['SMART101-release-v1/SMART101-Data/', 'the folder around both'],
])('opens %s', async (root) => {
  const files = Object.fromEntries(Object.entries(TWO).map(([path, content]) => [root + path, content]));
  const folder = await openSmartFolder(memoryFolder(files));
  expect(folder.puzzles.map(({ id, skill, csvPath }) => [id, skill, csvPath])).toEqual([
    [2, 'counting', `${root}2/puzzle_2.csv`],
    [18, 'order', `${root}18/puzzle_18.csv`],
  ]);
  expect([folder.problems, folder.missing.length]).toEqual([[], 99]);
  expect(folder.csvBytes).toBe([2, 18].reduce((sum, id) => sum + String(files[`${root}${id}/puzzle_${id}.csv`]).length, 0));
});

test('a row becomes an item, with its picture read when asked for', async () => {
  const { puzzles, problems } = await read(TWO);
  expect(problems).toEqual([]);
  const [stars] = puzzles;
  if (stars === undefined) throw new Error('no puzzle');
  expect(stars.answer).toEqual({ kind: 'integer', classes: 8 });
  const { image, content: _content, ...item } = smartItem(stars, 1);
  expect(item).toEqual({
    ...{ source: 'smart', puzzle: 2, index: 1, skill: 'counting', question: 'How many, in "2"?', right: 1 },
    ...{ options: ['1', '0', '2', '3', '4'], classes: [0], optionClasses: [[1], [0], [2], [3], [4]] },
  });
  const pixels = await image();
  expect(pixels).toHaveLength(224 * 224 * 3);
  expect(new Set(pixels)).toEqual(new Set([11]));
});

test('sequences have ten steps, and pads of the encoding', async () => {
  for (const [encoding, pad] of [['as-coded', 5] as const, ['clean', 6] as const]) {
    const puzzle = (await read(TWO, encoding)).puzzles[1];
    if (puzzle === undefined) throw new Error('no puzzle');
    expect(smartItem(puzzle, 0).classes).toEqual([5, 1, ...Array.from({ length: 8 }, () => pad)]);
  }
});

test('columns in any order, and without those that are not needed', async () => {
  const csv = delimited(
    [
      ['Answer', 'E', 'D', 'C', 'B', 'A', 'image', 'Question'],
      ['E', ' 9 ', '4', '3', '2', '1', 'puzzle_2_1.png', 'Why?'],
    ],
    ',',
  );
  const { puzzles, problems } = await read(changed('2/puzzle_2.csv', csv));
  expect([problems, puzzles[0]?.rows.map(({ answer }) => answer)]).toEqual([[], [9]]);
});

test('empty options are the letters of the picture', async () => {
  const { puzzles } = await read(puzzleFiles(44, [[['', '', '', '', ''], 'D']]));
  expect([puzzles[0]?.rows[0]?.options, puzzles[0]?.answer, puzzles[0]?.rows[0]?.answer]).toEqual([
    ['A', 'B', 'C', 'D', 'E'],
    { kind: 'label', classes: 5 },
    3,
  ]);
});

test('icons are numbered within those that occur', async () => {
  const { puzzles } = await read(
    puzzleFiles(1, [
      [['flag', 'arch', 'hat', 'bus', 'crab'], 'C'],
      [['bus', 'hat', 'owl', 'arch', 'flag'], 'B'],
    ]),
  );
  expect([puzzles[0]?.icons, puzzles[0]?.rows.map(({ answer }) => answer), puzzles[0]?.answer.classes]).toEqual([
    ['arch', 'bus', 'crab', 'flag', 'hat', 'owl'],
    [4, 4],
    5,
  ]);
});

test('the table of puzzle 62 may have the name that the release gives it', async () => {
  const { '62/puzzle_62.csv': csv = '', ...rest } = puzzleFiles(62, numberRows([1]));
  expect((await read({ ...rest, '62/puzzle_63.csv': csv })).puzzles.map(({ id }) => id)).toEqual([62]);
});

test('SMART_info_v2.csv says the skills; a wrong row of it is named', async () => {
  const info = delimited(
    [
      ['id', 'type'],
      ['2', 'Logic'],
      ['18', 'sorcery'],
    ],
    ',',
  );
  const folder = await openSmartFolder(memoryFolder({ ...TWO, 'SMART_info_v2.csv': info }));
  expect(folder.puzzles.map(({ skill }) => skill)).toEqual(['logic', 'order']);
  expect(folder.problems).toEqual([
    'SMART_info_v2.csv, row 2: expected an id of 1 to 101 and a type: counting, math, logic, path, algebra, measure, spatial, pattern, order, got 18, sorcery: the usual skill is taken',
  ]);
});

describe('a folder without puzzles is refused, with what to do', () => {
  const layout = 'chosen: expected the folder SMART101-Data with a folder for each puzzle, 1 to 101, got';
  test.each<[string, Files, string]>([
    ['empty', {}, `${layout} an empty folder: choose SMART101-release-v1 or SMART101-Data`],
    ['others', { 'a.txt': '', 'b/c.txt': '' }, `${layout} a.txt, b: choose SMART101-release-v1 or SMART101-Data`],
    ['packed', { 'SMART101-release-v1.zip': 'PK' }, `${layout} SMART101-release-v1.zip: unpack it first`],
    ['one puzzle', { 'puzzle_2.csv': 'x', 'img/a.png': '' }, `${layout} the folder of one puzzle: choose the folder around it`],
    ['numbers that are none', { '102/puzzle_102.csv': 'x', '07/x': '' }, `${layout} 07, 102: choose SMART101-release-v1 or SMART101-Data`],
    ['only one, without CSV', { '5/img/a.png': '' }, '5: expected puzzle_5.csv, got no CSV: unpack the release again'],
  ])('%s', async (_, files, message) => {
    const refusal = openSmartFolder(memoryFolder(files));
    await expect(refusal).rejects.toThrow(InputError);
    await expect(refusal).rejects.toThrow(message);
  });
});

describe('what is missing or damaged is named, and the rest is read', () => {
  const csv = (...rows: (readonly string[])[]): string => delimited([COLUMNS, ...rows], ',');
  const good = ['1', 'Why?', 'puzzle_2_1.png', '1', '2', '3', '4', '5', 'A', ''];
  const with_ = (column: string, value: string): string[] => good.map((field, i) => (COLUMNS[i] === column ? value : field));
  const row1 = '2/puzzle_2.csv, row 1, column';

  test.each<[string, Files, string]>([
    ['no CSV', changed('2/puzzle_2.csv', null), '2: expected puzzle_2.csv, got no CSV: unpack the release again'],
    ['another CSV', { ...changed('2/puzzle_2.csv', null), '2/puzzle_9.csv': 'x' }, 'got puzzle_9.csv: is this the folder of another puzzle?'],
    ['an empty CSV', changed('2/puzzle_2.csv', ''), '2/puzzle_2.csv: expected a table, got an empty file: unpack the release again'],
    ['no row', changed('2/puzzle_2.csv', csv()), '2/puzzle_2.csv: expected rows, got none that can be used'],
    [
      'other columns',
      changed(
        '2/puzzle_2.csv',
        delimited(
          [
            ['id', 'Question', 'picture'],
            ['1', 'a', 'b'],
          ],
          ',',
        ),
      ),
      '2/puzzle_2.csv, line 1: expected the columns Question, image, A, B, C, D, E, Answer, got id, Question, picture: image, A, B, C, D, E, Answer missing',
    ],
    [
      'too few fields',
      changed('2/puzzle_2.csv', csv(good.slice(0, 6), good)),
      '2/puzzle_2.csv, row 1 (line 2), column D: expected 10 fields, got 6 fields',
    ],
    [
      'no picture of a row',
      changed('2/puzzle_2.csv', csv(with_('image', 'x.png'), good)),
      `${row1} image: expected a file of the folder img, got x.png, which is not there`,
    ],
    ['a path for a picture', changed('2/puzzle_2.csv', csv(with_('image', '../../secret.png'), good)), 'got ../../secret.png, which is not there'],
    ['no question', changed('2/puzzle_2.csv', csv(with_('Question', ''), good)), `${row1} Question: expected a question, got nothing`],
    ['no such letter', changed('2/puzzle_2.csv', csv(with_('Answer', 'F'), good)), `${row1} Answer: expected a letter, A to E, got F`],
    ['an empty option', changed('2/puzzle_2.csv', csv(with_('C', ''), good)), `${row1} C: expected an option, got nothing`],
    ['no number', changed('2/puzzle_2.csv', csv(with_('A', 'seven'), good)), `${row1} A: expected an answer of puzzle 2, got seven`],
    ['a huge answer', changed('2/puzzle_2.csv', csv(with_('A', '999999999'), good)), `${row1} A: expected an answer of puzzle 2, got 999999999`],
    ['an answer below zero', changed('2/puzzle_2.csv', csv(with_('A', '-1'), good)), `${row1} A: expected an answer of puzzle 2, got -1`],
    ['Latin-1', changed('2/puzzle_2.csv', Buffer.from(csv(good, with_('Question', 'caf\u00e9')), 'latin1')), 'expected UTF-8, got the byte 0xE9'],
    [
      'an open quote',
      changed('2/puzzle_2.csv', `${csv(good)}2,"never closed`),
      '2/puzzle_2.csv, row 2 (line 3), column Question: expected a closing quote',
    ],
    ['a picture in place of the CSV', changed('2/puzzle_2.csv', greyPng(1)), '2/puzzle_2.csv: expected a text file, got a PNG picture'],
  ])('%s', async (_, files, message) => {
    const { puzzles, problems } = await read(files);
    expect(problems[0]).toContain(message);
    expect(problems).toHaveLength(1);
    expect(puzzles.some(({ id }) => id === 18)).toBe(true);
  });

  test('a puzzle without its pictures', async () => {
    const { '2/puzzle_2.csv': table = '' } = TWO;
    const { puzzles, problems } = await read({ '2/puzzle_2.csv': table, ...puzzleFiles(3, numberRows([1])) });
    expect(problems).toEqual(['2/img: expected the pictures of the puzzle, got no such folder: unpack the release again']);
    expect(puzzles.map(({ id }) => id)).toEqual([3]);
  });

  test('of many bad rows ten are named and the others counted', async () => {
    const { problems, badRows } = await read(changed('2/puzzle_2.csv', csv(good, ...Array.from({ length: 25 }, () => with_('Answer', '?')))));
    expect([problems.length, problems.at(-1), badRows]).toEqual([11, '2/puzzle_2.csv: 15 more rows like these', 25]);
  });

  test('a file of 2 GB is refused by its size, before it is read', async () => {
    const folder = memoryFolder(TWO);
    const huge = {
      ...folder,
      file: async (path: string) => {
        const file = await folder.file(path);
        const chunks = (): never => {
          throw new Error('it was read');
        };
        return file === null || path !== '2/puzzle_2.csv' ? file : { ...file, bytes: 2e9, chunks };
      },
    };
    const { puzzles, problems } = await openSmartFolder(huge);
    expect([puzzles.length, problems]).toEqual([
      1,
      ['2/puzzle_2.csv: expected at most 64000000 bytes, got 2000000000: it is not a table of the release'],
    ]);
  });

  test('a picture that is damaged, or gone after the folder was opened', async () => {
    const files: Record<string, string | Uint8Array> = { ...TWO };
    const { puzzles } = await read(files);
    const [stars] = puzzles;
    if (stars === undefined) throw new Error('no puzzle');
    files['2/img/puzzle_2_1.png'] = greyPng(1).subarray(0, 40);
    await expect(smartItem(stars, 0).image()).rejects.toThrow('2/img/puzzle_2_1.png: expected a whole PNG picture, got 40 bytes without its end');
    delete files['2/img/puzzle_2_1.png'];
    await expect(smartItem(stars, 0).image()).rejects.toThrow('2/img/puzzle_2_1.png: expected a file, got nothing there');
  });
});
