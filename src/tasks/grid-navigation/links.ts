/**
 * Which words speak of which squares, and where the squares lie in the pictures: for hovering, and for asking what a model looks at while it writes a line.
 */
import { cellId, cellSpans } from '../grid-places.ts';
import type { ExampleLinks, Profile, Region, Span } from '../task.ts';
import { compactCot, compactCotLines, compactText, wordsOf } from './compact.ts';
import { cotLines, letterOf, paperText } from './paper.ts';
import { COMPACT_LAYOUT, paperLayout, squareBox } from './scenes.ts';
import type { Cell, GridTruth } from './truth.ts';
import { isInside, squareTexts } from './truth.ts';

export function gridLinks(truth: GridTruth, profile: Profile): ExampleLinks {
  return {
    regions: regionsOf(truth, profile),
    text: profile === 'paper' ? paperTextSpans(truth) : cellSpans(compactText(truth), truth.columns),
    cot: profile === 'paper' ? paperCotSpans(truth) : compactCotSpans(truth),
    marks: [
      { region: cellId(truth.start), role: 'start' },
      { region: cellId(truth.destination), role: 'end' },
    ],
  };
}

function regionsOf(truth: GridTruth, profile: Profile): Region[] {
  const layout = profile === 'paper' ? paperLayout(truth) : COMPACT_LAYOUT;
  return squareTexts(truth).flatMap((texts, row) =>
    texts.map((text, column) => {
      const place = profile === 'paper' ? `${letterOf(row)}, ${letterOf(column)}` : `row ${row + 1}, column ${column + 1}`;
      return { id: cellId({ row, column }), label: `${place}: ${wordsOf(text)}`, ...squareBox(layout, { row, column }) };
    }),
  );
}

/** Every square of x(t). */
function paperTextSpans(truth: GridTruth): Span[] {
  const spans: Span[] = [];
  let lineStart = 0;
  for (const [i, line] of paperText(truth).split('\n').entries()) {
    let from = lineStart;
    for (const [column, field] of line.split('&').entries()) {
      const text = field.trim();
      // Line 0 holds the letters of the columns, field 0 of the others that of the row.
      if (i > 0 && column > 0) {
        const start = from + field.length - field.trimStart().length;
        spans.push({ from: start, to: start + text.length, regions: [cellId({ row: i - 1, column: column - 1 })] });
      }
      from += field.length + 1;
    }
    lineStart += line.length + 1;
  }
  return spans;
}

/** Every line that speaks of a square of the grid, without the blank it begins with. */
function paperCotSpans(truth: GridTruth): Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const { text, cells } of cotLines(truth)) {
    const regions = regionsIn(truth, cells);
    if (regions.length > 0) spans.push({ from: from + text.length - text.trimStart().length, to: from + text.length, regions });
    from += text.length + 1;
  }
  return spans;
}

/** The lines of the compact CoT without their line breaks. */
function compactCotSpans(truth: GridTruth): Span[] {
  const tokens = compactCot(truth);
  const spans: Span[] = [];
  let start = 0;
  for (const { from, to, cells } of compactCotLines(truth)) {
    const length = tokens.slice(from, to).reduce((sum, { text }) => sum + text.length + 1, 0); // with the blank after each token
    const regions = regionsIn(truth, cells);
    if (regions.length > 0) spans.push({ from: start, to: start + length - ' \n '.length, regions });
    start += length;
  }
  return spans;
}

function regionsIn(truth: GridTruth, cells: readonly Cell[]): string[] {
  return [...new Set(cells.filter((cell) => isInside(truth, cell)).map(cellId))];
}
