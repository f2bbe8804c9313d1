/**
 * The words of an answer in groups, for choosing some of them with one click, and the places in the picture that each word speaks of. Works for right answers
 * and for what a model wrote: places are named by the words themselves (`r2 c9`, `E1a`), lines that the right answer has too take its links. Ours; the paper
 * averages over groups of cells of one column and over the parts of a puzzle (S2H, appendix J), which are our segments.
 */
import type { Example } from '../tasks/example.ts';
import type { CompactToken, ExampleLinks } from '../tasks/task.ts';

/** From one word to all. A cell is what names one place and what it holds: `r2 c9 SuI Apr 8`. A segment is a straight part of a path, or a part of a puzzle. */
export type Granularity = 'token' | 'cell' | 'line' | 'segment' | 'answer';

/** What is known of a token of a sequence. */
export interface AnswerToken {
  readonly text: string;
  readonly kind: string;
  readonly isPrompt: boolean;
}

/** A place of the picture as patches of the canvas, row-major. */
export interface Place {
  readonly label: string;
  readonly patches: readonly number[];
  /** Its row's and its column's name; none where the picture has no such names. */
  readonly headers: readonly number[];
}

export interface AnswerParts {
  /** Where the groups begin: each ends where the next begins, the last with the last token. Prompt tokens are in none. */
  readonly starts: Readonly<Record<Granularity, readonly number[]>>;
  /** Ids of the places that each token speaks of; a token of no cell speaks of those of its line. */
  readonly spokenOf: readonly (readonly string[])[];
  readonly places: Readonly<Record<string, Place>>;
  /** Ids of the places that the steps of the right chain of thought speak of. */
  readonly path: readonly string[];
}

interface Line {
  readonly from: number;
  readonly to: number;
  readonly part: 'table' | 'cot' | 'answer';
  readonly places: readonly string[];
}

export function answerParts(example: Example, tokens: readonly AnswerToken[]): AnswerParts {
  const links = example.links('compact');
  const first = tokens.findIndex(({ isPrompt }) => !isPrompt);
  if (first < 0) throw new Error('internal: answerParts: no answer');
  const places = placesOf(example, links);
  const converted = convertedPlaces(example, links, tokens, first);
  const cells = cellsOf(tokens, first, converted, places);
  const lines = linesOf(example, links, tokens, first, converted, places);
  const spokenOf: (readonly string[])[] = tokens.map(() => []);
  for (const { from, to, places: ofLine } of lines) spokenOf.fill(ofLine, from, to);
  for (const { from, to, place } of cells) if (place !== null) spokenOf.fill([place], from, to);
  return {
    starts: {
      token: Array.from({ length: tokens.length - first }, (_, i) => first + i),
      cell: cells.map(({ from }) => from),
      line: lines.map(({ from }) => from),
      segment: segmentStarts(tokens, lines),
      answer: [first],
    },
    spokenOf,
    places,
    path: pathOf(example, links),
  };
}

function placesOf(example: Example, { regions }: ExampleLinks): Record<string, Place> {
  const { patchPx } = example;
  const { columns } = example.canvas();
  // Tables and grids have names above and to the left of their cells; puzzles begin at the edge.
  const hasNames = regions.every(({ x, y }) => x >= patchPx && y >= patchPx);
  const places: Record<string, Place> = {};
  for (const { id, label, x, y, width, height } of regions) {
    const [top, left] = [Math.floor(y / patchPx), Math.floor(x / patchPx)];
    const patches: number[] = [];
    for (let row = top; row * patchPx < y + height; row++) {
      for (let column = left; column * patchPx < x + width; column++) patches.push(row * columns + column);
    }
    places[id] = { label, patches, headers: hasNames ? [left, top * columns] : [] };
  }
  return places;
}

/** Where steps begin with their cell, as on tables and grids, what stands before them is no step: a grid's head names every obstacle. */
function pathOf(example: Example, { cot }: ExampleLinks): string[] {
  const text = example.parts('image', 'compact').cot;
  const steps = cot.filter(({ from, to }) => /^r\d+ c\d+ /.test(text.slice(from, to)));
  return [...new Set((steps.length === 0 ? cot : steps).flatMap(({ regions }) => regions))];
}

/** Place of each token of a converted x(t), as long as it is written as the right one is; null for others. */
function convertedPlaces(example: Example, links: ExampleLinks, tokens: readonly AnswerToken[], first: number): (string | null)[] {
  const places: (string | null)[] = tokens.map(() => null);
  const { convert, text } = convertedText(example, tokens, first);
  let at = 0;
  for (const [i, token] of text.entries()) {
    if (tokens[first + convert + i]?.text !== token.text) break;
    const span = links.text.find(({ from, to }) => at >= from && at < to);
    places[first + convert + i] = span?.regions[0] ?? null;
    at += token.text.length + 1;
  }
  return places;
}

