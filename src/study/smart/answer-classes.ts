/**
 * Classes of a puzzle's answers, from all its rows (spec/smarter-vlm 1.8). As in the reference code the largest answer is looked for in every split, those for testing
 * too: the number of classes tells that much of the test set, in both encodings.
 */
import type { AnswerType, AnswerValue } from '../../tasks/puzzles/puzzle.ts';
import { LABEL_PUZZLES, LETTER_PUZZLES, OPERATION_PUZZLE, SEQUENCES, TIME_PUZZLE } from './catalogue.ts';
import type { Encoding } from './answer-text.ts';

/** Ours: the release's largest are some hundreds; one wrong row must not make a head of a million classes. */
export const MAX_ANSWER = 4999;

/**
 * The kind and the number of classes of a puzzle.
 *
 * Sequences as coded: 27, 6, 6, 27, largest number + 1, 27, where 18 pads with its card 5 and 63 with its largest number. `clean` gives both a class of their own for
 * the pad; the pads of 16, 35, 39 and 100 have one already.
 *
 * @param answers - Of all rows, one or more.
 */
export function answerTypeOf(puzzle: number, answers: readonly AnswerValue[], encoding: Encoding): AnswerType {
  const largest = answers.reduce<number>((most, answer) => Math.max(most, ...[answer].flat()), 0);
  const sequence = SEQUENCES[puzzle];
  if (sequence !== undefined) {
    const top = sequence.top ?? largest;
    const pad = encoding === 'clean' ? Math.max(top + 1, sequence.pad ?? 0) : (sequence.pad ?? top);
    return { kind: 'sequence', classes: Math.max(top, pad) + 1, pad, symbols: sequence.symbols };
  }
  const classes = largest + 1;
  if (puzzle === TIME_PUZZLE) return { kind: 'time', classes };
  if (puzzle === OPERATION_PUZZLE) return { kind: 'operation', classes };
  if (LETTER_PUZZLES.includes(puzzle)) return { kind: 'letter', classes };
  return LABEL_PUZZLES.includes(puzzle) && largest < 5 ? { kind: 'label', classes: 5 } : { kind: 'integer', classes };
}
