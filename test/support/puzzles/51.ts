/** Gives every part of a drawing to the letter nearest below it and compares the heights of what belongs together. */
import { cornersOf } from './placed.ts';
import { polygonsOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene }) => {
  const things = textsOf(scene).map((letter) => {
    const parts = polygonsOf(scene).map(cornersOf).filter((corners) => corners.every(([x, y]) => Math.abs(x - letter.x) < 27 && y < letter.y && y > letter.y - 68)); // prettier-ignore
    const ys = parts.filter((corners) => isOwn(corners.map(([x]) => x), letter.x, textsOf(scene).map(({ x }) => x))).flatMap((corners) => corners.map(([, y]) => y)); // prettier-ignore
    return { letter: letter.text, height: Math.max(...ys) - Math.min(...ys) };
  });
  const [, , middle] = things.toSorted((a, b) => a.height - b.height);
  if (things.length !== 5 || middle === undefined || new Set(things.map(({ height }) => height.toFixed(1))).size < 5)
    throw new Error(JSON.stringify(things));
  return middle.letter.charCodeAt(0) - 65;
};

/** True when no other letter is nearer to the middle of a part. */
function isOwn(xs: readonly number[], own: number, letters: readonly number[]): boolean {
  const middle = (Math.min(...xs) + Math.max(...xs)) / 2;
  return letters.every((x) => Math.abs(middle - own) <= Math.abs(middle - x));
}
