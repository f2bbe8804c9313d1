/** Measures the whole in px by the length of a stick in px, and that in cm from the question. */
import { colourNameOf } from './colours.ts';
import { rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

/** Half a border on each side of a stick belongs to it. */
const BORDER_PX = 2;

export const solve: Solver = ({ scene, question }) => {
  const sticks = rectanglesOf(scene).filter(({ fill }) => colourNameOf(fill) !== 'black');
  const [one = 0, other = 0] = [...question.matchAll(/(\d+) cm/g)].map(([, number]) => Number(number));
  const [long, short] = [Math.max(one, other), Math.min(one, other)];
  const sizes = sticks.flatMap(({ width, height }) => [width + BORDER_PX, height + BORDER_PX]);
  const px = Math.max(...sizes) / long;
  if (sizes.some((size) => Math.abs(size - long * px) > 0.01 && Math.abs(size - short * px) > 0.01))
    throw new Error(`not all sticks are ${long} x ${short}`);
  const isWide = /wide|width/.test(question);
  const from = Math.min(...sticks.map(({ x, y }) => (isWide ? x : y)));
  const to = Math.max(...sticks.map(({ x, y, width, height }) => (isWide ? x + width : y + height)));
  const whole = (to - from + BORDER_PX) / px;
  if (Math.abs(whole - Math.round(whole)) > 0.01) throw new Error(`${whole} cm`);
  return Math.round(whole);
};
