import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64Url, toBase64Url } from '../../src/lib/base64url.ts';
import { InputError } from '../../src/lib/errors.ts';

test('writes what Node writes and reads it back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const text = toBase64Url(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64url'));
      expect(fromBase64Url(text)).toEqual(bytes);
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('takes one text only for each byte sequence', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ABCDwxyz0189-_'), maxLength: 12 }), (text) => {
      let bytes: Uint8Array;
      try {
        bytes = fromBase64Url(text);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        return;
      }
      expect(toBase64Url(bytes)).toBe(text);
    }),
    { seed: 2, numRuns: 1000 },
  );
});

test.each([
  ['padding', 'QQ=='],
  ['a blank', 'QUJD RA'],
  ['the letters of plain base64', 'a+/b'],
  ['a letter outside ASCII', 'QUJé'],
  ['an impossible length', 'QUJDR'],
  ['stray bits after one byte', 'QR'],
  ['stray bits after two bytes', 'QUJ'],
])('refuses %s', (_, text) => {
  expect(() => fromBase64Url(text)).toThrow(InputError);
  expect(() => fromBase64Url(text)).toThrow(/^fromBase64Url: expected .*, got /);
});
