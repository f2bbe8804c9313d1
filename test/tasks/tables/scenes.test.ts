import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { codeOf, MONTH_CODES, MONTH_NAMES, PRODUCT_CODES, PRODUCT_NAMES } from '../../../src/tasks/tables/names.ts';
import { COMPACT_PATCH_PX, compactScene, paperScene } from '../../../src/tasks/tables/scenes.ts';
import { makeReadout } from '../../../src/tasks/consecutive-table-readout/truth.ts';
import { marks } from '../../../src/tasks/tables/table.ts';
import type { TableTruth } from '../../../src/tasks/tables/table.ts';
import { placeGlyphs, textWidthPx } from '../../../src/tasks/render/layout.ts';
import { rasterise } from '../../../src/tasks/render/raster.ts';
import type { RectangleShape, Scene, TextShape } from '../../../src/tasks/render/scene.ts';
import { PAPER_TRUTH, SMALL_TRUTH } from '../../support/golden-scenes.ts';
import { readCompact, readPaper } from '../../support/picture-reader.ts';

const PX_PER_POINT = 100 / 72;

function truthAt(index: number, rows = 5, columns = 10, isMarked = true): TableTruth {
  const rng = makeRng('test', 'scenes', index);
  return makeReadout({ rows, columns, rowNames: 100, cells: rng.fork('cells').between(1, rows * columns), isMarked }, rng);
}

test('names, values and marks are read back from the compact pixels', () => {
  let margin = Infinity;
  for (let index = 0; index < 500; index++) {
    const rng = makeRng('test', 'size', index);
    const truth = truthAt(index, rng.between(1, 12), rng.between(1, 12), index % 5 !== 0);
    const { widthPx, heightPx } = compactScene(truth);
    const table = readCompact(rasterise(compactScene(truth)), widthPx, heightPx);
    expect(table.rowNames).toEqual(truth.rowNames.map(codeOf));
    expect(table.columnNames).toEqual(truth.columnNames.map(codeOf));
    expect(table.values).toEqual(truth.values);
    expect(table.marked).toEqual(marks(truth));
    margin = Math.min(margin, table.margin);
  }
  expect(margin).toBeGreaterThan(2); // every other reading lies more than twice as far off
});

test('values and marks are read back from the paper pixels', () => {
  for (let index = 0; index < 12; index++) {
    const rng = makeRng('test', 'size', index);
    const truth = index < 4 ? truthAt(index) : truthAt(index, rng.between(1, 12), rng.between(1, 12));
    const { widthPx, heightPx } = paperScene(truth);
    const table = readPaper(rasterise(paperScene(truth)), widthPx, heightPx);
    expect(table.values).toEqual(truth.values);
    expect(table.marked).toEqual(marks(truth));
    expect(table.margin).toBeGreaterThan(2);
  }
});

test('each of the 112 codes keeps its ink inside its patch and differs clearly from all others', () => {
  const codes = [...PRODUCT_CODES, ...MONTH_CODES];
  const names = [...PRODUCT_NAMES, ...MONTH_NAMES];
  const inks = names.map((name, i) => {
    const isMonth = i >= PRODUCT_NAMES.length;
    const truth: TableTruth = {
      ...SMALL_TRUTH,
      rowNames: isMonth ? SMALL_TRUTH.rowNames : [name, name],
      columnNames: isMonth ? [name, name, name] : SMALL_TRUTH.columnNames,
    };
    const scene = compactScene(truth);
    const shape = texts(scene).find(({ text }) => text === codes[i]);
    if (shape === undefined) throw new Error(`no text ${codes[i] ?? ''}`);
    const [x, y] = [Math.floor(shape.x / COMPACT_PATCH_PX) * COMPACT_PATCH_PX, Math.floor(shape.y / COMPACT_PATCH_PX) * COMPACT_PATCH_PX];
    const alone = rasterise({ ...scene, shapes: [shape] });
    const outside = alone.filter(
      (value, at) => value < 255 && !isInside(Math.floor(at / 3) % scene.widthPx, Math.floor(at / 3 / scene.widthPx), x, y),
    );
    expect({ code: codes[i], outside: outside.length }).toEqual({ code: codes[i], outside: 0 });
    return patch(alone, scene.widthPx, x, y).filter((_, at) => at % 3 === 0);
  });
  for (const [i, ink] of inks.entries()) {
    for (const [j, other] of inks.slice(0, i).entries()) {
      const changed = ink.reduce((sum, value, at) => sum + Math.abs(value - (other[at] ?? 0)), 0) / 255;
      expect(changed, `${codes[i] ?? ''} and ${codes[j] ?? ''}`).toBeGreaterThan(0.9); // of 256 pixels, fully changed; the nearest are FiD and FlD: the gap below the dot
    }
  }
});

