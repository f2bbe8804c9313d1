/** One instance of a family, by its place alone: the same everywhere, made without the others. */
import { makeRng } from '../../lib/rng.ts';
import type { Scene } from '../render/scene.ts';
import { makeOptions } from './options.ts';
import type { OptionMode } from './options.ts';
import type { AnswerValue, PuzzleFamily } from './puzzle.ts';

export interface Puzzle {
  readonly family: PuzzleFamily;
  readonly index: number;
  readonly question: string;
  readonly answer: AnswerValue;
  /** Five, in the order A to E. */
  readonly options: readonly AnswerValue[];
  /** Place of the right option, 0 = A. */
  readonly right: number;
  readonly wording: number;
  /** 224 x 224 px; drawn anew at each call. */
  readonly scene: () => Scene;
}

export interface PuzzleKey {
  readonly seed: number;
  /** 0-based. */
  readonly index: number;
  readonly mode: OptionMode;
}

/** Ours: draws of an instance before the family is called broken. The measured families need fewer than 200. */
const MAX_DRAWS = 2000;

/** Instance `index` of a family. Options of both modes belong to the same picture and question. */
export function puzzleAt(family: PuzzleFamily, { seed, index, mode }: PuzzleKey): Puzzle {
  const rng = makeRng('puzzle', family.id, seed, index);
  for (let draw = 0; draw < MAX_DRAWS; draw++) {
    const drawn = family.make(rng.fork(draw));
    if (drawn === null) continue;
    const { values, right } = makeOptions(drawn, family.options, mode, rng.fork('options').fork(mode));
    const { question, answer, wording, scene } = drawn;
    return { family, index, question, answer, options: values, right, wording, scene };
  }
  throw new Error(`internal: puzzle ${family.id}: no instance in ${MAX_DRAWS} draws`);
}
