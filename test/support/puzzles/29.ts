/** Reads which squares of the board hold something, looks for a full board that keeps to the rule, row by row, and counts the differences. */
import { isFill, middleOf, polygonsOf, rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const perRow = Number(/\d+/.exec(question)?.[0]);
  const isAdding = /\b(added|put|adds)\b/.test(question);
  const squares = rectanglesOf(scene).filter((shape) => isFill(shape, [255, 255, 255]));
  const middles = polygonsOf(scene).map(middleOf);
  const rows = [...new Set(squares.map(({ y }) => y))].toSorted((a, b) => a - b);
  const board = rows.map((y) =>
    squares
      .filter((square) => square.y === y)
      .toSorted((a, b) => a.x - b.x)
      .map((square) =>
        middles.some((at) => at[0] > square.x && at[0] < square.x + square.width && at[1] > square.y && at[1] < square.y + square.height),
      ),
  );
  const changes = fewest(
    board,
    perRow,
    isAdding,
    Array.from({ length: rows.length }, () => perRow),
  );
  if (changes === null) throw new Error('no board keeps to the rule');
  return changes;
};

/** Fewest changes of the rows that are left, when every column may still take `room` things. */
function fewest(board: readonly (readonly boolean[])[], perRow: number, isAdding: boolean, room: readonly number[]): number | null {
  const [row, ...rest] = board;
  if (row === undefined) return room.every((free) => free === 0) ? 0 : null;
  const found = Array.from({ length: 2 ** row.length }, (_, bits) => row.map((_cell, i) => ((bits >> i) & 1) === 1)).flatMap((next) => {
    const isAllowed = next.every((cell, i) => (isAdding ? cell || row[i] === false : !cell || row[i] === true));
    if (!isAllowed || next.filter(Boolean).length !== perRow || next.some((cell, i) => cell && room[i] === 0)) return [];
    const more = fewest(
      rest,
      perRow,
      isAdding,
      room.map((free, i) => free - (next[i] === true ? 1 : 0)),
    );
    return more === null ? [] : [more + next.filter((cell, i) => cell !== row[i]).length];
  });
  return found.length === 0 ? null : Math.min(...found);
}
