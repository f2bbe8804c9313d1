import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors, MAX_HEADER_BYTES } from '../../src/model/safetensors.ts';
import type { TensorRecord } from '../../src/model/safetensors.ts';

function tensor(shape: readonly number[], data: readonly number[]): TensorRecord {
  return { dtype: 'F32', shape, data: Float32Array.from(data) };
}

const SAMPLE = { 'b.bias': tensor([2], [1.5, -2]), 'a.weight': tensor([2, 2], [1, 2, 3, 4]), empty: tensor([0, 3], []), scalar: tensor([], [7]) };

/** A file with the given header text and bytes of data. */
function file(header: string | Uint8Array, dataBytes = 0, length?: bigint): Uint8Array {
  const head = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array(8 + head.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(head.length), true);
  bytes.set(head, 8);
  return bytes;
}

const entry = (shape: readonly number[], from: number, to: number, dtype = 'F32') => JSON.stringify({ dtype, shape, data_offsets: [from, to] });

describe('safetensors', () => {
  test('gives back what it was given', () => {
    const { tensors, metadata } = decodeSafetensors(encodeSafetensors(SAMPLE, { name: 'a "run"', ü: '\n' }));
    expect({ ...tensors }).toEqual(SAMPLE);
    expect({ ...metadata }).toEqual({ name: 'a "run"', ü: '\n' });
  });

  test('writes the layout of the format: length, aligned header, numbers in order of names', () => {
    const bytes = encodeSafetensors({ w: tensor([2], [1, 2]) });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({ w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } });
    // 1.0f and 2.0f, little-endian.
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]);
  });

  test('keeps halves in half the bytes and reads them as float32', () => {
    const bytes = encodeSafetensors({ w: tensor([3], [1, -0.1, 7e-8]) }, {}, 'F16');
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(bytes.length).toBe(8 + length + 6);
    expect(decodeSafetensors(bytes).tensors['w']).toEqual(tensor([3], [1, -0.0999755859375, 2 ** -24]));
  });

  test('keeps every bit of the numbers', () => {
    fc.assert(
      fc.property(fc.float32Array({ minLength: 0, maxLength: 50 }), (data) => {
        const { tensors } = decodeSafetensors(encodeSafetensors({ x: { dtype: 'F32', shape: [data.length], data } }));
        return (
          tensors['x'] !== undefined &&
          new Uint8Array(tensors['x'].data.buffer).every((b, i) => b === new Uint8Array(data.buffer, data.byteOffset, data.byteLength)[i])
        );
      }),
    );
  });

  test.each<[string, Uint8Array, string]>([
    ['seven bytes', new Uint8Array(7), 'a file of at least 8 bytes, got 7 bytes'],
    ['a header length of 2^63', file('{}', 0, 2n ** 63n), 'a header of at most 16777216 bytes, got 9223372036854775808'],
    ['a header above the cap', file('{}', 0, BigInt(MAX_HEADER_BYTES + 1)), 'a header of at most'],
    ['a header past the end', file('{}', 0, 100n), '108 bytes of header, got a file of 10: the file is cut off'],
    ['bytes that are not UTF-8', file(Uint8Array.of(0x7b, 0xff, 0x7d)), 'a header in UTF-8'],
    ['text that is not JSON', file('{"w":'), 'a header in JSON'],
    ['a header that is an array', file('[]'), 'a header that starts with {'],
    ['an HTML page', file('<html>'), 'a header that starts with {'],
    ['an overlap', file(`{"a":${entry([2], 0, 8)},"b":${entry([2], 4, 12)}}`, 12), 'tensors that do not overlap, got b'],
    ['a hole', file(`{"a":${entry([1], 0, 4)},"b":${entry([1], 8, 12)}}`, 12), 'no hole between tensors, got 4 bytes before b'],
    ['offsets out of range', file(`{"a":${entry([4], 0, 16)}}`, 12), 'data_offsets of a within 12 bytes, got 16'],
    ['falling offsets', file(`{"a":${entry([1], 4, 0)}}`, 4), 'two rising data_offsets for a'],
    ['three offsets', file('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}', 4), 'two rising data_offsets for a'],
    ['a shape that does not match', file(`{"a":${entry([3], 0, 8)}}`, 8), '12 bytes for a [3], got 8'],
    ['an overflowing shape', file(`{"a":${entry([2 ** 30, 2 ** 30, 16], 0, 4)}}`, 4), 'a shape for a that fits a file'],
    ['a negative axis', file(`{"a":${entry([-1], 0, 4)}}`, 4), 'a shape of at most 8 counts for a'],
    ['a fractional axis', file(`{"a":${entry([0.5], 0, 4)}}`, 4), 'a shape of at most 8 counts for a'],
    ['nine axes', file(`{"a":${entry([1, 1, 1, 1, 1, 1, 1, 1, 1], 0, 4)}}`, 4), 'a shape of at most 8 counts for a'],
    ['a duplicate name', file(`{"a":${entry([1], 0, 4)},"a":${entry([1], 0, 4)}}`, 4), 'each name once, got a'],
    ['a duplicate name in disguise', file(`{"a":${entry([1], 0, 4)}, "\\u0061" :${entry([1], 0, 4)}}`, 4), 'each name once, got a'],
    ['an unknown dtype', file(`{"a":${entry([2], 0, 4, 'BF16')}}`, 4), 'dtype F32 or F16 for a, got BF16: convert the file'],
    ['an unknown key', file('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}', 4), 'dtype, shape and data_offsets for a, got x'],
    ['an entry that is null', file('{"a":null}'), 'an object for a'],
    ['metadata that is not text', file('{"__metadata__":{"n":1}}'), 'text for n in __metadata__, got number'],
    ['trailing bytes', file(`{"a":${entry([1], 0, 4)}}`, 5), 'a file that ends with its last tensor, at 4 bytes of data, got 5'],
    ['a name too long', file(`{"${'x'.repeat(300)}":${entry([1], 0, 4)}}`, 4), 'names of 1 to 256 characters'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(message);
  });

  test('refuses NaN and infinities only when asked to', () => {
    const bytes = encodeSafetensors({ w: tensor([2], [1, Infinity]) });
    expect(decodeSafetensors(bytes).tensors['w']?.data[1]).toBe(Infinity);
    expect(() => decodeSafetensors(bytes, { mustBeFinite: true })).toThrow('finite numbers in w, got Infinity at 1');
  });

  test('takes names that are properties of objects as plain names', () => {
    const bytes = file(`{"__proto__":${entry([1], 0, 4)}}`, 4);
    const { tensors } = decodeSafetensors(bytes);
    expect(Object.keys(tensors)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['dtype']).toBeUndefined();
  });

  test('refuses a tensor whose shape does not fit when writing', () => {
    expect(() => encodeSafetensors({ w: tensor([3], [1]) })).toThrow('3 numbers for w [3], got 1');
  });

  test('survives 5,000 changed bytes: reads a valid file or says what is wrong, fast', () => {
    const whole = encodeSafetensors(SAMPLE, { note: 'fuzz' });
    let refused = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 4 }),
        fc.nat(whole.length),
        (changes, cut) => {
          const bytes = whole.slice(0, cut % 3 === 0 ? cut : whole.length);
          for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
          try {
            const { tensors } = decodeSafetensors(bytes);
            const read = Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0);
            expect(read).toBeLessThanOrEqual(bytes.length);
          } catch (error) {
            refused += 1;
            expect((error as Error).name).toBe('InputError');
          }
        },
      ),
      { numRuns: 5000 },
    );
    expect(refused).toBeGreaterThan(1000);
  }, 10_000);
});
