/**
 * Reads the compact picture of an analogy puzzle back from its pixels. Where panels stand, what figures look like and how large they are is written here anew (spec/s2h 4.8
 * at the compact scale); nothing of the generator is used but the rasteriser, for templates.
 */
import { rasterise } from '../../src/tasks/render/raster.ts';

const PATCH = 16;
const PANEL = 48;
const SIDE = 192;
const PLACES = ['TL', 'TM', 'TR', 'ML', 'C', 'MR', 'BL', 'BM', 'BR'];
const GREYS = [0, 90, 135, 189, 255];
/** Sizes in the texts, and in px of the compact picture. */
const SIZES = [
  [20, 7],
  [27, 9],
  [34, 11],
  [41, 13],
] as const;

type Point = readonly [number, number];

const SHAPES: Readonly<Record<string, readonly Point[]>> = {
  CIR: Array.from({ length: 48 }, (_, i): Point => [Math.cos((i * Math.PI) / 24) / 2, Math.sin((i * Math.PI) / 24) / 2]),
  RECT: [
    [-0.5, -0.5],
    [0.5, -0.5],
    [0.5, 0.5],
    [-0.5, 0.5],
  ],
  TRI: [
    [0, -0.5],
    [0.577, 0.5],
    [-0.577, 0.5],
  ],
  PENT: [
    [0, -0.5],
    [0.525, -0.12],
    [0.324, 0.496],
    [-0.324, 0.496],
    [-0.525, -0.12],
  ],
  HEX: [
    [0.5, 0],
    [0.25, 0.45],
    [-0.25, 0.45],
    [-0.5, 0],
    [-0.25, -0.45],
    [0.25, -0.45],
  ],
};

/** The middle of a stroke that does not lie on whole pixels is a little lighter than the stroke. */
const TOLERANCE = 8;

/** Strokes of each line in a panel of side 1. */
const LINES: Readonly<Record<string, readonly Point[]>> = {
  FD: [
    [0, 0],
    [1, 1],
  ],
  RD: [
    [0, 1],
    [1, 0],
  ],
  HOR: [
    [0, 0.5],
    [1, 0.5],
  ],
  VER: [
    [0.5, 0],
    [0.5, 1],
  ],
  DIA: closed([
    [0.5, 0],
    [1, 0.5],
    [0.5, 1],
    [0, 0.5],
  ]),
  CIRC: Array.from({ length: 65 }, (_, i): Point => [0.5 + 0.2 * Math.cos((i * Math.PI) / 32), 0.5 + 0.2 * Math.sin((i * Math.PI) / 32)]),
  VU: closed([
    [0, 0],
    [0.5, 1],
    [1, 0],
  ]),
  VL: closed([
    [0, 0],
    [1, 0.5],
    [0, 1],
  ]),
  VD: closed([
    [0, 1],
    [0.5, 0],
    [1, 1],
  ]),
  VR: closed([
    [1, 0],
    [0, 0.5],
    [1, 1],
  ]),
};

function closed(points: readonly Point[]): readonly Point[] {
  return [...points, points[0] ?? [0, 0]];
}

export interface ReadPicture {
  /** Codes of the objects of each of the 12 panels, sorted. */
  readonly panels: readonly (readonly string[])[];
  /** Least ratio of the second-best template's distance to the best one's: how safe the reading of shapes is. */
  readonly margin: number;
}

export function readPicture(pixels: Uint8Array): ReadPicture {
  let margin = Infinity;
  const boxes = Array.from({ length: 13 }, (_, i): Point => (i < 9 ? [i % 3, Math.floor(i / 3)] : [i - 9, 3])).filter((_, i) => i !== 8);
  const panels = boxes.map(([column, row]) => {
    const [x, y] = [column * PANEL, row * PANEL];
    const lines = readLines(pixels, x, y);
    if (lines.length > 0) return lines.sort();
    return PLACES.flatMap((place, i) => {
      const found = readShape(pixels, x + (i % 3) * PATCH, y + Math.floor(i / 3) * PATCH);
      if (found === null) return [];
      margin = Math.min(margin, found.margin);
      return [`${found.code}-${place}`];
    }).sort();
  });
  return { panels, margin };
}

