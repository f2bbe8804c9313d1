/** Finds drawn things in a picture: polygons whose boxes touch belong to one thing. */
import type { PolygonShape } from '../../../src/tasks/render/scene.ts';

export interface Thing {
  readonly x: number;
  readonly y: number;
  /** The same for two drawings of one kind of thing, whatever their place, size and side. */
  readonly look: string;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly polygons: readonly PolygonShape[];
}

export function thingsOf(polygons: readonly PolygonShape[]): readonly Thing[] {
  const boxes = polygons.reduce<readonly Box[]>((found, polygon) => {
    const box = boxOf(polygon);
    const near = found.filter((other) => isTouching(box, other));
    return [...found.filter((other) => !near.includes(other)), near.reduce(join, box)];
  }, []);
  return boxes.map(({ left, right, top, bottom, polygons: parts }) => {
    const look = parts.map(({ fill, points }) => `${fill.join(' ')} x${points.length}`).toSorted();
    return { x: (left + right) / 2, y: (top + bottom) / 2, look: look.join(', ') };
  });
}

function boxOf(polygon: PolygonShape): Box {
  const xs = polygon.points.map(([x]) => x + (polygon.x ?? 0));
  const ys = polygon.points.map(([, y]) => y + (polygon.y ?? 0));
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys), polygons: [polygon] };
}

function isTouching(a: Box, b: Box): boolean {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;
}

function join(a: Box, b: Box): Box {
  return {
    left: Math.min(a.left, b.left),
    right: Math.max(a.right, b.right),
    top: Math.min(a.top, b.top),
    bottom: Math.max(a.bottom, b.bottom),
    polygons: [...a.polygons, ...b.polygons],
  };
}

/** The numbers of a sentence, in order. */
export function numbersIn(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}

/** The one thing that is left; throws when there are more or none. */
export function only<T>(items: readonly T[], what: string): T {
  const [first, ...others] = items;
  if (first === undefined || others.length > 0) throw new Error(`${items.length} of: ${what}`);
  return first;
}
