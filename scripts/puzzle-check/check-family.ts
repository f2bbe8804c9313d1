/** One puzzle family put through its solver, and what can be guessed from the options alone. The command is puzzle-check.ts. */
import { toWireError } from '../../src/lib/errors.ts';
import { puzzleAt } from '../../src/tasks/puzzles/instance.ts';
import type { Puzzle } from '../../src/tasks/puzzles/instance.ts';
import { OPTION_COUNT } from '../../src/tasks/puzzles/options.ts';
import type { PuzzleFamily } from '../../src/tasks/puzzles/puzzle.ts';
import { rasterise } from '../../src/tasks/render/raster.ts';
import { problemOf } from '../../test/support/puzzles/puzzle-suite.ts';
import { SOLVERS } from '../../test/support/puzzles/solvers.ts';

/** Chi-square of five letters, four degrees of freedom: one even family in 100,000 is above. */
const MAX_CHI_SQUARE = 28.5;
const MAX_MEDIAN_SHARE = 0.25;
/** Pictures are timed on so many instances. */
const TIMED = 200;

export interface FamilyCheck {
  readonly id: number;
  readonly name: string;
  readonly skill: string;
  readonly kind: string;
  readonly options: string;
  readonly classes: number;
  readonly instances: number;
  /** Instances that the solver or a rule of the suite refuses, and the first of them. */
  readonly failures: number;
  readonly firstFailure: string | null;
  /** Right options at A to E, and how far from even. */
  readonly letters: readonly number[];
  readonly chiSquare: number;
  readonly distinctAnswers: number;
  /** What always giving the most frequent answer scores. */
  readonly majorityShare: number;
  /** How often the right option is the median of the five; null where options have no order. */
  readonly medianShare: { readonly uniformRank: number; readonly published: number } | null;
  readonly picturesPerSecond: number;
  readonly isGood: boolean;
}

/** Instances of one seed, each solved, and what can be guessed from their options. */
export function checkFamily(family: PuzzleFamily, seed: number, instances: number): FamilyCheck {
  const solve = SOLVERS[family.id];
  const letters = Array.from({ length: OPTION_COUNT }, () => 0);
  const answers = new Map<string, number>();
  const hasOrder = family.answer.kind === 'integer';
  const medians = { uniformRank: 0, published: 0 };
  let failures = 0;
  let firstFailure: string | null = solve === undefined ? 'no solver' : null;
  for (let index = 0; index < instances; index++) {
    const puzzle = puzzleAt(family, { seed, index, mode: 'uniform-rank' });
    letters[puzzle.right] = (letters[puzzle.right] ?? 0) + 1;
    answers.set(String(puzzle.answer), (answers.get(String(puzzle.answer)) ?? 0) + 1);
    if (hasOrder) {
      medians.uniformRank += isMedianRight(puzzle) ? 1 : 0;
      medians.published += isMedianRight(puzzleAt(family, { seed, index, mode: 'published' })) ? 1 : 0;
    }
    const problem = solve === undefined ? null : problemIn(() => problemOf(puzzle, solve));
    if (problem === null) continue;
    failures += 1;
    firstFailure ??= `instance ${index}: ${problem}`;
  }
  const even = instances / OPTION_COUNT;
  const chiSquare = letters.reduce((sum, count) => sum + (count - even) ** 2 / even, 0);
  const medianShare = hasOrder ? { uniformRank: medians.uniformRank / instances, published: medians.published / instances } : null;
  return {
    ...{
      id: family.id,
      name: family.name,
      skill: family.skill,
      kind: family.answer.kind,
      options: family.options.kind,
      classes: family.answer.classes,
    },
    ...{ instances, failures, firstFailure, letters, chiSquare: rounded(chiSquare), distinctAnswers: answers.size },
    majorityShare: rounded(Math.max(...answers.values()) / instances),
    medianShare: medianShare === null ? null : { uniformRank: rounded(medianShare.uniformRank), published: rounded(medianShare.published) },
    picturesPerSecond: picturesPerSecond(family, seed, Math.min(TIMED, instances)),
    isGood: firstFailure === null && chiSquare <= MAX_CHI_SQUARE && (medianShare === null || medianShare.uniformRank <= MAX_MEDIAN_SHARE),
  };
}

/** A solver that cannot read an instance throws: that is a finding too. */
function problemIn(check: () => string | null): string | null {
  try {
    return check();
  } catch (thrown) {
    return toWireError(thrown).message;
  }
}

function isMedianRight({ options, right }: Puzzle): boolean {
  const sorted = options.map(Number).toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] === Number(options[right]);
}

/** Instance and pixels, one thread. */
function picturesPerSecond(family: PuzzleFamily, seed: number, count: number): number {
  const start = performance.now();
  for (let index = 0; index < count; index++) rasterise(puzzleAt(family, { seed, index, mode: 'published' }).scene());
  return Math.round(count / ((performance.now() - start) / 1000));
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}
