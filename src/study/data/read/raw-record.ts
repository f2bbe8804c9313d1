/** One row or record of a file, as it stands there, and what reads them. */
import type { InputError } from '../../../lib/errors.ts';

export const FILE_FORMATS = ['TSV', 'CSV', 'JSON list', 'JSON lines'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];

export interface RawRecord {
  /** 1-based, counting records, bad ones too: without ids it joins files. Rows of a table count after the line of column names; blank lines never do. */
  readonly number: number;
  /** Where in its file, in words: `row 3` or `record 3`; in JSON lines `line 4`, as editors count, which is another number where lines are blank. */
  readonly at: string;
  /** With the file: `eval.tsv, row 3`. */
  readonly place: string;
  /** By column or key. Values of tables are strings; those of JSON anything that JSON can say. */
  readonly fields: ReadonlyMap<string, unknown>;
}

/** Takes text piece by piece, gives the records that are complete. */
export interface RecordReader {
  push(text: string): RawRecord[];
  end(): RawRecord[];
}

/** Told of a record that cannot be used; throws to stop. What it is told of is left out. */
export type OnBad = (error: InputError) => void;

/** A copy that does not keep the text alive that it was cut from; engines share the characters of substrings. */
export function detached(text: string): string {
  return text.length < 13 ? text : (JSON.parse(JSON.stringify(text)) as string); // a string comes back
}

/** Texts of files that went through Windows have CRLF inside; everything here splits at LF. */
export function withLineFeeds(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

/** So much of foreign text stands in a message. */
export function cut(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 60)}…`;
}
