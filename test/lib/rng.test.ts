import { expect, test } from 'vitest';
import type { Block } from '../../src/lib/rng.ts';
import { makeRng, philox4x32 } from '../../src/lib/rng.ts';

/** Random123 (D. E. Shaw Research), tests/kat_vectors, the three lines `philox4x32 10`: counter, key, output. */
const KNOWN_ANSWERS: readonly (readonly [counter: Block, key: readonly [number, number], output: Block])[] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

test.each(KNOWN_ANSWERS)('gives the known answer of Random123 for counter %j', (counter, key, output) => {
  expect(philox4x32(counter, key)).toEqual(output);
});

/** The same function in exact big integers. */
function philoxBig(counter: Block, key: readonly [number, number]): number[] {
  const mask = 0xffffffffn;
  let x = counter.map(BigInt);
  let [k0 = 0n, k1 = 0n] = key.map(BigInt);
  for (let i = 0; i < 10; i++) {
    const p0 = 0xd2511f53n * (x[0] ?? 0n);
    const p1 = 0xcd9e8d57n * (x[2] ?? 0n);
    x = [(p1 >> 32n) ^ (x[1] ?? 0n) ^ k0, p1 & mask, (p0 >> 32n) ^ (x[3] ?? 0n) ^ k1, p0 & mask];
    k0 = (k0 + 0x9e3779b9n) & mask;
    k1 = (k1 + 0xbb67ae85n) & mask;
  }
  return x.map(Number);
}

test('agrees with big integers on a thousand counters and keys', () => {
  const source = makeRng('philox against big integers');
  for (let i = 0; i < 1000; i++) {
    const counter: Block = [source.u32(), source.u32(), source.u32(), source.u32()];
    const key = [source.u32(), source.u32()] as const;
    expect([...philox4x32(counter, key)]).toEqual(philoxBig(counter, key));
  }
});

test('keeps the numbers of released versions', () => {
  const rng = makeRng('consecutive-table-readout', 'simple', 'train', 0, 0);
  expect([rng.u32(), rng.u32(), rng.u32(), rng.u32(), rng.u32()]).toEqual(PINNED_WORDS);
  expect(makeRng('a').fork('b').below(1000)).toBe(PINNED_BELOW);
  expect(makeRng('a').unit()).toBe(PINNED_UNIT);
});

/** First run of this generator; a change breaks every shared seed. */
const PINNED_WORDS = [2972545148, 3523397606, 491061467, 204184151, 2252182199];
const PINNED_BELOW = 725;
const PINNED_UNIT = 0.09289631956603361;

test('gives the same stream for the same path and other streams for other paths', () => {
  const words = (...path: (string | number)[]): string => {
    const rng = makeRng(...path);
    return Array.from({ length: 8 }, () => rng.u32()).join(' ');
  };
  expect(words('a', 1)).toBe(words('a', 1));
  const paths = [[], [''], ['a'], ['a', 1], ['a', '1'], ['a', 1, 0], ['a', 10], ['a1'], [1, 'a'], ['a","b'], ['a', 'b']];
  expect(new Set(paths.map((path) => words(...path))).size).toBe(paths.length);
});

test('forks into the stream of the longer path without moving itself', () => {
  const rng = makeRng('a');
  const before = makeRng('a');
  expect(rng.fork('b').fork(3).u32()).toBe(makeRng('a', 'b', 3).u32());
  expect(rng.u32()).toBe(before.u32());
  expect(rng.fork('b').u32()).toBe(makeRng('a', 'b').u32());
});

test('goes on past one block without repeating', () => {
  const rng = makeRng('long');
  expect(new Set(Array.from({ length: 10_000 }, () => rng.u32())).size).toBeGreaterThan(9_990);
});