test('a token has the same patch wherever it stands', () => {
  const seen = new Map<string, string>();
  for (let index = 0; index < 40; index++) {
    const truth = truthAt(index, 12, 12);
    const pixels = rasterise(compactScene(truth));
    const marked = marks(truth);
    const width = COMPACT_PATCH_PX * 13;
    for (let row = 0; row <= 12; row++) {
      for (let column = 0; column <= 12; column++) {
        const name =
          row === 0
            ? truth.columnNames[column - 1]
            : column === 0
              ? truth.rowNames[row - 1]
              : `${truth.values[row - 1]?.[column - 1] ?? ''}${marked[row - 1]?.[column - 1] === true ? '*' : ''}`;
        const shown = patch(pixels, width, column * COMPACT_PATCH_PX, row * COMPACT_PATCH_PX).join();
        const key = row === 0 && column === 0 ? 'corner' : (name ?? '');
        if (seen.has(key) && seen.get(key) !== shown) expect.fail(`two different patches show ${key}`);
        seen.set(key, shown);
      }
    }
  }
  expect(seen.size).toBe(1 + 12 + 20 + PRODUCT_NAMES.length); // corner, months, digits with and without mark, products
});

test('the corner of the compact picture is blank and its cells fill whole patches', () => {
  const scene = compactScene(SMALL_TRUTH);
  expect([scene.widthPx, scene.heightPx]).toEqual([64, 48]);
  expect(new Set(patch(rasterise(scene), 64, 0, 0))).toEqual(new Set([255]));
});

test('an unmarked table shows no mark', () => {
  const truth = { ...SMALL_TRUTH, isMarked: false };
  for (const scene of [compactScene(truth), paperScene(truth)]) {
    const yellow = scene.shapes.filter((shape) => shape.kind === 'rectangle' && shape.fill[2] === 0);
    expect(yellow).toHaveLength(0);
    expect(scene.title).not.toContain('yellow');
    expect(scene.description).not.toContain('*');
  }
});

test('the paper picture has the measured sizes and colours', () => {
  const scene = paperScene(PAPER_TRUTH);
  expect([scene.widthPx, scene.heightPx]).toEqual([1500, 800]);
  const fills = scene.shapes.filter((shape): shape is RectangleShape => shape.kind === 'rectangle');
  expect(fills).toHaveLength(6 * 11 - 1); // the corner is empty
  const labels = fills.filter(({ x }) => x === 5);
  expect(labels.map(({ y, height, fill }) => [y, height, ...fill])).toEqual([0, 1, 2, 3, 4].map((row) => [246 + 77 * row, 77, 64, 70, 110]));
  expect(Math.max(...fills.map(({ x, width }) => x + width))).toBe(1428);
  expect(fills.filter(({ fill }) => fill.join() === '245,245,245')).toHaveLength(42);
  expect(fills.filter(({ fill }) => fill.join() === '255,255,0')).toHaveLength(8);
  for (const line of scene.shapes.filter((shape) => shape.kind === 'line')) expect(line).toMatchObject({ widthPx: 1.4, stroke: [0, 0, 0] });
});

