/** What lies where in a puzzle's picture, for solvers: discs, boxes, and the letters beside things. */
import type { PolygonShape, Rgb, Scene } from '../../../src/tasks/render/scene.ts';
import { middleOf, polygonsOf, textsOf } from './puzzle-view.ts';

export type Place = readonly [x: number, y: number];

export interface Disc {
  readonly at: Place;
  readonly radius: number;
  readonly fill: Rgb;
}

/** Round polygons: every corner as far from the middle as the others. */
export function discsOf(scene: Scene): readonly Disc[] {
  const found = knownDiscs.get(scene) ?? findDiscs(scene);
  knownDiscs.set(scene, found);
  return found;
}

const knownDiscs = new WeakMap<Scene, readonly Disc[]>();

function findDiscs(scene: Scene): readonly Disc[] {
  return polygonsOf(scene).flatMap((shape): readonly Disc[] => {
    if (shape.points.length <= 12) return [];
    const at = middleOf(shape);
    const radii = cornersOf(shape).map((corner) => far(corner, at));
    const radius = Math.max(...radii);
    return radius - Math.min(...radii) < 0.01 * radius ? [{ at, radius, fill: shape.fill }] : [];
  });
}

export function cornersOf({ points, x = 0, y = 0 }: PolygonShape): Place[] {
  return points.map(([px, py]) => [px + x, py + y] as const);
}

export function far([ax, ay]: Place, [bx, by]: Place): number {
  return Math.sqrt((ax - bx) ** 2 + (ay - by) ** 2);
}

export function nearest<T>(items: readonly T[], distance: (item: T) => number): T {
  const found = items.toSorted((a, b) => distance(a) - distance(b))[0];
  if (found === undefined) throw new Error('nothing there');
  return found;
}

/** Index of the letter nearest to a place, A = 0. */
export function letterBeside(scene: Scene, at: Place): number {
  const letters = textsOf(scene).filter(({ text }) => /^[A-E]$/.test(text));
  return nearest(letters, ({ x, y }) => far([x, y], at)).text.charCodeAt(0) - 65;
}

/** The only one that fits. Throws where none or several do. */
export function only<T>(items: readonly T[]): T {
  const [found] = items;
  if (found === undefined || items.length > 1) throw new Error(`expected one, found ${items.length}`);
  return found;
}

/** True inside a convex polygon: on the same side of every edge. */
export function isWithin(at: Place, corners: readonly Place[]): boolean {
  const isRight = corners.map((corner, i) => turnOf(corner, corners[(i + 1) % corners.length] ?? corner, at) > 0);
  return isRight.every((side) => side === isRight[0]);
}

/** Positive when the way from a over b to c turns right on the screen. */
function turnOf([ax, ay]: Place, [bx, by]: Place, [cx, cy]: Place): number {
  return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax);
}
