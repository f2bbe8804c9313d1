/** Tells the animals by their colours from top to bottom, then lets them come one by one. */
import { colourNameOf } from './colours.ts';
import { middleOf, polygonsOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

const SIGNS: Readonly<Record<string, string>> = { fish: 'blue', bird: 'brown', turtle: 'green', snail: 'purple' };

export const solve: Solver = ({ scene, question }) => {
  const times = Number(/(?:are|in) (\d+) /.exec(question)?.[1] ?? /in (\d+) of/.exec(question)?.[1]);
  const asked = Object.keys(SIGNS).find((name) => new RegExp(`\\b${name}s?\\b`).test(question));
  const rows = textsOf(scene).map(({ text, y }) => ({
    count: Number(/\d+/.exec(text)?.[0]),
    colours: polygonsOf(scene)
      .filter((shape) => Math.abs(middleOf(shape)[1] - y) < 32)
      .map(({ fill }) => colourNameOf(fill)),
  }));
  const own = rows.find(({ colours }) => asked !== undefined && colours.includes(SIGNS[asked] ?? ''));
  if (own === undefined || rows.length !== 3) throw new Error(`cannot read: ${question}`);
  const all = rows.reduce((sum, { count }) => sum + count, 0);
  for (let more = 1; more < 100; more++) if (all + more === times * (own.count + more)) return more;
  throw new Error('never');
};
