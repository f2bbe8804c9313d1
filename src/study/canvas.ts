/**
 * The compact picture as the model sees it: in the top left of a canvas that all pictures of one run share, the rest white and blank. Tasks whose
 * grids differ from example to example can so stand in one batch, and a picture is read alike whatever stands beside it. Ours.
 */
import type { Example } from '../tasks/example.ts';
import { rasterise } from '../tasks/render/raster.ts';

const WHITE = 255;

export interface CanvasPicture {
  /** 8-bit RGB, `[rows * patchPx, columns * patchPx, 3]`. */
  readonly pixels: Uint8Array;
  readonly rows: number;
  readonly columns: number;
  readonly patchPx: number;
}

export function canvasPicture(example: Example): CanvasPicture {
  const { patchPx } = example;
  const { rows, columns } = example.canvas();
  const grid = example.grid();
  const image = rasterise(example.scene('compact'));
  if (grid.rows === rows && grid.columns === columns) return { pixels: image, rows, columns, patchPx };
  if (grid.rows > rows || grid.columns > columns)
    throw new Error(`internal: a picture of ${grid.rows} x ${grid.columns} patches on ${rows} x ${columns}`);
  const pixels = new Uint8Array(rows * columns * patchPx * patchPx * 3).fill(WHITE);
  const [rowBytes, canvasRowBytes] = [grid.columns * patchPx * 3, columns * patchPx * 3];
  for (let y = 0; y < grid.rows * patchPx; y++) pixels.set(image.subarray(y * rowBytes, (y + 1) * rowBytes), y * canvasRowBytes);
  return { pixels, rows, columns, patchPx };
}

/** What belongs to the patches of the picture, row-major, spread over the canvas; `blank` stands beside the picture. */
export function onCanvas<T>(example: Example, ofPatches: readonly T[], blank: T): T[] {
  const { rows, columns } = example.canvas();
  const grid = example.grid();
  if (ofPatches.length !== grid.rows * grid.columns)
    throw new Error(`internal: ${ofPatches.length} values for ${grid.rows} x ${grid.columns} patches`);
  return Array.from({ length: rows * columns }, (_, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    return row < grid.rows && column < grid.columns ? (ofPatches[row * grid.columns + column] ?? blank) : blank;
  });
}
