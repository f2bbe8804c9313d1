/** SMART-101 puzzle 83: a curve that repeats, drawn for two periods; which of five points lies on the third (spec/smarter-vlm 4.4). Sizes are ours. */
import type { Rgb, Shape } from '../../render/scene.ts';
import { letterOf } from '../answers.ts';
import type { Candidates } from '../draw/candidates.ts';
import { amongWrong } from '../draw/candidates.ts';
import type { Point } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import { arrow, BLACK, COLOURS, dot, line, picture, polyline, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const HIGHEST = 7;
const HEIGHTS = Array.from({ length: HIGHEST + 1 }, (_, height) => height);

interface Facts {
  /** Of one period. */
  readonly heights: readonly number[];
  /** Column and height. All five heights differ, so that letters beside the points stay apart. */
  readonly points: Candidates<readonly [number, number]>;
}

const GRID: Rgb = [208, 208, 208];
const [LEFT, FLOOR, RIGHT, ROW_PX] = [22, 200, 192, 23];

export const pointOfTheNextPeriod = family<Facts>({
  id: 83,
  name: 'Point of the next period',
  skill: 'pattern',
  answer: { kind: 'label', classes: 5 },
  options: { kind: 'label' },
  draw(rng) {
    const period = rng.between(5, 7);
    const heights = Array.from({ length: period }, () => rng.between(0, HIGHEST));
    const isShorter = [1, 2, 3].some((shorter) => period % shorter === 0 && heights.every((height, i) => height === heights[i % shorter]));
    const isFlat = Math.max(...heights) - Math.min(...heights) < 3;
    if (isShorter || isFlat) return null;
    const columns = heights.map((_, i) => 2 * period + 1 + i);
    const on = (column: number): number => heights[column % period] ?? 0;
    const column = pick(columns, rng);
    const right = [column, on(column)] as const;
    const others = rng.sample(HEIGHTS.filter((height) => height !== right[1]), 4); // prettier-ignore
    const wrong = others.map((height) => [pick(columns.filter((place) => on(place) !== height), rng), height] as const); // prettier-ignore
    const points = amongWrong(right, wrong, rng);
    return points === null ? null : { heights, points };
  },
  answerOf: ({ points }) => points.right,
  scene({ heights, points }) {
    const period = heights.length;
    const columnPx = Math.floor((RIGHT - LEFT) / (3 * period));
    const right = LEFT + 3 * period * columnPx;
    const at = (column: number, height: number): Point => [LEFT + column * columnPx, FLOOR - height * ROW_PX];
    const curve = Array.from({ length: 2 * period + 1 }, (_, column) => at(column, heights[column % period] ?? 0));
    return picture(
      [
        ...Array.from({ length: 3 * period + 1 }, (_, column) => line(at(column, 0), at(column, HIGHEST), 2, GRID)),
        ...HEIGHTS.map((height) => line(at(0, height), [right, FLOOR - height * ROW_PX], 2, GRID)),
        ...arrow([LEFT, FLOOR], [208, FLOOR], 2, BLACK),
        ...arrow([LEFT, FLOOR], [LEFT, 20], 2, BLACK),
        ...polyline(curve, 3, COLOURS.blue),
        ...points.shown.flatMap(([column, height], i): readonly Shape[] => {
          const [x, y] = at(column, height);
          return [dot(x, y, 4, COLOURS.red), words(letterOf(i), x + 10, y - 7, 14)];
        }),
      ],
      'a curve on a grid and five points',
    );
  },
  questions: [
    () => 'The curve repeats itself; it is drawn for exactly two periods. Through which of the points A to E will it go in the third?',
    () =>
      'Two equal parts of a line are drawn, one after the other. The line goes on to the right with the same part once more. Which marked point does it meet?',
    () => 'Continue the pattern of the blue line: what you see is twice the same piece. On which point does the next piece pass?',
  ],
});
