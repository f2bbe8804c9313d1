/** FLOPs: by hand on a tiny model, sums over runs, and comparisons at equal samples, rows and FLOPs. */
import { describe, expect, test } from 'vitest';
import type { VlmConfig } from '../../src/model/config.ts';
import { comparable, flopsOfRow, flopsOfRun, flopsOfTokens, rowsForFlops } from '../../src/study/flops.ts';
import { rowsAt } from '../../src/study/mixture.ts';
import { configOf } from '../../src/study/model-setup.ts';
import { rowsSeen } from '../../src/study/phases.ts';
import { parseRunSpec, totalSteps } from '../../src/study/run-spec-schema.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import { inputLength, sequenceOf } from '../../src/study/sequences.ts';
import { switchedSpec } from '../../src/study/switch-run.ts';
import { exampleAt } from '../../src/tasks/examples.ts';
import { baseRun, study } from './specs.ts';

const TINY: VlmConfig = {
  vocabularySize: 5,
  image: { patchPx: 4, maxGridRows: 2, maxGridColumns: 2 },
  vit: { layers: 1, dim: 2, heads: 1, mlpRatio: 2 },
  convnext: { stemPx: 2, dims: [2, 3], depths: [1, 0], kernel: 3, mlpRatio: 2 },
  adapter: { hidden: 4 },
  decoder: { layers: 2, dim: 4, heads: 2, kvHeads: 1, hidden: 6, ropeBase: 100, maxLines: 3, maxColumns: 3 },
};

/** Weights of TINY where they work. Decoder: layers of q 16, k 8, v 8, o 16, three of 24 and two norms of 4; last norm 4; embedding 5 x 4. */
const DECODER = 2 * (16 + 8 + 8 + 16 + 3 * 24 + 2 * 4) + 4 + 20;
/** Patch 48 x 2 + 2; two norms of 4; four of 2 x 2 + 2; up 8 + 4, down 8 + 2; last norm 4. Adapter 5 x 4 + 4 and 4 x 4 + 4. */
const PATCHES = 98 + 2 * 4 + 4 * 6 + 12 + 10 + 4 + 24 + 20;
/** ConvNeXt at 4 places per patch: stem 12 x 2 + 2 and norm 4; block: 18 + 2, norm 4, up 8 + 4, down 8 + 2, scale 2; the next stage's norm 4. */
const FINE = 26 + 4 + 20 + 4 + 12 + 10 + 2 + 4;
/** At one place per patch: 8 x 3 + 3, last norm 6. */
const COARSE = 27 + 6;

test('a row of text passes the decoder; attention counts the pairs that see one another', () => {
  const T = 7;
  const pairs = 28; // 1 + 2 + … + 7
  expect(flopsOfTokens(TINY, { text: T, image: 0 })).toBe(6 * DECODER * T + 12 * 2 * 4 * pairs);
});

test('a row with a picture passes everything', () => {
  const [T, P] = [3, 4];
  const pairs = 4 * 4 + 3 * 4 + (1 + 2 + 3);
  const weights = DECODER * (T + P) + PATCHES * P + FINE * 4 * P + COARSE * P;
  expect(flopsOfTokens(TINY, { text: T, image: P })).toBe(6 * weights + 12 * (2 * 4 * pairs + 1 * 2 * P * P));
});

const made = (changes: Partial<RunSpec>) => parseRunSpec(study({ examples: 24, batchSize: 4, ...changes }));

