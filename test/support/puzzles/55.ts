/** Of the two highest bars at a place the upper one is seen; a single order of all seven must follow from these places. */
import { colourNameOf } from './colours.ts';
import { cornersOf, discsOf, far, isWithin, nearest } from './placed.ts';
import { polygonsOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

const STEP_PX = 4;
const SEEN_PLACES = 3;

export const solve: Solver = ({ scene, question }) => {
  const bars = polygonsOf(scene).filter(({ points, fill }) => points.length === 4 && colourNameOf(fill) !== 'black');
  const outlines = bars.map(cornersOf);
  const numbers = bars.map(({ fill }) => {
    const [disc] = discsOf(scene).filter((legend) => String(legend.fill) === String(fill));
    return Number(nearest(textsOf(scene), ({ x, y }) => far([x, y], disc?.at ?? [0, 0])).text);
  });
  const seen = new Map<string, number>();
  for (let x = 0; x < scene.widthPx; x += STEP_PX) {
    for (let y = 0; y < scene.heightPx; y += STEP_PX) {
      const here = numbers.filter((_, i) => isWithin([x, y], outlines[i] ?? []));
      const pair = here.slice(-2).join();
      if (here.length >= 2) seen.set(pair, (seen.get(pair) ?? 0) + 1);
    }
  }
  const pairs = [...seen].filter(([, count]) => count >= SEEN_PLACES).map(([pair]) => pair.split(',').map(Number));
  const order: number[] = [];
  while (order.length < numbers.length) {
    const lowest = numbers.filter(
      (number) => !order.includes(number) && pairs.every(([below = 0, above]) => above !== number || order.includes(below)),
    );
    if (lowest.length !== 1) throw new Error(`which is next after ${order.join(', ')}: ${lowest.join(', ')}`);
    order.push(...lowest);
  }
  const said = [...question.matchAll(/\b[1-7]\b/g)].map(([number]) => Number(number));
  if (order[0] !== said[0] || order.at(-1) !== said[1]) throw new Error(`${order.join(', ')} in: ${question}`);
  return order[3] ?? 0;
};
