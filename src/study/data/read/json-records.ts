/**
 * Records of JSON files: one list of records (LLaVA's form), or one record a line. Lists go through a streaming parser, so that a file of gigabytes is never held;
 * lines are split here and parsed one by one, so that a bad line can be left out. Nesting and size of a record are bounded before they cost memory.
 */
import { JSONParser, TokenType } from '@streamparser/json';
import { fault, InputError, toWireError } from '../../../lib/errors.ts';
import { MAX_DEPTH, MAX_JSON_TOKENS, MAX_RECORD_CHARACTERS } from './limits.ts';
import type { OnBad, RawRecord, RecordReader } from './raw-record.ts';

const WHOLE_FILE = 'the file is damaged or cut off';
const NOT_OURS = 'the file is not one of ours';

export class JsonListReader implements RecordReader {
  readonly #fileName: string;
  readonly #parser = new JSONParser({ paths: ['$.*'], keepStack: false, stringBufferSize: 65_536 });
  readonly #encoder = new TextEncoder();
  #complete: RawRecord[] = [];
  #records = 0;
  #depth = 0;
  #tokens = 0;
  /** In bytes of UTF-8. */
  #bytes = 0;
  #recordStart = 0;
  #lastToken = 0;
  #lines = 1;
  #hasEnded = false;

  constructor(fileName: string, onBad: OnBad) {
    this.#fileName = fileName;
    this.#parser.onToken = ({ token, offset }) => this.#count(token, offset);
    this.#parser.onValue = ({ value }) => {
      this.#records += 1;
      const record = asRecord(value, this.#records, fileName, `record ${this.#records}`, onBad);
      if (record !== null) this.#complete.push(record);
    };
    this.#parser.onEnd = () => (this.#hasEnded = true);
  }

  push(text: string): RawRecord[] {
    const bytes = this.#encoder.encode(text);
    try {
      if (this.#hasEnded && text.trim() !== '') throw new Error('more text after the end of the list');
      if (!this.#hasEnded) this.#parser.write(bytes);
    } catch (thrown) {
      throw thrown instanceof InputError ? thrown : this.#malformed(toWireError(thrown).message, bytes);
    }
    this.#bytes += bytes.length;
    this.#lines += countOf(bytes, bytes.length);
    if (this.#bytes - this.#recordStart > MAX_RECORD_CHARACTERS && !this.#hasEnded) {
      const expected = `at most ${MAX_RECORD_CHARACTERS} bytes`;
      throw new InputError(
        fault(`${this.#fileName}, record ${this.#records + 1}`, expected, 'a longer record', 'a quote is not closed, or a picture is far too large'),
      );
    }
    const complete = this.#complete;
    this.#complete = [];
    return complete;
  }

  end(): RawRecord[] {
    if (!this.#hasEnded) throw this.#malformed('the end of the file', new Uint8Array(0));
    return [];
  }

  #count(token: TokenType, offset: number): void {
    this.#lastToken = offset;
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.#depth += 1;
    if (token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET) this.#depth -= 1;
    if (this.#depth <= 1) {
      this.#recordStart = offset;
      this.#tokens = 0;
    }
    this.#tokens += 1;
    if (this.#depth > MAX_DEPTH) throw tooDeep(`${this.#fileName}, record ${this.#records + 1}`);
    if (this.#tokens > MAX_JSON_TOKENS) {
      throw new InputError(fault(`${this.#fileName}, record ${this.#records + 1}`, `at most ${MAX_JSON_TOKENS} parts`, 'more', NOT_OURS));
    }
  }

  /** Where the parser stumbled: at a byte that it names, or at the last token it understood. */
  #malformed(message: string, piece: Uint8Array): InputError {
    const named = /absolute position "(\d+)"/.exec(message)?.[1];
    const offset = named === undefined ? (piece.length === 0 ? this.#bytes : this.#lastToken) : Number(named);
    const line = this.#lines + countOf(piece, offset - this.#bytes);
    const got = message.replace(/ at chunk position.*$/s, '').replace(/ in state \w+$/, '');
    return new InputError(fault(`${this.#fileName}, record ${this.#records + 1} (line ${line}, byte ${offset})`, 'JSON', got, WHOLE_FILE));
  }
}

export class JsonLinesReader implements RecordReader {
  readonly #fileName: string;
  readonly #onBad: OnBad;
  #pending: string[] = [];
  #pendingCharacters = 0;
  #line = 0;
  #records = 0;

  constructor(fileName: string, onBad: OnBad) {
    this.#fileName = fileName;
    this.#onBad = onBad;
  }

  push(text: string): RawRecord[] {
    const end = text.lastIndexOf('\n');
    if (end === -1) {
      this.#keep(text);
      return [];
    }
    const lines = (this.#pending.join('') + text.slice(0, end)).split('\n');
    this.#pending = [];
    this.#pendingCharacters = 0;
    this.#keep(text.slice(end + 1));
    return lines.flatMap((line) => this.#read(line));
  }

  end(): RawRecord[] {
    return this.#read(this.#pending.join(''));
  }

  #keep(text: string): void {
    this.#pending.push(text);
    this.#pendingCharacters += text.length;
    if (this.#pendingCharacters <= MAX_RECORD_CHARACTERS) return;
    const where = `${this.#fileName}, line ${this.#line + 1}`;
    throw new InputError(fault(where, `at most ${MAX_RECORD_CHARACTERS} characters`, 'a longer line', 'write one record a line'));
  }

  #read(line: string): RawRecord[] {
    this.#line += 1;
    if (line.trim() === '') return [];
    this.#records += 1;
    const at = `line ${this.#line}`;
    const place = `${this.#fileName}, ${at}`;
    if (isTooDeep(line)) throw tooDeep(place);
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (thrown) {
      const cure = line.trim() === '{' ? 'write each record on one line, or all in one list' : WHOLE_FILE;
      this.#onBad(new InputError(fault(place, 'one JSON record', toWireError(thrown).message, cure)));
      return [];
    }
    const record = asRecord(value, this.#records, this.#fileName, at, this.#onBad);
    return record === null ? [] : [record];
  }
}

function asRecord(value: unknown, number: number, fileName: string, at: string, onBad: OnBad): RawRecord | null {
  const place = `${fileName}, ${at}`;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { number, at, place, fields: new Map(Object.entries(value)) };
  const got = Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value;
  onBad(new InputError(fault(place, 'a record: an object with named values', got, NOT_OURS)));
  return null;
}

/** Without building anything: brackets outside strings. Most lines have so few brackets that counting them is enough. */
function isTooDeep(line: string): boolean {
  if (occurrences(line, '[') + occurrences(line, '{') <= MAX_DEPTH) return false;
  let depth = 0;
  let isInString = false;
  for (let i = 0; i < line.length; i++) {
    const character = line[i];
    if (isInString) {
      if (character === '\\') i += 1;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '[' || character === '{') {
      depth += 1;
      if (depth > MAX_DEPTH) return true;
    } else if (character === ']' || character === '}') depth -= 1;
  }
  return false;
}

function tooDeep(place: string): InputError {
  return new InputError(fault(place, `at most ${MAX_DEPTH} lists and objects inside each other`, 'more', NOT_OURS));
}

function occurrences(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) count += 1;
  return count;
}

/** Line feeds among the first `length` bytes. */
function countOf(bytes: Uint8Array, length: number): number {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1 && at < length; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}
