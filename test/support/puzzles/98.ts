/** Orders letters and lengths by their angles around the middle, reads the direction off an arrow's tip, and walks. */
import { colourNameOf } from './colours.ts';
import { middleOf, polygonsOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

const angleOf = (x: number, y: number): number => Math.atan2(y - 112, x - 112);
/** From one angle on to another, -pi to pi; positive is clockwise. */
const turn = (from: number, to: number): number => Math.atan2(Math.sin(to - from), Math.cos(to - from));

export const solve: Solver = ({ scene, question }) => {
  const texts = textsOf(scene).map(({ text, x, y }) => ({ text, angle: angleOf(x, y) }));
  const corners = texts.filter(({ text }) => /[A-Z]/.test(text)).toSorted((a, b) => a.angle - b.angle);
  const lengths = texts.filter(({ text }) => /\d/.test(text));
  const tips = polygonsOf(scene).filter(({ points, fill }) => points.length === 3 && colourNameOf(fill) === 'black');
  const ways = new Set(tips.map((tip) => Math.sign(turn(angleOf(...middleOf(tip)), angleOf(...(tip.points[0] ?? [0, 0]))))));
  const [way = 0] = ways;
  if (ways.size !== 1 || tips.length < corners.length || lengths.length !== corners.length) throw new Error('cannot read the road');
  // The animal is all that has colours of its own; everything else is black or grey.
  const animal = polygonsOf(scene)
    .filter(({ fill }) => !['black', 'grey', 'white'].includes(colourNameOf(fill)))
    .map(middleOf);
  const at = angleOf(animal.reduce((sum, [x]) => sum + x, 0) / animal.length, animal.reduce((sum, [, y]) => sum + y, 0) / animal.length);
  let place = corners.reduce((best, corner, i) => (Math.abs(turn(corner.angle, at)) < Math.abs(turn(corners[best]?.angle ?? 0, at)) ? i : best), 0);
  let left = Number(/\d+/.exec(question)?.[0]);
  while (left > 0) {
    const from = corners[place]?.angle ?? 0;
    place = (place + way + corners.length) % corners.length;
    const middle = from + turn(from, corners[place]?.angle ?? 0) / 2;
    const side = lengths.toSorted((a, b) => Math.abs(turn(a.angle, middle)) - Math.abs(turn(b.angle, middle)))[0];
    left -= Number(side?.text);
  }
  if (left !== 0) throw new Error('ends between two corners');
  return (corners[place]?.text.charCodeAt(0) ?? 0) - 65;
};
