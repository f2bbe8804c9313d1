/** Files for the readers of src/study/data/read, made here from scratch: sources of bytes, and writers of TSV and JSON that share no code with the readers. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { RecordStream } from '../../src/study/data/read/records.ts';
import type { RawRecord } from '../../src/study/data/read/raw-record.ts';
import type { FileSource } from '../../src/study/data/read/source.ts';

/** A file of this content, given in pieces of so many bytes. */
export function source(name: string, content: string | Uint8Array, pieceBytes = 1 << 20): FileSource {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.slice(at, at + pieceBytes);
  }
  return { name, bytes: bytes.length, chunks };
}

/** A file of test/golden/import. */
export function golden(name: string): FileSource {
  return source(basename(name), readFileSync(new URL(`../golden/import/${name}`, import.meta.url)));
}

/** Rows as Python's csv module writes them: quotes where they are needed, doubled inside. */
export function delimited(rows: readonly (readonly string[])[], delimiter = '\t', lineEnd = '\r\n'): string {
  const field = (text: string): string => (/["\r\n]/.test(text) || text.includes(delimiter) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(field).join(delimiter) + lineEnd).join('');
}

/** All records of a file, or those before the error. Bad ones throw unless they are collected. */
export async function readAll(file: FileSource, bad?: string[]): Promise<RawRecord[]> {
  const onBad = (error: Error): void => {
    if (bad === undefined) throw error;
    bad.push(error.message);
  };
  const records: RawRecord[] = [];
  for await (const record of new RecordStream(file, { onBad })) records.push(record);
  return records;
}

/** A picture of one pixel as a PNG, in base64. */
export const TINY_PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAC0lEQVR4nGPgBAMAAMQAN0mhsL0AAAAASUVORK5CYII=';
