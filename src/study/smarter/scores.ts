/**
 * Scores of smarterVLM (spec/smarter-vlm 1.8): S_acc, the answer itself is right; O_acc, the option nearest to it is. Per skill the plain mean over its puzzles, overall
 * over all items. Floors always beside them: the answer that is most frequent in training, and uniform guessing.
 */
import { packOutcomes } from '../../lib/outcomes.ts';
import { meanOfSample, wilson } from '../../lib/statistics.ts';
import type { Skill } from '../../tasks/puzzles/puzzle.ts';
import { SKILLS } from '../../tasks/puzzles/puzzle.ts';
import type { SmarterAnswer } from '../../model/smarter/step.ts';
import type { PuzzleHead } from '../smart/puzzle-item.ts';
import type { ItemFacts } from './features.ts';

export interface Score {
  readonly items: number;
  /** Shares, 0 to 1. */
  readonly solved: number;
  readonly optionRight: number;
  /** Of `solved`: Wilson's 95 % interval over items. */
  readonly low: number;
  readonly high: number;
  /** S_acc and O_acc of always giving the puzzle's most frequent answer in training. */
  readonly majority: number;
  readonly majorityOption: number;
  /** S_acc of guessing a class: the mean of 1/C; of a sequence 1/C to the power of its steps, which is nothing. O_acc is 1/5. */
  readonly uniform: number;
}

export interface PuzzleScore extends Score {
  readonly puzzle: number;
  readonly skill: Skill;
}

export interface SmarterScores {
  readonly overall: Score;
  /** In the order of SKILLS; skills without puzzles are left out. */
  readonly skills: readonly (Score & { readonly skill: Skill; readonly puzzles: number })[];
  readonly puzzles: readonly PuzzleScore[];
  /** Mean cross-entropy, nats. */
  readonly loss: number;
  /** Puzzles among these items that have no training item, as in the puzzle split: their own decoders are as they were drawn. Absent when there are none. */
  readonly untrained?: readonly number[];
  /** Which of the items that `overall` counts are solved, in their order (lib/outcomes.ts), for differences between nets that answered the same items; absent in older results. */
  readonly outcomes?: string;
}

/** @param answers - of each item, in order. */
export function scoresOf(
  heads: readonly PuzzleHead[],
  train: readonly ItemFacts[],
  items: readonly ItemFacts[],
  answers: readonly SmarterAnswer[],
): SmarterScores {
  const answered = items.map((item, i) => {
    const said = answers[i]?.classes ?? [];
    return { item, said, isSolved: isSame(said, item.classes) };
  });
  const puzzles = heads.flatMap((head): PuzzleScore[] => {
    const own = answered.filter(({ item }) => item.puzzle === head.puzzle);
    if (own.length === 0) return [];
    const floor = mostFrequent(train.filter(({ puzzle }) => puzzle === head.puzzle).map(({ classes }) => classes));
    const solved = own.filter(({ isSolved }) => isSolved).length;
    const share = (isRight: (each: (typeof own)[number]) => boolean): number => own.filter(isRight).length / own.length;
    return [
      {
        ...{ puzzle: head.puzzle, skill: head.skill, items: own.length, solved: solved / own.length, ...wilson(solved, own.length) },
        optionRight: share(({ item, said }) => chosenOption(item, said) === item.right),
        majority: share(({ item }) => isSame(floor, item.classes)),
        majorityOption: share(({ item }) => chosenOption(item, floor) === item.right),
        uniform: (1 / head.answer.classes) ** (head.answer.kind === 'sequence' ? (own[0]?.item.classes.length ?? 1) : 1),
      },
    ];
  });
  const skills = SKILLS.flatMap((skill) => {
    const own = puzzles.filter((puzzle) => puzzle.skill === skill);
    if (own.length === 0) return [];
    const total = together(own);
    const mean = (of: (score: Score) => number): number => own.reduce((sum, score) => sum + of(score), 0) / own.length;
    const means = { solved: mean((s) => s.solved), optionRight: mean((s) => s.optionRight), majority: mean((s) => s.majority) };
    return [{ ...total, ...means, majorityOption: mean((s) => s.majorityOption), uniform: mean((s) => s.uniform), skill, puzzles: own.length }];
  });
  const loss = answers.reduce((sum, answer) => sum + answer.loss, 0) / Math.max(1, answers.length);
  const trained = new Set(train.map(({ puzzle }) => puzzle));
  const untrained = puzzles.map(({ puzzle }) => puzzle).filter((puzzle) => !trained.has(puzzle));
  const known = new Set(puzzles.map(({ puzzle }) => puzzle));
  const outcomes = packOutcomes(answered.filter(({ item }) => known.has(item.puzzle)).map(({ isSolved }) => isSolved));
  return { overall: together(puzzles), skills, puzzles, loss, outcomes, ...(untrained.length === 0 ? {} : { untrained }) };
}

/** Over all items of some puzzles. */
function together(scores: readonly Score[]): Score {
  const items = scores.reduce((sum, score) => sum + score.items, 0);
  const mean = (of: (score: Score) => number): number => scores.reduce((sum, score) => sum + of(score) * score.items, 0) / Math.max(1, items);
  const solved = mean((score) => score.solved);
  return {
    ...{ items, solved, ...wilson(Math.round(solved * items), items), optionRight: mean((score) => score.optionRight) },
    ...{ majority: mean((score) => score.majority), majorityOption: mean((score) => score.majorityOption), uniform: mean((score) => score.uniform) },
  };
}

/** The option whose value is nearest to what was said, the first of several; of sequences and options without a value only an exact match. -1: none. */
export function chosenOption({ optionClasses }: ItemFacts, said: readonly number[]): number {
  const exact = optionClasses.findIndex((classes) => classes !== null && isSame(classes, said));
  const [value] = said;
  if (exact >= 0 || said.length !== 1 || value === undefined) return exact;
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  optionClasses.forEach((classes, i) => {
    const difference = Math.abs((classes?.[0] ?? Number.NaN) - value);
    if (difference < least) [best, least] = [i, difference];
  });
  return best;
}

export function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** The most frequent answer; of equals the one that comes first. Empty where there is none. */
function mostFrequent(answers: readonly (readonly number[])[]): readonly number[] {
  const counts = new Map<string, { count: number; answer: readonly number[] }>();
  for (const answer of answers) {
    const known = counts.get(String(answer));
    counts.set(String(answer), { count: (known?.count ?? 0) + 1, answer });
  }
  let best: { count: number; answer: readonly number[] } = { count: 0, answer: [] };
  for (const each of counts.values()) if (each.count > best.count) best = each;
  return best.answer;
}

/** Mean over seeds with the half-width of Student's 95 % interval; null of one seed. */
export function overSeeds(values: readonly number[]): { readonly mean: number; readonly half: number | null } {
  const { mean, half } = meanOfSample(values);
  return { mean, half };
}
