/**
 * The two pictures of a table. `paperScene` follows the authors' renders (measured: spec/s2h 2.6): 1500 x 800 px, digits as English words. `compactScene` is ours: one
 * 16 px patch per cell, header and row names included, so that the cells align with the patches of a small vision encoder. Both show the marks (yellow cells), neither
 * shows where the path starts.
 */
import { textWidthPx } from '../render/layout.ts';
import type { LineShape, Rgb, Scene, Shape, TextShape } from '../render/scene.ts';
import { captioned, rectangle } from '../render/scene.ts';
import { codeOf } from './names.ts';
import { marks } from './table.ts';
import type { TableTruth } from './table.ts';

const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];
/** Fills of body cells, marked cells, header and row names (authors' renders). */
const CELL: Rgb = [245, 245, 245];
const MARKED: Rgb = [255, 255, 0];
const HEADER: Rgb = [64, 70, 110];

const DIGIT_WORDS = ['ZERO', 'ONE', 'TWO', 'THREE', 'FOUR', 'FIVE', 'SIX', 'SEVEN', 'EIGHT', 'NINE'] as const;

/** The authors' figure: 15 x 8 in at 100 dots per inch; 1 pt = 1/72 in. */
const PAPER_WIDTH_PX = 1500;
const PAPER_HEIGHT_PX = 800;
const PX_PER_POINT = 100 / 72;
const BODY_PX = 16 * PX_PER_POINT;
/** Months of more than 6 letters are set smaller. */
const LONG_MONTH_LETTERS = 6;
const LONG_MONTH_PX = 14 * PX_PER_POINT;
const BORDER_PX = 1.4;
/** The left edge lies 0..10 px from the picture's (measured); we take the middle. */
const TABLE_LEFT_PX = 5;
/** matplotlib's tables pad a row name by a tenth of the column on both sides, and fit the column so; this gives the measured 197..333 px. */
const LABEL_PAD = 0.1;
/** Right edge of the table by number of columns: measured for 7, 8, 10, 12; between them, and below 7, ours. */
const TABLE_RIGHT_PX: Readonly<Record<number, number>> = { 7: 1408, 8: 1415, 9: 1422, 10: 1428, 11: 1433, 12: 1437 };
const FEWEST_FULL_COLUMNS = 7;
/** Row height, header too: 77 px up to 9 rows, then measured. */
const ROW_PX = 77;
const CROWDED_ROW_PX: Readonly<Record<number, number>> = { 10: 69, 11: 61, 12: 53.5 };
/** Ours: a header keeps this distance to its borders; "September" at 14 pt is wider than a tenth of the table, and would run into its neighbour. */
const HEADER_MARGIN_PX = 4;

/** The picture of the `paper` profile. */
export function paperScene(truth: TableTruth): Scene {
  const { columnNames, rowNames, values } = truth;
  const marked = marks(truth);
  const { xs, ys } = paperEdges(truth);
  const fills: Shape[] = [];
  const words: Shape[] = [];

  for (const [row, top] of ys.slice(0, -1).entries()) {
    for (const [column, left] of xs.slice(0, -1).entries()) {
      if (row === 0 && column === 0) continue; // the corner is empty
      const [right, bottom] = [xs[column + 1] ?? left, ys[row + 1] ?? top];
      const middleY = (top + bottom) / 2;
      const isMarked = marked[row - 1]?.[column - 1] === true;
      const fill = row === 0 || column === 0 ? HEADER : isMarked ? MARKED : CELL;
      fills.push(rectangle(left, top, right - left, bottom - top, fill));
      if (column === 0) {
        const label = rowNames[row - 1] ?? '';
        words.push(text(label, left + LABEL_PAD * (right - left), middleY, BODY_PX, { font: 'sans-bold', anchor: 'start', fill: WHITE }));
      } else if (row === 0) {
        const month = columnNames[column - 1] ?? '';
        words.push(text(month, (left + right) / 2, middleY, headerPx(month, right - left), { font: 'sans-bold', anchor: 'middle', fill: WHITE }));
      } else {
        const word = DIGIT_WORDS[values[row - 1]?.[column - 1] ?? -1] ?? '';
        words.push(text(word, (left + right) / 2, middleY, BODY_PX, { font: 'sans', anchor: 'middle', fill: BLACK }));
      }
    }
  }
  return captioned(
    {
      widthPx: PAPER_WIDTH_PX,
      heightPx: PAPER_HEIGHT_PX,
      background: WHITE,
      shapes: [...fills, ...borders(xs, ys), ...words],
    },
    () => captions(truth),
  );
}

