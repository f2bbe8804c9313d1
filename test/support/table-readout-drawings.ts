/**
 * Paths as drawn in the comments of the path families: one row per line, `.` for an empty cell, any other sign for a cell of the path. The drawing
 * gives the cells; the order comes from walking it from the start, one neighbour at a time, so a drawing may not touch itself.
 */
export interface DrawnCell {
  readonly row: number;
  readonly column: number;
}

/** The cells in the order of a walk from `start`, which is an end of the drawn path. */
export function pathOfDrawing(drawing: string, start: DrawnCell): DrawnCell[] {
  const free = new Map<string, DrawnCell>();
  for (const [row, line] of linesOf(drawing).entries()) {
    for (const [column, sign] of line.entries()) if (sign !== '.') free.set(keyOf({ row, column }), { row, column });
  }
  const path: DrawnCell[] = [];
  let cell: DrawnCell | undefined = start;
  while (cell !== undefined) {
    if (!free.delete(keyOf(cell))) throw new Error(`the drawing has no cell ${keyOf(cell)}`);
    path.push(cell);
    const next: DrawnCell[] = around(cell).flatMap((place) => free.get(keyOf(place)) ?? []);
    if (next.length > 1) throw new Error(`the drawing touches itself at ${keyOf(cell)}`);
    cell = next[0];
  }
  if (free.size > 0) throw new Error(`the drawing is in pieces: ${[...free.keys()].join(' ')}`);
  return path;
}

/** Rows and columns of a drawing. */
export function sizeOfDrawing(drawing: string): { rows: number; columns: number } {
  const lines = linesOf(drawing);
  return { rows: lines.length, columns: lines[0]?.length ?? 0 };
}

function around({ row, column }: DrawnCell): DrawnCell[] {
  return [
    { row, column: column + 1 },
    { row: row + 1, column },
    { row, column: column - 1 },
    { row: row - 1, column },
  ];
}

function keyOf({ row, column }: DrawnCell): string {
  return `${row},${column}`;
}

function linesOf(drawing: string): string[][] {
  return drawing
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
}
