/** A cross of five rings: five numbers, row and column with the same sum (puzzles 49 and 63; spec/smarter-vlm 4.4). */
import type { Scene } from '../../render/scene.ts';
import type { Point } from '../draw/geometry.ts';
import type { ColourName } from '../draw/shapes.ts';
import { COLOUR_NAMES, COLOURS, picture, ring } from '../draw/shapes.ts';
import type { Rng } from '../../../lib/rng.ts';

export interface Cross {
  /** Five different ones, smallest first. */
  readonly numbers: readonly number[];
  /** Of the middle ring, then of the left, right, upper and lower one. */
  readonly colours: readonly ColourName[];
}

export const MAX_NUMBER = 15;

const [STEP_PX, RING_PX, LINE_PX] = [63, 26, 7];
const PLACES: readonly Point[] = [
  [0, 0],
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
];

export function crossOf(numbers: readonly number[], rng: Rng): Cross {
  return { numbers, colours: rng.sample(COLOUR_NAMES, PLACES.length) };
}

/** The numbers that can be in the middle, smallest first: the other four then split into two pairs of one sum. */
export function middlesOf(numbers: readonly number[]): readonly number[] {
  return numbers.filter((middle) => {
    const [a = 0, b = 0, c = 0, d = 0] = numbers.filter((number) => number !== middle);
    return a + d === b + c; // sorted: no other split can be even
  });
}

export function crossScene({ colours }: Cross): Scene {
  return picture(
    PLACES.map(([x, y], i) => ring(112 + x * STEP_PX, 112 + y * STEP_PX, RING_PX, LINE_PX, COLOURS[colours[i] ?? 'grey'])),
    'five coloured rings in a cross',
  );
}

/** "1, 2, 3, 4 and 5". */
export function listed({ numbers }: Cross): string {
  return `${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1) ?? ''}`;
}

/** Colour of the middle ring. */
export function middleColour({ colours }: Cross): ColourName {
  return colours[0] ?? 'grey';
}
