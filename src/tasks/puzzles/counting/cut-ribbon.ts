/** SMART-101 puzzle 97: a ribbon as a spiral or a fading wave and one straight cut; how many pieces it falls into (spec/smarter-vlm 4.4). */
import type { Rng } from '../../../lib/rng.ts';
import type { Point } from '../draw/geometry.ts';
import { along, direction, distance, distanceToSegment, FULL_TURN, placed } from '../draw/geometry.ts';
import { pick } from '../draw/pick.ts';
import type { ColourName } from '../draw/shapes.ts';
import { BLACK, COLOURS, dashed, INNER_PX, PICTURE_PX, picture, polyline } from '../draw/shapes.ts';
import { family } from '../puzzle.ts';

const RIBBON_COLOURS = ['red', 'blue', 'green', 'orange', 'purple', 'pink'] as const satisfies readonly ColourName[];

interface Facts {
  /** Straight pieces so short that they look like a curve. */
  readonly ribbon: readonly Point[];
  readonly cut: readonly [Point, Point];
  readonly colour: ColourName;
}

const MIDDLE = PICTURE_PX / 2;
const RIBBON_PX = 5;
/** Between an end of the cut and the ribbon, and between an end of the ribbon and the cut. */
const CLEAR_PX = 9;
/** Sine of the smallest angle between ribbon and cut, 30 degrees: never nearly along it. */
const STEEP = 0.5;
const MOST_CROSSINGS = 10;

export const cutRibbon = family<Facts>({
  id: 97,
  name: 'Cut ribbon',
  skill: 'counting',
  answer: { kind: 'integer', classes: 12 },
  options: { kind: 'wide', minimum: 0 },
  draw(rng) {
    const ribbon = rng.chance(0.5) ? spiral(rng) : wave(rng);
    const fewest = rng.between(2, 6); // of crossings: else three pieces were the usual answer
    for (let tries = 0; tries < 60; tries++) {
      const [from, to] = [pointInside(rng), pointInside(rng)];
      if (distance(from, to) >= 60 && isClean(ribbon, from, to, fewest)) return { ribbon, cut: [from, to], colour: pick(RIBBON_COLOURS, rng) };
    }
    return null;
  },
  answerOf: ({ ribbon, cut: [from, to] }) => crossingsOf(ribbon, from, to).length + 1,
  scene: ({ ribbon, cut: [from, to], colour }) =>
    picture([...polyline(ribbon, RIBBON_PX, COLOURS[colour]), ...dashed(from, to, 3, BLACK, 7)], 'a ribbon and a dashed line'),
  questions: [
    () => 'The ribbon is cut along the dashed line. Into how many pieces does it fall?',
    () => 'Lena cuts straight along the dashed line with her scissors. How many pieces of ribbon does she get?',
    () => 'How many parts of the ribbon are there after a cut along the dashed line?',
  ],
});

function pointInside(rng: Rng): Point {
  return [rng.between(INNER_PX.low + 4, INNER_PX.high - 4), rng.between(INNER_PX.low + 4, INNER_PX.high - 4)];
}

/** Archimedean: the distance from the middle grows evenly. */
function spiral(rng: Rng): readonly Point[] {
  const [turns, start, side] = [rng.between(5, 10) / 2, rng.below(FULL_TURN), rng.chance(0.5) ? 1 : -1];
  const steps = Math.round(turns * 36);
  return Array.from({ length: steps + 1 }, (_, i) => along(MIDDLE, MIDDLE, 6 + (84 * i) / steps, start + side * i * (FULL_TURN / 36)));
}

/** A sine whose height falls evenly from end to end. */
function wave(rng: Rng): readonly Point[] {
  const [periods, phase, height] = [rng.between(5, 9) / 2, rng.below(FULL_TURN), rng.between(60, 80)];
  const steps = Math.round(periods * 30);
  const points = Array.from({ length: steps + 1 }, (_, i): Point => {
    const fade = 1 - (0.65 * i) / steps;
    return [-90 + (180 * i) / steps, height * fade * direction(phase + i * (FULL_TURN / 30))[1]];
  });
  return placed(points, MIDDLE, MIDDLE, 1, pick([0, 900, 1800, 2700], rng));
}

interface Crossing {
  readonly at: Point;
  readonly sine: number;
}

/** Where the straight cut meets the ribbon. A loop over numbers: it is asked for some hundred cuts per picture. */
function crossingsOf(ribbon: readonly Point[], from: Point, to: Point): readonly Crossing[] {
  const crossings: Crossing[] = [];
  const [cx, cy] = [to[0] - from[0], to[1] - from[1]];
  let a: Point | null = null;
  for (const b of ribbon) {
    if (a !== null) {
      const rx = b[0] - a[0];
      const ry = b[1] - a[1];
      const turn = rx * cy - ry * cx;
      const onRibbon = turn === 0 ? -1 : ((from[0] - a[0]) * cy - (from[1] - a[1]) * cx) / turn;
      const onCut = turn === 0 ? -1 : ((from[0] - a[0]) * ry - (from[1] - a[1]) * rx) / turn;
      if (onRibbon >= 0 && onRibbon < 1 && onCut >= 0 && onCut <= 1)
        crossings.push({ at: [a[0] + onRibbon * rx, a[1] + onRibbon * ry], sine: Math.abs(turn) / (distance(a, b) * distance(from, to)) });
    }
    a = b;
  }
  return crossings;
}

/** From `fewest` to the most plain crossings, no end close to the other line, and no stretch of ribbon that only comes near the cut. */
function isClean(ribbon: readonly Point[], from: Point, to: Point, fewest: number): boolean {
  const crossings = crossingsOf(ribbon, from, to);
  if (crossings.length < fewest || crossings.length > MOST_CROSSINGS || crossings.some(({ sine }) => sine < STEEP)) return false;
  if ([from, to].some((end) => ribbon.slice(1).some((b, i) => distanceToSegment(end, ribbon[i] ?? b, b) < CLEAR_PX))) return false;
  const near = ribbon.filter((point) => distanceToSegment(point, from, to) < CLEAR_PX);
  const ends = [ribbon[0], ribbon.at(-1)];
  return near.every((point) => !ends.includes(point) && crossings.some(({ at }) => distance(at, point) < 2 * CLEAR_PX + 2));
}
