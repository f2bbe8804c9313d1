/** One puzzle to train or test on, of our own families or of SMART-101: what both worlds have in common, and sets of them. */
import type { AnswerType, Skill } from '../../tasks/puzzles/puzzle.ts';
import type { SplitName } from './splits.ts';

export interface PuzzleItem {
  readonly source: 'own' | 'smart';
  /** Root puzzle, 1 to 101. */
  readonly puzzle: number;
  /** Instance of an own family, or position in the rows of a puzzle's CSV; from 0. */
  readonly index: number;
  readonly skill: Skill;
  readonly question: string;
  /** Five, A to E. */
  readonly options: readonly string[];
  /** Place of the right option, 0 to 4. */
  readonly right: number;
  /** Targets of the model: one class, or SEQUENCE_STEPS of them, padded. */
  readonly classes: readonly number[];
  /** The same of each option, for the accuracy among the five; not bounded by the number of classes. Null: an option that is no answer of this puzzle. */
  readonly optionClasses: readonly (readonly number[] | null)[];
  /** RGB, `[224, 224, 3]`, made anew at each call; the caller owns it. Of SMART-101 it reads a file: InputError where that is missing or damaged. */
  readonly image: () => Promise<Uint8Array>;
  /** Names what is in the picture without making it: another picture has another name. Of SMART-101 it reads the file, as `image`. */
  readonly content: () => Promise<string>;
}

/** What the decoder of a puzzle has to give. */
export interface PuzzleHead {
  readonly puzzle: number;
  readonly skill: Skill;
  readonly answer: AnswerType;
}

export interface ItemSet {
  readonly heads: readonly PuzzleHead[];
  readonly sizes: Readonly<Record<SplitName, number>>;
  /** Item 0 to sizes[split] - 1, puzzle by puzzle; made when asked for. Throws RangeError beyond. */
  at(split: SplitName, item: number): PuzzleItem;
}
