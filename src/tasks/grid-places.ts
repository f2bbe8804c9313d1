/** Places of tables and grids in links: an id for each cell, and where x(t) of the compact profile writes it. */
import type { CompactToken, Span } from './task.ts';

/** Id of a region; 0-based cell, 1-based id. */
export function cellId({ row, column }: { readonly row: number; readonly column: number }): string {
  return `r${row + 1}c${column + 1}`;
}

/** Spans of the body cells: line 1 is the header and column 1 the row names; what stands behind the last column is the newline. */
export function cellSpans(tokens: readonly CompactToken[], columns: number): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const { text, line, column } of tokens) {
    const isBody = line > 1 && column > 1 && column <= columns + 1;
    if (isBody) spans.push({ from, to: from + text.length, regions: [cellId({ row: line - 2, column: column - 2 })] });
    from += text.length + 1;
  }
  return spans;
}
