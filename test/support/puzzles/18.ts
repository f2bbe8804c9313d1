/** Where exactly two figures lie on each other the upper one is seen; the only option that never takes the lower one first. */
import { colourNameOf } from './colours.ts';
import { cornersOf, discsOf, far, isWithin, nearest, only } from './placed.ts';
import { polygonsOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

const STEP_PX = 4;
const SEEN_PLACES = 3;

export const solve: Solver = ({ scene, options }) => {
  const figures = polygonsOf(scene)
    .filter(({ points, fill }) => points.length <= 6 && colourNameOf(fill) !== 'black')
    .map((shape) => {
      const legend = nearest(discsOf(scene), ({ fill }) => (String(fill) === String(shape.fill) ? 0 : 1));
      return { corners: cornersOf(shape), number: Number(nearest(textsOf(scene), ({ x, y }) => far([x, y], legend.at)).text) };
    });
  const seen = new Map<string, number>();
  for (let x = 0; x < scene.widthPx; x += STEP_PX) {
    for (let y = 0; y < scene.heightPx; y += STEP_PX) {
      const here = figures.filter(({ corners }) => isWithin([x, y], corners)).map(({ number }) => number);
      if (here.length === 2) seen.set(here.join(), (seen.get(here.join()) ?? 0) + 1);
    }
  }
  const pairs = [...seen].filter(([, count]) => count >= SEEN_PLACES).map(([pair]) => pair.split(',').map(Number));
  return only(
    options.filter((option) => {
      if (typeof option === 'number' || option.toSorted((a, b) => a - b).join() !== '1,2,3,4,5') throw new Error(`not an order: ${option}`);
      return pairs.every(([below = 0, above = 0]) => option.indexOf(above) < option.indexOf(below));
    }),
  );
};
