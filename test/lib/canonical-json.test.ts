import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/lib/canonical-json.ts';
import { InputError } from '../../src/lib/errors.ts';

test('sorts keys at every depth and writes no blanks', () => {
  expect(canonicalJson({ b: 1, a: { d: [1, { z: null, y: true }], c: 'é"\n' } })).toBe('{"a":{"c":"é\\"\\n","d":[1,{"y":true,"z":null}]},"b":1}');
  expect(canonicalJson({ a10: 1, a9: 2, B: 3, '': 4 })).toBe('{"":4,"B":3,"a10":1,"a9":2}');
});

test('reads back as the same value, whatever the order of keys', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(canonicalJson(JSON.parse(text))).toBe(text);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
    }),
    { seed: 3, numRuns: 500 },
  );
});

test('gives equal numbers equal texts', () => {
  expect(canonicalJson([-0, 1.0, 1e21, 0.1])).toBe('[0,1,1e+21,0.1]');
});

test('takes the same object twice, but no circle', () => {
  const shared = { a: 1 };
  expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
  const circle: Record<string, unknown> = {};
  circle['self'] = { circle };
  expect(() => canonicalJson(circle)).toThrow('at $.self.circle: expected null, true');
});

test.each<[string, unknown, string]>([
  ['undefined in an object', { a: { b: undefined } }, 'canonicalJson at $.a.b: expected'],
  ['undefined in a list', [1, undefined], 'canonicalJson at $[1]: expected'],
  ['a hole in a list', Object.assign([1, 2], { length: 3 }), 'canonicalJson at $[2]: expected'],
  ['NaN', [Number.NaN], 'got NaN'],
  ['infinity', { x: Number.POSITIVE_INFINITY }, 'got Infinity'],
  ['a date', new Date(0), 'got Date'],
  ['a typed array', new Float32Array(2), 'got Float32Array'],
  ['a map', new Map(), 'got Map'],
  ['a function', { f: () => 1 }, 'got function'],
  ['a big integer', 1n, 'got bigint'],
])('refuses %s and says where', (_, value, message) => {
  expect(() => canonicalJson(value)).toThrow(InputError);
  expect(() => canonicalJson(value)).toThrow(message);
});
