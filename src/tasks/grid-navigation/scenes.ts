/**
 * The two pictures of a grid. `paperScene` follows the authors' renders (spec/s2h 3.5; data_generation/grid_navigation/create_images.py at d3131b4): 1000 x 1000 px, black
 * symbols of 40 pt, letters of rows and columns outside. `compactScene` is ours: one 16 px patch per square and index. In both the start is blue and the destination green;
 * neither shows the order of the objects.
 */
import { fontMetrics, glyphOf } from '../render/atlas.ts';
import type { LineShape, Rgb, Scene, Shape, TextShape } from '../render/scene.ts';
import { captioned, rectangle } from '../render/scene.ts';
import { SYMBOLS } from '../render/symbols.ts';
import { PATCH_PX, wordsOf } from './compact.ts';
import { letterOf } from './paper.ts';
import type { Cell, GridTruth } from './truth.ts';
import { squareTexts } from './truth.ts';

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** matplotlib's skyblue and darkgreen. */
const START: Rgb = [135, 206, 235];
const DESTINATION: Rgb = [0, 100, 0];

/** 10 x 10 in at 100 dots per inch; 1 pt = 1/72 in. */
const PAPER_PX = 1000;
const PX_PER_POINT = 100 / 72;
/** matplotlib's default axes box in this figure. The grid is the largest of square cells that fits, in its middle. */
const AXES = { widthPx: 775, heightPx: 770, centreX: 512.5, centreY: 505 };
const BORDER_PX = 2 * PX_PER_POINT;
/** Grids of fewer than 8 squares a side, which the authors have not, keep this size, as in matplotlib. */
const SYMBOL_PX = 40 * PX_PER_POINT;
const LABEL_PX = 20 * PX_PER_POINT;
/** matplotlib's defaults: ticks of 3.5 pt, 0.8 pt wide, and as far again to the label. */
const TICK_PX = 3.5 * PX_PER_POINT;
const TICK_WIDTH_PX = 0.8 * PX_PER_POINT;
/** Below the axis a label hangs from its ascenders: their middle lies half of DejaVu's 0.76 em lower. */
const LABEL_MIDDLE_EM = 0.38;

/** Where squares lie, in px. */
export interface GridLayout {
  readonly left: number;
  readonly top: number;
  readonly cellPx: number;
}

/** Where the squares of the paper picture lie; edges are rounded to whole pixels one by one. */
export function paperLayout({ rows, columns }: Pick<GridTruth, 'rows' | 'columns'>): GridLayout {
  const cellPx = Math.min(AXES.widthPx / columns, AXES.heightPx / rows);
  return { left: AXES.centreX - (cellPx * columns) / 2, top: AXES.centreY - (cellPx * rows) / 2, cellPx };
}

/** Where the squares of the compact picture lie: one patch to the right of and below the corner. */
export const COMPACT_LAYOUT: GridLayout = { left: PATCH_PX, top: PATCH_PX, cellPx: PATCH_PX };

/** The pixels of a square. */
export function squareBox({ left, top, cellPx }: GridLayout, { row, column }: Cell): { x: number; y: number; width: number; height: number } {
  const [x, y] = [Math.round(left + column * cellPx), Math.round(top + row * cellPx)];
  return { x, y, width: Math.round(left + (column + 1) * cellPx) - x, height: Math.round(top + (row + 1) * cellPx) - y };
}

/** The picture of the `paper` profile. */
export function paperScene(truth: GridTruth): Scene {
  const { rows, columns } = truth;
  const layout = paperLayout(truth);
  const xs = Array.from({ length: columns + 1 }, (_, i) => Math.round(layout.left + i * layout.cellPx));
  const ys = Array.from({ length: rows + 1 }, (_, i) => Math.round(layout.top + i * layout.cellPx));
  const [left = 0, right = 0, top = 0, bottom = 0] = [xs[0], xs.at(-1), ys[0], ys.at(-1)];
  const half = BORDER_PX / 2; // lines reach to the outer side of the ones they meet
  const symbols: Shape[] = [];
  for (const [row, texts] of squareTexts(truth).entries()) {
    for (const [column, text] of texts.entries()) {
      const codePoint = CODE_POINTS.get(text);
      if (codePoint === undefined) continue;
      const { x, y, width, height } = squareBox(layout, { row, column });
      symbols.push(words(String.fromCodePoint(codePoint), x + width / 2, y + height / 2, SYMBOL_PX, 'middle', 'box'));
    }
  }
  const labels: Shape[] = [];
  for (let column = 0; column < columns; column++) {
    const x = ((xs[column] ?? 0) + (xs[column + 1] ?? 0)) / 2;
    labels.push(line(x, bottom, x, bottom + TICK_PX, TICK_WIDTH_PX));
    labels.push(words(letterOf(column), x, bottom + 2 * TICK_PX + LABEL_MIDDLE_EM * LABEL_PX, LABEL_PX, 'middle', 'capitals'));
  }
  for (let row = 0; row < rows; row++) {
    const y = ((ys[row] ?? 0) + (ys[row + 1] ?? 0)) / 2;
    labels.push(line(left - TICK_PX, y, left, y, TICK_WIDTH_PX));
    labels.push(words(letterOf(row), left - 2 * TICK_PX, y, LABEL_PX, 'end', 'capitals'));
  }
  return captioned(
    {
      widthPx: PAPER_PX,
      heightPx: PAPER_PX,
      background: WHITE,
      shapes: [
        { kind: 'rectangle', ...squareBox(layout, truth.start), fill: START },
        { kind: 'rectangle', ...squareBox(layout, truth.destination), fill: DESTINATION },
        ...ys.map((y) => line(left - half, y, right + half, y, BORDER_PX)),
        ...xs.map((x) => line(x, top - half, x, bottom + half, BORDER_PX)),
        ...labels,
        ...symbols,
      ],
    },
    () => captions(truth),
  );
}

