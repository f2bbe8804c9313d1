import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { drawProblem } from '../../../src/tasks/grid-navigation/draw.ts';
import { OBSTACLE, searchPath } from '../../../src/tasks/grid-navigation/search.ts';
import type { SearchPath, SearchProblem } from '../../../src/tasks/grid-navigation/search.ts';
import { OBJECT_NAMES } from '../../../src/tasks/grid-navigation/truth.ts';
import { problemOf } from '../../support/grid-examples.ts';
import { solve } from '../../support/grid-validator.ts';

/** Each state as `square: rejected … > move`. */
function shown(path: SearchPath | null): string[] {
  const lines = path?.states.map(({ square, collected, rejected, move }) => {
    const reasons = rejected.map((rejection) => `${rejection.move} ${rejection.reason} ${rejection.target}`);
    return [`${square}${collected === -1 ? '' : ` got ${collected}`}:`, ...reasons, `> ${move ?? 'back'}`].join(' ');
  });
  return lines ?? [];
}

function search(lines: readonly string[], names: readonly string[]): SearchPath | null {
  return searchPath(problemOf(lines, names).problem, 1000);
}

/** The problem as words, for the search of the validator. */
function boardOf({ rows, columns, start, destination, squares }: SearchProblem): string[][] {
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => {
      const square = row * columns + column;
      const holds = squares[square] ?? 0;
      return square === start ? 'S' : square === destination ? 'D' : holds === OBSTACLE ? 'plus' : holds > 0 ? (OBJECT_NAMES[holds - 1] ?? '') : 'O';
    }),
  );
}

test('moves by L1, then by straight distance, then up, down, left, right', () => {
  // Down is as near as right in L1; the longer way comes first. After it, ties are broken by the order of the moves.
  expect(search(['S O O', 'O O O', 'star O D'], ['star'])?.moves).toEqual(['down', 'down', 'right', 'right']);
  expect(search(['S O O O', 'O O O O', 'O O O star', 'O O O D'], ['star'])?.moves.slice(0, 5)).toEqual(['right', 'down', 'right', 'down', 'right']);
});

test('passes over what comes later, and over the destination, until all is collected', () => {
  expect(shown(search(['S sun star', 'plus D O', 'O O O'], ['star', 'sun']))).toEqual([]); // walled in by the later object
  const path = search(['O D O', 'S sun star', 'O O O'], ['star', 'sun']);
  expect(shown(path)).toEqual([
    '3: right future-object 0 > up',
    '0: right future-destination 0 down visited 0 up outside 0 left outside 0 > back',
    '3: right future-object 0 up blocked 0 > down',
    '6: > right',
    '7: up future-object 0 > right',
    '8: > up',
    '5 got 0: > left',
    '4 got 1: > up',
  ]);
  expect(path?.moves).toEqual(['down', 'right', 'right', 'up', 'left', 'up']);
});

test('forgets where it has been when it picks something up', () => {
  const path = search(['star S plus', 'plus D O'], ['star']);
  expect(shown(path)).toEqual(['1: > left', '0 got 0: down closed 1 > right', '1: > down']);
});

test('lists a square again after a retrace, with everything rejected there so far', () => {
  const path = search(['S O O plus star', 'O plus plus plus O', 'O O O O O', 'O D O O O'], ['star']);
  const states = shown(path);
  expect(states.slice(0, 5)).toEqual([
    '0: > right',
    '1: > right',
    '2: right closed 0 up outside 0 down closed 0 left visited 0 > back',
    '1: right blocked 0 up outside 0 down closed 0 left visited 0 > back',
    '0: right blocked 0 up outside 0 > down',
  ]);
  expect(path?.moves[0]).toBe('down');
});

test('agrees with the search of the validator on which grids have a path, on the path and on the number of states', () => {
  const rng = makeRng('test', 'grid search');
  let solved = 0;
  for (let i = 0; i < 2000; i++) {
    const objectCount = rng.between(1, 5);
    const problem = drawProblem(rng.between(3, 9), rng.between(3, 9), objectCount, rng);
    if (problem === null) continue;
    const path = searchPath(problem, 5000);
    const other = solve(boardOf(problem), OBJECT_NAMES.slice(0, objectCount));
    expect(path?.moves ?? null).toEqual(other?.path ?? null);
    expect(path?.states.length).toBe(other?.listed.length);
    if (path !== null) solved += 1;
  }
  expect(solved).toBeGreaterThan(800);
});

test('gives up above the most states, and only there', () => {
  const { problem } = problemOf(['S O O plus star', 'O plus plus plus O', 'O O O O O', 'O D O O O'], ['star']);
  const states = searchPath(problem, 1000)?.states.length ?? 0;
  expect(states).toBeGreaterThan(10);
  expect(searchPath(problem, states)?.states).toHaveLength(states);
  expect(searchPath(problem, states - 1)).toBeNull();
});
