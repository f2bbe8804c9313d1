/** The two ways of the question share the road with the number: their sum without it twice. Checks that it stands beside the road of the house that both ways begin at. */
import { far, nearest } from './placed.ts';
import type { Place } from './placed.ts';
import { linesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const texts = textsOf(scene);
  const number = texts.find(({ text }) => /^\d+$/.test(text));
  if (number === undefined) throw new Error('no number');
  const road = nearest(linesOf(scene), ({ x1, y1, x2, y2 }) => far([(x1 + x2) / 2, (y1 + y2) / 2], [number.x, number.y]));
  const end: Place = [road.x2, road.y2];
  const house = nearest(texts.filter(({ text }) => /^[A-C]$/.test(text)), ({ x, y }) => far([x, y], end)).text; // prettier-ignore
  const ways = [...question.matchAll(/(\d+) km/g)].map(([, km]) => Number(km));
  const [one, other] = ways.length === 2 ? ways : [...question.matchAll(/\b(\d+)\b/g)].map(([, km]) => Number(km));
  // The house of both ways is named more often than the others before the ways are given.
  const counts = ['A', 'B', 'C'].map((name) => question.split(/How (?:many|long)/)[0]?.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0);
  const shared = /lives at ([A-C])/.exec(question)?.[1] ?? ['A', 'B', 'C'][counts.indexOf(Math.max(...counts))];
  if (shared !== house || one === undefined || other === undefined) throw new Error(`number at ${house}: ${question}`);
  return one + other - 2 * Number(number.text);
};
