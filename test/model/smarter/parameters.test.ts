/** Against the table of spec/smarter-vlm 1.10, which was counted from the author's code. */
import { beforeAll, expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { openBackend } from '../../../src/model/backend.ts';
import { asCodedConfig, baselineConfig, describedConfig, type PuzzleSpec } from '../../../src/model/smarter/config.ts';
import { parameterTable, smarterCount } from '../../../src/model/smarter/parameter-table.ts';
import { initSmarter, smarterShapes } from '../../../src/model/smarter/params.ts';
import * as tf from '../../../src/model/tf.ts';

/** Classes of the sequence puzzles; that of 63 is inferred (spec 1.10). */
const SEQUENCES: Readonly<Record<number, number>> = { 16: 27, 18: 6, 35: 6, 39: 27, 63: 11, 100: 27 };
/** One of the pairs (sum of the classes, words of the vocabulary) that give the published total (spec 1.10). */
const CLASS_SUM = 2297;
const OPTION_WORDS = 7811;

/** 101 puzzles; the 95 with classes have 24 each, one of them what is missing to the sum. */
const PUZZLES: readonly PuzzleSpec[] = Array.from({ length: 101 }, (_, i) => {
  const id = i + 1;
  const symbols = SEQUENCES[id];
  if (symbols !== undefined) return { id, kind: 'sequence', classes: symbols, skill: 'all' };
  return { id, kind: 'classes', classes: id === 1 ? CLASS_SUM - 94 * 24 : 24, skill: 'all' };
});

const FULL = asCodedConfig({ puzzles: PUZZLES, imageDim: 1536, textDim: 768, textLength: 64, unused: { optionWords: OPTION_WORDS } });

const blocks = (): Record<string, number> => Object.fromEntries(parameterTable(FULL).map(({ block, parameters }) => [block, parameters]));

test('every block of the coded configuration has the size that was counted', () => {
  expect(blocks()).toEqual({
    'image heads': 21_538_177,
    'QF distance tables': 168_192,
    'QF self-attention': 1_771_776,
    'QF cross-attention': 788_736,
    'QF intermediate': 395_776,
    'composite norm': 3_328,
    'QV fusion': 229_888,
    'text path': 229_760,
    'option encoder': 16_512,
    'option embedding': 128 * OPTION_WORDS,
    'sequence decoders': 43_047 + 384 * 11 + 3 * 11 ** 2 + 6 * 11,
    'last layers': 129 * CLASS_SUM,
    'MLP decoders, hidden': 3_137_409,
  });
});

test('the blocks of known size sum to 28,322,601, and all to the published 29,623,375', () => {
  const ofPuzzle63 = 384 * 11 + 3 * 11 ** 2 + 6 * 11;
  const { 'option embedding': embedding = 0, 'last layers': last = 0 } = blocks();
  expect(smarterCount(FULL) - embedding - last - ofPuzzle63).toBe(28_322_601);
  expect(smarterCount(FULL)).toBe(29_623_375);
});

test('of the coded QF layer 494,848 parameters can matter', () => {
  const layer = parameterTable(FULL).filter(({ block }) => block.startsWith('QF'));
  expect(layer.reduce((sum, { parameters }) => sum + parameters, 0)).toBe(3_124_480);
  expect(layer.reduce((sum, { parameters, idle }) => sum + parameters - idle, 0)).toBe(494_848);
});

test('each formula gives its number', () => {
  for (const { formula, parameters } of parameterTable(FULL)) {
    const value = formula.split(' + ').reduce((sum, term) => sum + term.split(/[×·]/).reduce((product, factor) => product * Number(factor), 1), 0);
    expect(value).toBe(parameters);
  }
});

test('the described model has no idle parameters, and its several image tokens cost one layer', () => {
  const sizes = { puzzles: PUZZLES, imageDim: 1536, imageTokenDim: 768, textDim: 768, textLength: 64 };
  const table = parameterTable(describedConfig(sizes));
  expect(table.every(({ idle }) => idle === 0)).toBe(true);
  expect(table.find(({ block }) => block === 'QF image tokens')?.parameters).toBe(768 * 128 + 128);
  expect(parameterTable(baselineConfig(sizes)).every(({ idle }) => idle === 0)).toBe(true);
});

beforeAll(async () => {
  await openBackend('cpu');
});

test('initial values are PyTorch’s defaults, and a parameter starts the same whatever else the model has', async () => {
  const sizes = { puzzles: PUZZLES.slice(14, 17), imageDim: 40, textDim: 12, textLength: 6, reprSize: 50, unused: { optionWords: 30 } };
  const [coded, bare] = [asCodedConfig(sizes), asCodedConfig({ ...sizes, text: 'mean', unused: null })];
  const [params, others] = [initSmarter(coded, makeRng('test', 1)), initSmarter(bare, makeRng('test', 1))];
  const read = async (name: string, from = params): Promise<Float32Array> => Float32Array.from((await from[name]?.data<'float32'>()) ?? []);
  const largest = async (name: string): Promise<number> => (await read(name)).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (const [name, bound] of [
    ['image.15.up.weight', 1 / Math.sqrt(40)],
    ['image.15.down.weight', 1 / Math.sqrt(50)],
    ['decoder.16.cell.state.weight', 1 / Math.sqrt(27)],
    ['decoder.16.cell.input.weight', 1 / Math.sqrt(27)],
  ] as const) {
    expect(await largest(name)).toBeLessThanOrEqual(bound);
    expect(await largest(name)).toBeGreaterThan(0.98 * bound);
  }
  expect(await read('qf.norm.weight')).toEqual(new Float32Array(12).fill(1));
  const embedding = await read('option.embedding');
  expect(embedding.reduce((sum, value) => sum + value, 0) / embedding.length).toBeCloseTo(0, 1);
  expect(embedding.reduce((sum, value) => sum + value ** 2, 0) / embedding.length).toBeCloseTo(1, 1);
  expect(await read('image.15.up.weight', others)).toEqual(await read('image.15.up.weight'));
  expect(Object.keys(params)).toEqual(Object.keys(smarterShapes(coded)));
  tf.dispose([params, others]);
});
