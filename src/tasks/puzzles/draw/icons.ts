/** Small pictures of things, ours, as polygons: emoji differ between machines. Each is drawn within one radius around (0, 0). */
import type { PolygonShape, Rgb, Shape } from '../../render/scene.ts';
import type { Point } from './geometry.ts';
import { circle, ellipse, placed, regularPolygon, star } from './geometry.ts';
import { BLACK, COLOURS, filled, WHITE } from './shapes.ts';

interface Part {
  readonly points: readonly Point[];
  readonly fill: Rgb;
}

const part = (fill: Rgb, points: readonly Point[]): Part => ({ points, fill });
const box = (x: number, y: number, width: number, height: number): readonly Point[] => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
];
const eye = (x: number, y: number): readonly Part[] => [part(WHITE, circle(x, y, 0.13)), part(BLACK, circle(x, y, 0.07))];

/** Animals look to the right. */
const ICONS = {
  flower: [
    ...[0, 1, 2, 3, 4].map((i) => part(COLOURS.pink, placed(ellipse(0, -0.6, 0.34, 0.4), 0, 0, 1, i * 720))),
    part(COLOURS.orange, circle(0, 0, 0.32)),
  ],
  fish: [
    part(COLOURS.blue, ellipse(0.15, 0, 0.8, 0.5)),
    part(COLOURS.blue, [
      [-0.5, 0],
      [-1, -0.5],
      [-1, 0.5],
    ]),
    ...eye(0.6, -0.12),
  ],
  bird: [
    part(COLOURS.brown, ellipse(-0.1, 0.15, 0.65, 0.45)),
    part(COLOURS.brown, circle(0.45, -0.3, 0.35)),
    part(COLOURS.orange, [
      [0.75, -0.4],
      [1, -0.25],
      [0.75, -0.15],
    ]),
    part(COLOURS.brown, [
      [-0.6, 0],
      [-1, -0.35],
      [-0.9, 0.25],
    ]),
    part(BLACK, box(-0.15, 0.55, 0.07, 0.4)),
    part(BLACK, box(0.08, 0.55, 0.07, 0.4)),
    ...eye(0.5, -0.36),
  ],
  turtle: [
    part(COLOURS.green, ellipse(0, 0.05, 0.7, 0.5)),
    part(COLOURS.yellow, circle(0.8, 0.1, 0.2)),
    part(COLOURS.yellow, box(-0.5, 0.4, 0.25, 0.35)),
    part(COLOURS.yellow, box(0.25, 0.4, 0.25, 0.35)),
    part(BLACK, circle(0.86, 0.06, 0.06)),
  ],
  snail: [
    part(COLOURS.yellow, box(-0.9, 0.4, 1.7, 0.3)),
    part(COLOURS.yellow, box(0.6, -0.3, 0.22, 0.75)),
    part(COLOURS.purple, circle(-0.2, 0, 0.6)),
    part(COLOURS.pink, circle(-0.2, 0, 0.38)),
    part(COLOURS.purple, circle(-0.2, 0, 0.18)),
    part(BLACK, circle(0.74, -0.34, 0.09)),
  ],
  house: [
    part(COLOURS.yellow, box(-0.65, -0.15, 1.3, 1)),
    part(COLOURS.red, [
      [-0.9, -0.15],
      [0, -0.95],
      [0.9, -0.15],
    ]),
    part(COLOURS.brown, box(-0.18, 0.3, 0.36, 0.55)),
  ],
  tree: [
    part(COLOURS.brown, box(-0.13, 0.3, 0.26, 0.65)),
    part(COLOURS.green, [
      [-0.7, 0.45],
      [0, -0.95],
      [0.7, 0.45],
    ]),
  ],
  boat: [
    part(COLOURS.brown, [
      [-0.9, 0.35],
      [0.9, 0.35],
      [0.5, 0.85],
      [-0.5, 0.85],
    ]),
    part(BLACK, box(-0.05, -0.9, 0.1, 1.25)),
    part(COLOURS.orange, [
      [0.12, -0.8],
      [0.8, 0.2],
      [0.12, 0.2],
    ]),
  ],
  mushroom: [
    part(COLOURS.grey, box(-0.22, 0, 0.44, 0.9)),
    part(COLOURS.red, [...ellipse(0, 0.05, 0.85, 0.8).filter(([, y]) => y <= 0.0501)]),
    part(WHITE, circle(-0.35, -0.25, 0.14)),
    part(WHITE, circle(0.3, -0.2, 0.14)),
    part(WHITE, circle(0, -0.5, 0.12)),
  ],
  apple: [
    part(COLOURS.red, ellipse(-0.25, 0.15, 0.5, 0.65)),
    part(COLOURS.red, ellipse(0.25, 0.15, 0.5, 0.65)),
    part(COLOURS.brown, box(-0.06, -0.85, 0.12, 0.45)),
    part(COLOURS.green, placed(ellipse(0, 0, 0.32, 0.15), 0.32, -0.7, 1, -300)),
  ],
  star: [part(COLOURS.yellow, star(5, 0, 0.05, 1, 0.42)), part(COLOURS.orange, star(5, 0, 0.05, 0.5, 0.42))],
  gem: [part(COLOURS.blue, regularPolygon(6, 0, 0, 0.9)), part(COLOURS.grey, regularPolygon(6, 0, 0, 0.5))],
} as const satisfies Record<string, readonly Part[]>;

export type IconName = keyof typeof ICONS;
export const ICON_NAMES = Object.keys(ICONS) as IconName[]; // the record's own keys

/** Those that have a front. */
export const ANIMAL_NAMES = ['fish', 'bird', 'turtle', 'snail'] as const satisfies readonly IconName[];

/** A thing around (x, y), as large as the radius; animals look to the left when mirrored. */
export function icon(name: IconName, x: number, y: number, radiusPx: number, isMirrored = false): readonly PolygonShape[] {
  const side = isMirrored ? -1 : 1;
  return ICONS[name].map(({ points, fill }) =>
    filled(
      points.map(([px, py]): Point => [x + side * radiusPx * px, y + radiusPx * py]),
      fill,
    ),
  );
}

/** The same thing at several places in whole px: rasterised once. */
export function iconsAt(name: IconName, places: readonly Point[], radiusPx: number, isMirrored = false): readonly PolygonShape[] {
  const drawn = icon(name, 0, 0, radiusPx, isMirrored);
  return places.flatMap(([x, y]) => drawn.map((part) => ({ ...part, x, y })));
}

/** A thing stretched to fill the box between two corners. */
export function iconBetween(name: IconName, [left, top]: Point, [right, bottom]: Point): readonly Shape[] {
  const parts: readonly Part[] = ICONS[name];
  const all = parts.flatMap(({ points }) => points);
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  const [x0, y0] = [Math.min(...xs), Math.min(...ys)];
  const [scaleX, scaleY] = [(right - left) / (Math.max(...xs) - x0), (bottom - top) / (Math.max(...ys) - y0)];
  return parts.map(({ points, fill }) =>
    filled(
      points.map(([x, y]): Point => [left + (x - x0) * scaleX, top + (y - y0) * scaleY]),
      fill,
    ),
  );
}

/** Names in the plural. */
export function manyOf(name: IconName): string {
  return name === 'fish' ? 'fish' : `${name}s`;
}
