/** Tries every way to give the numbers to the colours, as many as there are squares of each, and keeps those with the stated sums. */
import { rectanglesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';
import { numbersIn, only } from './things.ts';

export const solve: Solver = ({ scene, question }) => {
  const mark = only(textsOf(scene), 'question marks');
  const squares = rectanglesOf(scene);
  const alone = only(
    squares.filter(({ x, y, width, height }) => mark.x > x && mark.x < x + width && mark.y > y && mark.y < y + height),
    'squares with a mark',
  );
  const fills = [...new Set(squares.filter((square) => square !== alone).map(({ fill }) => String(fill)))];
  const counts = fills.map((fill) => squares.filter((square) => square !== alone && String(square.fill) === fill).length);
  const all = numbersIn(question);
  const [numbers, sum] = [all.slice(0, squares.length), all[squares.length]];
  const found = subsetsOf(numbers, counts[0] ?? 0)
    .filter((first) => total(first) === sum)
    .flatMap((first) =>
      subsetsOf(
        numbers.filter((number) => !first.includes(number)),
        counts[1] ?? 0,
      )
        .filter((second) => total(second) === sum)
        .flatMap((second) => numbers.filter((number) => !first.includes(number) && !second.includes(number))),
    );
  return only([...new Set(found)], 'numbers under the mark');
};

const total = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function subsetsOf(items: readonly number[], size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, i) => subsetsOf(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]));
}
