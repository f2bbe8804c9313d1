/**
 * Reads grids back from pixels alone: the counterpart of scenes.ts for tests. It knows the two colours and the 16 px patches, and recognises symbols by comparing them with
 * templates: each symbol drawn large, then averaged down. It knows nothing of the example.
 */
import { fontMetrics, glyphOf } from '../../src/tasks/render/atlas.ts';
import { rasterise } from '../../src/tasks/render/raster.ts';
import type { TextShape } from '../../src/tasks/render/scene.ts';
import { SYMBOLS } from '../../src/tasks/render/symbols.ts';

const PATCH = 16;
const SIDE = 15; // of a patch without its separators
const INK = 13;
const OVERSAMPLE = 8;
const INDICES = Array.from({ length: 12 }, (_, i) => i + 1).flatMap((i) => [`r${i}`, `c${i}`]);

interface Template {
  readonly text: string;
  /** Darkness 0..255 of SIDE x SIDE pixels. */
  readonly ink: Float64Array;
}

const SYMBOL_TEMPLATES = SYMBOLS.map(({ name, codePoint }) => symbolTemplate(name, codePoint));
const INDEX_TEMPLATES = INDICES.map(indexTemplate);

export interface ReadGrid {
  /** `[rows + 1][columns + 1]`: '' in the corner, indices, then S, D, O or a name. */
  readonly patches: readonly (readonly string[])[];
  /** Least ratio of the second-best template's distance to the best one's: how safe the reading is. */
  readonly margin: number;
}

export function readCompactPicture(pixels: Uint8Array, widthPx: number, heightPx: number): ReadGrid {
  let margin = Infinity;
  const patches = Array.from({ length: heightPx / PATCH }, (_, row) =>
    Array.from({ length: widthPx / PATCH }, (__, column) => {
      const corner = colourAt(pixels, widthPx, column * PATCH + PATCH - 1, row * PATCH + PATCH - 1);
      const isIndex = row === 0 || column === 0;
      if (!isIndex && corner === '135,206,235') return 'S';
      if (!isIndex && corner === '0,100,0') return 'D';
      if (corner !== '255,255,255') throw new Error(`a patch on ${corner}`);
      const left = column * PATCH + (isIndex ? 0 : 1);
      const top = row * PATCH + (isIndex ? 0 : 1);
      const found = nearest(inkAt(pixels, widthPx, left, top), isIndex ? INDEX_TEMPLATES : SYMBOL_TEMPLATES);
      margin = Math.min(margin, found.margin);
      if (found.text !== '') return found.text;
      return isIndex ? '' : 'O';
    }),
  );
  return { patches, margin };
}

/** Symbols of a paper picture by the middles of its squares; `edges` are where the dark border lines lie. */
export function readPaperPicture(pixels: Uint8Array, widthPx: number, heightPx: number): ReadGrid {
  const isDark = (x: number, y: number): boolean => (pixels[(y * widthPx + x) * 3 + 1] ?? 255) < 60 && (pixels[(y * widthPx + x) * 3] ?? 255) < 60;
  const longRuns = (length: number, across: number, dark: (i: number, j: number) => boolean): number[] => {
    const isLine = Array.from({ length }, (_, i) => {
      let [run, longest] = [0, 0];
      for (let j = 0; j < across; j++) {
        run = dark(i, j) ? run + 1 : 0;
        longest = Math.max(longest, run);
      }
      return longest > 150; // symbols are shorter
    });
    return Array.from(isLine.keys()).filter((i) => isLine[i] === true && isLine[i - 1] !== true); // the first pixel of each line
  };
  const xs = longRuns(widthPx, heightPx, (x, y) => isDark(x, y) && !isGreen(pixels, widthPx, x, y));
  const ys = longRuns(heightPx, widthPx, (y, x) => isDark(x, y) && !isGreen(pixels, widthPx, x, y));
  let margin = Infinity;
  const patches = ys.slice(0, -1).map((top, row) =>
    xs.slice(0, -1).map((left, column) => {
      const [right, bottom] = [xs[column + 1] ?? left, ys[row + 1] ?? top];
      const corner = colourAt(pixels, widthPx, left + 6, top + 6);
      if (corner === '135,206,235') return 'S';
      if (corner === '0,100,0') return 'D';
      const found = nearest(shrunk(pixels, widthPx, left + 3, top + 3, right - 1, bottom - 1), SYMBOL_TEMPLATES);
      margin = Math.min(margin, found.margin);
      return found.text === '' ? 'O' : found.text;
    }),
  );
  return { patches, margin };
}

function isGreen(pixels: Uint8Array, widthPx: number, x: number, y: number): boolean {
  return colourAt(pixels, widthPx, x, y) === '0,100,0';
}

