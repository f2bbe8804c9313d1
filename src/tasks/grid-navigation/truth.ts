/**
 * What a Grid Navigation example is: the grid, the order of its objects, the trace of the search and the moves. Every form is written from this.
 *
 * Example (spec/s2h 3.9): 8 x 9 squares, start (d, e), destination (g, d), objects club (c, d), then integral (h, d), obstacles all `plus`. The search goes up and left
 * to the club, turns back, goes down to the last row and left to the integral, and up: ten states, ten moves.
 *
 * Generation: spec/s2h 3.2. Attempts are drawn until one is solved in the level's number of steps; the symbols are given afterwards, from a stream of their own.
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { Rng } from '../../lib/rng.ts';
import { SYMBOLS } from '../render/symbols.ts';
import type { Draw } from '../task.ts';
import { drawProblem } from './draw.ts';
import { sizeAt, stepWindow } from './levels.ts';
import type { GridConfig, GridLevel } from './levels.ts';
import { COLUMN_STEP, OBSTACLE, ROW_STEP, searchPath } from './search.ts';
import type { Move, Reason, SearchPath, SearchProblem, SearchState } from './search.ts';

/** 0-based; row 0 is at the top. Outside the grid are -1 and the number of rows or columns. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface GridObstacle extends Cell {
  readonly kind: string;
}

export interface GridObject extends Cell {
  readonly name: string;
}

/** A move that was not taken, or was taken back. */
export interface Rejection {
  readonly move: Move;
  readonly reason: Reason;
  /** `closed`: the kind of obstacle. `future-object`: the object that the text names (a setting). Else ''. */
  readonly name: string;
}

/** One state of the search: `row`, `column` is where it stands. */
export interface TraceState extends Cell {
  /** The object that the move before picked up here, or ''. */
  readonly collected: string;
  readonly rejected: readonly Rejection[];
  /** Null: no move is left, one step back. */
  readonly move: Move | null;
}

/** How the texts write what the authors' texts write oddly (config.ts). */
export interface GridStyle {
  readonly outsideIndex: string;
  readonly failedBranch: string;
}

export interface GridTruth {
  readonly rows: number;
  readonly columns: number;
  readonly start: Cell;
  readonly destination: Cell;
  /** Kinds that an obstacle was drawn from, in the order in which the text lists them; one may be missing in the grid. */
  readonly palette: readonly string[];
  /** Row by row. */
  readonly obstacles: readonly GridObstacle[];
  /** In the order in which they are collected. */
  readonly objects: readonly GridObject[];
  readonly trace: readonly TraceState[];
  readonly moves: readonly Move[];
  readonly style: GridStyle;
}

export const OBJECT_NAMES: readonly string[] = SYMBOLS.filter(({ role }) => role === 'object').map(({ name }) => name);
export const OBSTACLE_KINDS: readonly string[] = SYMBOLS.filter(({ role }) => role === 'obstacle').map(({ name }) => name);

/** Ours: checkConfig lets settings pass that keep 1 grid in 100; so many failures then have a probability of exp(-200). */
const MAX_ATTEMPTS = 20_000;

/** One example of a level. Its size follows from the index (levels.ts). */
export function makeGrid(config: GridConfig, draw: Draw, rng: Rng): GridTruth {
  const { level, index } = draw;
  if (level === 'medium') throw new InputError(fault('grid-navigation', 'level simple or hard', level));
  const { rows, columns, objectCount, paletteSize } = sizeAt(config, level, index);
  const found = drawSolvable(config, level, { rows, columns, objectCount }, rng.fork('grid'));
  const symbols = rng.fork('symbols');
  const palette = symbols.sample(OBSTACLE_KINDS, paletteSize);
  const names = symbols.sample(OBJECT_NAMES, objectCount);
  const kinds = Array.from(found.problem.squares, (square) => (square === OBSTACLE ? (palette[symbols.below(palette.length)] ?? '') : ''));
  return nameGrid(found.problem, found.path, { palette, kinds, names }, config);
}

