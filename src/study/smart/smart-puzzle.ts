/** One puzzle of SMART-101: its table read and checked, its answers as classes, its pictures when asked for. */
import { fault, InputError } from '../../lib/errors.ts';
import { sha256Hex } from '../../lib/hash.ts';
import { answerClasses } from '../../tasks/puzzles/answers.ts';
import type { AnswerType, AnswerValue, Skill } from '../../tasks/puzzles/puzzle.ts';
import { cut } from '../data/read/raw-record.ts';
import type { OnBad, RawRecord } from '../data/read/raw-record.ts';
import { RecordStream } from '../data/read/records.ts';
import { answerTypeOf, MAX_ANSWER } from './answer-classes.ts';
import { iconName, valueOfText } from './answer-text.ts';
import type { Encoding } from './answer-text.ts';
import { ICON_PUZZLE, LETTERS, NEEDED_COLUMNS } from './catalogue.ts';
import { bytesAt, joined } from './folder-source.ts';
import type { FolderSource } from './folder-source.ts';
import { pngPixels } from './png-pixels.ts';
import type { PuzzleItem } from './puzzle-item.ts';
import { toSquare } from './resize.ts';
import type { SmartEntry, SmartFolder } from './smart-folder.ts';

export interface SmartPuzzle {
  readonly source: FolderSource;
  readonly id: number;
  readonly skill: Skill;
  readonly path: string;
  readonly answer: AnswerType;
  /** In the order of the table; rows that cannot be used are left out. */
  readonly rows: readonly SmartRow[];
  readonly encoding: Encoding;
  /** Of puzzle 1: the names of its icons, sorted; a class is a place in this list. */
  readonly icons: readonly string[];
}

export interface SmartRow {
  readonly question: string;
  /** A file of the puzzle's folder `img`. */
  readonly image: string;
  readonly options: readonly string[];
  /** 0 = A. */
  readonly right: number;
  readonly answer: AnswerValue;
}

interface ReadRow extends Omit<SmartRow, 'answer'> {
  readonly place: string;
}

export interface ReadPuzzleOptions {
  readonly encoding: Encoding;
  /** Told of every row that cannot be used; throws to stop. */
  readonly onBad: OnBad;
}

/** Ours: ten times the release. */
const MAX_PUZZLE_ROWS = 20_000;
const MAX_PICTURE_BYTES = 64_000_000;
const IMAGES = 'img';

/** Throws InputError for a table that cannot be read, lacks columns or has no row that can be used, and for a puzzle without its pictures. */
export async function readSmartPuzzle({ source }: SmartFolder, entry: SmartEntry, { encoding, onBad }: ReadPuzzleOptions): Promise<SmartPuzzle> {
  const { id, skill, path } = entry;
  const images = await imageNames(source, path);
  const read = await readTable(source, entry, images, onBad);
  const icons = id === ICON_PUZZLE ? [...new Set(read.flatMap(({ options }) => options.map(iconName)))].toSorted() : [];
  const rows = read.flatMap((row) => withAnswer(row, id, encoding, icons, onBad));
  if (rows.length === 0) throw new InputError(fault(entry.csvPath, 'rows', 'none that can be used'));
  const answer = answerTypeOf(
    id,
    rows.map((row) => row.answer),
    encoding,
  );
  return { source, id, skill, path, answer, rows, encoding, icons };
}

/** One row as an item. Its picture is read at each call of `image`. */
export function smartItem(puzzle: SmartPuzzle, index: number): PuzzleItem {
  const { id, skill, answer: type, encoding, icons, rows, source, path } = puzzle;
  const row = rows[index];
  if (row === undefined) throw new RangeError(fault(`puzzle ${id}`, `a row of 0 to ${rows.length - 1}`, index));
  const { question, options, right, answer, image } = row;
  const optionClasses = options.map((text) => {
    const value = valueOfText(id, text, encoding, icons);
    return value === null ? null : answerClasses(type, value);
  });
  const file = joined(path, IMAGES, image);
  const readFile = (): Promise<Uint8Array> => bytesAt(source, file, MAX_PICTURE_BYTES, file);
  return {
    source: 'smart',
    puzzle: id,
    index,
    skill,
    question,
    options,
    right,
    classes: answerClasses(type, answer),
    optionClasses,
    image: async () => toSquare(await pngPixels(await readFile(), file)),
    content: async () => `png ${await sha256Hex(await readFile())}`,
  };
}

