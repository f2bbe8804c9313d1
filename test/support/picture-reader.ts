/**
 * Reads tables back from pixels alone: the counterpart of scenes.ts for tests. It knows the colours and the 16 px patches, and recognises letters by comparing them with
 * templates of every name, digit and word drawn in a plain place; it knows nothing of the example.
 */
import { MONTH_CODES, PRODUCT_CODES } from '../../src/tasks/tables/names.ts';
import { textWidthPx } from '../../src/tasks/render/layout.ts';
import { rasterise } from '../../src/tasks/render/raster.ts';
import type { FontName } from '../../src/tasks/render/scene.ts';

export interface ReadTable {
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
  readonly values: readonly (readonly number[])[];
  readonly marked: readonly (readonly boolean[])[];
  /** Least ratio of the second-best template's distance to the best one's, over all patches: how safe the reading is. */
  readonly margin: number;
}

/** Darkness of a block of pixels against its own ground, 0..255, row-major. */
interface Ink {
  readonly width: number;
  readonly height: number;
  readonly darkness: Float64Array;
}

interface Template {
  readonly text: string;
  readonly ink: Ink;
}

type Colour = readonly [number, number, number];

const PATCH = 16;
const YELLOW: Colour = [255, 255, 0];
const GREY: Colour = [245, 245, 245];
const WHITE: Colour = [255, 255, 255];
const WORDS = ['ZERO', 'ONE', 'TWO', 'THREE', 'FOUR', 'FIVE', 'SIX', 'SEVEN', 'EIGHT', 'NINE'];

const CODE_TEMPLATES = [...PRODUCT_CODES, ...MONTH_CODES].map((code) => template(code, PATCH, PATCH, 11, 'sans-bold', 14.5, 0.75));
const DIGIT_TEMPLATES = Array.from({ length: 10 }, (_, digit) => template(String(digit), PATCH, PATCH, 13, 'sans', 16, 1));
const WORD_TEMPLATES = WORDS.map((word) => template(word, 88, 24, (16 * 100) / 72, 'sans', 88, 1));

/** Names (codes), digits and marks of a compact picture. */
export function readCompact(pixels: Uint8Array, widthPx: number, heightPx: number): ReadTable {
  const [columns, rows] = [widthPx / PATCH - 1, heightPx / PATCH - 1];
  let margin = Infinity;
  function read(patchRow: number, patchColumn: number, templates: readonly Template[], ground: Colour): string {
    const ink = inkOf(pixels, widthPx, patchColumn * PATCH, patchRow * PATCH, PATCH, PATCH, ground);
    const found = nearest(ink, templates);
    margin = Math.min(margin, found.margin);
    return found.text;
  }
  // The middle of the last column of pixels: letters do not reach it, separators neither.
  const groundAt = (patchRow: number, patchColumn: number): Colour =>
    pixelAt(pixels, widthPx, patchColumn * PATCH + PATCH - 1, patchRow * PATCH + PATCH - 1);
  const isAt = (patchRow: number, patchColumn: number, colour: Colour): boolean => isColour(groundAt(patchRow, patchColumn), colour);
  const eachRow = Array.from({ length: rows }, (_, row) => row + 1);
  const eachColumn = Array.from({ length: columns }, (_, column) => column + 1);
  for (const row of eachRow)
    for (const column of eachColumn) if (!isAt(row, column, YELLOW) && !isAt(row, column, GREY)) throw new Error('a cell of another colour');
  return {
    columnNames: eachColumn.map((column) => read(0, column, CODE_TEMPLATES, WHITE)),
    rowNames: eachRow.map((row) => read(row, 0, CODE_TEMPLATES, WHITE)),
    values: eachRow.map((row) => eachColumn.map((column) => Number(read(row, column, DIGIT_TEMPLATES, groundAt(row, column))))),
    marked: eachRow.map((row) => eachColumn.map((column) => isAt(row, column, YELLOW))),
    margin,
  };
}

