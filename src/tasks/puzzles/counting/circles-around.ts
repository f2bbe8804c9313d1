/** SMART-101 puzzle 53: circles and one animal; how many circles surround it, or do not (spec/smarter-vlm 4.4). */
import type { Rng } from '../../../lib/rng.ts';
import type { Point } from '../draw/geometry.ts';
import { distance } from '../draw/geometry.ts';
import type { IconName } from '../draw/icons.ts';
import { ANIMAL_NAMES, icon } from '../draw/icons.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { COLOURS, INNER_PX, picture, ring } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

/** One per circle, so that lines are easy to follow. */
const LINE_COLOURS = ['red', 'blue', 'green', 'orange', 'purple', 'brown'] as const satisfies readonly ColourName[];

interface Circle {
  readonly at: Point;
  readonly radiusPx: number;
}

interface Facts {
  readonly animal: IconName;
  readonly at: Point;
  readonly circles: readonly Circle[];
  readonly colours: readonly ColourName[];
  readonly asksAround: boolean;
}

const ANIMAL_PX = 12;
/** Between the animal and a line. */
const CLEAR_PX = ANIMAL_PX + 6;
const LINE_PX = 3;

export const circlesAround = family<Facts>({
  id: 53,
  name: 'Circles around an animal',
  skill: 'counting',
  answer: { kind: 'integer', classes: 7 },
  options: { kind: 'near', minimum: 0 },
  draw(rng) {
    const at: Point = [rng.between(72, 152), rng.between(72, 152)];
    const count = rng.between(2, 6);
    const around = rng.between(0, count);
    const circles: Circle[] = [];
    for (let tries = 0; tries < 400 && circles.length < count; tries++) {
      const next = randomCircle(rng);
      const isAround = circles.length < around;
      if (surrounds(next, at) === isAround && isClear(next, at) && circles.every((other) => areApart(next, other))) circles.push(next);
    }
    if (circles.length < count) return null;
    const facts: Facts = {
      ...{ animal: pick(ANIMAL_NAMES, rng), at, circles: rng.shuffle(circles), colours: rng.shuffle(LINE_COLOURS), asksAround: rng.chance(0.6) },
    };
    return countOf(facts) > 0 ? facts : null;
  },
  answerOf: countOf,
  scene: ({ animal, at: [x, y], circles, colours }) =>
    picture(
      [
        ...circles.map(({ at, radiusPx }, i) => ring(at[0], at[1], radiusPx, LINE_PX, COLOURS[colours[i] ?? 'red'])),
        ...icon(animal, x, y, ANIMAL_PX),
      ],
      `circles and a ${animal}`,
    ),
  questions: [
    ({ animal, asksAround }) => `How many circles ${asksAround ? 'surround' : 'do not surround'} the ${animal}?`,
    ({ animal, asksAround }) =>
      `Count the circles that ${asksAround ? `have the ${animal} inside` : `leave the ${animal} outside`}. How many are there?`,
    ({ animal, asksAround }) => `The ${animal} looks at all these circles. ${asksAround ? 'In' : 'Outside'} how many of them is it?`,
  ],
});

function randomCircle(rng: Rng): Circle {
  const radiusPx = rng.between(26, 84);
  const [low, high] = [INNER_PX.low + radiusPx + LINE_PX, INNER_PX.high - radiusPx - LINE_PX];
  return { at: [rng.between(low, high), rng.between(low, high)], radiusPx };
}

function surrounds({ at, radiusPx }: Circle, point: Point): boolean {
  return distance(at, point) < radiusPx;
}

function isClear({ at, radiusPx }: Circle, point: Point): boolean {
  return Math.abs(distance(at, point) - radiusPx) >= CLEAR_PX;
}

/** Never nearly the same circle. */
function areApart(one: Circle, other: Circle): boolean {
  return distance(one.at, other.at) + Math.abs(one.radiusPx - other.radiusPx) >= 14;
}

function countOf({ circles, at, asksAround }: Facts): number {
  return circles.filter((circle) => surrounds(circle, at) === asksAround).length;
}
