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
  const draw = (): Panel => {
    // Few values, so that many triples follow something.
    const places = rng.sample([0, 1, 2, 3, 4, 5, 6, 7, 8], rng.between(1, 3));
    return { family: 'shape', objects: places.map((position) => ({ type: rng.below(4), color: rng.below(3), size: rng.below(3), position })) };
  };
  const found = new Set<string>();
  for (let i = 0; i < 20_000; i++) {
    const panels = [draw(), draw(), draw()] as const;
    const [a, b, c] = panels;
    const ours = followed(a, b, c);
    const [x, y, z] = panels.map((panel) => panelOfObjects(panelCodes(panel).split(';')));
    if (x === undefined || y === undefined || z === undefined) throw new Error('a panel is missing');
    if (ours.join() !== '' || i % 20 === 0) expect([...ours].sort()).toEqual(patternsFollowed(x, y, z).sort());
    for (const pattern of ours) found.add(pattern);
  }
  expect(found.size).toBe(17); // 4 attributes with 4 relations, and quantity
});