async function imageNames(source: FolderSource, path: string): Promise<ReadonlySet<string>> {
  const folder = joined(path, IMAGES);
  const entries = await source.list(folder);
  const got = entries === null ? 'no such folder' : 'an empty folder';
  if (entries === null || entries.length === 0) throw new InputError(fault(folder, 'the pictures of the puzzle', got, 'unpack the release again'));
  return new Set(entries.filter(({ isFolder }) => !isFolder).map(({ name }) => name));
}

async function readTable(source: FolderSource, { csvPath }: SmartEntry, images: ReadonlySet<string>, onBad: OnBad): Promise<ReadRow[]> {
  const file = await source.file(csvPath);
  if (file === null) throw new InputError(fault(csvPath, 'a file', 'nothing there', 'open the folder again'));
  const rows: ReadRow[] = [];
  let hasColumns = false;
  for await (const record of new RecordStream({ ...file, name: csvPath }, { onBad })) {
    if (!hasColumns) checkColumns(csvPath, [...record.fields.keys()]);
    hasColumns = true;
    if (rows.length === MAX_PUZZLE_ROWS)
      throw new InputError(fault(csvPath, `at most ${MAX_PUZZLE_ROWS} rows`, 'more', 'it is not a table of the release'));
    const row = rowOf(record, images);
    if (row instanceof InputError) onBad(row);
    else rows.push(row);
  }
  return rows;
}

function checkColumns(csvPath: string, columns: readonly string[]): void {
  const missing = NEEDED_COLUMNS.filter((name) => !columns.includes(name));
  if (missing.length === 0) return;
  const got = columns.slice(0, 12).map(cut).join(', ');
  throw new InputError(fault(`${csvPath}, line 1`, `the columns ${NEEDED_COLUMNS.join(', ')}`, got, `${missing.join(', ')} missing`));
}

function rowOf({ place, fields }: RawRecord, images: ReadonlySet<string>): ReadRow | InputError {
  const text = (column: string): string => String(fields.get(column) ?? '').trim();
  const bad = (column: string, expected: string, got: string): InputError =>
    new InputError(fault(`${place}, column ${column}`, expected, got === '' ? 'nothing' : cut(got)));
  const [question, image, letter] = [text('Question'), text('image'), text('Answer')];
  if (question === '') return bad('Question', 'a question', question);
  if (!images.has(image)) return bad('image', `a file of the folder ${IMAGES}`, image === '' ? image : `${image}, which is not there`);
  const right = LETTERS.findIndex((known) => known === letter);
  if (right === -1) return bad('Answer', 'a letter, A to E', letter);
  const given = LETTERS.map(text);
  // Of puzzles whose options are the letters in the picture these columns may be empty.
  const options = given.every((option) => option === '') ? LETTERS : given;
  const empty = options.findIndex((option) => option === '');
  return empty === -1 ? { place, question, image, options, right } : bad(LETTERS[empty] ?? '', 'an option', '');
}

/** The row with its right answer as a number, or none. */
function withAnswer({ place, ...row }: ReadRow, id: number, encoding: Encoding, icons: readonly string[], onBad: OnBad): SmartRow[] {
  const text = row.options[row.right] ?? '';
  const answer = valueOfText(id, text, encoding, icons);
  const isClass = answer !== null && [answer].flat().every((value) => value >= 0 && value <= MAX_ANSWER);
  if (isClass) return [{ ...row, answer }];
  onBad(new InputError(fault(`${place}, column ${LETTERS[row.right] ?? ''}`, `an answer of puzzle ${id}`, cut(text))));
  return [];
}
