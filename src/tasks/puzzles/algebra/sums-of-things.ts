/** SMART-101 puzzle 28: three sums of pictured things and a fourth one to find (spec/smarter-vlm 4.4). */
import type { Rng } from '../../../lib/rng.ts';
import type { Shape } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import type { IconName } from '../draw/icons.ts';
import { ICON_NAMES, iconsAt } from '../draw/icons.ts';
import { picture, words } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

interface Facts {
  readonly things: readonly IconName[];
  /** What each thing counts. */
  readonly values: readonly number[];
  /** Four rows of things by their place in `things`; the sum of the last is asked. */
  readonly rows: readonly (readonly number[])[];
}

const MAX_VALUE = 6;
const MAX_ROW = 6;
const [FIRST_PX, PITCH_PX, ICON_PX, TEXT_PX] = [28, 23, 10.5, 18];

export const sumsOfThings = family<Facts>({
  id: 28,
  name: 'Sums of things',
  skill: 'algebra',
  answer: { kind: 'integer', classes: MAX_ROW * MAX_VALUE + 1 },
  options: { kind: 'near', minimum: 1 },
  draw(rng) {
    const things = rng.sample(ICON_NAMES, 3);
    const values = things.map(() => rng.between(1, MAX_VALUE));
    const rows = [0, 1, 2, 3].map(() => drawRow(rng));
    const [first, second, third, asked] = rows.map(countsOf);
    if (first === undefined || second === undefined || third === undefined || asked === undefined) return null;
    const isSolvable = determinant(first, second, third) !== 0;
    const isNew = new Set(asked).size > 1 && [first, second, third].every((counts) => String(counts) !== String(asked));
    return isSolvable && isNew ? { things, values, rows } : null;
  },
  answerOf: (facts) => sumOf(facts, facts.rows.length - 1),
  scene(facts) {
    const row = (things: readonly number[], which: number): readonly Shape[] => {
      const y = 40 + which * 48;
      const sum = which === facts.rows.length - 1 ? '?' : String(sumOf(facts, which));
      const places = (kind: number): readonly Point[] =>
        things.flatMap((thing, i): readonly Point[] => (thing === kind ? [[FIRST_PX + i * PITCH_PX, y]] : []));
      const icons = facts.things.flatMap((name, kind) => iconsAt(name, places(kind), ICON_PX));
      return [...icons, words('=', 167, y, TEXT_PX), words(sum, 192, y, TEXT_PX)];
    };
    return picture(facts.rows.flatMap(row), 'four sums of things, the last one unknown');
  },
  questions: [
    () => 'Every kind of thing stands for a number, and each row adds up to the number at its end. Which number is missing in the last row?',
    () => 'The same thing always has the same value. The values of a row are added. What does the bottom row add up to?',
    () => 'Find out what each thing is worth from the first three sums. Which number replaces the question mark?',
  ],
});

function drawRow(rng: Rng): readonly number[] {
  return Array.from({ length: rng.between(3, MAX_ROW) }, () => rng.below(3));
}

type Counts = readonly [number, number, number];

function countsOf(row: readonly number[]): Counts {
  const count = (thing: number): number => row.filter((other) => other === thing).length;
  return [count(0), count(1), count(2)];
}

function determinant([a, b, c]: Counts, [d, e, f]: Counts, [g, h, i]: Counts): number {
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}

function sumOf({ rows, values }: Facts, which: number): number {
  return (rows[which] ?? []).reduce((sum, thing) => sum + (values[thing] ?? 0), 0);
}