test('reaches every value below n about equally often', () => {
  const rng = makeRng('below');
  for (const n of [1, 2, 3, 7, 10]) {
    const counts = Array.from({ length: n }, () => 0);
    for (let i = 0; i < 4000; i++) {
      const value = rng.below(n);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    const expected = 4000 / n;
    for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  }
});

test('stays unbiased where 2^32 is far from a multiple of n', () => {
  const rng = makeRng('bias');
  const n = 3 * 2 ** 30; // 2^32 % n is 2^30: words taken modulo n would be below 2^30 half of the time, fair ones a third
  let low = 0;
  for (let i = 0; i < 6000; i++) low += rng.below(n) < 2 ** 30 ? 1 : 0;
  expect(low / 6000).toBeGreaterThan(0.31);
  expect(low / 6000).toBeLessThan(0.36);
  expect(rng.below(2 ** 32)).toBeGreaterThanOrEqual(0);
});

test('reaches both ends of a range', () => {
  const rng = makeRng('between');
  const seen = new Set(Array.from({ length: 500 }, () => rng.between(-2, 3)));
  expect([...seen].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1, 2, 3]);
  expect(rng.between(5, 5)).toBe(5);
});

test('draws units in [0, 1) with mean 1/2 and 53 bits', () => {
  const rng = makeRng('unit');
  const units = Array.from({ length: 5000 }, () => rng.unit());
  expect(Math.min(...units)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...units)).toBeLessThan(1);
  expect(units.reduce((sum, x) => sum + x, 0) / 5000).toBeCloseTo(0.5, 1);
  expect(units.every((x) => Number.isInteger(x * 2 ** 53))).toBe(true);
  expect(units.some((x) => (x * 2 ** 53) % 2 === 1)).toBe(true);
});

test('is true with the given chance', () => {
  const rng = makeRng('chance');
  const share = (p: number): number => Array.from({ length: 4000 }, () => rng.chance(p)).filter(Boolean).length / 4000;
  expect(share(0)).toBe(0);
  expect(share(1)).toBe(1);
  expect(Math.abs(share(0.3) - 0.3)).toBeLessThan(0.04);
});

test('shuffles into every order and leaves the list alone', () => {
  const rng = makeRng('shuffle');
  const list = [1, 2, 3];
  const orders = new Map<string, number>();
  for (let i = 0; i < 3000; i++) {
    const order = rng.shuffle(list).join('');
    orders.set(order, (orders.get(order) ?? 0) + 1);
  }
  expect(list).toEqual([1, 2, 3]);
  expect(orders.size).toBe(6);
  for (const count of orders.values()) expect(Math.abs(count - 500)).toBeLessThan(110);
});

test('samples distinct items, each equally often', () => {
  const rng = makeRng('sample');
  const counts = new Map<string, number>();
  for (let i = 0; i < 3000; i++) {
    const drawn = rng.sample(['a', 'b', 'c', 'd', 'e'], 2);
    expect(new Set(drawn).size).toBe(2);
    for (const item of drawn) counts.set(item, (counts.get(item) ?? 0) + 1);
  }
  for (const count of counts.values()) expect(Math.abs(count - 1200)).toBeLessThan(170);
  expect(rng.sample(['a'], 0)).toEqual([]);
});

test.each<[string, () => unknown]>([
  ['below(0)', () => makeRng('x').below(0)],
  ['below(1.5)', () => makeRng('x').below(1.5)],
  ['below(2^32 + 1)', () => makeRng('x').below(2 ** 32 + 1)],
  ['below(NaN)', () => makeRng('x').below(Number.NaN)],
  ['between(2, 1)', () => makeRng('x').between(2, 1)],
  ['between(0.5, 1)', () => makeRng('x').between(0.5, 1)],
  ['sample of more than there is', () => makeRng('x').sample([1], 2)],
  ['sample of a negative count', () => makeRng('x').sample([1], -1)],
  ['a path with NaN', () => makeRng('x', Number.NaN)],
  ['a path with a fraction', () => makeRng('x').fork(0.5)],
])('refuses %s', (_, act) => {
  expect(act).toThrow(/expected .*, got /);
});
