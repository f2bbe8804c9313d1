/** The records of any file we read: the form is found from what stands in it, never from its name, and read as a stream. */
import { fault, InputError } from '../../../lib/errors.ts';
import { DelimitedReader } from './delimited.ts';
import { JsonLinesReader, JsonListReader } from './json-records.ts';
import { MAX_ROWS } from './limits.ts';
import type { FileFormat, OnBad, RawRecord, RecordReader } from './raw-record.ts';
import { checkHead } from './sniff.ts';
import type { FileSource } from './source.ts';
import { Utf8Fault, Utf8Reader } from './utf8.ts';

export interface ReadOptions {
  readonly onBad: OnBad;
  readonly onBytes?: (bytesRead: number) => void;
  readonly signal?: AbortSignal;
}

export class RecordStream implements AsyncIterable<RawRecord> {
  readonly source: FileSource;
  readonly #options: ReadOptions;
  #reader: RecordReader | null = null;
  #opening = '';
  bytesRead = 0;
  records = 0;
  #dropped = 0;

  constructor(source: FileSource, options: ReadOptions) {
    this.source = source;
    this.#options = options;
  }

  /** Records so far, with those that were left out. */
  get seen(): number {
    return this.records + this.#dropped;
  }

  /** Null until enough is read. */
  get format(): FileFormat | null {
    const reader = this.#reader;
    if (reader instanceof JsonListReader) return 'JSON list';
    if (reader instanceof JsonLinesReader) return 'JSON lines';
    return reader instanceof DelimitedReader && reader.delimiter !== null ? (reader.delimiter === '\t' ? 'TSV' : 'CSV') : null;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RawRecord> {
    const { source } = this;
    const { onBytes, signal } = this.#options;
    const decoder = new Utf8Reader();
    for await (const piece of source.chunks()) {
      signal?.throwIfAborted();
      if (piece.length === 0) continue;
      if (this.bytesRead === 0) checkHead(piece, source.name);
      yield* this.#decode(() => decoder.decode(piece));
      this.bytesRead += piece.length;
      onBytes?.(this.bytesRead);
    }
    if (this.bytesRead === 0) checkHead(new Uint8Array(0), source.name);
    if (this.bytesRead !== source.bytes) {
      throw new InputError(fault(source.name, `${source.bytes} bytes`, this.bytesRead, 'the file changed while it was read: give it again'));
    }
    yield* this.#decode(() => {
      decoder.end();
      return '';
    });
    if (this.#reader !== null) yield* this.#counted(this.#reader.end());
    if (this.records === 0) throw new InputError(fault(source.name, 'rows', 'none that can be used', 'the file holds nothing to read'));
  }

  /** The records that the text completes; of text with a wrong byte those before it, then the message. */
  *#decode(text: () => string): Generator<RawRecord> {
    try {
      yield* this.#push(text());
    } catch (thrown) {
      if (!(thrown instanceof Utf8Fault)) throw thrown;
      yield* this.#push(thrown.textBefore);
      const where = `${this.source.name}, after record ${this.seen} (byte ${thrown.offset})`;
      throw new InputError(fault(where, 'UTF-8', thrown.found, 'save the file as UTF-8'));
    }
  }

  *#push(text: string): Generator<RawRecord> {
    if (this.#reader !== null) {
      yield* this.#counted(this.#reader.push(text));
      return;
    }
    this.#opening += text;
    const first = this.#opening.trimStart()[0];
    if (first === undefined) return;
    const { name } = this.source;
    const onBad: OnBad = (error) => {
      this.#dropped += 1;
      this.#options.onBad(error);
    };
    const Reader = first === '[' ? JsonListReader : first === '{' ? JsonLinesReader : DelimitedReader;
    this.#reader = new Reader(name, onBad);
    yield* this.#counted(this.#reader.push(this.#opening));
    this.#opening = '';
  }

  *#counted(records: readonly RawRecord[]): Generator<RawRecord> {
    for (const record of records) {
      this.records += 1;
      if (this.records > MAX_ROWS) throw new InputError(fault(this.source.name, `at most ${MAX_ROWS} rows`, 'more', 'give the file in parts'));
      yield record;
    }
  }
}
