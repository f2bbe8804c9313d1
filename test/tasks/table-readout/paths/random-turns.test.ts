import { expect, test } from 'vitest';
import { makeRng } from '../../../../src/lib/rng.ts';
import { drawRandomTurns } from '../../../../src/tasks/table-readout/paths/random-turns.ts';
import { pathOfDrawing } from '../../../support/table-readout-drawings.ts';
import { shapeOf } from '../../../support/table-readout-validator.ts';

/** Every different path of `draws` draws, as text. */
function drawnPaths(rows: number, columns: number, segments: number, draws: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i < draws; i++) {
    const text = JSON.stringify(drawRandomTurns({ rows, columns }, segments, makeRng('random turns', rows, columns, segments, i)));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return counts;
}

test('draws the two L’s of the smallest table that are allowed, and no other', () => {
  // Both ends 4 apart in a 5 x 5 table are corners; line 0 is never the end, so both paths run from the top left to the bottom right.
  const row = pathOfDrawing('1 1 1 1 1\n. . . . 2\n. . . . 2\n. . . . 2\n. . . . 2', { row: 0, column: 0 });
  const column = pathOfDrawing('1 . . . .\n1 . . . .\n1 . . . .\n1 . . . .\n1 2 2 2 2', { row: 0, column: 0 });
  const counts = drawnPaths(5, 5, 2, 2000);
  expect([...counts.keys()].sort()).toEqual([row, column].map((path) => JSON.stringify(path)).sort());
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120); // 5 standard deviations
});

test('draws each straight line of four steps or more as often as any other of its axis', () => {
  // 5 x 6: down or up a column 2 x 6 paths; along a row 6 x 5 paths. Pairs that fit: 2 of 20 and 6 of 30, so a third of the paths is vertical.
  const counts = drawnPaths(5, 6, 1, 9000);
  expect(counts.size).toBe(12 + 30);
  for (const [text, count] of counts) {
    const path = JSON.parse(text) as { row: number; column: number }[];
    expect(shapeOf(path).turns).toEqual([]);
    const expected = path[0]?.column === path[1]?.column ? 3000 / 12 : 6000 / 30;
    expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
});

test('weighs the starts that stand in both lists twice', () => {
  // 9 rows: starts 0..4 and 4..8; 4 stands in both. Ends: 4 or more away, never row 0, so 0 has 5 of them, 4 has one (8), 8 has four (1..4).
  const starts = Array.from({ length: 9 }, () => 0);
  const DRAWS = 10_000;
  for (let i = 0; i < DRAWS; i++) {
    const start = drawRandomTurns({ rows: 9, columns: 9 }, 2, makeRng('starts', i))[0]?.row ?? -1;
    starts[start] = (starts[start] ?? 0) + 1;
  }
  // All nine have an end: weights 1 1 1 1 2 1 1 1 1.
  for (const [row, count] of starts.entries()) {
    const expected = (DRAWS * (row === 4 ? 2 : 1)) / 10;
    expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
});

test('makes free segments that end more than 1 from the end’s line, short of it or beyond', () => {
  const distances = new Set<number>();
  for (let i = 0; i < 3000; i++) {
    const path = drawRandomTurns({ rows: 7, columns: 7 }, 3, makeRng('free', i));
    const { steps, turns } = shapeOf(path);
    expect(steps).toHaveLength(3);
    const [first = 0, , last = 0] = steps;
    const overshoots = turns[0] === turns[1];
    // The last segment goes from where the free one ended to the end's line: forward when the path turned left and right, back when it turned twice alike.
    distances.add(overshoots ? last : -last);
    expect(last).toBeGreaterThan(1);
    expect(overshoots ? first - last : first + last).toBeGreaterThanOrEqual(4);
  }
  expect([...distances].sort((a, b) => a - b)).toEqual([-5, -4, -3, -2, 2]);
});

test.each([1, 2, 3, 4])('makes paths of %i segments that never meet themselves, with both ends inside', (segments) => {
  for (let i = 0; i < 1000; i++) {
    const size = { rows: 6 + (i % 7), columns: 6 + (i % 5) };
    const path = drawRandomTurns(size, segments, makeRng('no loops', segments, i));
    expect(shapeOf(path).steps).toHaveLength(segments);
    expect(new Set(path.map(({ row, column }) => `${row},${column}`)).size).toBe(path.length);
    for (const { row, column } of path) expect(row >= 0 && column >= 0 && row < size.rows && column < size.columns).toBe(true);
  }
});
