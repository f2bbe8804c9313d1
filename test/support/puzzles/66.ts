/** Reads arrows by their three-cornered tips, tries all 120 orders of the children, and takes who is at the asked end in each order that fits. */
import { linesOf, polygonsOf, textsOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';
import { only } from './things.ts';

const OPPOSITES = ['shortest', 'youngest', 'lightest', 'slowest', 'weakest', 'poorest'];

export const solve: Solver = ({ scene, question }) => {
  const letters = textsOf(scene);
  const nearest = (x: number, y: number): string =>
    letters.toSorted((a, b) => Math.hypot(a.x - x, a.y - y) - Math.hypot(b.x - x, b.y - y))[0]?.text ?? '';
  const tips = polygonsOf(scene).filter(({ fill }) => String(fill) === '0,0,0');
  const isTipMore = /second is|arrow points to is|its tip is/.test(question);
  if (isTipMore === /first is|arrow starts is|its start is/.test(question)) throw new Error(question);
  const pairs = linesOf(scene).map(({ x1, y1, x2, y2 }) => {
    // The tip is the corner farthest from where the line begins, among the tips that touch the line's end.
    const corners = only(
      tips.filter(({ points }) => points.some(([x, y], i) => onMiddle(x, y, points[(i + 1) % points.length] ?? [x, y], x2, y2))),
      'tips at the end of a line',
    ).points;
    const tip = corners.toSorted((a, b) => Math.hypot(b[0] - x1, b[1] - y1) - Math.hypot(a[0] - x1, a[1] - y1))[0] ?? [0, 0];
    const [start, end] = [nearest(x1, y1), nearest(tip[0], tip[1])];
    return isTipMore ? { less: start, more: end } : { less: end, more: start };
  });
  if (pairs.length !== tips.length) throw new Error('arrows without tips');
  const fitting = ordersOf(letters.map(({ text }) => text)).filter((order) =>
    pairs.every(({ less, more }) => order.indexOf(less) < order.indexOf(more)),
  );
  const isLeast = OPPOSITES.some((word) => question.includes(word));
  const ends = new Set(fitting.map((order) => order.at(isLeast ? 0 : -1)));
  return 'ABCDE'.indexOf(only([...ends], 'children at the end of the order') ?? '?');
};

const onMiddle = (ax: number, ay: number, [bx, by]: readonly [number, number], x: number, y: number): boolean =>
  Math.hypot((ax + bx) / 2 - x, (ay + by) / 2 - y) < 0.01;

function ordersOf(items: readonly string[]): readonly (readonly string[])[] {
  return items.length === 0 ? [[]] : items.flatMap((item) => ordersOf(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}
