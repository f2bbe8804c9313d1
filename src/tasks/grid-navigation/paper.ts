/**
 * The `paper` profile: strings to the character of the published formats (spec/s2h 3.6 to 3.8). Rows and columns are letters from the top left. x(t) ends with a line
 * break, and the first character of the lines of a state is a blank.
 */
import type { Modality } from '../task.ts';
import type { Cell, GridTruth, Rejection, TraceState } from './truth.ts';
import { cellAfter, OBJECT_NAMES, OBSTACLE_KINDS, squareTexts } from './truth.ts';

/** First line of an image-via-text response (spec/s2h 3.7). */
export const PAPER_CONVERT =
  'Convert the image into a text version of a table, where cells colored in blue, green are respectively marked as S, D. Blank cells are given by O. ' +
  'Objects and obstacles are mentioned by their names.';

/** First line of the CoT. */
export const COT_OPENING = 'We follow a depth first search, always moving towards the destination.';

/** What precedes the moves; the scorer looks for it. */
export const ANSWER_OPENING = 'Answer: ';

/** The line of a state without moves. */
const RETRACE_LINE = 'No available actions. retrace 1 step';

/** Letters by index + 1. The place before `a` is what the authors' arithmetic on characters gives for index 0. */
const LETTERS = '`abcdefghijklmnopqrstuvwxyz';

const FILLING =
  'The grid is filled up with objects, which you will be asked to recognize and collect, and obstacles, which you should avoid. Possible objects and obstacles are ' +
  `given as follows:\nObjects: ${OBJECT_NAMES.join(', ')}\nObstacles: ${OBSTACLE_KINDS.join(', ')}\n`;

const EXERCISE =
  'Your task is to give a list of actions ( left right up down) each indicating a movement by 1 cell that the traveller needs to follow. The traveller must recognize ' +
  "all objects in the grid, collect them but avoid obstacles in the process. Provide the final answer as 'Answer: [list of actions]'. If no path exists, output " +
  "'Answer: No path exists'.";

const QUESTIONS: Readonly<Record<Modality, string>> = {
  text:
    `The table above shows a 2 dimensional grid. ${FILLING}Cells that don't contain any object or obstacle are marked by O. ` +
    `A traveller starts at the source (marked as S) and wishes to go to the destination (marked as D). ${EXERCISE}`,
  image:
    `The image shows a 2 dimensional grid. ${FILLING}Cells that don't contain any object or obstacle are left blank. ` +
    `A traveller starts at the source (colored in blue) and wishes to go to the destination (colored in green). ${EXERCISE}`,
};

/** The letter of a row or column; index -1 is the one before the first. */
export function letterOf(index: number): string {
  return LETTERS[index + 1] ?? '';
}

/** x(t): one line for the letters of the columns, then one for each row. */
export function paperText(truth: GridTruth): string {
  const letters = Array.from({ length: truth.columns }, (_, column) => letterOf(column));
  const lines = squareTexts(truth).map((texts, row) => ` ${letterOf(row)} & ${texts.join(' & ')}\n`);
  return ` & ${letters.join(' & ')}\n${lines.join('')}`;
}

/** The question, which names every possible symbol but not those of this grid. */
export function paperQuestion(_truth: GridTruth, modality: Modality): string {
  return QUESTIONS[modality];
}

/** CoT(x), line by line as `cotLines` gives it. */
export function paperCot(truth: GridTruth): string {
  return cotLines(truth)
    .map(({ text }) => text)
    .join('\n');
}

/** f(x). */
export function paperAnswer(truth: GridTruth): string {
  return ANSWER_OPENING + truth.moves.join(' ');
}

/** The lines of the CoT, each with the squares it speaks of (those outside the grid too). */
export function cotLines(truth: GridTruth): readonly { readonly text: string; readonly cells: readonly Cell[] }[] {
  const { start, destination, objects, obstacles, palette, style } = truth;
  const at = ({ row, column }: Cell): string => [row, column].map((i) => (i === -1 && style.outsideIndex === 'zero' ? '0' : letterOf(i))).join(', ');
  const lines: { text: string; cells: readonly Cell[] }[] = [
    { text: COT_OPENING, cells: [] },
    { text: `Source:( ${at(start)}) Destination:( ${at(destination)})`, cells: [start, destination] },
    { text: `Collect objects:${objects.map((object) => ` ${object.name}( ${at(object)})`).join('')}`, cells: objects },
    { text: `Avoid ${palette.join(' ')}`, cells: obstacles },
  ];
  for (const state of truth.trace) {
    lines.push({ text: ` ${at(state)}:${state.collected === '' ? '' : ` Collect ${state.collected}`}`, cells: [state] });
    for (const rejection of state.rejected) {
      const cell = cellAfter(state, rejection.move);
      lines.push({ text: ` ${rejection.move}: ${at(cell)} ${reasonText(rejection, truth)}`, cells: [cell] });
    }
    lines.push(lastLine(state, at));
  }
  return lines;
}

function lastLine(state: TraceState, at: (cell: Cell) => string): { text: string; cells: readonly Cell[] } {
  if (state.move === null) return { text: RETRACE_LINE, cells: [state] };
  const cell = cellAfter(state, state.move);
  return { text: ` ${state.move}: ${at(cell)} okay`, cells: [cell] };
}

function reasonText({ reason, name }: Rejection, { style }: GridTruth): string {
  switch (reason) {
    case 'outside':
    case 'visited':
      return reason;
    case 'closed':
      return `closed( ${name})`;
    case 'future-object':
      return `future-collect ( ${name})`;
    case 'future-destination':
      return 'future-collect (destination)';
    case 'blocked':
      return style.failedBranch;
    default:
      return reason satisfies never;
  }
}
