/**
 * Which path family and which settings each example has. Chosen by the example's index, not by chance: the counts are exact for any number of
 * examples that is a multiple of the cycle, and the first few are spread over all families.
 *
 * Cycles in the proportions of the authors' scripts (spec/s2h 2.4; data_generation/table_readout/generate_data.sh at d3131b4):
 *
 *   SIMPLE train   12   4 random turns; sine n 3, 4 and spiral n 3, 4, each with gap 0 and 1
 *   SIMPLE eval     9   1 random turns; the same eight
 *   HARD train     12   sine n 8, 10; spiral n 6, 8; composition n 8, 10, each with gap 0 and 1
 *   HARD eval       4   composition n 8, 10, each with gap 0 and 1 (the walk ignores the gap)
 *
 * Their lengths are not those that the paper states: SIMPLE 16.8 cells, HARD train 38.9 and HARD eval 46 (measured, also here) against 12 and 35.
 * `paper-means` is ours and comes near 12 and 35 on the same tables, in training and evaluation alike: SIMPLE is 80 % random turns, 10 % sine n 3,
 * 10 % spiral n 3 with gap 1 (spec/s2h 2.4 [R]: 11.5); HARD is a third each of sine n 8, spiral n 6 with gap 1, and compositions (35.4, measured here).
 */
import type { Level, Split } from '../task.ts';

export const FAMILIES = ['random', 'sinusoidal', 'spiral', 'composition'] as const;
export type Family = (typeof FAMILIES)[number];

export const MIXTURES = ['authors', 'paper-means'] as const;
export type Mixture = (typeof MIXTURES)[number];

export const HARD_EVALUATIONS = ['composition', 'sinusoidal', 'spiral', 'mixture'] as const;
export type HardEvaluation = (typeof HARD_EVALUATIONS)[number];

/** `pieces` is the authors' n; random turns draw their number of segments for each example. */
export type Component = { readonly family: 'random' } | { readonly family: Exclude<Family, 'random'>; readonly pieces: number; readonly gap: number };

/** Components of one family, and how many places of a cycle they take, in turn. */
interface Share {
  readonly components: readonly Component[];
  readonly places: number;
}

const RANDOM: readonly Component[] = [{ family: 'random' }];
const SIMPLE_SINES = grid('sinusoidal', [3, 4], [0, 1]);
const SIMPLE_SPIRALS = grid('spiral', [3, 4], [0, 1]);
const HARD_SINES = grid('sinusoidal', [8, 10], [0, 1]);
const HARD_SPIRALS = grid('spiral', [6, 8], [0, 1]);
const COMPOSITIONS = grid('composition', [8, 10], [0, 1]);

const CYCLES: Readonly<Record<Mixture, Readonly<Record<'simple' | 'hard', Readonly<Record<Split, readonly Component[]>>>>>> = {
  authors: {
    simple: {
      train: cycle([share(RANDOM, 4), share(SIMPLE_SINES, 4), share(SIMPLE_SPIRALS, 4)]),
      eval: cycle([share(RANDOM, 1), share(SIMPLE_SINES, 4), share(SIMPLE_SPIRALS, 4)]),
    },
    hard: both(cycle([share(HARD_SINES, 4), share(HARD_SPIRALS, 4), share(COMPOSITIONS, 4)])),
  },
  'paper-means': {
    simple: both(cycle([share(RANDOM, 16), share(grid('sinusoidal', [3], [0, 1]), 2), share(grid('spiral', [3], [1]), 2)])),
    hard: both(cycle([share(grid('sinusoidal', [8], [0, 1]), 2), share(grid('spiral', [6], [1]), 2), share(grid('composition', [8, 10], [0]), 2)])),
  },
};

/** The components of `hardEvaluation` other than the mixture itself. */
const HARD_FAMILIES: Readonly<Record<Exclude<HardEvaluation, 'mixture'>, readonly Component[]>> = {
  composition: cycle([share(COMPOSITIONS, 4)]),
  sinusoidal: cycle([share(HARD_SINES, 4)]),
  spiral: cycle([share(HARD_SPIRALS, 4)]),
};

/** One full cycle: example `index` has the component at `index` modulo its length. */
export function componentCycle(mixture: Mixture, hardEvaluation: HardEvaluation, level: Level, split: Split): readonly Component[] {
  if (level === 'medium') throw new Error('internal: componentCycle: Table Readout has no medium level');
  if (level === 'hard' && split === 'eval' && hardEvaluation !== 'mixture') return HARD_FAMILIES[hardEvaluation];
  return CYCLES[mixture][level][split];
}

/** Places of the cycle shared out so that every family comes about as often in any stretch of it; within a family its components take turns. */
function cycle(shares: readonly Share[]): Component[] {
  const length = shares.reduce((sum, { places }) => sum + places, 0);
  const taken = shares.map(() => 0);
  return Array.from({ length }, (_, i) => {
    // The family that lags most behind its part of the first i + 1 places; the earlier one of two.
    const lags = shares.map(({ places }, family) => places * (i + 1) - (taken[family] ?? 0) * length);
    const family = lags.indexOf(Math.max(...lags));
    const { components } = shares[family] ?? { components: [] };
    const turn = taken[family] ?? 0;
    taken[family] = turn + 1;
    const component = components[turn % components.length];
    if (component === undefined) throw new Error('internal: cycle: a family without components');
    return component;
  });
}

/** Every number of pieces with every gap, neighbours differing in both: n3 g0, n4 g1, n3 g1, n4 g0. */
function grid(family: Exclude<Family, 'random'>, pieces: readonly number[], gaps: readonly number[]): Component[] {
  return gaps.flatMap((_, shift) => pieces.map((n, i) => ({ family, pieces: n, gap: gaps[(i + shift) % gaps.length] ?? 0 })));
}

function share(components: readonly Component[], places: number): Share {
  return { components, places };
}

/** The same cycle for training and evaluation. */
function both(components: readonly Component[]): Record<Split, readonly Component[]> {
  return { train: components, eval: components };
}