/** Words and marks of a paper picture; cells are found as the runs of columns and rows that hold a body colour. */
export function readPaper(pixels: Uint8Array, widthPx: number, heightPx: number): Pick<ReadTable, 'values' | 'marked' | 'margin'> {
  const bodyInColumn = Array.from({ length: widthPx }, () => false);
  const bodyInRow = Array.from({ length: heightPx }, () => false);
  const isYellow = new Uint8Array(widthPx * heightPx);
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      const at = (y * widthPx + x) * 3;
      const yellow = pixels[at] === 255 && pixels[at + 1] === 255 && pixels[at + 2] === 0;
      if (!yellow && !(pixels[at] === 245 && pixels[at + 1] === 245 && pixels[at + 2] === 245)) continue;
      isYellow[y * widthPx + x] = yellow ? 1 : 0;
      bodyInColumn[x] = true;
      bodyInRow[y] = true;
    }
  }
  let margin = Infinity;
  const cells = runsOf(bodyInRow).map(([top, bottom]) =>
    runsOf(bodyInColumn).map(([left, right]) => {
      const marked = isYellow[(top + 3) * widthPx + left + 3] === 1;
      const [x, y] = [Math.round((left + right) / 2) - 44, Math.round((top + bottom) / 2) - 12];
      const found = nearest(inkOf(pixels, widthPx, x, y, 88, 24, marked ? YELLOW : GREY), WORD_TEMPLATES);
      margin = Math.min(margin, found.margin);
      return { marked, value: WORDS.indexOf(found.text) };
    }),
  );
  return { values: cells.map((row) => row.map(({ value }) => value)), marked: cells.map((row) => row.map(({ marked }) => marked)), margin };
}

function template(text: string, width: number, height: number, sizePx: number, font: FontName, fitPx: number, widest: number): Template {
  const stretch = Math.min(widest, fitPx / textWidthPx(text, font, sizePx));
  const shape = {
    kind: 'text',
    text,
    x: width / 2,
    y: height / 2,
    sizePx,
    stretch,
    font,
    anchor: 'middle',
    centre: 'capitals',
    fill: [0, 0, 0],
  } as const;
  const pixels = rasterise({ widthPx: width, heightPx: height, background: [255, 255, 255], shapes: [shape], title: '', description: '' });
  return { text, ink: inkOf(pixels, width, 0, 0, width, height, WHITE) };
}

/** How far each pixel's green has fallen from the ground's (green is 245 or 255 in every ground); separators and borders, lighter than half, count as little. */
function inkOf(pixels: Uint8Array, widthPx: number, left: number, top: number, width: number, height: number, ground: Colour): Ink {
  const darkness = new Float64Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const green = pixels[((top + y) * widthPx + left + x) * 3 + 1] ?? ground[1];
      darkness[y * width + x] = Math.max(0, (255 * (ground[1] - green)) / ground[1]);
    }
  }
  return { width, height, darkness };
}

/** Patches of equal ink read alike; there are few different ones. */
const readings = new Map<readonly Template[], Map<string, Reading>>();

interface Reading {
  readonly text: string;
  readonly margin: number;
}

function nearest(ink: Ink, templates: readonly Template[]): Reading {
  const known = readings.get(templates) ?? new Map<string, Reading>();
  readings.set(templates, known);
  const key = ink.darkness.map(Math.round).join();
  const reading = known.get(key) ?? compare(ink, templates);
  known.set(key, reading);
  return reading;
}

/** The template at the least distance, each tried up to a pixel to the side and down. */
function compare(ink: Ink, templates: readonly Template[]): Reading {
  let [text, best, second] = ['', Infinity, Infinity];
  for (const candidate of templates) {
    let distance = Infinity;
    for (const dx of [0, -1, 1])
      for (const dy of [0, -1, 1]) distance = Math.min(distance, distanceOf(ink, candidate.ink, dx, dy, Math.min(second, distance)));
    if (distance < best) [text, best, second] = [candidate.text, distance, best];
    else second = Math.min(second, distance);
  }
  return { text, margin: second / Math.max(best, 1) };
}

/** Sum of squared differences; stops early above `limit`. */
function distanceOf(a: Ink, b: Ink, dx: number, dy: number, limit: number): number {
  let sum = 0;
  for (let y = 0; y < a.height && sum < limit; y++) {
    for (let x = 0; x < a.width; x++) {
      const [bx, by] = [x + dx, y + dy];
      const other = bx < 0 || by < 0 || bx >= b.width || by >= b.height ? 0 : (b.darkness[by * b.width + bx] ?? 0);
      const difference = (a.darkness[y * a.width + x] ?? 0) - other;
      sum += difference * difference;
    }
  }
  return sum;
}

/** First and last index of every run of true. */
function runsOf(flags: readonly boolean[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const [i, flag] of flags.entries()) {
    if (!flag) continue;
    const run = runs.at(-1);
    if (run !== undefined && run[1] === i - 1) run[1] = i;
    else runs.push([i, i]);
  }
  return runs;
}

function pixelAt(pixels: Uint8Array, widthPx: number, x: number, y: number): Colour {
  const at = (y * widthPx + x) * 3;
  return [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
}

function isColour(a: Colour, b: Colour): boolean {
  return a.every((value, i) => value === b[i]);
}
