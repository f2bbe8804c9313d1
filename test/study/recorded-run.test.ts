/** Runs that ship with the page: what their files hold, what they refuse. */
import { describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../src/model/safetensors.ts';
import { decodeBundle } from '../../src/study/bundle.ts';
import { parseRecordedIndex } from '../../src/study/recorded-index.ts';
import { encodeRecordedRun, halved, hasNoMoments } from '../../src/study/recorded-run.ts';
import { totalSteps } from '../../src/study/run-spec-schema.ts';
import { makeCheckpoint } from '../support/checkpoint.ts';

const STAMP = { runId: 'run-1', build: 'test', savedAt: '2026-01-01T00:00:00.000Z' };
const finished = makeCheckpoint(totalSteps(makeCheckpoint(1).spec));
const run = { name: 'a run', adapter: 'wasm', checkpoint: finished, snapshots: [] };

describe('a recorded run', () => {
  test('gives back its log and its weights as halves, without moments, from a file of two bytes per weight', async () => {
    const bytes = await encodeRecordedRun(run, STAMP);
    const { checkpoint, name, snapshots } = await decodeBundle(bytes);
    expect([name, snapshots]).toEqual(['a run', []]);
    const { points, ...rest } = finished.progress;
    expect(checkpoint.progress).toMatchObject(rest);
    // At most 200 points, evenly, the last among them, to six digits.
    const kept = checkpoint.progress.points;
    expect(points.length).toBeGreaterThan(200);
    expect(kept.length).toBeGreaterThan(100);
    expect(kept.length).toBeLessThanOrEqual(200);
    expect(kept.at(-1)?.step).toBe(points.at(-1)?.step);
    for (const { step, loss } of kept) expect(loss).toBeCloseTo(points[step - 1]?.loss ?? NaN, 6);
    expect(checkpoint.weights).toEqual(halved(finished.weights));
    expect(checkpoint.optimizer.step).toBe(finished.optimizer.step);
    expect(hasNoMoments(checkpoint.optimizer)).toBe(true);
    expect(hasNoMoments(finished.optimizer)).toBe(false);
    for (const [key, { data }] of Object.entries(checkpoint.weights)) {
      const exact = finished.weights[key]?.data ?? new Float32Array();
      data.forEach((value, i) => expect(Math.abs(value - (exact[i] ?? NaN))).toBeLessThanOrEqual(2 ** -11 * Math.abs(exact[i] ?? 0) + 2 ** -25));
    }
  });

  test('may hold its timeline, in halves too', async () => {
    const snapshots = [0, 2, 5].map((step) => ({ step, weights: makeCheckpoint(step).weights }));
    const bytes = await encodeRecordedRun({ ...run, snapshots }, STAMP);
    const back = await decodeBundle(bytes);
    expect(back.checkpoint.weights).toEqual(halved(finished.weights));
    expect(back.snapshots).toEqual(snapshots.map(({ step, weights }) => ({ step, weights: halved(weights) })));
  });

  test('that is not finished is not recorded, and no file may say so', async () => {
    const early = { ...run, checkpoint: makeCheckpoint(1) };
    await expect(encodeRecordedRun(early, STAMP)).rejects.toThrow('expected a run at its last step');
  });

  test('with a changed number, or more tensors than it names, is refused', async () => {
    const { tensors, metadata } = decodeSafetensors(await encodeRecordedRun(run, STAMP));
    const [key = ''] = Object.keys(tensors);
    const tensor = tensors[key];
    if (tensor === undefined) throw new Error('no tensor');
    const other = { ...tensor, data: tensor.data.map((value, i) => (i === 0 ? value + 1 : value)) };
    await expect(decodeBundle(encodeSafetensors({ ...tensors, [key]: other }, metadata, 'F16'))).rejects.toThrow('checksum');
    await expect(decodeBundle(encodeSafetensors({ ...tensors, more: tensor }, metadata, 'F16'))).rejects.toThrow('only the tensors of the run');
  });
});

test('the list of recorded runs is read or refused as a whole', () => {
  const entry = { run: '0123456789abcdef', name: 'Mix', file: '0123456789abcdef.safetensors', bytes: 3, sha256: 'a'.repeat(64), mostChanged: 0 };
  expect(parseRecordedIndex(JSON.stringify([entry]))).toEqual([entry]);
  expect(() => parseRecordedIndex('<html>')).toThrow('expected JSON');
  expect(() => parseRecordedIndex(JSON.stringify([{ ...entry, file: '../x' }]))).toThrow('0.file');
});
