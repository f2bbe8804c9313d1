/**
 * Reads the wheel by angles. The two numbers lie near the middle; signs and digits lie at the edge; an arrow's head tells the direction. Then tries all operations in the
 * square, each from the second number all the way around to the first.
 */
import { middleOf, polygonsOf, rectanglesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

const MIDDLE = 112;
const far = (x: number, y: number): number => Math.hypot(x - MIDDLE, y - MIDDLE);
const angleOf = (x: number, y: number): number => ((Math.atan2(y - MIDDLE, x - MIDDLE) * 180) / Math.PI + 360) % 360;
/** Turns from one angle on to another, 0 to 360, clockwise. */
const turn = (from: number, to: number): number => (to - from + 360) % 360;

interface Stop {
  readonly angle: number;
  /** Null: the square. */
  readonly sign: string | null;
  readonly digit: number;
}

export const solve: Solver = ({ scene }) => {
  const texts = textsOf(scene);
  const numbers = texts.filter(({ x, y }) => far(x, y) < 55);
  const digits = texts.filter(({ text, x, y }) => far(x, y) >= 55 && /\d/.test(text));
  const signs = texts.filter(({ text }) => !/\d/.test(text));
  const square = rectanglesOf(scene)[0];
  if (square === undefined || numbers.length !== 2) throw new Error('no square or not two numbers');
  const stops: Stop[] = digits.map(({ text, x, y }) => {
    // The sign is 10 px to the left of its digit; a division is drawn, not written.
    const sign = signs.find((other) => Math.hypot(other.x - (x - 10), other.y - y) < 1)?.text ?? '÷';
    return { angle: angleOf(x - 5, y), sign, digit: Number(text) };
  });
  stops.push({ angle: angleOf(square.x + square.width / 2, square.y + square.height / 2), sign: null, digit: 0 });
  const isClockwise = headIsClockwise();
  const [a, b] = numbers.map(({ text, x, y }) => ({ value: Number(text), angle: angleOf(x, y) }));
  if (a === undefined || b === undefined) throw new Error('no numbers');
  const ahead = turn(a.angle, b.angle) < 180 === isClockwise;
  const [start, goal] = ahead ? [b, a] : [a, b];
  const way = stops
    .toSorted((p, q) => onWay(start.angle, p.angle) - onWay(start.angle, q.angle))
    .filter(({ angle }) => onWay(start.angle, angle) < onWay(start.angle, goal.angle));
  const fits = [];
  for (const sign of ['+', '−', '×', '÷']) {
    for (let digit = 1; digit <= 9; digit++) {
      const end = way.reduce((value, stop) => calculate(value, stop.sign ?? sign, stop.sign === null ? digit : stop.digit), start.value);
      if (end === goal.value) fits.push(10 * (1 + '+−×÷'.indexOf(sign)) + digit);
    }
  }
  if (fits.length !== 1) throw new Error(`fits: ${fits.join(' ')}`);
  return fits[0] ?? 0;

  function onWay(from: number, to: number): number {
    return isClockwise ? turn(from, to) : turn(to, from);
  }

  /** Heads of arrows are the triangles; the tip is the corner farthest from the other two. */
  function headIsClockwise(): boolean {
    const head = polygonsOf(scene).find(({ points }) => points.length === 3);
    if (head === undefined) throw new Error('no arrow');
    const others = (i: number): number =>
      head.points.reduce((sum, [x, y]) => sum + Math.hypot(x - (head.points[i]?.[0] ?? 0), y - (head.points[i]?.[1] ?? 0)), 0);
    const tip = head.points.toSorted((p, q) => others(head.points.indexOf(q)) - others(head.points.indexOf(p)))[0] ?? [0, 0];
    return turn(angleOf(...middleOf(head)), angleOf(...tip)) < 180;
  }
};

function calculate(value: number, sign: string, digit: number): number {
  switch (sign) {
    case '+':
      return value + digit;
    case '−':
      return value - digit;
    case '×':
      return value * digit;
    default:
      return value / digit;
  }
}
