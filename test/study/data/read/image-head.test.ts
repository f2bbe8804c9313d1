import { describe, expect, test } from 'vitest';
import { imageBytes, imageHeadOf } from '../../../../src/study/data/read/image-head.ts';
import { encodePng } from '../../../../src/tasks/render/png.ts';
import { TINY_PNG } from '../../../support/data-files.ts';

const base64 = (...codes: (number | string)[]): string =>
  Buffer.concat(codes.map((code) => (typeof code === 'string' ? Buffer.from(code, 'latin1') : Buffer.of(code)))).toString('base64');
const zeros = (count: number): string => '\0'.repeat(count);
/** Start of a JPEG: an APP0 segment, notes of so many bytes, tables of quantisers and codes, the frame header of 31 x 17, and the start of the scan. */
const jpeg = (noteBytes: number): string => {
  const length = noteBytes + 2;
  const notes = noteBytes === 0 ? '' : `\xff\xfe${String.fromCharCode(length >> 8, length & 255)}${'x'.repeat(noteBytes)}`;
  return base64(
    `\xff\xd8\xff\xe0\0\x10JFIF\0${zeros(9)}${notes}\xff\xdb\0\x04ab\xff\xc4\0\x09\x08\0\x63\0\x63\x01x\xff\xc2\0\x11\x08\0\x11\0\x1f\x03${zeros(9)}\xff\xda\xff\xd9`,
  );
};
const riff = (chunk: string, body: string): string => {
  const rest = `WEBP${chunk}\x20\0\0\0${body}${zeros(20)}`;
  return base64(`RIFF${String.fromCharCode(rest.length)}\0\0\0${rest}`);
};
const cutBy = (bytes: number, text: string): string => Buffer.from(text, 'base64').subarray(0, -bytes).toString('base64');

describe('reads type and size', () => {
  test.each([
    ['PNG', TINY_PNG, 'image/png', 2, 1],
    ['PNG of ours', Buffer.from(encodePng(new Uint8Array(5 * 3 * 3), 5, 3)).toString('base64'), 'image/png', 5, 3],
    ['PNG behind a data: prefix, in lines', `data:image/png;base64,${TINY_PNG.replace('AAAA', 'AA\r\nAA')}`, 'image/png', 2, 1],
    ['JPEG', jpeg(0), 'image/jpeg', 31, 17],
    ['JPEG and zeros after it', base64(Buffer.from(jpeg(0), 'base64').toString('latin1'), zeros(5)), 'image/jpeg', 31, 17],
    ['JPEG with long notes before its size', jpeg(20_000), 'image/jpeg', 31, 17],
    ['WebP, lossy', riff('VP8 ', `${zeros(3)}\x9d\x01\x2a\x1f\0\x11\0`), 'image/webp', 31, 17],
    ['WebP, lossless', riff('VP8L', '\x2f\x1e\x00\x04\x00'), 'image/webp', 31, 17],
    ['WebP, extended', riff('VP8X', `${zeros(4)}\x1e\0\0\x10\0\0`), 'image/webp', 31, 17],
  ])('%s', (_, text, type, widthPx, heightPx) => {
    expect(imageHeadOf(text, 'here')).toEqual({ type, widthPx, heightPx });
  });
});

test('gives all bytes', () => {
  expect(Buffer.from(imageBytes(TINY_PNG, 'here')).toString('base64')).toBe(TINY_PNG);
});

describe('refuses, naming the place', () => {
  test.each([
    ['no base64', 'images/0001.png', 'got images/0001.png'],
    ['nothing', '', 'got nothing'],
    ['a GIF', base64('GIF89a', zeros(30)), 'got bytes that begin with 47 49 46'],
    ['text', base64('hello hello hello hello hello'), 'got bytes that begin with 68 65'],
    ['markup', base64('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'got bytes that begin with 3c 73'],
    ['a PNG without a size', base64('\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR', zeros(8)), 'got bytes that begin with 89 50'],
    ['a JPEG cut off before its size', base64('\xff\xd8\xff\xe0\0\x10JFIF'), 'got bytes that begin with ff d8'],
    ['characters that cannot be', `${TINY_PNG.slice(0, 40)}%%`, 'got iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7…, with “%” as character 41 of 42'],
    [
      'one bad character behind a prefix',
      `data:image/png;base64,${TINY_PNG.slice(0, 8)}\u200b${TINY_PNG.slice(8)}`,
      `got ${TINY_PNG.slice(0, 8)}\u200b${TINY_PNG.slice(8, 39)}…, with U+200B as character 31 of ${23 + TINY_PNG.length}`,
    ],
    ['padding in the middle', `aGk=${TINY_PNG}`, `got aGk=${TINY_PNG.slice(0, 36)}…, with “=” as character 4 of`],
    ['base64 of no whole bytes', TINY_PNG.slice(0, 41), 'got 41 characters, which are no whole bytes'],
  ])('%s', (_, text, message) => {
    expect(() => imageHeadOf(text, 'a.tsv, row 3, column image')).toThrow(
      `a.tsv, row 3, column image: expected base64 of a PNG, JPEG or WebP picture, ${message}`,
    );
  });
});

describe('a picture that is cut off is refused, though its size can be read', () => {
  test.each([
    ['PNG', TINY_PNG],
    ['JPEG', jpeg(40)],
    ['WebP', riff('VP8L', '\x2f\x1e\x00\x04\x00')],
  ])('%s', (name, whole) => {
    expect(() => imageHeadOf(whole, 'here')).not.toThrow();
    for (const bytes of [1, 2, 8]) {
      expect(() => imageHeadOf(cutBy(bytes, whole), 'a.tsv, row 3, column image')).toThrow(
        new RegExp(`^a\\.tsv, row 3, column image: expected a whole ${name} picture, got \\d+ bytes without its end: the picture is cut off$`),
      );
    }
  });
});