function drawSolvable(
  config: GridConfig,
  level: GridLevel,
  size: { readonly rows: number; readonly columns: number; readonly objectCount: number },
  rng: Rng,
): { problem: SearchProblem; path: SearchPath } {
  const { rows, columns, objectCount } = size;
  const [min, max] = stepWindow(config, level, rows, columns);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const problem = drawProblem(rows, columns, objectCount, rng);
    if (problem === null) continue;
    const path = searchPath(problem, max);
    if (path !== null && path.states.length >= min) return { problem, path };
  }
  const expected = `a ${rows} x ${columns} grid with ${objectCount} objects and ${min} to ${max} search steps`;
  throw new InputError(fault('grid-navigation', expected, `none in ${MAX_ATTEMPTS} attempts`, 'widen the steps, or set “Steps and size” to by-size'));
}

/** The truth of a solved problem. `kinds` holds the kind of every obstacle, by square. */
export function nameGrid(
  problem: SearchProblem,
  path: SearchPath,
  symbols: { readonly palette: readonly string[]; readonly kinds: readonly string[]; readonly names: readonly string[] },
  style: GridStyle & Pick<GridConfig, 'futureCollectName'>,
): GridTruth {
  const { rows, columns, squares, objects } = problem;
  const { palette, kinds, names } = symbols;
  const rowOf = (square: number): number => Math.floor(square / columns);
  const obstacles: GridObstacle[] = [];
  for (const [square, holds] of squares.entries())
    if (holds === OBSTACLE) obstacles.push({ row: rowOf(square), column: square % columns, kind: kinds[square] ?? '' });

  function nameIn(state: SearchState, move: Move, reason: Reason, target: number): string {
    const to = state.square + ROW_STEP[move] * columns + COLUMN_STEP[move];
    if (reason === 'closed') return kinds[to] ?? '';
    if (reason !== 'future-object') return '';
    // The authors' text names the object that the search is heading for; the square holds another one.
    return names[style.futureCollectName === 'object-in-cell' ? (squares[to] ?? 0) - 1 : target] ?? '';
  }

  return {
    rows,
    columns,
    start: { row: rowOf(problem.start), column: problem.start % columns },
    destination: { row: rowOf(problem.destination), column: problem.destination % columns },
    palette,
    obstacles,
    objects: objects.map((square, i) => ({ row: rowOf(square), column: square % columns, name: names[i] ?? '' })),
    trace: path.states.map((state) => ({
      row: rowOf(state.square),
      column: state.square % columns,
      collected: names[state.collected] ?? '',
      rejected: state.rejected.map(({ move, reason, target }) => ({ move, reason, name: nameIn(state, move, reason, target) })),
      move: state.move,
    })),
    moves: path.moves,
    style: { outsideIndex: style.outsideIndex, failedBranch: style.failedBranch },
  };
}

/** Where a move leads; it may be outside the grid. */
export function cellAfter({ row, column }: Cell, move: Move): Cell {
  return { row: row + ROW_STEP[move], column: column + COLUMN_STEP[move] };
}

export function isInside({ rows, columns }: { readonly rows: number; readonly columns: number }, { row, column }: Cell): boolean {
  return row >= 0 && row < rows && column >= 0 && column < columns;
}

/** What each square shows in the texts, `[rows][columns]`: S, D, O where it is blank, or a name (spec/s2h 3.6). */
export function squareTexts(truth: GridTruth): readonly (readonly string[])[] {
  const texts = Array.from({ length: truth.rows }, () => Array.from({ length: truth.columns }, () => 'O'));
  const put = ({ row, column }: Cell, text: string): void => {
    const line = texts[row];
    if (line !== undefined) line[column] = text;
  };
  for (const obstacle of truth.obstacles) put(obstacle, obstacle.kind);
  for (const object of truth.objects) put(object, object.name);
  put(truth.start, 'S');
  put(truth.destination, 'D');
  return texts;
}
