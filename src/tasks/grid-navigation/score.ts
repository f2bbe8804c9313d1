/**
 * Is the answer a path (spec/s2h 3.10)? Facts from the authors' evaluator (github.com/princeton-pli/VLM_S2H at d3131b4, VLMEvalKit/vlmeval/evaluate/OurEval.py): the gold
 * moves are right, and so is any other walk that collects all objects and enters no obstacle; reaching the destination ends it.
 *
 * Two rules of ours are stricter, as spec/s2h recommends. A step outside the grid fails: the authors' code lets a walk stand at index 0, and reads the last row or column
 * there. And an answer without its marker is no answer: the authors' code then reads the whole text. The `authors` rule does as they do; failures.ts
 * reports its rate beside ours.
 */
import type { Profile, Score } from '../task.ts';
import { ANSWER_OPENING } from './paper.ts';
import type { Move } from './search.ts';
import { COLUMN_STEP, MOVES, ROW_STEP } from './search.ts';
import type { Cell } from './truth.ts';
import { isInside } from './truth.ts';

/** What answers are scored against: the squares that matter, and one right list of moves. */
export interface GridReference {
  readonly rows: number;
  readonly columns: number;
  readonly start: Cell;
  readonly destination: Cell;
  /** Squares of obstacles, row by row. */
  readonly obstacles: readonly Cell[];
  readonly objects: readonly Cell[];
  /** Empty only in foreign data, where no path exists. */
  readonly gold: readonly Move[];
}

export type GridRule = 'strict' | 'authors';

/** A walk by the moves of an answer, past objects and obstacles, up to the destination, the edge of the grid, or the last move. */
export interface Walk {
  readonly hasArrived: boolean;
  readonly hasLeftGrid: boolean;
  /** Different objects walked over. */
  readonly collected: number;
  /** Steps onto obstacles. */
  readonly obstacles: number;
  /** Moves before the first one onto an obstacle or out of the grid. */
  readonly legalMoves: number;
}

const NO_PATH = 'No path exists';

/** Scores a whole assistant turn (without special tokens) of any record kind. */
export function scoreGrid(reference: GridReference, response: string, profile: Profile, rule: GridRule = 'strict'): Score {
  const moves = movesIn(response, profile, rule);
  const gold = reference.gold.join(' ');
  const prediction = moves.join(' ');
  const exactMatch =
    reference.gold.length === 0
      ? isRightToRefuse(moves, response, rule)
      : moves.length > 0 && (prediction === gold || isPath(reference, moves, rule));
  return { correct: exactMatch, exactMatch, cotExactMatch: null, gold, prediction, cotPrediction: null };
}

/** The moves after the last marker; empty when anything else stands there. */
export function movesIn(response: string, profile: Profile, rule: GridRule = 'strict'): readonly Move[] {
  const list = profile === 'paper' ? paperAnswerOf(response, rule) : compactAnswerOf(response);
  if (list === null) return [];
  const words = list.split(' ').map((word) => word.trim());
  return words.every(isMove) ? words : [];
}

function paperAnswerOf(response: string, rule: GridRule): string | null {
  const at = response.lastIndexOf(ANSWER_OPENING);
  if (at === -1) return rule === 'authors' ? response.trim() : null;
  return response.slice(at + ANSWER_OPENING.length).trim();
}

function compactAnswerOf(response: string): string | null {
  const words = response.split(' ');
  const at = words.lastIndexOf('answer');
  return at === -1 ? null : words.slice(at + 1).join(' ');
}

function isMove(word: string): word is Move {
  return (MOVES as readonly string[]).includes(word);
}

/** Ours: where there is no path, it must be said; the authors' code takes any answer that is not a list of moves. */
function isRightToRefuse(moves: readonly Move[], response: string, rule: GridRule): boolean {
  return moves.length === 0 && (rule === 'authors' || paperAnswerOf(response, rule) === NO_PATH);
}

function isPath(reference: GridReference, moves: readonly Move[], rule: GridRule): boolean {
  if (rule === 'authors') return isPathOfAuthors(reference, moves);
  const walk = walkAlong(reference, moves);
  return walk.hasArrived && walk.obstacles === 0 && walk.collected === reference.objects.length;
}

export function walkAlong(reference: GridReference, moves: readonly Move[]): Walk {
  const { columns, destination } = reference;
  const obstacles = new Set(reference.obstacles.map(({ row, column }) => row * columns + column));
  const objects = new Set(reference.objects.map(({ row, column }) => row * columns + column));
  const collected = new Set<number>();
  let { row, column } = reference.start;
  let entered = 0;
  let legalMoves: number | null = null;
  const walkUpTo = (steps: number, hasArrived: boolean, hasLeftGrid: boolean): Walk => {
    return { hasArrived, hasLeftGrid, collected: collected.size, obstacles: entered, legalMoves: legalMoves ?? steps };
  };
  for (const [step, move] of moves.entries()) {
    row += ROW_STEP[move];
    column += COLUMN_STEP[move];
    if (!isInside(reference, { row, column })) return walkUpTo(step, false, true);
    const square = row * columns + column;
    if (objects.has(square)) collected.add(square);
    if (row === destination.row && column === destination.column) return walkUpTo(step + 1, true, false);
    if (obstacles.has(square)) {
      entered += 1;
      legalMoves ??= step;
    }
  }
  return walkUpTo(moves.length, false, false);
}

/**
 * The authors' verdict on moves that are not the gold ones. They count from 1 and look squares up with index - 1, so that index 0 reads the last row or column; only
 * index -1 and indices past the last end the walk.
 */
function isPathOfAuthors(reference: GridReference, moves: readonly Move[]): boolean {
  const { rows, columns, start, destination, obstacles, objects } = reference;
  const isAt = (cell: Cell, row: number, column: number): boolean => cell.row + 1 === row && cell.column + 1 === column;
  const collected = new Set<Cell>();
  let [row, column] = [start.row + 1, start.column + 1];
  for (let step = 0; ; step++) {
    for (const object of objects) if (isAt(object, row, column)) collected.add(object);
    if (isAt(destination, row, column)) return collected.size === objects.length;
    if (row > rows || column > columns || row < 0 || column < 0) return false;
    const [seenRow, seenColumn] = [row === 0 ? rows : row, column === 0 ? columns : column];
    if (obstacles.some((cell) => isAt(cell, seenRow, seenColumn))) return false;
    const move = moves[step];
    if (move === undefined) return false;
    row += ROW_STEP[move];
    column += COLUMN_STEP[move];
  }
}
