/**
 * The five options of an instance (spec/smarter-vlm 4.2). The right letter is uniform.
 *
 * - `near`: four of a±1 to a±4 (times `step`), not below the minimum: as published. The right one then tends to be the median, which a model that sees options could use.
 * - `wide`: four values of a broad range, minimum to max(2a, minimum + 8).
 * - `label`: A to E as the picture has them. `own`: what the family says.
 *
 * In `uniform-rank` mode (ours) the rank of the right one among the sorted options is drawn first: the median in one of five, whatever the answer.
 */
import type { Rng } from '../../lib/rng.ts';
import { isSameAnswer } from './answers.ts';
import type { AnswerValue, DrawnPuzzle, OptionStyle } from './puzzle.ts';

export const OPTION_MODES = ['published', 'uniform-rank'] as const;
export type OptionMode = (typeof OPTION_MODES)[number];

export const OPTION_COUNT = 5;
const WRONG_COUNT = OPTION_COUNT - 1;
const NEAR_REACH = 4;
const WIDE_REACH = 8;

/** Five options and the place of the right one. */
export interface Options {
  readonly values: readonly AnswerValue[];
  /** 0 = A. */
  readonly right: number;
}

export function makeOptions({ answer, wrong }: DrawnPuzzle, style: OptionStyle, mode: OptionMode, rng: Rng): Options {
  if (style.kind === 'label') {
    if (typeof answer !== 'number') throw new Error('internal: a label that is a list');
    return { values: Array.from({ length: OPTION_COUNT }, (_, i) => i), right: answer };
  }
  const others = wrong ?? numbersBeside(numberOf(answer), style, mode, rng.fork('values'));
  if (others.length !== WRONG_COUNT) throw new Error(`internal: ${others.length} wrong options, not ${WRONG_COUNT}`);
  const right = rng.fork('place').below(OPTION_COUNT);
  const shuffled = rng.fork('order').shuffle(others);
  const values = [...shuffled.slice(0, right), answer, ...shuffled.slice(right)];
  const isDistinct = values.every((value, i) => values.findIndex((other) => isSameAnswer(value, other)) === i);
  if (!isDistinct) throw new Error(`internal: options are not distinct: ${values.join(' | ')}`);
  return { values, right };
}

function numbersBeside(answer: number, style: OptionStyle, mode: OptionMode, rng: Rng): readonly number[] {
  if (style.kind !== 'near' && style.kind !== 'wide') throw new Error('internal: a family of style own without wrong answers');
  const below = candidates(answer, style, -1);
  const above = candidates(answer, style, 1);
  if (mode === 'published') return rng.sample([...below, ...above], WRONG_COUNT);
  const rank = drawRank(below.length, above.length, rng);
  return [...rng.sample(below, rank), ...rng.sample(above, WRONG_COUNT - rank)];
}

/** Values on one side of the answer that may be a wrong option; four or more above. */
function candidates(answer: number, style: Extract<OptionStyle, { kind: 'near' | 'wide' }>, side: 1 | -1): number[] {
  const step = style.kind === 'near' ? (style.step ?? 1) : 1;
  const top = style.kind === 'near' ? answer + NEAR_REACH * step : Math.max(2 * answer, style.minimum + WIDE_REACH, answer + WRONG_COUNT);
  const reach = style.kind === 'near' ? NEAR_REACH : side === 1 ? top - answer : answer - style.minimum;
  return Array.from({ length: Math.max(0, reach) }, (_, i) => answer + side * step * (i + 1)).filter((value) => value >= style.minimum);
}

const MEDIAN = 2;

/** How many wrong options are smaller: the median in one of five where it can be, the rest evenly. */
function drawRank(below: number, above: number, rng: Rng): number {
  const ranks = Array.from({ length: OPTION_COUNT }, (_, rank) => rank).filter((rank) => rank <= below && WRONG_COUNT - rank <= above);
  const others = ranks.filter((rank) => rank !== MEDIAN);
  if (ranks.includes(MEDIAN) && rng.below(OPTION_COUNT) === 0) return MEDIAN;
  const rank = others[rng.below(others.length)];
  if (rank === undefined) throw new Error('internal: no rank');
  return rank;
}

function numberOf(answer: AnswerValue): number {
  if (typeof answer !== 'number') throw new Error('internal: near and wide options need a number');
  return answer;
}
