/**
 * What a puzzle family is (SMART-101: one root puzzle, thousands of instances): a new family is one file that calls `family`. Source of the families, classes and option styles:
 * spec/smarter-vlm 4; the pictures, wordings and draws are ours, since the data set's generators were never published.
 */
import type { Rng } from '../../lib/rng.ts';
import type { Scene } from '../render/scene.ts';

/** The eight skills of the paper, and the class `order` that belongs to none. */
export const SKILLS = ['counting', 'math', 'logic', 'path', 'algebra', 'measure', 'spatial', 'pattern', 'order'] as const;
export type Skill = (typeof SKILLS)[number];

/** A class index; of a sequence puzzle one index per symbol, padding left out. */
export type AnswerValue = number | readonly number[];

/**
 * What an answer is. `classes` is fixed per family, so that heads of a model do not depend on a draw.
 *
 * - `integer`: the number itself, 0 to classes - 1, written with `unit` after it where there is one.
 * - `label`: a letter A to E in the picture. `letter`: any letter, A = 0.
 * - `time`: an hour, 1 to 24. `operation`: 10 * (1 plus, 2 minus, 3 times, 4 divided by) + digit.
 * - `sequence`: symbols, letters or numbers; `pad` is the class of the steps after the end.
 */
export type AnswerType =
  | { readonly kind: 'integer'; readonly classes: number; readonly unit?: string }
  | { readonly kind: 'label'; readonly classes: 5 }
  | { readonly kind: 'letter' | 'time' | 'operation'; readonly classes: number }
  | { readonly kind: 'sequence'; readonly classes: number; readonly pad: number; readonly symbols: 'letters' | 'numbers' };

/** How the four wrong options are made; see options.ts. */
export type OptionStyle =
  | { readonly kind: 'near'; readonly minimum: number; readonly step?: number }
  | { readonly kind: 'wide'; readonly minimum: number }
  | { readonly kind: 'label' }
  | { readonly kind: 'own' };

/** A family as its file states it. `Facts` is all that an instance is; everything else is a pure function of it. */
export interface FamilyDefinition<Facts extends object> {
  /** Root puzzle of SMART-101, 1 to 101. */
  readonly id: number;
  /** Two to four words, for people. */
  readonly name: string;
  readonly skill: Skill;
  readonly answer: AnswerType;
  readonly options: OptionStyle;
  /** Facts of an instance with one right answer; null when this draw has none or several: then another is drawn. */
  draw(rng: Rng): Facts | null;
  answerOf(facts: Facts): AnswerValue;
  /** The picture: 224 x 224 px, all that matters between 16 and 208. Its title and description must not give the answer away. */
  scene(facts: Facts): Scene;
  /** Wordings, three or more, all asking the same. */
  readonly questions: readonly ((facts: Facts) => string)[];
  /** Of style `own`: the four wrong answers, distinct and wrong. */
  readonly wrong?: (facts: Facts, rng: Rng) => readonly AnswerValue[];
}

/** A family whose kind of facts only its own file knows. */
export interface PuzzleFamily extends Omit<FamilyDefinition<object>, 'draw' | 'answerOf' | 'scene' | 'questions' | 'wrong'> {
  /** How many wordings there are. */
  readonly wordings: number;
  /** Null: this draw is rejected. */
  make(rng: Rng): DrawnPuzzle | null;
}

/** What a family says of one instance. */
export interface DrawnPuzzle {
  /** Which wording is used. */
  readonly wording: number;
  readonly question: string;
  readonly answer: AnswerValue;
  /** Of style `own`. */
  readonly wrong: readonly AnswerValue[] | null;
  /** Drawn when asked for: text alone needs no picture. */
  readonly scene: () => Scene;
}

/** Binds a family's parts. */
export function family<Facts extends object>(definition: FamilyDefinition<Facts>): PuzzleFamily {
  const { id, name, skill, answer, options, questions } = definition;
  return {
    ...{ id, name, skill, answer, options },
    wordings: questions.length,
    make(rng) {
      const facts = definition.draw(rng.fork('facts'));
      if (facts === null) return null;
      const wording = rng.fork('wording').below(questions.length);
      const ask = questions[wording];
      if (ask === undefined) throw new Error(`internal: puzzle ${id} has no wordings`);
      return {
        ...{ wording, question: ask(facts), answer: definition.answerOf(facts) },
        wrong: definition.wrong?.(facts, rng.fork('wrong')) ?? null,
        scene: () => definition.scene(facts),
      };
    },
  };
}
