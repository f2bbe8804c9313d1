/** Tells things apart by their looks and tries all values from 1 to 9: all that fit must agree on the last row. */
import { polygonsOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';
import { only, thingsOf } from './things.ts';

const VALUES = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export const solve: Solver = ({ scene }) => {
  const things = thingsOf(polygonsOf(scene));
  const kinds = [...new Set(things.map(({ look }) => look))];
  const rows = textsOf(scene)
    .filter(({ text }) => text !== '=')
    .map(({ y, text }) => {
      const row = things.filter((thing) => Math.abs(thing.y - y) < 15);
      return { sum: text, counts: kinds.map((kind) => row.filter(({ look }) => look === kind).length) };
    });
  const valueOf = (counts: readonly number[], values: readonly number[]): number =>
    counts.reduce((sum, count, i) => sum + count * (values[i] ?? 0), 0);
  if (kinds.length !== 3) throw new Error(`${kinds.length} kinds of things`);
  const fitting = VALUES.flatMap((a) => VALUES.flatMap((b) => VALUES.map((c) => [a, b, c]))).filter((values) =>
    rows.every(({ sum, counts }) => sum === '?' || valueOf(counts, values) === Number(sum)),
  );
  const asked = only(
    rows.filter(({ sum }) => sum === '?'),
    'rows asked for',
  );
  return only([...new Set(fitting.map((values) => valueOf(asked.counts, values)))], 'sums of the last row');
};
