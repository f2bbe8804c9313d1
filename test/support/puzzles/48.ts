/** Reads the graph from digits and line ends, then multiplies out every order of discs of the asked length. */
import { linesOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';
import { numbersIn } from './things.ts';

export const solve: Solver = ({ scene, question }) => {
  const discs = textsOf(scene);
  const nearest = (x: number, y: number): string =>
    discs.toSorted((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y))[0]?.text ?? '';
  const joined = new Set(
    linesOf(scene).flatMap(({ x1, y1, x2, y2 }) => {
      const [a, b] = [nearest(x1, y1), nearest(x2, y2)];
      return [`${a}-${b}`, `${b}-${a}`];
    }),
  );
  const [from, to, length] = numbersIn(question);
  if (from === undefined || to === undefined || length === undefined) throw new Error(question);
  const middles = discs.map(({ text }) => text).filter((text) => text !== String(from) && text !== String(to));
  const routes = ordersOf(middles, length - 1).map((order) => [String(from), ...order, String(to)]);
  return routes.filter((route) => route.slice(1).every((disc, i) => joined.has(`${route[i]}-${disc}`))).length;
};

function ordersOf(items: readonly string[], count: number): readonly (readonly string[])[] {
  if (count === 0) return [[]];
  return items.flatMap((item) =>
    ordersOf(
      items.filter((other) => other !== item),
      count - 1,
    ).map((rest) => [item, ...rest]),
  );
}