/** Edges of columns and rows in whole pixels, from the left of the row names and the top of the header. */
export function paperEdges({ rows, columns, rowNames }: TableTruth): { xs: readonly number[]; ys: readonly number[] } {
  const labelPx = Math.max(...rowNames.map((name) => textWidthPx(name, 'sans-bold', BODY_PX))) * (1 + 2 * LABEL_PAD);
  const fullRight = TABLE_RIGHT_PX[Math.max(columns, FEWEST_FULL_COLUMNS)] ?? PAPER_WIDTH_PX;
  const cellPx = (fullRight - TABLE_LEFT_PX - labelPx) / Math.max(columns, FEWEST_FULL_COLUMNS);
  // A table of fewer columns keeps the cells of seven and stands in the middle of the place of a full one.
  const left = TABLE_LEFT_PX + (fullRight - TABLE_LEFT_PX - labelPx - cellPx * columns) / 2;
  const rowPx = CROWDED_ROW_PX[rows] ?? ROW_PX;
  const top = (PAPER_HEIGHT_PX - rowPx * (rows + 1)) / 2;
  const xs = [left, ...Array.from({ length: columns + 1 }, (_, i) => left + labelPx + i * cellPx)];
  const ys = Array.from({ length: rows + 2 }, (_, i) => top + i * rowPx);
  return { xs: xs.map(Math.round), ys: ys.map(Math.round) };
}

/** 16 pt, 14 pt for long months, smaller where that would cross the borders. */
function headerPx(month: string, cellPx: number): number {
  const sizePx = month.length > LONG_MONTH_LETTERS ? LONG_MONTH_PX : BODY_PX;
  const widthPx = textWidthPx(month, 'sans-bold', sizePx);
  return Math.min(sizePx, (sizePx * (cellPx - 2 * HEADER_MARGIN_PX)) / widthPx);
}

/** Every border once: rows and columns share theirs. The empty corner has none of its own. */
function borders(xs: readonly number[], ys: readonly number[]): LineShape[] {
  const [left = 0, labelRight = 0] = xs;
  const [top = 0, headerBottom = 0] = ys;
  const [right, bottom] = [xs.at(-1) ?? 0, ys.at(-1) ?? 0];
  const half = BORDER_PX / 2; // lines reach to the outer side of the ones they meet
  return [
    ...ys.map((y, row) => line(row === 0 ? labelRight - half : left - half, y, right + half, y)),
    ...xs.map((x, column) => line(x, column === 0 ? headerBottom - half : top - half, x, bottom + half)),
  ];
}

/** One patch per cell; three letters fit (ours). */
export const COMPACT_PATCH_PX = 16;
/** Ours, by looking at all codes enlarged: bold letters of 11 px, narrowed to fit 14.5 px, stay dark and apart; light or lower ones turn to grey and lose the dot of the i. */
const CODE_PX = 11;
const CODE_WIDTH_PX = 14.5;
const CODE_STRETCH = 0.75;
/** Ours: capitals of 9.5 px leave three rows of the cell's colour above and below; a digit's advance of 8.3 px begins on a whole pixel, which keeps it sharp. */
const DIGIT_PX = 13;
const DIGIT_LEFT_PX = 4;
const CODE_STYLE = { font: 'sans-bold', anchor: 'middle', fill: BLACK } as const;
const DIGIT_STYLE = { font: 'sans', anchor: 'start', fill: BLACK } as const;
/** Ours: a line of one pixel along the left and top of every body cell keeps neighbouring marks apart for the eye. It is the same in every patch. */
const SEPARATOR: Rgb = [208, 208, 208];

