import { expect, test } from 'vitest';
import { tokensToString } from '../../../src/tasks/tokenizer.ts';
import { visualAnalogyTask as task } from '../../../src/tasks/visual-analogy/task.ts';
import { LINE_PUZZLE, WORKED_PUZZLE } from '../../support/analogy-examples.ts';

const IDS = ['E1a', 'E1b', 'E1c', 'E2a', 'E2b', 'E2c', 'Qa', 'Qb', 'O1', 'O2', 'O3', 'O4'];

test('regions are the twelve panels, inside the picture and apart', () => {
  for (const profile of ['paper', 'compact'] as const) {
    const scene = task[profile].scene(WORKED_PUZZLE);
    const { regions } = task.links(WORKED_PUZZLE, profile);
    expect(regions.map(({ id }) => id)).toEqual(IDS);
    for (const [i, a] of regions.entries()) {
      expect(a.x >= 0 && a.y >= 0 && a.x + a.width <= scene.widthPx && a.y + a.height <= scene.heightPx).toBe(true);
      for (const b of regions.slice(i + 1)) expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y).toBe(true);
    }
  }
  expect(task.links(WORKED_PUZZLE, 'compact').regions[0]).toEqual({
    id: 'E1a',
    label: 'Example 1, panel 1: centre: pentagon, grey 0, size 27; bottom right: triangle, grey 90, size 34',
    ...{ x: 0, y: 0, width: 48, height: 48 },
  });
});

test('spans of x(t) are the panels in order, each with its heading', () => {
  const text = task.paper.text(WORKED_PUZZLE);
  const spans = task.links(WORKED_PUZZLE, 'paper').text;
  expect(spans.flatMap(({ regions }) => regions)).toEqual(IDS);
  expect(text.slice(spans[1]?.from, spans[1]?.to)).toBe(
    'Panel 2:\n2 shapes; type: triangle, hexagon, color: 90, 135, size: 27, 34, position: (0, 2), (2, 2)',
  );
  expect(text.slice(spans[11]?.from, spans[11]?.to)).toMatch(/^Option 4:\n2 shapes; type: triangle, hexagon, color: 90,.*\(2, 1\)$/);
  const tokens = tokensToString(task.compact.text(WORKED_PUZZLE));
  const compact = task.links(WORKED_PUZZLE, 'compact').text;
  expect(compact.flatMap(({ regions }) => regions)).toEqual(IDS);
  expect(compact.map(({ from, to }) => tokens.slice(from, to).split(' ')[0])).toEqual(IDS);
  expect(tokens.slice(compact[1]?.from, compact[1]?.to)).toBe('E1b n2 TRI HEX g90 g135 s27 s34 TR BR');
});

test('spans of the CoT are the lines that speak of panels, in order', () => {
  for (const truth of [WORKED_PUZZLE, LINE_PUZZLE]) {
    const cot = task.paper.cot(truth);
    const { cot: spans } = task.links(truth, 'paper');
    const said = spans.map(({ from, to, regions }) => [cot.slice(from, to), regions] as const);
    const lines = cot
      .split('\n')
      .filter((line) => /^(?:Image|This suggests|No pattern|The examples suggest|Option|We conclude that option)/.test(line));
    expect(said.map(([line]) => line)).toEqual(lines);
    expect(said[0]?.[1]).toEqual(['E1a']);
    expect(said[3]?.[1]).toEqual(['E1a', 'E1b', 'E1c']);
    expect(said.at(-1)?.[1]).toEqual([`O${truth.answer}`]);
    expect(said.filter(([line]) => line.startsWith('Option ')).map(([, regions]) => regions)).toEqual([['O1'], ['O2'], ['O3'], ['O4']]);
    const tokens = tokensToString(task.compact.cot(truth));
    const compact = task.links(truth, 'compact').cot.map(({ from, to, regions }) => [tokens.slice(from, to), regions] as const);
    expect(compact.map(([line]) => line)).toEqual(tokens.split(/ \n ?/).filter((line) => line !== '' && !line.startsWith('common')));
    expect(compact[0]?.[1]).toEqual(['E1a', 'E1b', 'E1c']);
  }
});

test('no mark gives the answer away', () => {
  expect(task.links(WORKED_PUZZLE, 'paper').marks).toEqual([]);
});

test('says in one sentence what a puzzle is', () => {
  expect(task.describe(WORKED_PUZZLE)).toBe(
    'OR on shape position in example 1, on shape type in example 2, and on shape type in the query: option 3.',
  );
});
