/** Finds houses by their yellow walls, measures how far from the middle and in which direction each lies, and tries a house at every letter: then all roads must have the asked number. */
import { isFill, linesOf, middleOf, polygonsOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';
import { numbersIn, only } from './things.ts';

export const solve: Solver = ({ scene, question }) => {
  const wanted = numbersIn(question)[0];
  const houses = polygonsOf(scene)
    .filter((shape) => isFill(shape, [250, 205, 50]))
    .map(middleOf)
    .map(([x, y]) => ({ x, y }));
  const radii = polygonsOf(scene)
    .filter((shape) => isFill(shape, [150, 150, 150]))
    .map(({ points }) => (Math.max(...points.map(([x]) => x)) - Math.min(...points.map(([x]) => x))) / 2 - 1);
  const rays = linesOf(scene).map(({ x2, y2 }) => Math.atan2(y2 - 112, x2 - 112));
  const nearest = (values: readonly number[], isFar: (value: number) => number): number =>
    values.indexOf(values.toSorted((a, b) => isFar(a) - isFar(b))[0] ?? 0);
  const roadsOf = ({ x, y }: { x: number; y: number }): readonly [ring: number, ray: number] => [
    nearest(radii, (radius) => Math.abs(radius - Math.hypot(x - 112, y - 112))),
    nearest(rays, (ray) => 1 - Math.cos(ray - Math.atan2(y - 112, x - 112))),
  ];
  const isEven = (places: readonly (readonly [number, number])[]): boolean =>
    radii.every((_, i) => places.filter(([ring]) => ring === i).length === wanted) &&
    rays.every((_, i) => places.filter(([, ray]) => ray === i).length === wanted);
  const letters = textsOf(scene).filter((letter) => isEven([...houses.map(roadsOf), roadsOf(letter)]));
  return 'ABCDE'.indexOf(only(letters, 'letters that do').text);
};