/** The picture of the `compact` profile: (rows + 1) x (columns + 1) patches of 16 px; the corner is blank. */
export function compactScene(truth: TableTruth): Scene {
  const { rows, columns, columnNames, rowNames, values } = truth;
  const marked = marks(truth);
  const [widthPx, heightPx] = [COMPACT_PATCH_PX * (columns + 1), COMPACT_PATCH_PX * (rows + 1)];
  const cells: Shape[] = [rectangle(COMPACT_PATCH_PX, COMPACT_PATCH_PX, widthPx - COMPACT_PATCH_PX, heightPx - COMPACT_PATCH_PX, CELL)];
  const separators: Shape[] = [];
  const words: Shape[] = [];

  for (const [column, name] of columnNames.entries()) {
    const x = (column + 1) * COMPACT_PATCH_PX;
    separators.push(rectangle(x, COMPACT_PATCH_PX, 1, heightPx - COMPACT_PATCH_PX, SEPARATOR));
    words.push(codeText(codeOf(name), x, 0));
  }
  for (const [row, name] of rowNames.entries()) {
    const y = (row + 1) * COMPACT_PATCH_PX;
    separators.push(rectangle(COMPACT_PATCH_PX, y, widthPx - COMPACT_PATCH_PX, 1, SEPARATOR));
    words.push(codeText(codeOf(name), 0, y));
    for (const [column, value] of (values[row] ?? []).entries()) {
      const x = (column + 1) * COMPACT_PATCH_PX;
      if (marked[row]?.[column] === true) cells.push(rectangle(x, y, COMPACT_PATCH_PX, COMPACT_PATCH_PX, MARKED));
      words.push(text(String(value), x + DIGIT_LEFT_PX, y + COMPACT_PATCH_PX / 2, DIGIT_PX, DIGIT_STYLE));
    }
  }
  return captioned({ widthPx, heightPx, background: WHITE, shapes: [...cells, ...separators, ...words] }, () => captions(truth));
}

/** A three-letter code in the patch at (x, y). */
function codeText(code: string, x: number, y: number): TextShape {
  const middle = COMPACT_PATCH_PX / 2;
  const stretch = Math.min(CODE_STRETCH, CODE_WIDTH_PX / textWidthPx(code, CODE_STYLE.font, CODE_PX));
  return text(code, x + middle, y + middle, CODE_PX, CODE_STYLE, stretch);
}

function captions(truth: TableTruth): { title: string; description: string } {
  const { rows, columns, columnNames, rowNames, values, isMarked } = truth;
  const marked = marks(truth);
  const lines = rowNames.map(
    (name, row) => `${name}: ${(values[row] ?? []).map((value, column) => `${value}${marked[row]?.[column] === true ? '*' : ''}`).join(' ')}.`,
  );
  const note = isMarked ? ' A star means that the cell is yellow.' : '';
  return {
    title: `Table of ${rows} rows and ${columns} columns${isMarked ? `, ${truth.path.length} cells yellow` : ''}`,
    description: `Columns: ${columnNames.join(', ')}. ${lines.join(' ')}${note}`,
  };
}

function line(x1: number, y1: number, x2: number, y2: number): LineShape {
  return { kind: 'line', x1, y1, x2, y2, widthPx: BORDER_PX, stroke: BLACK };
}

function text(words: string, x: number, y: number, sizePx: number, style: Pick<TextShape, 'font' | 'anchor' | 'fill'>, stretch = 1): TextShape {
  const { font, anchor, fill } = style;
  return { kind: 'text', text: words, x, y, sizePx, stretch, font, anchor, centre: 'capitals', fill };
}
