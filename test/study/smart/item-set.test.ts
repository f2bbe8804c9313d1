import { describe, expect, test } from 'vitest';
import { ownItems, smartItems } from '../../../src/study/smart/item-set.ts';
import { readSmartPuzzles } from '../../../src/study/smart/read-smart.ts';
import { openSmartFolder } from '../../../src/study/smart/smart-folder.ts';
import { SMARTER_SPLIT } from '../../../src/study/smart/splits.ts';
import { familyOf } from '../../../src/tasks/puzzles/families.ts';
import { puzzleAt } from '../../../src/tasks/puzzles/instance.ts';
import { rasterise } from '../../../src/tasks/render/raster.ts';
import { memoryFolder, numberRows, puzzleFiles } from '../../support/smart-folder.ts';

describe('own puzzles', () => {
  const flowers = familyOf(14);
  const set = ownItems([flowers], { seed: 3, mode: 'published', count: 20 });

  test('are split by index, 60:20:20', () => {
    expect(set.sizes).toEqual({ train: 12, val: 4, test: 4 });
    expect(set.heads).toEqual([{ puzzle: 14, skill: 'counting', answer: flowers.answer }]);
    expect([set.at('train', 0).index, set.at('train', 11).index, set.at('val', 0).index, set.at('test', 3).index]).toEqual([0, 11, 12, 19]);
  });

  test('an item is the instance of that index, in words, classes and pixels', async () => {
    const puzzle = puzzleAt(flowers, { seed: 3, index: 16, mode: 'published' });
    const { image, content, ...item } = set.at('test', 0);
    expect(item).toEqual({
      ...{ source: 'own', puzzle: 14, index: 16, skill: 'counting', question: puzzle.question, right: puzzle.right },
      ...{ options: puzzle.options.map(String), classes: [puzzle.answer], optionClasses: puzzle.options.map((value) => [value]) },
    });
    expect(Buffer.from(await image()).equals(rasterise(puzzle.scene()))).toBe(true);
    expect(await content()).toBe(await set.at('test', 0).content());
    expect(await content()).not.toBe(await set.at('test', 1).content());
  });

  test('there is no item beyond the last', () => {
    expect(() => set.at('val', 4)).toThrow('item of val: expected 0 to 3, got 4');
  });
});

test('SMART-101 puzzles follow each other in a set, each split by itself', async () => {
  const rows = numberRows([1, 2, 3, 4, 5]);
  const folder = await openSmartFolder(memoryFolder({ ...puzzleFiles(2, rows), ...puzzleFiles(61, rows) }));
  const { puzzles } = await readSmartPuzzles(folder, { encoding: 'clean' });
  const set = smartItems(puzzles, SMARTER_SPLIT);
  expect(set.sizes).toEqual({ train: 6, val: 2, test: 2 });
  const items = Array.from({ length: 6 }, (_, i) => set.at('train', i));
  expect(items.map(({ puzzle, index, classes }) => [puzzle, index, classes[0]])).toEqual([
    [2, 0, 1],
    [2, 1, 2],
    [2, 2, 3],
    [61, 0, 1],
    [61, 1, 2],
    [61, 2, 3],
  ]);
  expect(set.heads.map(({ puzzle, skill, answer }) => [puzzle, skill, answer.classes])).toEqual([
    [2, 'counting', 6],
    [61, 'algebra', 6],
  ]);
  const held = smartItems(puzzles, { ...SMARTER_SPLIT, kind: 'puzzle' });
  expect(held.sizes).toEqual({ train: 3, val: 0, test: 1 });
});
