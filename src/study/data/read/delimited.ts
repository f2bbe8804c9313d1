/**
 * Rows of TSV and CSV, through papaparse's core parser on pieces of text: the same code in Node and in a worker. Quoted fields may hold line breaks, delimiters and
 * doubled quotes (RFC 4180), as Python's csv module writes them; row ends may be LF, CRLF or, from old programs, CR.
 *
 * papaparse parses a piece from its start; what it could not finish is kept and comes again with the next piece. So that one long row is not parsed again with
 * every piece, the next try waits until twice as much is there.
 */
import Papa from 'papaparse';
import { fault, InputError } from '../../../lib/errors.ts';
import { MAX_COLUMNS, MAX_HEADER_CHARACTERS, MAX_RECORD_CHARACTERS } from './limits.ts';
import type { OnBad, RawRecord, RecordReader } from './raw-record.ts';

/** The part of papaparse's answer that we use. */
interface Parsed {
  readonly data: readonly string[][];
  readonly errors: readonly { readonly code: string; readonly row: number }[];
  readonly meta: { readonly cursor: number };
}

const CLOSE_QUOTES = 'close every quote, and write a quote inside a quoted field twice';

export class DelimitedReader implements RecordReader {
  readonly #fileName: string;
  readonly #onBad: OnBad;
  #delimiter: string | null = null;
  #isOldMac = false;
  #columns: readonly string[] | null = null;
  #pending = '';
  #nextTry = 0;
  #rows = 0;
  #line = 1;

  constructor(fileName: string, onBad: OnBad) {
    this.#fileName = fileName;
    this.#onBad = onBad;
  }

  /** `\t`, `,` or `;`; null until the first line is there. */
  get delimiter(): string | null {
    return this.#delimiter;
  }

  push(text: string): RawRecord[] {
    this.#pending += text;
    if (this.#delimiter === null && !this.#readFirstLine(false)) return [];
    if (this.#isOldMac) this.#pending = this.#pending.replaceAll('\r', '\n');
    if (this.#pending.length < this.#nextTry) return [];
    const records = this.#parse(true);
    if (this.#pending.length > MAX_RECORD_CHARACTERS) throw this.#tooLong();
    this.#nextTry = Math.min(2 * this.#pending.length, MAX_RECORD_CHARACTERS + 1);
    return records;
  }

  end(): RawRecord[] {
    if (this.#delimiter === null) this.#readFirstLine(true);
    if (this.#isOldMac) this.#pending = this.#pending.replaceAll('\r', '\n');
    return this.#pending === '' ? [] : this.#parse(false);
  }

  /** False while the first line is not complete. */
  #readFirstLine(isEnd: boolean): boolean {
    const lineFeed = this.#pending.indexOf('\n');
    const carriageReturn = this.#pending.indexOf('\r');
    const isLineComplete = lineFeed !== -1 || isEnd || (carriageReturn !== -1 && this.#pending.length > MAX_HEADER_CHARACTERS);
    if (!isLineComplete && this.#pending.length <= MAX_HEADER_CHARACTERS) return false;
    this.#isOldMac = lineFeed === -1 && carriageReturn !== -1 && carriageReturn < this.#pending.length - 1;
    const end = this.#isOldMac ? carriageReturn : lineFeed === -1 ? this.#pending.length : lineFeed;
    if (end > MAX_HEADER_CHARACTERS) {
      const expected = `column names in at most ${MAX_HEADER_CHARACTERS} characters`;
      throw new InputError(fault(`${this.#fileName}, line 1`, expected, 'a longer line', 'the file is no table, or a quote is not closed'));
    }
    const line = this.#pending.slice(0, end);
    this.#delimiter = ['\t', ',', ';'].find((delimiter) => line.includes(delimiter)) ?? '\t';
    return true;
  }

  #parse(isPart: boolean): RawRecord[] {
    const parser = new Papa.Parser({ delimiter: this.#delimiter ?? '\t', newline: '\n' });
    const { data, errors, meta } = parser.parse(this.#pending, 0, isPart) as Parsed; // papaparse's types say `any`
    // Those after the last complete row belong to the rest, which comes again.
    const misquoted = new Map(errors.map(({ row, code }) => [row, code]));
    const records: RawRecord[] = [];
    const isCutOff = !isPart && !this.#pending.endsWith('\n');
    for (const [i, row] of data.entries()) {
      const line = this.#line;
      this.#line += 1 + lineBreaksIn(row);
      const last = row.length - 1;
      const lastField = row[last] ?? '';
      if (lastField.endsWith('\r')) row[last] = lastField.slice(0, -1); // the row ended in CRLF
      if (row.length === 1 && row[0] === '') continue; // a blank line
      const record = this.#columns === null ? this.#readColumns(row) : this.#record(row, line, misquoted.get(i), isCutOff && i === data.length - 1);
      if (record !== null) records.push(record);
    }
    this.#pending = isPart ? this.#pending.slice(meta.cursor) : '';
    return records;
  }

  #readColumns(row: readonly string[]): null {
    const where = `${this.#fileName}, line 1`;
    if (row.length > MAX_COLUMNS) throw new InputError(fault(where, `at most ${MAX_COLUMNS} columns`, row.length, 'the file is not one of ours'));
    const names = row.map((name) => name.trim());
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) throw new InputError(fault(where, 'each column once', `“${twice}” twice`, 'rename one of them'));
    this.#columns = names;
    return null;
  }

  /** `isOpen`: the file ends in this row, without a line end. */
  #record(row: readonly string[], line: number, misquoted: string | undefined, isOpen: boolean): RawRecord | null {
    this.#rows += 1;
    const columns = this.#columns ?? [];
    const at = `row ${this.#rows}`;
    const place = `${this.#fileName}, ${at}`;
    const where = `${place} (line ${line})`;
    if (misquoted === 'MissingQuotes') {
      const column = columns[row.length - 1] ?? `number ${row.length}`;
      throw new InputError(fault(`${where}, column ${column}`, 'a closing quote', 'the end of the file', CLOSE_QUOTES));
    }
    if (misquoted !== undefined) return this.#bad(fault(where, 'quotes in pairs', 'a quote in the middle of a quoted field', CLOSE_QUOTES));
    if (row.length !== columns.length) {
      const missing = columns[row.length];
      const column = missing === undefined ? `, after column ${columns.at(-1) ?? ''}` : `, column ${missing}`;
      const fields = (count: number): string => `${count} ${count === 1 ? 'field' : 'fields'}`;
      const isCutOff = isOpen && missing !== undefined;
      const got = `${fields(row.length)}${isCutOff ? ' and the end of the file' : ''}`;
      const cure = isCutOff ? 'the file is cut off' : 'fields with tabs or line breaks must be quoted';
      return this.#bad(fault(`${where}${column}`, fields(columns.length), got, cure));
    }
    return { number: this.#rows, at, place, fields: new Map(columns.map((name, i) => [name, row[i] ?? ''])) };
  }

  #bad(message: string): null {
    this.#onBad(new InputError(message));
    return null;
  }

  #tooLong(): InputError {
    const where = `${this.#fileName}, row ${this.#rows + 1} (line ${this.#line})`;
    const expected = `at most ${MAX_RECORD_CHARACTERS} characters`;
    return new InputError(fault(where, expected, 'a longer row', 'a quote is not closed, or a picture is far too large'));
  }
}

function lineBreaksIn(row: readonly string[]): number {
  let count = 0;
  for (const field of row) for (let at = field.indexOf('\n'); at !== -1; at = field.indexOf('\n', at + 1)) count += 1;
  return count;
}
