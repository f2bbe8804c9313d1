/**
 * Exercises of the base curriculum, made of the tokens of a record. Ours; a PyTorch pilot of this very model measured what each is for:
 *
 * - `drill`: the CoT lines alone, of uniformly random cells with nothing marked. A line is `r3 c2 AlW Mar 7 \n`; the indices cannot be known, so they
 *   do not count, and index -> name -> value is looked up three times a line. Far the cheapest way to these look-ups: 24 k rows up to 5 x 10.
 * - `names`: `AlW r3 Mar c2 \n` for each cell; the indices count. Name -> index is the first step of every path and does not come from paths alone.
 * - `walk`: the CoT lines of a path of any length that no mark shows, and that they end there, without the answer: which cell comes next and which is the
 *   last, past the longest SIMPLE path too. Without the end a model of SIMPLE paths stops at their greatest length, whatever the question.
 * - `questions`: `path AlW Mar to AlW Mar <assistant> r3 c2 AlW Mar 7 \n` for each cell, many questions over one table.
 */
import type { CompactRecord } from '../tasks/records.ts';
import type { CompactToken, TokenKind } from '../tasks/task.ts';

export const EXERCISES = ['drill', 'names', 'questions', 'walk'] as const;
export type Exercise = (typeof EXERCISES)[number];

/** A token behind what is given; the loss counts it or not. */
export interface ExerciseToken {
  readonly text: string;
  readonly kind: TokenKind;
  readonly isCounted: boolean;
}

/** The five tokens of a CoT line; its newline follows. */
interface Line {
  readonly row: CompactToken;
  readonly column: CompactToken;
  readonly rowName: CompactToken;
  readonly columnName: CompactToken;
  readonly value: CompactToken;
}

const LINE_TOKENS = 6;

/**
 * The tokens of an exercise.
 *
 * @param record - A record whose CoT lines are the cells of the exercise.
 * @returns `given`: what the prompt shows, with its places in the grid (x(t) of a text record; nothing of an image record); `rest`: all that follows.
 */
export function exerciseTokens(record: CompactRecord, exercise: Exercise): { given: readonly CompactToken[]; rest: readonly ExerciseToken[] } {
  const question = record.prompt.findIndex(({ text }) => text === 'path');
  if (question < 0) throw new Error('internal: a prompt without a question');
  const given = record.prompt.slice(0, question);
  switch (exercise) {
    case 'drill':
    case 'walk': {
      const isWalk = exercise === 'walk';
      const asked = [...record.prompt.slice(question).map(uncounted), format('<assistant>', false)];
      const lines = untilAnswer(record.response).map((token) => ({ ...bare(token), isCounted: isWalk || token.kind !== 'index' }));
      return { given, rest: [...asked, ...lines, ...(isWalk ? [format('total', true)] : [])] };
    }
    case 'names':
      return {
        given,
        rest: linesOf(record.response).flatMap((line) => [
          uncounted(line.rowName),
          counted(line.row),
          uncounted(line.columnName),
          counted(line.column),
          format('\n', false),
        ]),
      };
    case 'questions':
      return {
        given,
        rest: linesOf(record.response).flatMap((line) => [
          format('path', false),
          ...[line.rowName, line.columnName].map(uncounted),
          format('to', false),
          ...[line.rowName, line.columnName].map(uncounted),
          format('<assistant>', false),
          ...[line.row, line.column, line.rowName, line.columnName, line.value].map(counted),
          format('\n', true),
        ]),
      };
    default:
      exercise satisfies never;
      throw new Error(`internal: no exercise ${String(exercise)}`);
  }
}

/** The response up to the answer, which begins with `total`: the conversion, if any, and the CoT lines. */
function untilAnswer(response: readonly CompactToken[]): readonly CompactToken[] {
  const end = response.findIndex(({ text }) => text === 'total');
  if (end < 0) throw new Error('internal: a response without an answer');
  return response.slice(0, end);
}

function linesOf(response: readonly CompactToken[]): Line[] {
  const tokens = untilAnswer(response);
  const lines: Line[] = [];
  for (let start = 0; start < tokens.length; start += LINE_TOKENS) {
    const [row, column, rowName, columnName, value] = tokens.slice(start, start + LINE_TOKENS);
    if (row?.kind !== 'index' || column?.kind !== 'index' || rowName === undefined || columnName === undefined || value?.kind !== 'value') {
      throw new Error('internal: a CoT line that is not row index, column index, row name, column name, value');
    }
    lines.push({ row, column, rowName, columnName, value });
  }
  return lines;
}

function bare({ text, kind }: CompactToken): { text: string; kind: TokenKind } {
  return { text, kind };
}

function counted(token: CompactToken): ExerciseToken {
  return { ...bare(token), isCounted: true };
}

function uncounted(token: CompactToken): ExerciseToken {
  return { ...bare(token), isCounted: false };
}

function format(text: string, isCounted: boolean): ExerciseToken {
  return { text, kind: 'format', isCounted };
}