/** The ink inside a box, scaled so that its longer side is INK, in the middle of SIDE x SIDE pixels. */
function shrunk(pixels: Uint8Array, widthPx: number, left: number, top: number, right: number, bottom: number): Float64Array {
  const dark = (x: number, y: number): number => 255 - (pixels[(y * widthPx + x) * 3 + 1] ?? 255);
  let [x1, y1, x2, y2] = [right, bottom, left, top];
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      if (dark(x, y) < 64) continue;
      [x1, y1, x2, y2] = [Math.min(x1, x), Math.min(y1, y), Math.max(x2, x + 1), Math.max(y2, y + 1)];
    }
  }
  const ink = new Float64Array(SIDE * SIDE);
  if (x2 <= x1) return ink;
  const scale = INK / Math.max(x2 - x1, y2 - y1);
  const steps = 6;
  for (let i = 0; i < SIDE * SIDE * steps * steps; i++) {
    const [column, row] = [i % (SIDE * steps), Math.floor(i / (SIDE * steps))];
    const x = Math.floor((x1 + x2) / 2 + ((column + 0.5) / steps - SIDE / 2) / scale);
    const y = Math.floor((y1 + y2) / 2 + ((row + 0.5) / steps - SIDE / 2) / scale);
    const at = Math.floor(row / steps) * SIDE + Math.floor(column / steps);
    if (x >= left && x < right && y >= top && y < bottom) ink[at] = (ink[at] ?? 0) + dark(x, y) / (steps * steps);
  }
  return ink;
}

function symbolTemplate(name: string, codePoint: number): Template {
  const { ink, advance } = glyphOf('sans', codePoint);
  const scale = (INK * OVERSAMPLE) / Math.max(ink.right - ink.left, ink.top - ink.bottom);
  const middle = (SIDE * OVERSAMPLE) / 2;
  const x = middle + (advance / 2 - (ink.left + ink.right) / 2) * scale;
  const large = draw(
    { text: String.fromCodePoint(codePoint), x, y: middle, sizePx: scale * fontMetrics('sans').unitsPerEm, font: 'sans', centre: 'box' },
    OVERSAMPLE,
  );
  return { text: name, ink: large };
}

function indexTemplate(text: string): Template {
  return { text, ink: draw({ text, x: PATCH / 2, y: PATCH / 2, sizePx: 11, stretch: 0.75, font: 'sans-bold', centre: 'capitals' }, 1) };
}

/** Darkness of SIDE x SIDE pixels of a text, each the mean of `sample` x `sample` drawn ones. */
function draw(text: Omit<TextShape, 'kind' | 'anchor' | 'fill'>, sample: number): Float64Array {
  const widthPx = SIDE * sample;
  const shape = { kind: 'text', anchor: 'middle', fill: [0, 0, 0], ...text } as const;
  const pixels = rasterise({ widthPx, heightPx: widthPx, background: [255, 255, 255], shapes: [shape], title: '', description: '' });
  const ink = new Float64Array(SIDE * SIDE);
  for (let i = 0; i < widthPx * widthPx; i++) {
    const at = Math.floor(Math.floor(i / widthPx) / sample) * SIDE + Math.floor((i % widthPx) / sample);
    ink[at] = (ink[at] ?? 0) + (255 - (pixels[i * 3] ?? 255)) / (sample * sample);
  }
  return ink;
}

function inkAt(pixels: Uint8Array, widthPx: number, left: number, top: number): Float64Array {
  const ink = new Float64Array(SIDE * SIDE);
  for (let y = 0; y < SIDE; y++) for (let x = 0; x < SIDE; x++) ink[y * SIDE + x] = 255 - (pixels[((top + y) * widthPx + left + x) * 3 + 1] ?? 255);
  return ink;
}

const readings = new Map<readonly Template[], Map<string, { text: string; margin: number }>>();

/** The nearest template; '' for a patch without ink. Patches of equal ink read alike; there are few different ones. */
function nearest(ink: Float64Array, templates: readonly Template[]): { text: string; margin: number } {
  const known = readings.get(templates) ?? new Map<string, { text: string; margin: number }>();
  readings.set(templates, known);
  const key = Buffer.from(new Uint8Array(ink)).toString('latin1');
  const reading = known.get(key) ?? compare(ink, templates);
  known.set(key, reading);
  return reading;
}

function compare(ink: Float64Array, templates: readonly Template[]): { text: string; margin: number } {
  if (ink.every((value) => value < 1)) return { text: '', margin: Infinity };
  let [text, best, second] = ['', Infinity, Infinity];
  for (const template of templates) {
    let distance = Infinity;
    for (const dx of [0, -1, 1]) for (const dy of [0, -1, 1]) distance = Math.min(distance, distanceOf(ink, template.ink, dx, dy));
    if (distance < best) [text, best, second] = [template.text, distance, best];
    else second = Math.min(second, distance);
  }
  return { text, margin: second / Math.max(best, 1) };
}

function distanceOf(a: Float64Array, b: Float64Array, dx: number, dy: number): number {
  let sum = 0;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const [bx, by] = [x + dx, y + dy];
      const other = bx < 0 || by < 0 || bx >= SIDE || by >= SIDE ? 0 : (b[by * SIDE + bx] ?? 0);
      const difference = (a[y * SIDE + x] ?? 0) - other;
      sum += difference * difference;
    }
  }
  return sum;
}

function colourAt(pixels: Uint8Array, widthPx: number, x: number, y: number): string {
  const at = (y * widthPx + x) * 3;
  return `${pixels[at] ?? ''},${pixels[at + 1] ?? ''},${pixels[at + 2] ?? ''}`;
}
