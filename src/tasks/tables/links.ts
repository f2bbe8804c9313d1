/** How the forms of a table example belong together: each body cell is a region; x(t) has a span per cell, the CoT a span per line. Ours. */
import { cellId, cellSpans } from '../grid-places.ts';
import type { ExampleLinks, Profile, Region, Span } from '../task.ts';
import { compactCot, compactText } from './compact.ts';
import { paperCot, paperText } from './paper.ts';
import { COMPACT_PATCH_PX, paperEdges } from './scenes.ts';
import { namesOf, pathEnds, pathValues } from './table.ts';
import type { Cell, TableTruth } from './table.ts';

/** The example in one sentence: ends, length, sum. */
export function describeTable(truth: TableTruth): string {
  const values = pathValues(truth);
  const { start, end } = pathEnds(truth);
  const sum = values.reduce((total, value) => total + value, 0);
  const cells = values.length === 1 ? '1 cell' : `${values.length} cells`;
  return `From ${start.join(', ')} to ${end.join(', ')}, ${cells}: ${values.join(' + ')} = ${sum}`;
}

export function tableLinks(truth: TableTruth, profile: Profile): ExampleLinks {
  const [first, last] = [truth.path[0], truth.path.at(-1)];
  return {
    regions: regionsOf(truth, profile),
    text: profile === 'paper' ? paperTextSpans(truth) : cellSpans(compactText(truth), truth.columns),
    cot: profile === 'paper' ? paperCotSpans(truth) : compactCotSpans(truth),
    marks: [
      ...(last === undefined ? [] : [{ region: cellId(last), role: 'end' as const }]),
      ...(first === undefined ? [] : [{ region: cellId(first), role: 'start' as const }]),
    ],
  };
}

function cellsOf({ rows, columns }: TableTruth): Cell[] {
  return Array.from({ length: rows * columns }, (_, i) => ({ row: Math.floor(i / columns), column: i % columns }));
}

function regionsOf(truth: TableTruth, profile: Profile): Region[] {
  const { xs, ys } = profile === 'paper' ? paperEdges(truth) : compactEdges(truth);
  return cellsOf(truth).map((cell) => {
    const [x = 0, right = 0] = xs.slice(cell.column + 1);
    const [y = 0, bottom = 0] = ys.slice(cell.row + 1);
    const label = `${namesOf(truth, cell).join(', ')}: ${truth.values[cell.row]?.[cell.column] ?? ''}`;
    return { id: cellId(cell), label, x, y, width: right - x, height: bottom - y };
  });
}

function compactEdges({ rows, columns }: TableTruth): { xs: number[]; ys: number[] } {
  const edges = (count: number): number[] => Array.from({ length: count + 2 }, (_, i) => i * COMPACT_PATCH_PX);
  return { xs: edges(columns), ys: edges(rows) };
}

/** Lines of the LaTeX before the first body row. */
const HEAD_LINES = 4;

function paperTextSpans(truth: TableTruth): Span[] {
  const lines = paperText(truth).split('\n');
  const spans: Span[] = [];
  let lineStart = 0;
  for (const [i, line] of lines.entries()) {
    const row = i - HEAD_LINES;
    if (row >= 0 && row < truth.rows) {
      let at = lineStart + line.indexOf(' & ') + 3;
      for (const [column, text] of line.slice(0, -' \\\\'.length).split(' & ').slice(1).entries()) {
        spans.push({ from: at, to: at + text.length, regions: [cellId({ row, column })] });
        at += text.length + 3;
      }
    }
    lineStart += line.length + 1;
  }
  return spans;
}

/** Lines of the CoT before the first cell. */
const COT_HEAD_LINES = 3;

function paperCotSpans(truth: TableTruth): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (const [i, line] of paperCot(truth).split('\n').entries()) {
    const cell = truth.path[i - COT_HEAD_LINES];
    if (cell !== undefined) spans.push({ from: at, to: at + line.length, regions: [cellId(cell)] });
    at += line.length + 1;
  }
  return spans;
}

function compactCotSpans(truth: TableTruth): Span[] {
  const spans: Span[] = [];
  let [from, at] = [0, 0];
  for (const { text } of compactCot(truth)) {
    const cell = truth.path[spans.length];
    if (text === '\n' && cell !== undefined) {
      spans.push({ from, to: at - 1, regions: [cellId(cell)] });
      from = at + 2;
    }
    at += text.length + 1;
  }
  return spans;
}
