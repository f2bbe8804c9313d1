/**
 * What answers are scored against: from our own truth, or from a foreign record. Foreign records come in two forms: those that hold x(t) in the prompt or, image-via-text,
 * in the response; and the rows of the authors' evaluation files (VLMEvalKit/build_our_data.py at d3131b4), whose columns hold the grid in numbers.
 */
import { fault, InputError } from '../../lib/errors.ts';
import type { ReferenceSource } from '../task.ts';
import { letterOf } from './paper.ts';
import type { GridReference } from './score.ts';
import { movesIn } from './score.ts';
import type { Move } from './search.ts';
import { COLUMN_STEP, MOVES, ROW_STEP } from './search.ts';
import type { Cell, GridTruth } from './truth.ts';
import { isInside, OBJECT_NAMES, OBSTACLE_KINDS } from './truth.ts';

type Board = Omit<GridReference, 'gold'>;

export function referenceOf(truth: GridTruth): GridReference {
  const { rows, columns, start, destination, obstacles, objects, moves } = truth;
  const plain = ({ row, column }: Cell): Cell => ({ row, column });
  return { rows, columns, start, destination, obstacles: obstacles.map(plain), objects: objects.map(plain), gold: moves };
}

/** `paper` profile only. Throws InputError that says what is missing. */
export function readReference(source: ReferenceSource): GridReference {
  const { columns } = source;
  // Other data sets may have a column named `text` too; these two are the authors' own.
  const isAuthors = columns['start_row'] !== undefined || columns['collect_objects_coordinates'] !== undefined;
  const board = isAuthors ? boardOfColumns(columns) : boardOfText(source);
  const answer = columns['answer'] ?? '';
  return { ...board, gold: readGold(answer.trim() === '' ? source.response : answer) };
}

/** A gold answer: `[(-1, 0), (0, 1)]`, `['up', 'right']`, or a response with its answer line. */
function readGold(answer: string): readonly Move[] {
  const text = answer.trim();
  if (/^(?:.*Answer: )?No path exists\.?$/s.test(text) || /^\[\s*\]$/.test(text)) return [];
  const moves = text.startsWith('[') ? readList(text) : movesIn(text, 'paper');
  if (moves.length > 0) return moves;
  const expected = 'gold moves: “Answer: up left …” in the response, or an answer column such as [(-1, 0), (0, 1)]';
  throw new InputError(fault('grid-navigation record', expected, shorten(text)));
}

function readList(text: string): readonly Move[] {
  const items = text.slice(1, text.endsWith(']') ? -1 : undefined).match(/\([^()]*\)|[^\s,()]+/g) ?? [];
  const moves = items.map((item) => {
    const word = item.replaceAll(/['"]/g, '');
    const [, rowStep, columnStep] = /^\(\s*(-?\d+)\s*,\s*(-?\d+)\s*\)$/.exec(item) ?? [];
    return MOVES.find((move) => move === word || (Number(rowStep) === ROW_STEP[move] && Number(columnStep) === COLUMN_STEP[move]));
  });
  return moves.every((move) => move !== undefined) ? moves : [];
}

/** The grid of x(t), wherever it stands. */
function boardOfText({ prompt, response }: ReferenceSource): Board {
  for (const text of [prompt, response]) {
    const lines = text.split('\n');
    const at = lines.findIndex((line) => /^ ?& a(?: & [a-z])* ?$/.test(line));
    if (at !== -1) return boardOfLines(lines.slice(at));
  }
  const expected = 'the grid as text (“ & a & b …”) in the prompt or the response, or a column “text” with the grid in numbers';
  throw new InputError(
    fault('grid-navigation record', expected, shorten(prompt), 'use text or image-via-text records; an image alone cannot be scored'),
  );
}

function boardOfLines([header = '', ...body]: readonly string[]): Board {
  const columns = header.split('&').length - 1;
  const starts: Cell[] = [];
  const destinations: Cell[] = [];
  const obstacles: Cell[] = [];
  const objects: Cell[] = [];
  let row = 0;
  for (const line of body) {
    const [letter, ...texts] = line.split('&').map((text) => text.trim());
    if (texts.length === 0 || letter !== letterOf(row)) break;
    if (texts.length !== columns) throw new InputError(fault('grid-navigation record', `${columns} squares in row ${letter}`, String(texts.length)));
    for (const [column, text] of texts.entries()) {
      const cell = { row, column };
      if (text === 'S') starts.push(cell);
      else if (text === 'D') destinations.push(cell);
      else if (OBSTACLE_KINDS.includes(text)) obstacles.push(cell);
      else if (OBJECT_NAMES.includes(text)) objects.push(cell);
      else if (text !== 'O') throw new InputError(fault('grid-navigation record', 'S, D, O or the name of a symbol in a square', shorten(text)));
    }
    row += 1;
  }
  const [start] = starts;
  const [destination] = destinations;
  if (start === undefined || destination === undefined || starts.length + destinations.length > 2) {
    throw new InputError(fault('grid-navigation record', 'one square S and one square D', `${starts.length} S and ${destinations.length} D`));
  }
  return { rows: row, columns, start, destination, obstacles, objects };
}

/** The columns of the authors' files; rows and columns count from 1. */
function boardOfColumns(record: Readonly<Record<string, string>>): Board {
  const numbers = (record['text'] ?? '')
    .trim()
    .split(/\n|\\n/)
    .map((line) => line.split(':').filter((text) => text.trim() !== '').map(Number)); // prettier-ignore
  const columns = numbers[0]?.length ?? 0;
  if (columns === 0 || numbers.some((line) => line.length !== columns || !line.every(Number.isInteger))) {
    throw new InputError(fault('column text', 'a grid of whole numbers, one line a row, divided by “:”', shorten(record['text'] ?? '')));
  }
  const size = { rows: numbers.length, columns };
  const inside = (cell: Cell, name: string): Cell => {
    if (isInside(size, cell)) return cell;
    throw new InputError(
      fault(`column ${name}`, `a square of the ${size.rows} x ${columns} grid, counted from 1`, `${cell.row + 1}, ${cell.column + 1}`),
    );
  };
  const numberIn = (name: string): number => {
    const text = record[name];
    const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isInteger(value)) return value;
    throw new InputError(fault(`column ${name}`, 'a whole number', text ?? 'no such column'));
  };
  const cellIn = (rowName: string, columnName: string): Cell => inside({ row: numberIn(rowName) - 1, column: numberIn(columnName) - 1 }, rowName);
  const places = record['collect_objects_coordinates'] ?? '';
  const objects = places.split(':').map((place) => {
    const [, row, column] = /^\s*(\d+)-(\d+)\s*$/.exec(place) ?? [];
    if (row === undefined || column === undefined) {
      throw new InputError(fault('column collect_objects_coordinates', 'places such as 3-4:8-4', places === '' ? 'no such column' : shorten(places)));
    }
    return inside({ row: Number(row) - 1, column: Number(column) - 1 }, 'collect_objects_coordinates');
  });
  return {
    ...size,
    start: cellIn('start_row', 'start_col'),
    destination: cellIn('end_row', 'end_col'),
    obstacles: numbers.flatMap((line, row) => line.flatMap((number, column) => (number <= -1 ? [{ row, column }] : []))),
    objects,
  };
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