/** A line is there when all its stroke is; its grey is the one that most pixels of the stroke have. */
function readLines(pixels: Uint8Array, left: number, top: number): string[] {
  return Object.entries(LINES).flatMap(([code, path]) => {
    const counts = new Map<number, number>();
    let [seen, all] = [0, 0];
    for (const [i, [x1, y1]] of path.slice(0, -1).entries()) {
      const [x2, y2] = path[i + 1] ?? [x1, y1];
      const steps = Math.max(2, Math.round(60 * Math.hypot(x2 - x1, y2 - y1)));
      for (let step = 0; step <= steps; step++) {
        // One px of the panel is its separator; a stroke along the edge is half cut off.
        const inside = (v: number): number => Math.min(47, Math.max(1, Math.floor(1 + 47 * v)));
        const [x, y] = [inside(x1 + ((x2 - x1) * step) / steps), inside(y1 + ((y2 - y1) * step) / steps)];
        const value = greyAt(pixels, left + x, top + y);
        all += 1;
        if (value < 248) seen += 1;
        const grey = GREYS.slice(0, 4).find((candidate) => Math.abs(candidate - value) <= TOLERANCE);
        if (grey !== undefined) counts.set(grey, (counts.get(grey) ?? 0) + 1);
      }
    }
    if (seen < all) return [];
    const grey = GREYS.slice(0, 4).reduce((best, candidate) => ((counts.get(candidate) ?? 0) > (counts.get(best) ?? 0) ? candidate : best), 0);
    return [`${code}-${grey}`];
  });
}

interface Template {
  readonly code: string;
  readonly greys: readonly number[];
}

const TEMPLATES: readonly Template[] = Object.entries(SHAPES).flatMap(([type, points]) =>
  GREYS.flatMap((grey) => SIZES.map(([size, px]) => ({ code: `${type}-${grey}-${size}`, greys: drawn(points, px, grey) }))),
);

/** The 15 x 15 px of a patch beside the separators, with one shape: black, and inside it a smaller one in its grey. */
function drawn(points: readonly Point[], px: number, grey: number): number[] {
  const inner = inradius(points) * px;
  const at = (scale: number): Point[] => points.map(([x, y]) => [8.5 + x * scale, 8.5 + y * scale]);
  // Shrinking towards the middle of the inscribed circle; for a triangle that is not (0, 0).
  const middle = points.length === 3 ? 0.5 - inradius(points) : 0;
  const shrink = (inner - 1) / inner;
  const inside = points.map(([x, y]): Point => [8.5 + x * px * shrink, 8.5 + (middle + (y - middle) * shrink) * px]);
  const shapes = [
    { kind: 'polygon', points: at(px), fill: [0, 0, 0] },
    { kind: 'polygon', points: inside, fill: [grey, grey, grey] },
  ] as const;
  const pixels = rasterise({ widthPx: PATCH, heightPx: PATCH, background: [255, 255, 255], shapes, title: '', description: '' });
  return patchGreys(pixels, PATCH, 0, 0);
}

/** Of a polygon of size 1: how far its nearest edge lies from the middle. */
function inradius(points: readonly Point[]): number {
  if (points.length === 3) {
    const [a, b] = [1.154, Math.hypot(0.577, 1)];
    return 1.154 / (a + 2 * b); // twice the area over the perimeter
  }
  return Math.min(
    ...points.map(([x1, y1], i) => {
      const [x2, y2] = points[(i + 1) % points.length] ?? [x1, y1];
      return Math.abs(x1 * y2 - x2 * y1) / Math.hypot(x2 - x1, y2 - y1);
    }),
  );
}

function readShape(pixels: Uint8Array, left: number, top: number): { code: string; margin: number } | null {
  const greys = patchGreys(pixels, SIDE, left, top);
  if (greys.every((grey) => grey === 255)) return null;
  let [code, best, second] = ['', Infinity, Infinity];
  for (const template of TEMPLATES) {
    const distance = template.greys.reduce((sum, grey, i) => sum + (grey - (greys[i] ?? 0)) ** 2, 0);
    if (distance < best) [code, best, second] = [template.code, distance, best];
    else second = Math.min(second, distance);
  }
  return { code, margin: second / Math.max(best, 1) };
}

function patchGreys(pixels: Uint8Array, widthPx: number, left: number, top: number): number[] {
  const greys: number[] = [];
  for (let y = 1; y < PATCH; y++) for (let x = 1; x < PATCH; x++) greys.push(pixels[((top + y) * widthPx + left + x) * 3] ?? 255);
  return greys;
}

function greyAt(pixels: Uint8Array, x: number, y: number): number {
  return pixels[(y * SIDE + x) * 3] ?? 255;
}
