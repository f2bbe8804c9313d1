import { IDBFactory } from 'fake-indexeddb';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import type { GradientProbe } from '../../../src/study/analysis/gradient-probe.ts';
import { isStorable, MeasurementsSchema } from '../../../src/study/analysis/measurement-schema.ts';
import { NO_MEASUREMENTS, measuredField, withMeasurement } from '../../../src/study/analysis/measurements.ts';
import type { Measurements } from '../../../src/study/analysis/measurements.ts';
import { decodeBundle, encodeBundle } from '../../../src/study/bundle.ts';
import { manifestOf } from '../../../src/study/checkpoint-codec.ts';
import type { Checkpoint } from '../../../src/study/checkpoint.ts';
import { openHead, openManifest, seal } from '../../../src/study/run-record.ts';
import type { Manifest } from '../../../src/study/run-record.ts';
import { openRunStore } from '../../../src/study/run-store.ts';
import { makeCheckpoint } from '../../support/checkpoint.ts';
import { gradientProbe, lossProbe, measurementOf } from '../../support/measurements.ts';

const STAMP = { runId: 'run-1', generation: 1, owner: 'me', build: 'test', savedAt: '2026-01-01T00:00:00.000Z' };
const MEASURED: Measurements = { losses: [lossProbe(1), lossProbe(3)], gradients: [gradientProbe(3)] };

function measuredCheckpoint(measured: unknown = MEASURED): Checkpoint {
  const checkpoint = makeCheckpoint(3);
  return { ...checkpoint, progress: { ...checkpoint.progress, measured: measured as Measurements } };
}

async function readBack(measured: unknown): Promise<Manifest | string> {
  const opened = await openManifest(await seal(await manifestOf(measuredCheckpoint(measured), STAMP)));
  return 'value' in opened ? opened.value : opened.problem;
}

test('of each kind there is one per step, in order of steps; the newer replaces', () => {
  const three = [measurementOf('losses', 5), measurementOf('gradients', 5), measurementOf('losses', 2)].reduce(withMeasurement, NO_MEASUREMENTS);
  expect(three).toEqual({ losses: [lossProbe(2), lossProbe(5)], gradients: [gradientProbe(5)] });
  const again = withMeasurement(three, measurementOf('losses', 5, 99));
  expect(again).toEqual({ losses: [lossProbe(2), lossProbe(5, 99)], gradients: [gradientProbe(5)] });
  expect(measuredField(again)).toEqual({ measured: again });
  expect(measuredField(NO_MEASUREMENTS)).toEqual({});
});

test('measurements come back as they were written', async () => {
  expect(await readBack(MEASURED)).toMatchObject({ progress: { measured: MEASURED } });
});

test('a record from before there were measurements is read, and written to the same text', async () => {
  const sealed = await seal(await manifestOf(makeCheckpoint(3), STAMP));
  expect(JSON.stringify(sealed)).not.toContain('measured');
  const opened = await openManifest(sealed);
  if (!('value' in opened)) throw new Error(opened.problem);
  expect('measured' in opened.value.progress).toBe(false);
  expect(await seal(opened.value)).toEqual(sealed);
});

test.each([
  ['a list that is none', { losses: 'many', gradients: [] }],
  ['a level that does not exist', { losses: [{ ...lossProbe(1), levels: [{ ...lossProbe(1).levels[0], level: 'impossible' }] }], gradients: [] }],
  ['a step below 0', { losses: [lossProbe(-1)], gradients: [] }],
  ['a score that is missing', { losses: [], gradients: [{ ...gradientProbe(1), exact: { alignment: { value: 1, low: 0, high: 2 } } }] }],
  ['too many', { losses: Array.from({ length: 1001 }, (_, i) => lossProbe(i)), gradients: [] }],
])('%s spoils the record', async (_, measured) => {
  expect(await readBack(measured)).toMatch(/measured.* is not valid/);
});

test('what is not known of a probe is left out', async () => {
  const manifest = await readBack({ losses: [{ ...lossProbe(1), html: '<b>' }], gradients: [] });
  expect(JSON.stringify(manifest)).not.toContain('html');
});

test('a number that is infinite or none cannot be stored', () => {
  expect(isStorable(measurementOf('losses', 1))).toBe(true);
  expect(isStorable(measurementOf('gradients', 1))).toBe(true);
  const spoilt = { ...gradientProbe(1), relativeError: { ...gradientProbe(1).relativeError, alignment: Infinity } };
  expect(isStorable({ what: 'gradients', probe: spoilt })).toBe(false);
});

test('an Adam score that is not defined is kept as null, and so is one of before that lies outside its own interval', async () => {
  const { exact, ...others } = gradientProbe(1);
  const probes = [null, { value: 246.5, low: -38, high: 35.7 }, { value: 1, low: 0.5, high: 2 }].map((adamAlignment) => ({
    ...{ ...others, exact: { ...exact, adamAlignment } },
    relativeError: { ...others.relativeError, adamAlignment: null },
  }));
  expect(isStorable({ what: 'gradients', probe: probes[0] as GradientProbe })).toBe(true);
  const read = v.parse(MeasurementsSchema, { losses: [], gradients: probes });
  expect(read.gradients.map((probe) => probe.exact.adamAlignment)).toEqual([null, null, { value: 1, low: 0.5, high: 2 }]);
});

test('the list of the store shows them without loading weights; checkpoint and file hold them', async () => {
  globalThis.indexedDB = new IDBFactory();
  let ids = 0;
  const store = openRunStore({ locks: null, now: () => STAMP.savedAt, makeId: () => `id-${(ids += 1)}`, build: 'test' });
  const checkpoint = measuredCheckpoint();
  const lock = await store.create({ spec: checkpoint.spec, name: 'measured', parentId: null, adapter: '' });
  expect((await store.list()).runs[0]?.head).not.toHaveProperty('measured');
  await store.save(lock, checkpoint, { state: 'paused', adapter: '' });
  const { head } = (await store.list()).runs[0] ?? {};
  expect(head?.measured).toEqual(MEASURED);
  if (head === undefined) throw new Error('no head');
  expect(await openHead(await seal(head))).toEqual({ value: head });
  expect((await store.load(lock.runId)).checkpoint).toEqual(checkpoint);
  const file = await decodeBundle(await encodeBundle({ name: 'x', adapter: '', checkpoint, snapshots: [] }, STAMP));
  expect(file.checkpoint).toEqual(checkpoint);
  await store.close();
});
