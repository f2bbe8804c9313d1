import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { panelCodes } from '../../../src/tasks/visual-analogy/codes.ts';
import { contextOf } from '../../../src/tasks/visual-analogy/panels.ts';
import type { Panel } from '../../../src/tasks/visual-analogy/panels.ts';
import { patternsOf } from '../../../src/tasks/visual-analogy/relations.ts';
import { lines, shapes } from '../../support/analogy-examples.ts';
import { panelOfObjects, patternsFollowed } from '../../support/analogy-solver.ts';

function followed(first: Panel, second: Panel, third: Panel): string[] {
  return patternsOf(contextOf(first, second), third).map(({ domain, relation }) => `${domain}, ${relation}`);
}

test('each relation means what the paper says, on values typed by hand', () => {
  const cases: readonly (readonly [string, Panel, Panel, Panel])[] = [
    ['line type, OR', lines('falling 0, rising 90'), lines('rising 0, circular 90'), lines('falling 0, rising 90, circular 0')],
    ['line color, AND', lines('falling 0, rising 90'), lines('rising 0, circular 189'), lines('diamond 0')],
    ['line color, XOR', lines('falling 0, rising 90'), lines('rising 0, circular 189'), lines('diamond 90, V up 189')],
    ['line type, Progression', lines('falling 0'), lines('falling 90, rising 90'), lines('falling 0, rising 0, circular 189')],
    ['line color, Progression', lines('falling 0, rising 0'), lines('rising 90, circular 90'), lines('diamond 189')],
    ['shape size, Progression', shapes('circle 0 41 00'), shapes('hexagon 90 34 11, circle 0 34 02'), shapes('circle 189 20 22, circle 255 20 21')],
    [
      'shape quantity, Progression',
      shapes('circle 0 20 00, circle 90 27 01'),
      shapes('circle 0 20 00, hexagon 135 27 01, circle 90 41 22'),
      shapes('circle 255 20 02, hexagon 255 27 11, circle 189 41 12, circle 0 20 20'),
    ],
    [
      'shape position, Progression',
      shapes('circle 0 20 02, hexagon 90 27 21'),
      shapes('circle 90 41 00, circle 135 41 22'),
      shapes('hexagon 255 27 01, hexagon 255 27 20'),
    ],
  ];
  for (const [pattern, a, b, c] of cases) expect([pattern, followed(a, b, c)]).toEqual([pattern, expect.arrayContaining([pattern])]);
  // Near misses: two new types at once, a step back, a move that not all shapes make.
  expect(followed(lines('falling 0'), lines('falling 90, rising 90'), lines('falling 0, rising 0, circular 0, diamond 0'))).not.toContain(
    'line type, Progression',
  );
  expect(followed(lines('falling 0'), lines('rising 189'), lines('diamond 90'))).toEqual([]);
  expect(
    followed(shapes('circle 0 20 02, hexagon 90 27 21'), shapes('circle 90 41 00, circle 135 41 22'), shapes('hexagon 255 27 01, hexagon 255 27 21')),
  ).not.toContain('shape position, Progression');
});

test('agrees with the solver of the tests on panels at random', () => {
  const rng = makeRng('relations-test');
  // Few values, so that many triples follow something.
  const drawShapes = (): Panel => {
    const places = rng.sample([0, 1, 2, 3, 4, 5, 6, 7, 8], rng.between(1, 3));
    return { family: 'shape', objects: places.map((position) => ({ type: rng.below(4), color: rng.below(3), size: rng.below(3), position })) };
  };
  const drawLines = (): Panel => {
    const types = rng.sample([0, 1, 2, 3], rng.between(1, 3));
    return { family: 'line', objects: types.map((type) => ({ type, color: rng.below(3) })) };
  };
  const found = new Set<string>();
  const differing: string[] = [];
  for (let i = 0; i < 40_000; i++) {
    const draw = i % 2 === 0 ? drawShapes : drawLines;
    const [a, b, c] = [draw(), draw(), draw()];
    const ours = followed(a, b, c);
    const codes = [a, b, c].map(panelCodes);
    const [x, y, z] = codes.map((code) => panelOfObjects(code.split(';')));
    if (x === undefined || y === undefined || z === undefined) throw new Error('a panel is missing');
    const theirs = patternsFollowed(x, y, z);
    if (ours.toSorted().join() !== theirs.toSorted().join()) differing.push(`${codes.join(' | ')}: ${ours.join(' / ')}, not ${theirs.join(' / ')}`);
    for (const pattern of ours) found.add(pattern);
  }
  expect(differing).toEqual([]);
  expect(found.size).toBe(25); // 6 attributes with 4 relations, and quantity
});
