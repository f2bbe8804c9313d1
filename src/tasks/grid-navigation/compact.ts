/**
 * The `compact` profile: the content of the paper's forms in one token per square, index and move, for models that train in minutes from scratch. Lossless against the
 * truth (a parser in the tests proves it). All of it is ours; spec/s2h has no such form.
 *
 *   x(t)      grid c1 c2 c3 ⏎ r1 S O star ⏎ r2 plus D O ⏎
 *   question  navigate
 *   CoT       source r1 c1 destination r2 c2 ⏎ collect star r1 c3 ⏎ avoid plus ⏎
 *             r1 c1 right r1 c2 okay ⏎ r1 c2 right r1 c3 okay ⏎ r1 c3 collect star down r2 c3 okay ⏎ r2 c3 left r2 c2 okay ⏎
 *   answer    answer right right down left
 *
 * (⏎ is the token `\n`.) One line per state: where it stands, then each move with the square it leads to and what is there. `closed plus`, `future-collect star`,
 * `future-collect destination`, `visited` and `outside` reject it, `okay` takes it, and a line that ends with `retrace` goes one step back. Rows and columns are
 * 1-based; r0 and c0 and the one after the last lie outside.
 */
import { token } from '../compact-token.ts';
import type { CompactToken } from '../task.ts';
import { MAX_SIDE } from './levels.ts';
import type { Move } from './search.ts';
import { COLUMN_STEP, MOVES, ROW_STEP } from './search.ts';
import type { Cell, GridTruth, Rejection, TraceState } from './truth.ts';
import { cellAfter, OBJECT_NAMES, OBSTACLE_KINDS, squareTexts } from './truth.ts';

/** Side of a patch in pixels: one patch per square (as the tables). */
export const PATCH_PX = 16;

const INDICES = Array.from({ length: MAX_SIDE + 2 }, (_, i) => i);

/** Every token of this task in a fixed order: ids follow from it, so only append. */
export const GRID_VOCABULARY: readonly string[] = [
  ...['grid', 'navigate', 'convert', 'source', 'destination', 'collect', 'avoid', 'answer', '\n'],
  ...INDICES.map((i) => `r${i}`),
  ...INDICES.map((i) => `c${i}`),
  ...['S', 'D', 'O'],
  ...OBJECT_NAMES,
  ...OBSTACLE_KINDS,
  ...MOVES,
  ...['outside', 'visited', 'closed', 'future-collect', 'blocked', 'okay', 'retrace'],
];

// Tokens without a place are shared: a HARD response has some 600 of them.
const ROWS = INDICES.map((i) => token(`r${i}`, 'index'));
const COLUMNS = INDICES.map((i) => token(`c${i}`, 'index'));
const MOVE: Readonly<Record<Move, CompactToken>> = {
  up: token('up', 'move'),
  down: token('down', 'move'),
  left: token('left', 'move'),
  right: token('right', 'move'),
};
const SYMBOL: ReadonlyMap<string, CompactToken> = new Map([...OBJECT_NAMES, ...OBSTACLE_KINDS].map((name) => [name, token(name, 'symbol')]));
const LINE_END = token('\n', 'format');
const SOURCE = token('source', 'format');
const DESTINATION = token('destination', 'format');
const COLLECT = token('collect', 'format');
const AVOID = token('avoid', 'format');
const OUTSIDE = token('outside', 'reason');
const VISITED = token('visited', 'reason');
const BLOCKED = token('blocked', 'reason');
const CLOSED = token('closed', 'reason');
const FUTURE = token('future-collect', 'reason');
const OKAY = token('okay', 'reason');
const RETRACE = token('retrace', 'reason');
/** In `future-collect destination` the word stands for what is in a square. */
const DESTINATION_SQUARE = token('destination', 'symbol');

export const COMPACT_CONVERT: readonly CompactToken[] = [token('convert', 'format')];

/**
 * x(t), each token with its place in the grid as a prompt shows it: line 1 is the header, column 1 the row indices (and `grid`), the newline stands one past the last
 * column.
 */
export function compactText(truth: GridTruth): readonly CompactToken[] {
  const tokens: CompactToken[] = [];
  // Header and body alike: a first token, one for each column, the line break.
  const writeLine = (line: number, first: string, texts: readonly string[]): void => {
    tokens.push(token(first, 'table', line, 1));
    for (const [column, text] of texts.entries()) tokens.push(token(text, 'table', line, column + 2));
    tokens.push(token('\n', 'table', line, truth.columns + 2));
  };
  writeLine(1, 'grid', columnNames(truth));
  for (const [row, texts] of squareTexts(truth).entries()) writeLine(row + 2, `r${row + 1}`, texts);
  return tokens;
}

function columnNames({ columns }: GridTruth): string[] {
  return Array.from({ length: columns }, (_, column) => `c${column + 1}`);
}

/** The same for text and image, and for every grid: what is asked is in the picture. */
export function compactQuestion(): readonly CompactToken[] {
  return QUESTION;
}

const QUESTION = [token('navigate', 'format')];

export function compactCot(truth: GridTruth): readonly CompactToken[] {
  const tokens: CompactToken[] = [];
  writeCot(truth, tokens, null);
  return tokens;
}

