/**
 * SMART-101 as its authors list it: skills by root puzzle (SMART_info_v2.csv), kinds of answers and puzzle splits. Source: spec/smarter-vlm 1.8, 4.1; the SMART
 * reference code at 4352dc3 (globvars, utils).
 */
import type { Skill } from '../../tasks/puzzles/puzzle.ts';

export const PUZZLE_COUNT = 101;

const IDS_OF_SKILL: Readonly<Record<Skill, readonly number[]>> = {
  counting: [2, 3, 4, 5, 8, 13, 14, 23, 24, 29, 33, 34, 36, 41, 42, 45, 50, 52, 53, 57, 60, 79, 80, 89, 97, 99],
  math: [6, 11, 30, 31, 38, 43, 46, 58, 59, 67, 71, 88, 90, 98],
  logic: [40, 56, 62, 64, 74, 81, 87, 91, 100],
  path: [1, 16, 19, 32, 35, 37, 39, 48, 54, 65, 66, 73],
  algebra: [7, 9, 10, 12, 15, 27, 28, 47, 49, 61, 63, 72, 76, 85, 101],
  measure: [20, 21, 22, 25, 26, 92, 93, 94],
  spatial: [17, 44, 55, 68, 69, 70, 75, 95, 96],
  pattern: [77, 78, 83, 84, 86],
  order: [18, 51, 82],
};

/** Skill of every root puzzle, 1 to 101. */
export const SKILL_OF: ReadonlyMap<number, Skill> = new Map(
  Object.entries(IDS_OF_SKILL).flatMap(([skill, ids]) => ids.map((id) => [id, skill as Skill] as const)), // its keys are skills
);

export const ICON_PUZZLE = 1;
export const TIME_PUZZLE = 25;
export const OPERATION_PUZZLE = 58;

/** Options are the letters A to E of the picture. */
export const LABEL_PUZZLES: readonly number[] = [24, 44, 51, 66, 68, 69, 70, 73, 77, 82, 83, 84, 95];
/** The answer is a letter of the alphabet. */
export const LETTER_PUZZLES: readonly number[] = [32, 98];

/** How a sequence is written, and its classes and pad in the reference code; null: by the largest number that occurs. */
export interface SequenceKind {
  readonly symbols: 'letters' | 'numbers';
  /** `list`: 1, 2 and 3. `dashes`: 1-2-3. `word`: ABC. */
  readonly form: 'list' | 'dashes' | 'word';
  readonly pad: number | null;
  /** Symbols 0 to `top`; of 18 the pad is its top card too. */
  readonly top: number | null;
}

export const SEQUENCES: Readonly<Partial<Record<number, SequenceKind>>> = {
  16: { symbols: 'numbers', form: 'list', pad: 26, top: 25 },
  18: { symbols: 'numbers', form: 'dashes', pad: 5, top: 5 },
  35: { symbols: 'letters', form: 'list', pad: 5, top: 4 },
  39: { symbols: 'letters', form: 'word', pad: 26, top: 25 },
  63: { symbols: 'numbers', form: 'list', pad: null, top: null },
  100: { symbols: 'letters', form: 'word', pad: 26, top: 25 },
};

/** Root puzzles of the puzzle split that are for validation and for testing; the other 77 are for training. */
export const PUZZLE_SPLIT_VAL: readonly number[] = [7, 43, 64];
export const PUZZLE_SPLIT_TEST: readonly number[] = [61, 62, 65, 66, 67, 69, 70, 71, 72, 73, 74, 75, 76, 77, 94, 95, 96, 97, 98, 99, 101];

/** Columns of every puzzle's CSV. `id` and `Note` are not needed to read it. */
export const COLUMNS = ['id', 'Question', 'image', 'A', 'B', 'C', 'D', 'E', 'Answer', 'Note'] as const;
export const NEEDED_COLUMNS = ['Question', 'image', 'A', 'B', 'C', 'D', 'E', 'Answer'] as const;
export const LETTERS = ['A', 'B', 'C', 'D', 'E'] as const;