test.each([
  [7, 9, 77, 1408],
  [8, 10, 69, 1415],
  [10, 11, 61, 1428],
  [12, 12, 53.5, 1437],
])('with %i columns and %i rows the rows are %f px high and the right edge is at %i px', (columns, rows, rowPx, right) => {
  const fills = paperScene(truthAt(0, rows, columns)).shapes.filter((shape): shape is RectangleShape => shape.kind === 'rectangle');
  expect(Math.max(...fills.map(({ x, width }) => x + width))).toBe(right);
  const [top, bottom] = [Math.min(...fills.map(({ y }) => y)), Math.max(...fills.map(({ y, height }) => y + height))];
  expect(Math.abs(bottom - top - rowPx * (rows + 1))).toBeLessThanOrEqual(1);
  expect(Math.abs(top + bottom - 800)).toBeLessThanOrEqual(1);
});

test('the column of row names fits its longest name: 197 to 333 px were measured', () => {
  const labelPx = (name: string): number => {
    const scene = paperScene({ ...SMALL_TRUTH, rowNames: ['XiTool', name] });
    return Math.min(...scene.shapes.filter((shape): shape is RectangleShape => shape.kind === 'rectangle').map(({ width }) => width));
  };
  const widest = [...PRODUCT_NAMES].sort((a, b) => textWidthPx(b, 'sans-bold', 16) - textWidthPx(a, 'sans-bold', 16))[0] ?? '';
  const scene = paperScene({ ...PAPER_TRUTH, rowNames: [widest, ...PAPER_TRUTH.rowNames.slice(1)] });
  const label = scene.shapes.find((shape): shape is RectangleShape => shape.kind === 'rectangle' && shape.x === 5);
  expect(label?.width).toBe(333);
  expect(labelPx('PhotonDevice')).toBeLessThan(230);
});

test('words are 16 pt, long months 14 pt, and no name crosses the borders of its cell', () => {
  for (let index = 0; index < 30; index++) {
    const truth = truthAt(index, 5, index % 2 === 0 ? 10 : 12);
    const scene = paperScene(truth);
    const cells = scene.shapes.filter((shape): shape is RectangleShape => shape.kind === 'rectangle');
    for (const shape of texts(scene)) {
      const longest = truth.columnNames.includes(shape.text) && shape.text.length > 6 ? 14 : 16;
      expect(shape.sizePx).toBeLessThanOrEqual(longest * PX_PER_POINT);
      if (!truth.columnNames.includes(shape.text)) expect(shape.sizePx).toBeCloseTo(16 * PX_PER_POINT, 9);
      const cell = cells.find(({ x, y, width, height }) => shape.x >= x && shape.x < x + width && shape.y >= y && shape.y < y + height);
      const glyphs = placeGlyphs(shape);
      expect(glyphs[0]?.x).toBeGreaterThanOrEqual((cell?.x ?? Infinity) + 2);
      const end = (glyphs[0]?.x ?? 0) + textWidthPx(shape.text, shape.font, shape.sizePx);
      expect(end).toBeLessThanOrEqual((cell?.x ?? 0) + (cell?.width ?? 0) - 2);
    }
  }
});

test('the description names every column, row, value and mark', () => {
  const { title, description } = compactScene(SMALL_TRUTH);
  expect(title).toBe('Table of 2 rows and 3 columns, 3 cells yellow');
  expect(description).toBe('Columns: September, May, June. TauEngine: 4 1* 7*. ParamountInstrument: 0* 9 3. A star means that the cell is yellow.');
  expect(paperScene(SMALL_TRUTH).description).toBe(description);
});

function texts(scene: Scene): TextShape[] {
  return scene.shapes.filter((shape): shape is TextShape => shape.kind === 'text');
}

function isInside(x: number, y: number, left: number, top: number): boolean {
  return x >= left && x < left + COMPACT_PATCH_PX && y >= top && y < top + COMPACT_PATCH_PX;
}

/** RGB of one patch, row-major. */
function patch(pixels: Uint8Array, widthPx: number, x: number, y: number): number[] {
  const bytes: number[] = [];
  for (let row = y; row < y + COMPACT_PATCH_PX; row++)
    bytes.push(...pixels.subarray((row * widthPx + x) * 3, (row * widthPx + x + COMPACT_PATCH_PX) * 3));
  return bytes;
}
