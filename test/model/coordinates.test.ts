import { expect, test } from 'vitest';
import { drawCoordinates } from '../../src/model/coordinates.ts';
import type { ArenaLayout } from '../../src/model/webgpu/arena.ts';

const layout = (...sizes: number[]): ArenaLayout => {
  let length = 0;
  const slots = sizes.map((size, i) => {
    const start = length;
    length += Math.ceil(size / 256) * 256;
    return { name: `p${i}`, size, start };
  });
  return { slots, length };
};
const SIZES = [3, 300, 1, 256, 0, 1000];
/** Places of all numbers, without what fills blocks. */
const numbersOf = ({ slots }: ArenaLayout): number[] => slots.flatMap(({ size, start }) => Array.from({ length: size }, (_, i) => start + i));

test('coordinates are numbers of parameters, ascending, one per stretch, half of them by size', () => {
  const space = layout(...SIZES);
  const { places, weights } = drawCoordinates(space, 1, 60);
  const counts: number[] = [];
  for (const { start, size } of space.slots) {
    const own = Array.from(places).flatMap((place, j) =>
      place >= start && place < start + size ? [{ at: place - start, weight: weights[j] ?? 0 }] : [],
    );
    counts.push(own.length);
    own.forEach(({ at, weight }, j) => {
      expect(weight).toBe(size / own.length);
      expect(at >= Math.floor(j * weight) && at < (j + 1) * weight).toBe(true);
    });
  }
  expect(counts).toEqual([3, 11, 1, 10, 0, 25]); // 30 / 6 + 30 size / 1560, rounded up
  expect(places).toHaveLength(50);
  expect(Array.from(places)).toEqual(Array.from(places).sort((a, b) => a - b));
  expect(drawCoordinates(space, 1, 60).places).toEqual(places);
  expect(drawCoordinates(space, 2, 60).places).not.toEqual(places);
});

test('a model with fewer numbers gives all of them', () => {
  const space = layout(...SIZES);
  const { places, weights } = drawCoordinates(space, 1, 1e6);
  expect(Array.from(places)).toEqual(numbersOf(space));
  expect(Array.from(weights)).toEqual(Array.from(places, () => 1));
});

test('weights make up for what is not drawn', () => {
  const space = layout(7, 4);
  const counts = new Map<number, number>(numbersOf(space).map((place) => [place, 0]));
  for (let seed = 0; seed < 4000; seed++) {
    const { places, weights } = drawCoordinates(space, seed, 4);
    places.forEach((place, j) => counts.set(place, (counts.get(place) ?? 0) + (weights[j] ?? 0)));
  }
  expect(counts.size).toBe(11);
  for (const count of counts.values()) expect(Math.abs(count / 4000 - 1)).toBeLessThan(0.1);
});

test.each([0, 1.5, Number.NaN])('refuses %d coordinates', (count) => {
  expect(() => drawCoordinates(layout(3), 1, count)).toThrow(/whole number of coordinates from 1 on/);
});
