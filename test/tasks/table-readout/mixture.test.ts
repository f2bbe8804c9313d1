import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { tableReadoutInfo } from '../../../src/tasks/table-readout/config.ts';
import { componentCycle, FAMILIES } from '../../../src/tasks/table-readout/mixture.ts';
import type { Component } from '../../../src/tasks/table-readout/mixture.ts';
import { makeTableReadout } from '../../../src/tasks/table-readout/truth.ts';
import type { Level, Split } from '../../../src/tasks/task.ts';

function nameOf(component: Component): string {
  return component.family === 'random' ? 'random' : `${component.family} n${component.pieces} g${component.gap}`;
}

/** Examples of each configuration among the first `examples` indices, read from the truths. */
function counts(level: Level, split: Split, examples: number, settings: Partial<typeof tableReadoutInfo.defaults> = {}): Record<string, number> {
  const found: Record<string, number> = {};
  for (let index = 0; index < examples; index++) {
    const truth = makeTableReadout({ ...tableReadoutInfo.defaults, ...settings }, { level, split, index }, makeRng('counts', level, split, index));
    const name = truth.walk === null ? truth.family : `${truth.family} n${truth.walk.pieces} g${truth.walk.gap}`;
    found[name] = (found[name] ?? 0) + 1;
  }
  return found;
}

/** `n` of each number of pieces and gap. */
function each(family: string, pieces: readonly number[], n: number): Record<string, number> {
  return Object.fromEntries(pieces.flatMap((count) => [0, 1].map((gap) => [`${family} n${count} g${gap}`, n])));
}

test('has the authors’ counts exactly: 120,000 SIMPLE training examples are 40,000 random ones and 10,000 of each other configuration', () => {
  // A thousandth of them.
  expect(counts('simple', 'train', 120)).toEqual({ random: 40, ...each('sinusoidal', [3, 4], 10), ...each('spiral', [3, 4], 10) });
});

test('has the authors’ counts of HARD training examples', () => {
  expect(counts('hard', 'train', 120)).toEqual({
    ...each('sinusoidal', [8, 10], 10),
    ...each('spiral', [6, 8], 10),
    ...each('composition', [8, 10], 10),
  });
});

test('has the authors’ counts of both evaluation sets', () => {
  expect(counts('simple', 'eval', 450)).toEqual({ random: 50, ...each('sinusoidal', [3, 4], 50), ...each('spiral', [3, 4], 50) });
  expect(counts('hard', 'eval', 120)).toEqual(each('composition', [8, 10], 30));
});

test('evaluates HARD on one family or on the mixture when asked, and leaves training alone', () => {
  expect(counts('hard', 'eval', 120, { hardEvaluation: 'sinusoidal' })).toEqual(each('sinusoidal', [8, 10], 30));
  expect(counts('hard', 'eval', 120, { hardEvaluation: 'spiral' })).toEqual(each('spiral', [6, 8], 30));
  expect(counts('hard', 'eval', 120, { hardEvaluation: 'mixture' })).toEqual(counts('hard', 'train', 120));
  expect(counts('hard', 'train', 120, { hardEvaluation: 'spiral' })).toEqual(counts('hard', 'train', 120));
});

test('has 80 % random turns among the SIMPLE paths of paper-means, and thirds among the HARD ones', () => {
  const paper = { mixture: 'paper-means', hardEvaluation: 'mixture' } as const;
  expect(counts('simple', 'train', 120, paper)).toEqual({ random: 96, 'sinusoidal n3 g0': 6, 'sinusoidal n3 g1': 6, 'spiral n3 g1': 12 });
  const hard = {
    'sinusoidal n8 g0': 20,
    'sinusoidal n8 g1': 20,
    'spiral n6 g1': 40,
    'composition n8 g0': 20,
    'composition n10 g0': 20,
  };
  expect(counts('hard', 'train', 120, paper)).toEqual(hard);
  expect(counts('hard', 'eval', 120, paper)).toEqual(hard);
});

test('spreads the families: any stretch of a cycle has each about in proportion', () => {
  for (const [level, split] of [
    ['simple', 'train'],
    ['simple', 'eval'],
    ['hard', 'train'],
  ] as const) {
    const cycle = componentCycle('authors', 'composition', level, split);
    expect(new Set(cycle.slice(0, 3).map(({ family }) => family)).size).toBeGreaterThanOrEqual(2);
    for (const family of FAMILIES) {
      const share = cycle.filter((component) => component.family === family).length / cycle.length;
      for (let end = 1; end <= cycle.length; end++) {
        const seen = cycle.slice(0, end).filter((component) => component.family === family).length;
        expect(Math.abs(seen - share * end)).toBeLessThan(1.01);
      }
    }
  }
  // Six SIMPLE examples: two of each family, of four different configurations.
  const first = componentCycle('authors', 'composition', 'simple', 'train').slice(0, 6).map(nameOf);
  expect(first).toEqual(['random', 'sinusoidal n3 g0', 'spiral n3 g0', 'random', 'sinusoidal n4 g1', 'spiral n4 g1']);
});
