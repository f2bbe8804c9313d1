/**
 * What the columns of the authors' evaluation files hold (github.com/princeton-pli/VLM_S2H at d3131b4, VLMEvalKit/vlmeval/build_our_data.py, and
 * data_generation/grid_navigation/create_data.py for the grid): the gold answer of each task, and for Grid Navigation the grid itself, which its scorer
 * walks through. Their rows and columns count from 1.
 */
import type { Example } from '../../../tasks/example.ts';
import type { Move } from '../../../tasks/grid-navigation/search.ts';
import { COLUMN_STEP, ROW_STEP } from '../../../tasks/grid-navigation/search.ts';
import type { Cell, GridTruth } from '../../../tasks/grid-navigation/truth.ts';
import type { Profile, TaskId } from '../../../tasks/task.ts';

/** Numbers of the grid column: blank, start and destination; objects follow from 3 on in the order of collection, obstacles are -1, -2, … by kind. */
const [BLANK, START, DESTINATION, FIRST_OBJECT] = [0, 1, 2, 3];

/** Columns by name, in the authors' order, between `index`, `question` and the picture. */
export function evalColumns(task: TaskId, example: Example, profile: Profile): Readonly<Record<string, string>> {
  if (task === 'grid-navigation') return gridColumns(example.truth as GridTruth); // the truth of an example of this task
  return { answer: example.score('', profile).gold };
}

/** The question as their files have it: without the mark of the picture, and without blanks around it. Grid Navigation's keeps them. */
export function evalQuestion(task: TaskId, prompt: string): string {
  const question = prompt.replaceAll('\n<image>', '').replaceAll('<image>', '');
  return task === 'grid-navigation' ? question : question.trim();
}

function gridColumns(truth: GridTruth): Record<string, string> {
  const { start, destination, objects, moves, trace } = truth;
  return {
    num_steps: String(trace.length),
    answer: `[${moves.map(stepOf).join(', ')}]`,
    start_row: String(start.row + 1),
    start_col: String(start.column + 1),
    end_row: String(destination.row + 1),
    end_col: String(destination.column + 1),
    text: gridNumbers(truth),
    collect_objects_coordinates: objects.map(({ row, column }) => `${row + 1}-${column + 1}`).join(':'),
  };
}

/** A tuple of Python. */
function stepOf(move: Move): string {
  return `(${ROW_STEP[move]}, ${COLUMN_STEP[move]})`;
}

/** Each number of a row after a colon, each row with its line break. */
function gridNumbers({ rows, columns, start, destination, obstacles, objects, palette }: GridTruth): string {
  const numbers = Array.from({ length: rows }, () => new Int8Array(columns).fill(BLANK));
  const put = ({ row, column }: Cell, value: number): void => {
    const line = numbers[row];
    if (line === undefined) throw new Error(`internal: no row ${row} in a grid of ${rows}`);
    line[column] = value;
  };
  for (const obstacle of obstacles) put(obstacle, -1 - palette.indexOf(obstacle.kind));
  for (const [i, object] of objects.entries()) put(object, FIRST_OBJECT + i);
  put(start, START);
  put(destination, DESTINATION);
  return numbers.map((line) => `${Array.from(line, (value) => `:${value}`).join('')}\n`).join('');
}
