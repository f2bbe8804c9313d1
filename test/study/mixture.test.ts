import { expect, test } from 'vitest';
import { hash64Hex } from '../../src/lib/hash.ts';
import { componentsOfRun, phaseOfRun, rowsAt } from '../../src/study/mixture.ts';
import { totalSteps } from '../../src/study/run-spec-schema.ts';
import { SUPERVISIONS } from '../../src/study/run-spec.ts';
import type { RunSpec, Supervision } from '../../src/study/run-spec.ts';
import { study } from './specs.ts';

const rowsOf = (supervision: Supervision, examples: number, seed = 1) => {
  const spec = study({ supervision, examples, batchSize: 1, seed });
  return Array.from({ length: totalSteps(spec) }, (_, step) => rowsAt(spec, step)).flat();
};

test.each([
  // supervision, u, rows of one epoch, epochs: spec/s2h section 5 for N = 600
  ['text', 300, 300, 2],
  ['image', 200, 200, 3],
  ['text+image', 200, 400, 1.5],
  ['image-via-text', 200, 200, 3],
  ['mix', 200, 600, 1],
] as const)('%s has the counts of the paper', (supervision, unique, rowsPerEpoch, epochs) => {
  const phase = phaseOfRun(study({ supervision, examples: 600 }));
  expect(phase).toMatchObject({ rowsPerEpoch, rows: 600, epochs });
  for (const component of phase.components) expect(component.unique).toBe(unique);
  const rows = rowsOf(supervision, 600);
  const counts = new Map<string, number>();
  for (const { kind, key } of rows) counts.set(`${kind} ${key.index}`, (counts.get(`${kind} ${key.index}`) ?? 0) + 1);
  // Every row of a kind is seen floor(epochs) or ceil(epochs) times, on the same u examples for every kind.
  expect(counts.size).toBe(rowsPerEpoch);
  expect([...counts.values()].every((count) => count === Math.floor(epochs) || count === Math.ceil(epochs))).toBe(true);
  for (const { kind } of phase.components) {
    const used = new Set(rows.filter((row) => row.kind === kind).map(({ key }) => key.index));
    expect([...used].toSorted((a, b) => a - b)).toEqual(Array.from({ length: unique }, (_, i) => i));
  }
});

test('sees exactly N rows when N does not divide: the rest begins one more epoch', () => {
  for (const supervision of SUPERVISIONS.filter((id) => !/^(tw-|align-|mix-to)/.test(id))) {
    for (const examples of [1, 2, 3, 4, 5, 100, 101]) {
      const { rowsPerEpoch, components } = phaseOfRun(study({ supervision, examples }));
      expect(Math.min(...components.map(({ unique }) => unique))).toBeGreaterThanOrEqual(1);
      expect(rowsPerEpoch).toBe(components.reduce((sum, { rows }) => sum + rows, 0));
      expect(rowsOf(supervision, examples)).toHaveLength(examples);
    }
  }
});

test('knows every kind of row that a run sees, each once', () => {
  const names = (spec: RunSpec) => componentsOfRun(spec).map(({ kind, level }) => `${level} ${kind}`);
  expect(names(study({ supervision: 'mix' }))).toEqual(['simple text', 'simple image', 'simple image-via-text']);
  expect(names(study({ supervision: 'tw-align-text' }))).toEqual(['simple text', 'simple image-via-text']);
  const parent = { run: '0'.repeat(16), step: 3, supervision: 'image' } as const;
  expect(names(study({ supervision: 'text', parent }))).toEqual(['simple image', 'simple text']);
});

test('shuffles each epoch anew, over all kinds at once', () => {
  const rows = rowsOf('text', 200).map(({ key }) => key.index);
  const [first, second] = [rows.slice(0, 100), rows.slice(100)];
  expect(first).not.toEqual(second);
  expect(first.toSorted((a, b) => a - b)).toEqual(second.toSorted((a, b) => a - b));
  const kinds = rowsOf('mix', 300).map(({ kind }) => kind);
  expect(new Set(kinds.slice(0, 30)).size).toBe(3);
});

test('a mixture without + trains on the simple level and the train split only, with the seed of the run', () => {
  for (const { key } of rowsOf('mix', 30, 7)) expect(key).toMatchObject({ level: 'simple', split: 'train', seed: 7 });
});

test('Mix+ shows hard text beside simple rows of every kind, half and half', () => {
  const rows = rowsOf('mix+', 600);
  const hard = rows.filter(({ key }) => key.level === 'hard');
  expect([hard.length, new Set(hard.map(({ key }) => key.index)).size]).toEqual([300, 300]);
  expect(hard.every(({ kind, cotShare }) => kind === 'text' && cotShare === 1)).toBe(true);
  expect(rows.filter(({ kind, key }) => kind === 'image-via-text' && key.level === 'simple')).toHaveLength(100);
});

test.each([
  // supervision, N, seed, hash of all rows: recorded before mixtures became strategies. Runs, checkpoints and links of then must see the same rows.
  ['text', 1, 0, 'c17826d97ddacb20'],
  ['text', 2, 1, 'ed9552d952bedf3d'],
  ['text', 5, 1, '30be66e6b16c59bd'],
  ['text', 100, 7, 'a8e34cccaac99d14'],
  ['text', 1001, 42, '7403371233f7a78b'],
  ['text', 20_000, 4_294_967_295, '624f8dd40974536d'],
  ['image', 1, 0, 'b1892cdede29ea83'],
  ['image', 2, 1, '6936e5291a64401c'],
  ['image', 5, 1, '84b816aefd29e80a'],
  ['image', 100, 7, '4015d136489b91b8'],
  ['image', 1001, 42, 'df1965fb507b80d6'],
  ['image', 20_000, 4_294_967_295, 'af575e60334de89d'],
  ['image-via-text', 1, 0, 'afb2795eb6e78ce8'],
  ['image-via-text', 2, 1, 'd46c73199da3dfc4'],
  ['image-via-text', 5, 1, '6cec68643a0b791c'],
  ['image-via-text', 100, 7, '44a87adffefba286'],
  ['image-via-text', 1001, 42, '8fdc75421ca2b6d5'],
  ['image-via-text', 20_000, 4_294_967_295, 'a94bfe3d9be7c44d'],
  ['text+image', 1, 0, 'c17826d97ddacb20'],
  ['text+image', 2, 1, 'f002a229f7791cfa'],
  ['text+image', 5, 1, '21e27368fc748f3f'],
  ['text+image', 100, 7, '340eeffd118a86e9'],
  ['text+image', 1001, 42, '2c72c3cb1dd50691'],
  ['text+image', 20_000, 4_294_967_295, '931da779388ac3e9'],
  ['mix', 1, 0, 'c17826d97ddacb20'],
  ['mix', 2, 1, 'f002a229f7791cfa'],
  ['mix', 5, 1, 'a3b2c7a62bdb994a'],
  ['mix', 100, 7, '43dc9aa308e53a8a'],
  ['mix', 1001, 42, '507d66f859847477'],
  ['mix', 20_000, 4_294_967_295, 'ef77feff5632bb29'],
] as const)('%s with N = %d and seed %d has the rows that it always had', (supervision, examples, seed, hash) => {
  const lines = rowsOf(supervision, examples, seed).map(({ kind, key }) => `${kind} ${key.task} ${key.level} ${key.split} ${key.seed} ${key.index}`);
  expect(hash64Hex(lines.join('\n'))).toBe(hash);
});
