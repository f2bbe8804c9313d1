import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { zlibOfRows } from '../../../src/tasks/render/deflate.ts';

/** Tokens of a block: a row of random bytes is as many tokens as bytes, and one for its filter. */
const BLOCK_TOKENS = 65_536;

/** What a PNG reader must find: each row after a 2, as its difference to the row above. */
function filtered(pixels: Uint8Array, rowBytes: number): Uint8Array {
  const rows = pixels.length / rowBytes;
  const bytes = new Uint8Array((rowBytes + 1) * rows);
  for (let y = 0; y < rows; y++) {
    bytes[y * (rowBytes + 1)] = 2;
    for (let x = 0; x < rowBytes; x++) {
      const at = y * rowBytes + x;
      bytes[y * (rowBytes + 1) + 1 + x] = (pixels[at] ?? 0) - (y === 0 ? 0 : (pixels[at - rowBytes] ?? 0));
    }
  }
  return bytes;
}

function expectRoundTrip(pixels: Uint8Array, rowBytes: number): void {
  const stream = zlibOfRows(pixels, rowBytes, pixels.length / rowBytes);
  expect(Buffer.compare(inflateSync(stream), filtered(pixels, rowBytes))).toBe(0);
}

/** Rows of random bytes; `repeated` more rows follow, equal to the last one. */
function randomRows(rowBytes: number, rows: number, repeated: number): Uint8Array {
  const rng = makeRng('test', 'deflate', `${rowBytes} x ${rows}`);
  const pixels = new Uint8Array(rowBytes * (rows + repeated));
  for (let i = 0; i < rowBytes * rows; i++) pixels[i] = rng.below(256);
  for (let y = rows; y < rows + repeated; y++) pixels.copyWithin(y * rowBytes, (rows - 1) * rowBytes, rows * rowBytes);
  return pixels;
}

describe("zlib's inflate gives back", () => {
  test.each([1, 2, 3, 4, 5, 257, 258, 259, 999, 4500])('random rows of %i bytes', (rowBytes) =>
    expectRoundTrip(randomRows(rowBytes, 40, 0), rowBytes),
  );

  test.each([1, 2, 3, 4, 260, 4500])('flat rows of %i bytes', (rowBytes) => {
    expectRoundTrip(new Uint8Array(rowBytes * 50), rowBytes);
    expectRoundTrip(new Uint8Array(rowBytes * 50).fill(200), rowBytes);
  });

  test.each([1, 3, 84, 260, 4500])('rows of %i bytes, some equal to the one above', (rowBytes) => {
    const rng = makeRng('test', 'deflate', 'repeated', rowBytes);
    const pixels = randomRows(rowBytes, 60, 0);
    for (let y = 1; y < 60; y++) if (rng.chance(0.7)) pixels.copyWithin(y * rowBytes, (y - 1) * rowBytes, y * rowBytes);
    expectRoundTrip(pixels, rowBytes);
  });

  // 771 rows of 84 random bytes (28 pixels) without a repeat are 65,535 tokens: the next row begins with the last one of the block.
  test.each([760, 769, 770, 771, 772, 773])('%i rows of 28 random pixels, and equal rows after them, around the end of a block', (rows) => {
    for (const repeated of [0, 1, 2, 40]) expectRoundTrip(randomRows(84, rows, repeated), 84);
  });

  // Rows of one byte are two tokens whatever they hold: nothing but the count of tokens ends a block.
  test.each([BLOCK_TOKENS / 2 - 1, BLOCK_TOKENS / 2, BLOCK_TOKENS / 2 + 1, 3 * BLOCK_TOKENS])('%i flat rows of one byte', (rows) => {
    expectRoundTrip(new Uint8Array(rows), 1);
    expectRoundTrip(randomRows(1, rows - 3, 3), 1);
  });
});

test('the bytes of several blocks are golden', () => {
  const digest = createHash('sha256')
    .update(zlibOfRows(randomRows(84, 2000, 0), 84, 2000))
    .digest('hex');
  expect(digest).toBe('39786f933d43517eaf82da565a22fe846a3f806291537aa2fb5b23a2a6050065');
});
