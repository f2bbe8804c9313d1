import { expect, test } from 'vitest';
import { openSmartFolder } from '../../../src/study/smart/smart-folder.ts';
import { leftOutNote, smartItemsOf } from '../../../src/study/smarter/smarter-items.ts';
import { DEFAULT_SMARTER } from '../../../src/study/smarter/smarter-spec.ts';
import type { Files } from '../../support/smart-folder.ts';
import { memoryFolder, numberRows, puzzleFiles } from '../../support/smart-folder.ts';

const ROWS = numberRows([1, 2, 3, 4, 5]);
const without = (files: Files, part: string): Files => Object.fromEntries(Object.entries(files).filter(([path]) => !path.includes(part)));

async function read(files: Files, puzzles: readonly number[]) {
  const spec = { ...DEFAULT_SMARTER, data: { ...DEFAULT_SMARTER.data, source: 'smart-101' as const, puzzles: [...puzzles] } };
  return smartItemsOf(spec, await openSmartFolder(memoryFolder(files)), new AbortController().signal);
}

test('every puzzle that is left out is named with the reason, and bad rows with their number', async () => {
  const table = puzzleFiles(2, ROWS);
  const columns = { ...puzzleFiles(4, ROWS), '4/puzzle_4.csv': 'id,Question\n1,What?\n' };
  const gone = without(puzzleFiles(61, ROWS), '_3.png');
  const { set, report } = await read(
    { ...table, ...columns, ...without(puzzleFiles(6, ROWS), '/img/'), ...without(puzzleFiles(7, ROWS), '.csv'), ...without(gone, '_4.png') },
    [2, 4, 5, 6, 7, 61],
  );
  expect(report).toMatchObject({ puzzles: 2, rows: 8, badRows: 2, sizes: set.sizes });
  expect(report.leftOut).toEqual([
    'not in the folder: puzzle 5',
    expect.stringMatching(/^7: expected puzzle_7\.csv, got no CSV/),
    expect.stringMatching(/^4\/puzzle_4\.csv, line 1: expected the columns .* missing$/),
    expect.stringMatching(/^6\/img: expected the pictures of the puzzle/),
    expect.stringMatching(/^puzzle 61: 2 rows of its table; the first: .*column image.*puzzle_61_3\.png, which is not there/),
  ]);
  expect(leftOutNote(report.leftOut)?.split('\n')).toEqual(['Left out of SMART-101, and trained without:', ...report.leftOut]);
});

test('nothing is said of a folder that is whole', async () => {
  const { report } = await read(puzzleFiles(2, ROWS), [2]);
  expect([report.puzzles, report.leftOut, leftOutNote(report.leftOut)]).toEqual([1, [], null]);
});
