import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { nodeFolder } from '../../cli/puzzles/node-folder.ts';
import { runPuzzles } from '../../cli/puzzles/run.ts';
import { ownItem } from '../../src/study/smart/item-set.ts';
import { readSmartPuzzles } from '../../src/study/smart/read-smart.ts';
import { openSmartFolder } from '../../src/study/smart/smart-folder.ts';
import { smartItem } from '../../src/study/smart/smart-puzzle.ts';
import { FAMILIES } from '../../src/tasks/puzzles/families.ts';
import { numberRows, puzzleFiles, writeFiles } from '../support/smart-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'parallax-puzzles-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

async function puzzles(...args: string[]) {
  const printed: string[] = [];
  const announced: string[] = [];
  const isWell = await runPuzzles(
    args,
    (line) => printed.push(line),
    (line) => announced.push(line),
  );
  return { isWell, printed, announced };
}

test('own puzzles of every family are written in the layout of SMART-101, and read back the same', async () => {
  const out = at('own');
  expect((await puzzles('--export', out, '--count', '1', '--seed', '4')).printed).toEqual([`${FAMILIES.length} puzzles of 1 instances in ${out}`]);
  expect(readdirSync(join(out, '14'))).toEqual(['img', 'puzzle_14.csv']);
  expect(readFileSync(join(out, '14', 'puzzle_14.csv'), 'utf8').split('\r\n')[0]).toBe('id,Question,image,A,B,C,D,E,Answer,Note');
  const read = await readSmartPuzzles(await openSmartFolder(await nodeFolder(out)), { encoding: 'clean' });
  expect([read.problems, read.puzzles.length]).toEqual([[], FAMILIES.length]);
  for (const [i, family] of FAMILIES.entries()) {
    const puzzle = read.puzzles[i];
    if (puzzle === undefined) throw new Error('fewer puzzles');
    expect(puzzle.skill, `puzzle ${family.id}`).toBe(family.skill);
    const [mine, theirs] = [ownItem(family, { seed: 4, index: 0, mode: 'published' }), smartItem(puzzle, 0)];
    const unpadded = (classes: readonly number[] | null, answer: typeof family.answer) =>
      answer.kind === 'sequence' ? classes?.filter((value) => value !== answer.pad) : classes;
    expect([theirs.question, theirs.right]).toEqual([mine.question, mine.right]);
    expect(
      theirs.optionClasses.map((classes) => unpadded(classes, puzzle.answer)),
      `puzzle ${family.id}`,
    ).toEqual(mine.optionClasses.map((classes) => unpadded(classes, family.answer)));
    expect(Buffer.from(await theirs.image()).equals(await mine.image())).toBe(true);
  }
});

describe('the summary of a folder', () => {
  test('says its size first, then puzzles, rows, classes and splits', async () => {
    writeFiles(at('small'), puzzleFiles(2, numberRows(Array.from({ length: 20 }, (_, i) => i % 6)), 'SMART101-Data/'));
    writeFiles(at('elsewhere'), puzzleFiles(7, numberRows([4, 5])));
    symlinkSync(at('elsewhere/7'), at('small/SMART101-Data/7')); // large data sets live behind links
    symlinkSync(at('small'), at('link'));
    const { isWell, printed, announced } = await puzzles('--smart-dir', at('link'), '--summary', '--pictures', '2');
    expect(isWell).toBe(true);
    expect(announced).toEqual([expect.stringMatching(/^Reading 2 tables, 1\.\d+ kB$/)]);
    expect(printed).toEqual([
      'puzzle  skill     rows  answers   classes',
      '     2  counting    20  integer         6',
      '     7  algebra      2  integer         6',
      '2 puzzles, 22 rows',
      'IS 80:5:15   train 17, val 1, test 3',
      'IS 60:20:20  train 13, val 4, test 4',
      'PS           train 16, val 0, test 0',
      'FS 10        train 18, val 0, test 0',
      expect.stringMatching(/^AS {11}train \d+, val \d+, test \d+$/),
      'Not there: 1, 3-6, 8-101',
    ]);
  });

  test('names what is damaged or was asked for in vain, and says so by its outcome', async () => {
    writeFiles(at('bad'), puzzleFiles(2, numberRows([1, 2])));
    writeFileSync(at('bad/2/img/puzzle_2_2.png'), 'no picture');
    mkdirSync(at('bad/3'));
    const { isWell, announced } = await puzzles('--smart-dir', at('bad'), '--summary', '--pictures', '2', '--families', '2,9');
    expect(isWell).toBe(false);
    expect(announced.slice(1)).toEqual([
      '3: expected puzzle_3.csv, got no CSV: unpack the release again',
      '2/img/puzzle_2_2.png: expected a PNG picture, got bytes that begin with 6e 6f 20 70 69 63 74 75',
      '--families: expected puzzles of the folder, got 9, not there',
    ]);
  });
});

test.each<[readonly string[], string]>([
  [[], 'puzzles: expected --smart-dir DIR or --export DIR, got neither'],
  [['--smart-dir', 'a', '--export', 'b'], 'expected --smart-dir DIR or --export DIR, got both'],
  [['--smart-dir', 'a'], '--smart-dir: expected --summary beside it, got nothing to do'],
  [['--smart-dir', 'a', '--summary', '--count', '3'], '--count: expected --export beside it, got none'],
  [['--export', 'a', '--pictures', '3'], '--pictures: expected --smart-dir beside it, got none'],
  [['--export', 'a', '--count', '0'], '--count: expected a whole number of 1 to 20000, got 0'],
  [['--export', 'a', '--families', '14;2'], '--families: expected numbers of'],
  [['--export', 'a', '--families', '101,102'], 'got 101,102'],
  [['--export', 'a', '--options', 'publish'], '--options: expected one of published, uniform-rank, got publish: did you mean published?'],
  [['--smart-dir', 'a', '--summary', '--families', '102'], '--families: expected numbers of 1 to 101, with commas between, got 102'],
  [['--smart-dir', ''], '--smart-dir: expected DIR after it, got nothing: see npm run puzzles -- --help'],
  [['--smartdir', 'a'], 'puzzles: expected a known option, got --smartdir: did you mean --smart-dir?'],
  [['--smart-dir', 'package.json', '--summary'], '--smart-dir: expected a folder, got package.json, which is a file'],
  [['--smart-dir', 'no/such', '--summary'], '--smart-dir: expected a folder, got no/such, which is not there'],
  [['--export', 'src'], '--export: expected an empty folder, got src with'],
])('%j is refused', async (args, message) => {
  await expect(puzzles(...args)).rejects.toThrow(message);
});

test('--help says all options', async () => {
  expect((await puzzles('--help')).printed.join('\n')).toContain('--smart-dir DIR');
});