describe('runs', () => {
  test('a row costs what its tokens cost, on average over the examples of its kind', () => {
    const spec = made({ supervision: 'mix' });
    const lengths = Array.from({ length: 64 }, (_, index) =>
      inputLength(sequenceOf({ example: exampleAt({ task: spec.task.id, level: 'hard', split: 'train', seed: 1, index }, spec.task), kind: 'text' })),
    );
    const costs = lengths.map((text) => flopsOfTokens(configOf(spec), { text, image: 0 }));
    expect(flopsOfRow(spec, 'text', 'hard') / (costs.reduce((sum, cost) => sum + cost, 0) / 64)).toBeCloseTo(1, 12);
    expect(flopsOfRow(spec, 'image', 'simple')).toBeGreaterThan(flopsOfRow(spec, 'text', 'simple'));
    expect(flopsOfRow(spec, 'image-via-text', 'simple')).toBeGreaterThan(flopsOfRow(spec, 'image', 'simple'));
  });

  test.each([
    made({ supervision: 'mix' }),
    made({ supervision: 'tw-align-mix+', warmUpRows: 10, alignRows: 6 }),
    made({ supervision: 'mix-to-mix+', switchAt: 0.25 }),
    switchedSpec(switchedSpec(made({ supervision: 'mix' }), 2, { supervision: 'mix+' }), 4, { supervision: 'text' }),
  ])('a run costs what its rows cost, phase by phase (%#)', (spec) => {
    // u is below 64 here, so that the mean is over the very examples that are seen. Each phase is a whole epoch, or a part of a shuffled one.
    const rows = Array.from({ length: totalSteps(spec) }, (_, step) => rowsAt(spec, step)).flat();
    const seen = rows.map(({ kind, key }) => {
      const example = exampleAt(key, spec.task);
      const { rows: lines, columns } = example.canvas();
      return flopsOfTokens(configOf(spec), { text: inputLength(sequenceOf({ example, kind })), image: kind === 'text' ? 0 : lines * columns });
    });
    const isWholeEpochs = spec.supervision !== 'mix-to-mix+' && spec.parent === undefined;
    const ratio = flopsOfRun(spec) / seen.reduce((sum, cost) => sum + cost, 0);
    expect(Math.abs(ratio - 1)).toBeLessThan(isWholeEpochs ? 1e-12 : 0.1);
  });

  test('the steps of a parent cost what they cost there', () => {
    const text = made({ supervision: 'text' });
    const child = switchedSpec(text, 2, { supervision: 'image' });
    expect(flopsOfRun(child)).toBeCloseTo(flopsOfRun(text) / 3 + (2 * flopsOfRun(made({ supervision: 'image' }))) / 3, 0);
  });

  test('a base run is not counted', () => {
    expect(() => flopsOfRun(baseRun())).toThrow(/flops: expected a study run, got a base run/);
  });
});

describe('comparisons', () => {
  const mix = made({ supervision: 'mix', examples: 600 });

  test('at equal FLOPs, to half a row', () => {
    for (const supervision of ['text', 'image-via-text+', 'align-mix+', 'mix-to-mix+'] as const) {
      const other = comparable(mix, { supervision, alignRows: 40 }, 'flops');
      expect(other.supervision).toBe(supervision);
      const perRow = flopsOfRun({ ...other, examples: 2 * other.examples }) - flopsOfRun(other);
      expect(Math.abs(flopsOfRun(other) - flopsOfRun(mix))).toBeLessThan(perRow / other.examples);
    }
    expect(rowsForFlops(mix, flopsOfRun(mix))).toBe(600);
    expect(comparable(mix, { supervision: 'text' }, 'flops').examples).toBeGreaterThan(600);
  });

  test('at equal samples, with and without the rows that N does not count', () => {
    const aligned = { supervision: 'align-mix+', alignRows: 40 } as const;
    expect(comparable(mix, aligned, 'samples')).toMatchObject({ ...aligned, examples: 600 });
    const whole = comparable(mix, aligned, 'all rows');
    expect([whole.examples, rowsSeen(whole, totalSteps(whole))]).toEqual([560, 600]);
    const child = switchedSpec(mix, 2, { supervision: 'mix+' });
    expect(comparable(child, { supervision: 'text' }, 'samples')).toEqual({ ...mix, supervision: 'text' });
  });

  test('phases that alone take more are refused', () => {
    const other = made({ supervision: 'align-mix', alignRows: 1000, examples: 600 });
    expect(() => rowsForFlops(other, flopsOfRun(mix))).toThrow(/expected between .* FLOPs for align-mix, got .*fewer rows of Align-/);
    expect(() => rowsForFlops(mix, 1e300)).toThrow(/rowsForFlops/);
    expect(() => rowsForFlops(switchedSpec(mix, 2, { supervision: 'mix+' }), 1e9)).toThrow(/begins by itself/);
  });
});
