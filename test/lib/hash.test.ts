import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { hash64, hash64Hex, sha256Hex } from '../../src/lib/hash.ts';

/** Published vectors of SipHash-2-4: key 00 01 .. 0f, message 00 01 .. of `length` bytes, output bytes in little-endian order. */
const SIPHASH_VECTORS: readonly (readonly [length: number, output: string])[] = [
  [0, '310e0edd47db6f72'],
  [1, 'fd67dc93c539f874'],
  [2, '5a4fa9d909806c0d'],
  [3, '2d7efbd796666785'],
  [4, 'b7877127e09427cf'],
  [5, '8da699cd64557618'],
  [6, 'cee3fe586e46c9cb'],
  [8, '6224939a79f5f593'],
  [15, 'e545be4961ca29a1'],
];

test.each(SIPHASH_VECTORS)('gives the published SipHash of %i bytes', (length, output) => {
  const { low, high } = hash64(Uint8Array.from({ length }, (_, i) => i));
  const bytes = [0, 8, 16, 24].map((shift) => (low >>> shift) & 255).concat([0, 8, 16, 24].map((shift) => (high >>> shift) & 255));
  expect(bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')).toBe(output);
});

test('writes the most significant digit first and keeps leading zeros', () => {
  expect(hash64Hex('')).toBe('726fdb47dd0e0e31');
  const many = Array.from({ length: 2000 }, (_, i) => hash64Hex(`text ${i}`));
  expect(many.every((hash) => /^[0-9a-f]{16}$/.test(hash))).toBe(true);
  expect(new Set(many).size).toBe(2000);
  expect(many.some((hash) => hash.startsWith('0'))).toBe(true);
});

test('tells long texts apart by a single letter', () => {
  const text = 'x'.repeat(3000);
  const hashes = Array.from({ length: 300 }, (_, i) => hash64Hex(`${text.slice(0, i * 10)}y${text.slice(i * 10 + 1)}`));
  expect(new Set(hashes).size).toBe(300);
});

test('gives the SHA-256 that Node gives, also of a part of a buffer', async () => {
  const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) & 255);
  for (const part of [bytes, bytes.subarray(3, 64), bytes.subarray(0, 0)]) {
    expect(await sha256Hex(part)).toBe(createHash('sha256').update(part).digest('hex'));
  }
});
