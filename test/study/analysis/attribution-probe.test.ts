/** Where attribution falls, in numbers: against maps counted by hand here. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import type { Engine } from '../../../src/model/backend.ts';
import * as tf from '../../../src/model/tf.ts';
import { probeAttributions, readingSegments } from '../../../src/study/analysis/attribution-probe.ts';
import type { AttributionProbe } from '../../../src/study/analysis/attribution-probe.ts';
import { evaluationExample } from '../../../src/study/evaluate.ts';
import { attributionOf, lookAt } from '../../../src/study/look.ts';
import { disposeModel, makeModel } from '../../../src/study/model-setup.ts';
import type { TrainedModel } from '../../../src/study/model-setup.ts';
import { study } from '../specs.ts';

const SPEC = study({ supervision: 'mix+' });
let engine: Engine;
let model: TrainedModel;

beforeAll(async () => {
  engine = await openBackend('wasm');
  model = makeModel(SPEC, null);
});
afterAll(() => disposeModel(model));

describe('segments', () => {
  const segments = (places: readonly (readonly string[])[]) => {
    const starts = { token: [], cell: [], line: [], segment: places.map((_, i) => 2 + 2 * i), answer: [] };
    return readingSegments({ starts, spokenOf: [[], [], ...places.flatMap((own) => [own, own])] }, 2 + 2 * places.length);
  };

  test('end where the next begins, the last with the answer, and know what was spoken of before', () => {
    expect(segments([['a', 'b'], ['c']])).toEqual([
      { from: 2, to: 4, own: ['a', 'b'], earlier: [] },
      { from: 4, to: 6, own: ['c'], earlier: ['a', 'b'] },
    ]);
  });

  test('that speak of nothing, or of a place again, do not count', () => {
    expect(segments([['a'], [], ['a', 'b'], ['c']]).map(({ own, earlier }) => [own, earlier])).toEqual([
      [['a'], []],
      [['c'], ['a', 'b']],
    ]);
  });
});

test('shares are those of the highest 1 % of pixels, counted one by one, and of the cells’ area', async () => {
  const before = tf.memory().numTensors;
  const probe = (await probeAttributions({ model, spec: SPEC, step: 7, engine, examples: 1, isControlled: true })) as AttributionProbe;
  expect(tf.memory().numTensors).toBe(before);
  expect(probe).toMatchObject({ step: 7, split: 'eval', seed: 0, level: 'hard', method: 'gradient-input', topPercent: 1 });

  const example = evaluationExample(SPEC, 'hard', 0);
  if (example.key === null) throw new Error('an example of no task');
  const look = await lookAt(model, SPEC, { key: example.key, record: 'image', response: 'gold' });
  const { columns, rows } = example.canvas();
  const segments = readingSegments(look.parts, look.tokens.length).slice(0, 4);
  expect(segments.length).toBeGreaterThan(1);
  let [kept, area, ink] = [0, 0, 0];
  const { pixels } = look.micro.image ?? { pixels: new Uint8Array() };
  const drawn = Array.from({ length: pixels.length / 3 }, (_, i) => i).filter((i) => pixels.subarray(3 * i, 3 * i + 3).some((value) => value < 255));
  for (const [i, { from, to, own }] of segments.entries()) {
    const positions = look.tokens.flatMap((_, i) => (i >= from && i < to ? [i] : []));
    const { map, widthPx } = await attributionOf(model, look, { positions, method: 'gradient-input', aggregate: 'mean' });
    const highest = [...map.keys()].sort((a, b) => (map[b] ?? 0) - (map[a] ?? 0) || a - b).slice(0, Math.round(map.length / 100));
    // A cell `r2c9` is the patch of row 2 and column 9; the names are row 0 and column 0.
    const isOwn = (pixel: number): boolean =>
      own.includes(`r${Math.floor(pixel / widthPx / example.patchPx)}c${Math.floor((pixel % widthPx) / example.patchPx)}`);
    expect(probe.maps[i]).toMatchObject({ title: `${own[0]} to ${own.at(-1)}`, columns });
    for (const [patch, share] of (probe.maps[i]?.kept ?? []).entries()) {
      const isInside = (pixel: number): boolean =>
        Math.floor(pixel / widthPx / example.patchPx) * columns + Math.floor((pixel % widthPx) / example.patchPx) === patch;
      expect(share).toBeCloseTo(highest.filter(isInside).length / highest.length, 4);
    }
    kept += highest.filter(isOwn).length / highest.length / segments.length;
    area += own.length / (rows * columns) / segments.length;
    ink += drawn.filter(isOwn).length / drawn.length / segments.length;
  }
  expect(probe.trained.own?.kept.mean).toBeCloseTo(kept, 6);
  expect(probe.trained.own?.area.mean).toBeCloseTo(area, 6);
  expect(probe.trained.own?.ink?.mean).toBeCloseTo(ink, 6);
  expect(probe.untrained?.own?.area).toEqual(probe.trained.own?.area);
  expect(probe.untrained?.own?.kept).not.toEqual(probe.trained.own?.kept);
  expect(Object.keys(probe.trained)).toEqual(['own', 'names', 'earlier', 'path']);
});

test('no control unless asked for; a cancelled probe gives nothing', async () => {
  const options = { model, spec: SPEC, step: 0, engine, examples: 1, isControlled: false };
  expect(await probeAttributions(options)).toMatchObject({ untrained: null, split: 'eval' });
  const abort = new AbortController();
  abort.abort();
  expect(await probeAttributions({ ...options, signal: abort.signal })).toBeNull();
});
