import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { gridInfo } from '../../../src/tasks/grid-navigation/config.ts';
import { gridNavigationTask } from '../../../src/tasks/grid-navigation/task.ts';
import { makeGrid, squareTexts } from '../../../src/tasks/grid-navigation/truth.ts';
import type { GridTruth } from '../../../src/tasks/grid-navigation/truth.ts';
import { PROFILES } from '../../../src/tasks/task.ts';
import type { Profile } from '../../../src/tasks/task.ts';
import { RETRACE_GRID, WORKED_GRID } from '../../support/grid-examples.ts';

const { links, paper, compact } = gridNavigationTask;

function textOf(truth: GridTruth, profile: Profile): string {
  return profile === 'paper' ? paper.text(truth) : compact.text(truth).map(({ text }) => text).join(' '); // prettier-ignore
}

function cotOf(truth: GridTruth, profile: Profile): string {
  return profile === 'paper' ? paper.cot(truth) : compact.cot(truth).map(({ text }) => text).join(' '); // prettier-ignore
}

/** `words -> regions` of each span of the CoT. */
function cotLines(truth: GridTruth, profile: Profile): string[] {
  const cot = cotOf(truth, profile);
  return links(truth, profile).cot.map(({ from, to, regions }) => `${cot.slice(from, to)} -> ${regions.join(' ')}`);
}

test.each(PROFILES)('%s: every square of x(t) is linked to its place in the picture', (profile) => {
  for (let index = 0; index < 60; index++) {
    const truth = makeGrid(gridInfo.defaults, { level: 'hard', split: 'train', index }, makeRng('test', 'grid links', index));
    const { regions, text } = links(truth, profile);
    const words = squareTexts(truth).flat();
    expect(text.map(({ from, to }) => textOf(truth, profile).slice(from, to))).toEqual(words);
    expect(text.flatMap((span) => span.regions)).toEqual(regions.map(({ id }) => id));
    const named = regions.map(({ label }) => label.split(': ')[1]);
    expect(named).toEqual(words.map((word) => ({ S: 'start', D: 'destination', O: 'blank' })[word] ?? word));
    const cot = links(truth, profile).cot;
    for (const spans of [text, cot]) for (const [i, span] of spans.entries()) expect(span.from).toBeGreaterThanOrEqual(spans[i - 1]?.to ?? 0);
    const known = new Set(regions.map(({ id }) => id));
    expect(cot.every((span) => span.regions.length > 0 && span.regions.every((id) => known.has(id)))).toBe(true);
  }
});

test('paper: each line of the CoT is linked to the squares it speaks of', () => {
  const lines = cotLines(WORKED_GRID, 'paper');
  expect(lines.slice(0, 2)).toEqual(['Source:( d, e) Destination:( g, d) -> r4c5 r7c4', 'Collect objects: club( c, d) integral( h, d) -> r3c4 r8c4']);
  expect(lines[2]).toMatch(/^Avoid plus -> r1c1 r1c5 /);
  expect(lines.slice(3, 8)).toEqual([
    'd, e: -> r4c5',
    'up: c, e okay -> r3c5',
    'c, e: -> r3c5',
    'left: c, d okay -> r3c4',
    'c, d: Collect club -> r3c4',
  ]);
  const retrace = cotLines(RETRACE_GRID, 'paper');
  expect(retrace).toContain('No available actions. retrace 1 step -> r8c7');
  expect(retrace.some((line) => line.startsWith('down: i'))).toBe(false); // outside the picture
});

test('compact: each line of the CoT is linked to where it stands and what it tries', () => {
  const lines = cotLines(WORKED_GRID, 'compact');
  expect(lines[0]).toBe('source r4 c5 destination r7 c4 -> r4c5 r7c4');
  expect(lines[3]).toBe('r4 c5 up r3 c5 okay -> r4c5 r3c5');
  expect(lines[5]).toBe('r3 c4 collect club down r4 c4 closed plus left r3 c3 closed plus right r3 c5 okay -> r3c4 r4c4 r3c3 r3c5');
  expect(lines).toHaveLength(3 + WORKED_GRID.trace.length);
});

test('regions are the squares of the picture, start and end are marked', () => {
  for (const profile of PROFILES) {
    const { regions, marks } = links(WORKED_GRID, profile);
    const scene = gridNavigationTask[profile].scene(WORKED_GRID);
    const fills = scene.shapes.filter((shape) => shape.kind === 'rectangle');
    for (const { region, role } of marks) {
      const { x, y, width, height } = regions.find(({ id }) => id === region) ?? { x: 0, y: 0, width: 0, height: 0 };
      expect(fills[role === 'start' ? 0 : 1]).toMatchObject({ x, y, width, height });
    }
    expect(regions).toHaveLength(72);
  }
  expect(links(WORKED_GRID, 'compact').regions.at(-1)).toEqual({ id: 'r8c9', label: 'row 8, column 9: plus', x: 144, y: 128, width: 16, height: 16 });
  expect(links(WORKED_GRID, 'paper').regions[27]?.label).toBe('d, a: plus');
});
