/** Grids typed by hand: the worked example of spec/s2h 3.9 and a grid round its retrace fragment. Their traces come from the search. */
import { OBSTACLE, searchPath } from '../../src/tasks/grid-navigation/search.ts';
import type { SearchProblem } from '../../src/tasks/grid-navigation/search.ts';
import { nameGrid, OBJECT_NAMES } from '../../src/tasks/grid-navigation/truth.ts';
import type { GridTruth } from '../../src/tasks/grid-navigation/truth.ts';

export const AUTHORS_STYLE = { futureCollectName: 'current-target', outsideIndex: 'backtick', failedBranch: 'visited' };

/** A grid of words, one line a row: S, D, O or a name. Objects are collected in the order of `names`. */
export function problemOf(lines: readonly string[], names: readonly string[]): { problem: SearchProblem; kinds: string[] } {
  const words = lines.map((line) => line.split(' '));
  const flat = words.flat();
  const columns = words[0]?.length ?? 0;
  const squares = Int8Array.from(flat, (word) => {
    if (['S', 'D', 'O'].includes(word)) return 0;
    return OBJECT_NAMES.includes(word) ? names.indexOf(word) + 1 : OBSTACLE;
  });
  const objects = names.map((name) => flat.indexOf(name));
  const problem = { rows: words.length, columns, start: flat.indexOf('S'), destination: flat.indexOf('D'), squares, objects };
  return { problem, kinds: flat };
}

export function truthOf(lines: readonly string[], names: readonly string[], palette: readonly string[], style = AUTHORS_STYLE): GridTruth {
  const { problem, kinds } = problemOf(lines, names);
  const path = searchPath(problem, 10_000);
  if (path === null) throw new Error('no path');
  return nameGrid(problem, path, { palette, kinds, names }, style);
}

/** Spec/s2h 3.9. */
export const WORKED_GRID = truthOf(
  [
    'plus O O O plus plus O plus plus',
    'plus plus O O plus plus O plus O',
    'plus O plus club O O O O O',
    'plus O O plus S O O O plus',
    'O O O O O plus O plus O',
    'plus O O plus O plus O O O',
    'O plus plus D O O plus plus O',
    'O plus plus integral O plus O plus plus',
  ],
  ['club', 'integral'],
  ['plus'],
);

/** S, D, flag and the squares of the fragment stand as spec/s2h 3.9 says; the rest is ours. */
export const RETRACE_LINES = [
  'O O O O O O O O O',
  'O O O O O O O O O',
  'O O O O O O O O O',
  'O O O O O O O O O',
  'O O O O O O O O O',
  'O O O O O O O O flag',
  'O O O O D O square O O',
  'O O O S O O O square O',
] as const;
export const RETRACE_GRID = truthOf(RETRACE_LINES, ['flag'], ['square', 'dot']);
