/** Black polygons are dots, the others rings; a dot belongs to the ring whose box it is in. */
import { colourNameOf } from './colours.ts';
import { middleOf, polygonsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const shapes = polygonsOf(scene).map((shape) => ({ at: middleOf(shape), name: colourNameOf(shape.fill), points: shape.points }));
  const asked = shapes.map(({ name }) => name).find((name) => name !== 'black' && new RegExp(`\\b${name}\\b`).test(question));
  const rings = shapes.filter(({ name }) => name !== 'black' && (asked === undefined || name === asked));
  return shapes.filter(
    ({ name, at }) =>
      name === 'black' &&
      rings.some(
        (ring) =>
          ring.points.some(([x]) => x < at[0]) &&
          Math.hypot(at[0] - ring.at[0], at[1] - ring.at[1]) <
            Math.hypot((ring.points[0]?.[0] ?? 0) - ring.at[0], (ring.points[0]?.[1] ?? 0) - ring.at[1]),
      ),
  ).length;
};