/** Ours, by looking at all symbols enlarged: ink of 13 px leaves the separator and a pixel free around it. */
const COMPACT_INK_PX = 13;
/** Indices as the codes of the tables' headers: bold, narrowed. */
const INDEX_PX = 11;
const INDEX_STRETCH = 0.75;
/** Ours: a line of one pixel along the left and top of every square, the same in every patch. */
const SEPARATOR: Rgb = [208, 208, 208];

/** The picture of the `compact` profile: (rows + 1) x (columns + 1) patches of 16 px; the corner is blank. */
export function compactScene(truth: GridTruth): Scene {
  const { rows, columns } = truth;
  const [widthPx, heightPx] = [PATCH_PX * (columns + 1), PATCH_PX * (rows + 1)];
  const separators: Shape[] = [];
  const marks: Shape[] = [];
  for (let column = 0; column < columns; column++) {
    const x = PATCH_PX * (column + 1);
    separators.push(rectangle(x, PATCH_PX, 1, heightPx - PATCH_PX, SEPARATOR));
    marks.push(indexText(`c${column + 1}`, x, 0));
  }
  for (const [row, texts] of squareTexts(truth).entries()) {
    const y = PATCH_PX * (row + 1);
    separators.push(rectangle(PATCH_PX, y, widthPx - PATCH_PX, 1, SEPARATOR));
    marks.push(indexText(`r${row + 1}`, 0, y));
    for (const [column, text] of texts.entries()) {
      const shape = COMPACT_SYMBOLS.get(text);
      if (shape !== undefined) marks.push({ ...shape, x: shape.x + PATCH_PX * (column + 1), y: shape.y + y });
    }
  }
  const fills = [
    { cell: truth.start, fill: START },
    { cell: truth.destination, fill: DESTINATION },
  ].map(({ cell, fill }) => ({ kind: 'rectangle' as const, ...squareBox(COMPACT_LAYOUT, cell), fill }));
  return captioned({ widthPx, heightPx, background: WHITE, shapes: [...fills, ...separators, ...marks] }, () => captions(truth));
}

const CODE_POINTS: ReadonlyMap<string, number> = new Map(SYMBOLS.map(({ name, codePoint }) => [name, codePoint]));

/** Each symbol in the patch at (0, 0): as large as fits, its ink in the middle of what the separator leaves. */
const COMPACT_SYMBOLS: ReadonlyMap<string, TextShape> = new Map(SYMBOLS.map(({ name, codePoint }) => [name, compactSymbol(codePoint)]));

function compactSymbol(codePoint: number): TextShape {
  const { advance, ink } = glyphOf('sans', codePoint);
  const middle = (PATCH_PX + 1) / 2;
  const pxPerUnit = COMPACT_INK_PX / Math.max(ink.right - ink.left, ink.top - ink.bottom);
  const offset = (advance / 2 - (ink.left + ink.right) / 2) * pxPerUnit; // from the middle of the ink to that of the advance
  return words(String.fromCodePoint(codePoint), middle + offset, middle, pxPerUnit * fontMetrics('sans').unitsPerEm, 'middle', 'box');
}

function indexText(text: string, x: number, y: number): TextShape {
  return { ...words(text, x + PATCH_PX / 2, y + PATCH_PX / 2, INDEX_PX, 'middle', 'capitals'), font: 'sans-bold', stretch: INDEX_STRETCH };
}

function captions(truth: GridTruth): { title: string; description: string } {
  const { rows, columns, objects, obstacles } = truth;
  const lines = squareTexts(truth).map((texts, row) => `Row ${letterOf(row)}: ${texts.map(wordsOf).join(', ')}.`);
  const count = (many: number, one: string): string => `${many} ${one}${many === 1 ? '' : 's'}`;
  return {
    title: `Grid of ${rows} rows and ${columns} columns with ${count(objects.length, 'object')} and ${count(obstacles.length, 'obstacle')}`,
    description: lines.join(' '),
  };
}

function line(x1: number, y1: number, x2: number, y2: number, widthPx: number): LineShape {
  return { kind: 'line', x1, y1, x2, y2, widthPx, stroke: BLACK };
}

function words(text: string, x: number, y: number, sizePx: number, anchor: TextShape['anchor'], centre: TextShape['centre']): TextShape {
  return { kind: 'text', text, x, y, sizePx, font: 'sans', anchor, centre, fill: BLACK };
}