/** The right x(t) of an answer that begins with its conversion, and how many tokens stand before it; nothing for other answers. */
function convertedText(example: Example, tokens: readonly AnswerToken[], first: number): { convert: number; text: readonly CompactToken[] } {
  if (tokens[first]?.text !== 'convert') return { convert: 0, text: [] };
  return {
    convert: 1,
    text: example
      .compact('image-via-text')
      .response.slice(1)
      .filter(({ kind }) => kind === 'table'),
  };
}

interface Cell {
  readonly from: number;
  readonly to: number;
  readonly place: string | null;
}

/** What a cell may hold after its name. */
const CELL_KINDS: ReadonlySet<string> = new Set(['row-name', 'column-name', 'value']);

/** The answer divided into cells and single tokens. */
function cellsOf(
  tokens: readonly AnswerToken[],
  first: number,
  converted: readonly (string | null)[],
  places: Readonly<Record<string, Place>>,
): Cell[] {
  const cells: Cell[] = [];
  let from = first;
  while (from < tokens.length) {
    const written = converted[from] ?? null;
    const named = written === null ? nameAt(tokens, from, places) : null;
    let to = from + (named?.length ?? 1);
    if (written !== null) while (converted[to] === written) to++;
    if (named !== null) while (CELL_KINDS.has(tokens[to]?.kind ?? '')) to++;
    cells.push({ from, to, place: written ?? named?.place ?? null });
    from = to;
  }
  return cells;
}

/** The place that the tokens at `at` name, in one token (`E1a`) or two (`r2 c9`). */
function nameAt(tokens: readonly AnswerToken[], at: number, places: Readonly<Record<string, Place>>): { place: string; length: number } | null {
  const [one = '', two = ''] = [tokens[at]?.text, tokens[at + 1]?.text];
  for (const [place, length] of [[one, 1] as const, [`${one}${two}`, 2] as const]) if (Object.hasOwn(places, place)) return { place, length };
  return null;
}

function linesOf(
  example: Example,
  links: ExampleLinks,
  tokens: readonly AnswerToken[],
  first: number,
  converted: readonly (string | null)[],
  places: Readonly<Record<string, Place>>,
): Line[] {
  const { cot, answer } = example.parts('image', 'compact');
  const known = new Map(links.cot.map(({ from, to, regions }) => [cot.slice(from, to), regions]));
  const [answerWord] = answer.split(' ');
  const tableEnd = endOfTable(tokens, first);
  const lines: Line[] = [];
  let from = first;
  let part: Line['part'] = 'table';
  for (let to = first + 1; to <= tokens.length; to++) {
    if (to < tokens.length && tokens[to - 1]?.text !== '\n' && to !== tableEnd) continue;
    if (part === 'table' && from >= tableEnd) part = 'cot';
    if (part === 'cot' && tokens[from]?.text === answerWord) part = 'answer';
    const text = tokens.slice(from, to).flatMap((token) => (token.text === '\n' ? [] : [token.text]));
    const spoken = part === 'table' ? converted.slice(from, to) : (known.get(text.join(' ')) ?? namedIn(tokens.slice(from, to), places));
    lines.push({ from, to, part, places: [...new Set(spoken.filter((place) => place !== null))] });
    from = to;
  }
  return lines;
}

/** Where the conversion ends: the first token that is none of x(t). */
function endOfTable(tokens: readonly AnswerToken[], first: number): number {
  if (tokens[first]?.text !== 'convert') return first;
  let end = first + 1;
  while (tokens[end]?.kind === 'table') end++;
  return end;
}

function namedIn(tokens: readonly AnswerToken[], places: Readonly<Record<string, Place>>): string[] {
  return tokens.flatMap((_, at) => nameAt(tokens, at, places)?.place ?? []);
}

/** Lines of one part belong together; in a chain of thought as long as they go straight on, or speak of the same part of a puzzle. */
function segmentStarts(tokens: readonly AnswerToken[], lines: readonly Line[]): number[] {
  const starts: number[] = [];
  let last: string | null = null;
  let walked: string[] = [];
  for (const { from, part, places } of lines) {
    const [place = ''] = places;
    const isStep = part === 'cot' && tokens[from]?.kind === 'index' && /^r\d+c\d+$/.test(place);
    const key = isStep ? 'walk' : part === 'cot' ? puzzleParts(places) : part;
    const isGoingOn = key === last && (!isStep || isStraight([...walked, place]));
    if (!isGoingOn) starts.push(from);
    walked = isGoingOn ? [...walked, place] : [place];
    last = key;
  }
  return starts;
}

function isStraight(cells: readonly string[]): boolean {
  const rows = new Set(cells.map((id) => id.slice(0, id.indexOf('c'))));
  const columns = new Set(cells.map((id) => id.slice(id.indexOf('c'))));
  return rows.size === 1 || columns.size === 1;
}

/** `E1`, `E2`, `Q` and `O` of the panels `E1a`, `O3`…; '' of cells. */
function puzzleParts(places: readonly string[]): string {
  return [...new Set(places.map((id) => /^(E\d|Q|O)/.exec(id)?.[0] ?? ''))].sort().join(' ');
}
