/**
 * The depth-first search whose trace is the CoT of Grid Navigation (spec/s2h 3.3; authors' code: data_generation/grid_navigation/create_data.py at d3131b4). It is the
 * authors' search move by move, with its order of moves and its quirks, because the trace is what models are trained on:
 *
 * - Objects are collected in a fixed order. Until its turn, a later object is as closed as a wall, and so is the destination.
 * - Moves are tried by L1 distance to the current target, then by squared Euclidean distance, then up, down, left, right.
 * - Picking an object up forgets all visited cells.
 * - The square from which an object was picked up keeps the new count and the new visited cells even when that branch fails. (No path that is found shows this: in 111,022
 *   solved grids of all sizes every path collected all objects.)
 *
 * Squares are numbers here (row * columns + column), and nothing has a name yet: symbols are given to the grids that are kept.
 */

/** In the order in which equally good moves are tried. */
export const MOVES = ['up', 'down', 'left', 'right'] as const;
export type Move = (typeof MOVES)[number];

export const ROW_STEP: Readonly<Record<Move, number>> = { up: -1, down: 1, left: 0, right: 0 };
export const COLUMN_STEP: Readonly<Record<Move, number>> = { up: 0, down: 0, left: -1, right: 1 };

/** Why a move is not taken. `blocked`: it was taken, and the search came back. */
const REASONS = ['outside', 'visited', 'closed', 'future-object', 'future-destination', 'blocked'] as const;
export type Reason = (typeof REASONS)[number];

/** What a square holds: nothing (also start and destination), an obstacle, or from 1 on the object that is collected in this place. */
export const FREE = 0;
export const OBSTACLE = -1;

export interface SearchProblem {
  readonly rows: number;
  readonly columns: number;
  readonly start: number;
  readonly destination: number;
  /** Row-major: FREE, OBSTACLE, or 1 + the object's place in `objects`. */
  readonly squares: Int8Array;
  /** Squares of the objects in the order in which they are collected; all different. */
  readonly objects: readonly number[];
}

export interface SearchRejection {
  readonly move: Move;
  readonly reason: Reason;
  /** Place of the object that the search is heading for, or the number of objects when it is the destination. */
  readonly target: number;
}

/** One state: a move is taken (`move`), or none is left and the search goes back one step (null). */
export interface SearchState {
  readonly square: number;
  /** Place of the object that the move before this state picked up; -1 if none. */
  readonly collected: number;
  /** All moves rejected at this square so far, also those that an earlier state of the same visit lists. */
  readonly rejected: readonly SearchRejection[];
  readonly move: Move | null;
}

export interface SearchPath {
  readonly states: readonly SearchState[];
  /** The moves from start to destination: those of the states, without the branches that failed. */
  readonly moves: readonly Move[];
}

/** The trace of the search, or null when there is no path or the trace has more than `maxStates` states. */
export function searchPath(problem: SearchProblem, maxStates: number): SearchPath | null {
  const { rows, columns, start, destination, squares, objects } = problem;
  const states: SearchState[] = [];
  const moves: Move[] = [];
  let collected = -1;

  function push(square: number, rejected: readonly SearchRejection[], move: Move | null): void {
    states.push({ square, collected, rejected: [...rejected], move });
    collected = -1;
  }

  /** True when the destination is reached. `next` is the place of the object to collect. */
  function explore(square: number, startNext: number, startVisited: Uint8Array): boolean {
    let [next, visited] = [startNext, startVisited];
    if (next === objects.length && square === destination) return true;
    visited[square] = 1;
    const row = Math.floor(square / columns);
    const column = square % columns;
    const rejected: SearchRejection[] = [];
    for (const move of movesTowards(row, column, next < objects.length ? (objects[next] ?? 0) : destination, columns)) {
      const toRow = row + ROW_STEP[move];
      const toColumn = column + COLUMN_STEP[move];
      const to = toRow * columns + toColumn;
      const isInside = toRow >= 0 && toRow < rows && toColumn >= 0 && toColumn < columns;
      const reason = isInside ? reasonAgainst(to, next, visited) : 'outside';
      if (reason !== null) {
        rejected.push({ move, reason, target: next });
        continue;
      }
      push(square, rejected, move);
      if (states.length > maxStates) return false;
      if (next < objects.length && to === objects[next]) {
        collected = next;
        next += 1;
        visited = new Uint8Array(squares.length);
      }
      moves.push(move);
      if (explore(to, next, visited)) return true;
      if (states.length > maxStates) return false;
      moves.pop();
      rejected.push({ move, reason: 'blocked', target: next });
    }
    push(square, rejected, null);
    return false;
  }

  function reasonAgainst(square: number, next: number, visited: Uint8Array): Reason | null {
    if (visited[square] === 1) return 'visited';
    const holds = squares[square] ?? FREE;
    if (holds === OBSTACLE) return 'closed';
    if (holds > next + 1) return 'future-object';
    return square === destination && next < objects.length ? 'future-destination' : null;
  }

  const isFound = explore(start, 0, new Uint8Array(squares.length));
  return isFound && states.length <= maxStates ? { states, moves } : null;
}

/** The four moves, best first. */
function movesTowards(row: number, column: number, target: number, columns: number): readonly Move[] {
  const down = Math.floor(target / columns) - row;
  const right = (target % columns) - column;
  // Moves towards the target come first, the longer way before the shorter; then the others. So the order follows from two signs and a comparison.
  const across = Math.abs(down) - Math.abs(right);
  return MOVE_ORDERS[(Math.sign(down) + 1) * 9 + (Math.sign(right) + 1) * 3 + Math.sign(across) + 1] ?? MOVES;
}

/** movesTowards for every case, from the definition: one target stands for all with the same signs. */
const MOVE_ORDERS: readonly (readonly Move[])[] = [-1, 0, 1].flatMap((down) =>
  [-1, 0, 1].flatMap((right) => [-1, 0, 1].map((across) => orderFor(down * (across > 0 ? 3 : 2), right * (across < 0 ? 3 : 2)))),
);

/** Moves by L1, then squared Euclidean distance from their square to a target `down` rows and `right` columns away. */
function orderFor(down: number, right: number): Move[] {
  const distances = new Map(
    MOVES.map((move) => {
      const [dRow, dColumn] = [down - ROW_STEP[move], right - COLUMN_STEP[move]];
      return [move, { l1: Math.abs(dRow) + Math.abs(dColumn), l2: dRow * dRow + dColumn * dColumn }];
    }),
  );
  const of = (move: Move): { l1: number; l2: number } => distances.get(move) ?? { l1: 0, l2: 0 };
  return MOVES.toSorted((a, b) => of(a).l1 - of(b).l1 || of(a).l2 - of(b).l2);
}
