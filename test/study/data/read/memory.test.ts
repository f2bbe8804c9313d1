/** Files far larger than the memory we may use: a synthetic stream through the readers, measured. */
import { expect, test } from 'vitest';
import { RecordStream } from '../../../../src/study/data/read/records.ts';
import type { FileSource } from '../../../../src/study/data/read/source.ts';

const MEGABYTE = 2 ** 20;
/** More than a piece, a row, and what waits for the collector; far less than the file. */
const MAX_GROWTH_BYTES = 150 * MEGABYTE;

/** `count` times the same rows, without ever being in memory. */
function repeated(name: string, head: string, rows: string, tail: string, count: number): FileSource {
  const [first, body, last] = [head, rows, tail].map((text) => new TextEncoder().encode(text));
  if (first === undefined || body === undefined || last === undefined) throw new Error('three parts');
  async function* chunks(): AsyncGenerator<Uint8Array> {
    if (first !== undefined && first.length > 0) yield first;
    for (let i = 0; i < count; i++) if (body !== undefined) yield body.slice();
    if (last !== undefined && last.length > 0) yield last;
  }
  return { name, bytes: first.length + count * body.length + last.length, chunks };
}

const question = 'Which way?\nSay "up"\tor “down”.';
const picture = 'iVBORw0KGgo'.repeat(9000);
const tsvRow = `1\t"${question.replaceAll('"', '""')}"\t${picture}\r\n`;
const jsonRow = JSON.stringify({ id: 1, image: picture, conversations: [{ from: 'human', value: question }] });

test.each([
  ['TSV', repeated('a.tsv', 'index\tquestion\timage\r\n', tsvRow.repeat(10), '', 300)],
  ['JSON lines', repeated('a.jsonl', '', `${jsonRow}\n`.repeat(10), '', 300)],
  ['a JSON list', repeated('a.json', '[', `${jsonRow},\n`.repeat(10), `${jsonRow}]`, 300)],
])(
  '300 MB of %s go through without staying',
  async (_, file) => {
    const before = process.memoryUsage().rss;
    let peak = 0;
    let records = 0;
    const stream = new RecordStream(file, { onBad: () => undefined, onBytes: () => (peak = Math.max(peak, process.memoryUsage().rss)) });
    for await (const { fields } of stream) {
      records += 1;
      if (records === 1) expect(fields.get('image')).toBe(picture);
    }
    expect(file.bytes).toBeGreaterThan(295 * MEGABYTE * 0.95);
    expect([records, stream.bytesRead]).toEqual([file.name === 'a.json' ? 3001 : 3000, file.bytes]);
    expect(peak - before).toBeLessThan(MAX_GROWTH_BYTES);
  },
  30_000,
);