/** One line of the CoT: its tokens from..to (the line break included), and the squares it speaks of, those outside the grid too. */
export interface CotLine {
  readonly from: number;
  readonly to: number;
  readonly cells: readonly Cell[];
}

/** Where the lines of `compactCot` lie, and what they speak of: a state of the square it stands on, then of those it tries. */
export function compactCotLines(truth: GridTruth): readonly CotLine[] {
  const lines: CotLine[] = [];
  writeCot(truth, [], lines);
  return lines;
}

function writeCot(truth: GridTruth, tokens: CompactToken[], lines: CotLine[] | null): void {
  const { start, destination, objects, obstacles, palette, style } = truth;
  let from = 0;
  const endLine = (cells: () => readonly Cell[]): void => {
    tokens.push(LINE_END);
    lines?.push({ from, to: tokens.length, cells: cells() });
    from = tokens.length;
  };

  tokens.push(SOURCE);
  writePlace(tokens, start.row, start.column);
  tokens.push(DESTINATION);
  writePlace(tokens, destination.row, destination.column);
  endLine(() => [start, destination]);
  tokens.push(COLLECT);
  for (const { name, row, column } of objects) {
    tokens.push(symbol(name));
    writePlace(tokens, row, column);
  }
  endLine(() => objects);
  tokens.push(AVOID, ...palette.map(symbol));
  endLine(() => obstacles);
  for (const state of truth.trace) {
    writeState(tokens, state, style.failedBranch);
    endLine(() => [state, ...triedCells(state)]);
  }
}

function writeState(tokens: CompactToken[], state: TraceState, failedBranch: string): void {
  const { row, column, collected, rejected, move } = state;
  writePlace(tokens, row, column);
  if (collected !== '') tokens.push(COLLECT, symbol(collected));
  for (const rejection of rejected) {
    writeMove(tokens, state, rejection.move);
    writeReason(tokens, rejection, failedBranch);
  }
  if (move === null) {
    tokens.push(RETRACE);
  } else {
    writeMove(tokens, state, move);
    tokens.push(OKAY);
  }
}

function triedCells(state: TraceState): Cell[] {
  const moves = state.rejected.map(({ move }) => move);
  if (state.move !== null) moves.push(state.move);
  return moves.map((move) => cellAfter(state, move));
}

/** A move and the square it leads to. */
function writeMove(tokens: CompactToken[], { row, column }: Cell, move: Move): void {
  tokens.push(MOVE[move]);
  writePlace(tokens, row + ROW_STEP[move], column + COLUMN_STEP[move]);
}

function writeReason(tokens: CompactToken[], { reason, name }: Rejection, failedBranch: string): void {
  switch (reason) {
    case 'outside':
      tokens.push(OUTSIDE);
      break;
    case 'visited':
      tokens.push(VISITED);
      break;
    case 'closed':
      tokens.push(CLOSED, symbol(name));
      break;
    case 'future-object':
      tokens.push(FUTURE, symbol(name));
      break;
    case 'future-destination':
      tokens.push(FUTURE, DESTINATION_SQUARE);
      break;
    case 'blocked':
      tokens.push(failedBranch === 'blocked' ? BLOCKED : VISITED);
      break;
    default:
      reason satisfies never;
  }
}

/** The moves. */
export function compactAnswer(truth: GridTruth): readonly CompactToken[] {
  return [token('answer', 'format'), ...truth.moves.map((move) => MOVE[move])];
}

/** Patches of the picture: the grid with its indices above and on the left. */
export function compactGrid({ rows, columns }: GridTruth): { readonly rows: number; readonly columns: number } {
  return { rows: rows + 1, columns: columns + 1 };
}

/** The token each patch shows, row-major: as in x(t), also `O` for a blank square; only the corner shows nothing. */
export function compactPatchTokens(truth: GridTruth): readonly string[] {
  return ['<blank>', ...columnNames(truth), ...squareTexts(truth).flatMap((texts, row) => [`r${row + 1}`, ...texts])];
}

/** What each patch shows in words, row-major. */
export function compactPatchNames(truth: GridTruth): readonly string[] {
  return [
    '',
    ...Array.from({ length: truth.columns }, (_, column) => `column ${column + 1}`),
    ...squareTexts(truth).flatMap((texts, row) => [
      `row ${row + 1}`,
      ...texts.map((text, column) => `row ${row + 1}, column ${column + 1}: ${wordsOf(text)}`),
    ]),
  ];
}

/** A square's text in words. */
export function wordsOf(text: string): string {
  return text === 'S' ? 'start' : text === 'D' ? 'destination' : text === 'O' ? 'blank' : text;
}

function writePlace(tokens: CompactToken[], row: number, column: number): void {
  const [rowToken, columnToken] = [ROWS[row + 1], COLUMNS[column + 1]];
  if (rowToken === undefined || columnToken === undefined) throw new Error(`internal: writePlace: no token for row ${row}, column ${column}`);
  tokens.push(rowToken, columnToken);
}

function symbol(name: string): CompactToken {
  const found = SYMBOL.get(name);
  if (found === undefined) throw new Error(`internal: symbol: no token for ${JSON.stringify(name)}`);
  return found;
}
