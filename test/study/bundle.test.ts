import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../src/model/safetensors.ts';
import type { TensorRecord } from '../../src/model/safetensors.ts';
import { decodeBundle, encodeBundle } from '../../src/study/bundle.ts';
import type { RunBundle } from '../../src/study/bundle.ts';
import { canonicalJson } from '../../src/lib/canonical-json.ts';
import { seal } from '../../src/study/run-record.ts';
import type { SnapshotManifest } from '../../src/study/run-record.ts';
import { lossPoint, makeCheckpoint } from '../support/checkpoint.ts';

const STAMP = { runId: 'run-1', build: 'test', savedAt: '2026-01-01T00:00:00.000Z' };
const bundle = { name: 'a run', adapter: 'test adapter', checkpoint: makeCheckpoint(5), snapshots: [] };
const withTimeline = { ...bundle, snapshots: [0, 1, 3].map((step) => ({ step, weights: makeCheckpoint(step).weights })) };

/** The file with its parts changed and put together again. */
async function changed(
  change: (tensors: Record<string, TensorRecord>, metadata: Record<string, string>) => void,
  whole: RunBundle = bundle,
): Promise<Uint8Array> {
  const { tensors, metadata } = decodeSafetensors(await encodeBundle(whole, STAMP));
  change(tensors, metadata);
  return encodeSafetensors(tensors, metadata);
}

describe('a run as a file', () => {
  test('gives back weights, moments, steps, curves and spec bit for bit', async () => {
    expect(await decodeBundle(await encodeBundle(bundle, STAMP))).toEqual(bundle);
  });

  test('is the same bytes for the same run', async () => {
    expect(await encodeBundle(bundle, STAMP)).toEqual(await encodeBundle({ ...bundle, checkpoint: makeCheckpoint(5) }, STAMP));
  });

  test('holds the weights under their own names for any reader of the format', async () => {
    const { tensors } = decodeSafetensors(await encodeBundle(bundle, STAMP));
    expect(tensors['decoder.embedding']?.shape).toEqual([4, 3]);
    expect(Object.keys(tensors)).toHaveLength(9);
  });

  test.each<[string, Parameters<typeof changed>[0], string]>([
    ['another format', (_, metadata) => void (metadata['format'] = 'pt'), 'expected a run (format parallax-run), got pt'],
    ['no description', (_, metadata) => void delete metadata['run'], 'is not JSON'],
    ['a newer schema', (_, metadata) => void (metadata['run'] = '{"schema":2}'), 'made by a newer version'],
    [
      'a changed description',
      (_, metadata) => void (metadata['run'] = (metadata['run'] ?? '').replace('"step":5', '"step":6')),
      'its checksum does not match',
    ],
    ['a changed number', (tensors) => tensors['decoder.norm.weight']?.data.fill(1), 'the checksum of decoder.norm.weight does not match'],
    ['a number that is not finite', (tensors) => tensors['decoder.norm.weight']?.data.fill(Number.NaN), 'finite numbers in decoder.norm.weight'],
    [
      'a missing tensor',
      (tensors) => void delete tensors['optimizer.v.decoder.embedding'],
      'optimizer.v.decoder.embedding of shape [4, 3], got none',
    ],
    [
      'one tensor too many',
      (tensors) => void (tensors['extra'] = { dtype: 'F32', shape: [1], data: new Float32Array(1) }),
      'only the tensors of the run, got extra',
    ],
    [
      'another shape',
      (tensors) => void (tensors['decoder.norm.weight'] = { dtype: 'F32', shape: [3, 1], data: new Float32Array(3) }),
      'decoder.norm.weight of shape [3]',
    ],
  ])('refuses %s', async (_, change, message) => {
    await expect(decodeBundle(await changed(change))).rejects.toThrow(message);
  });

  test.each([
    ['without', bundle],
    ['with', withTimeline],
  ])('reads a damaged file %s timeline as an error, never as another run', async (_, given) => {
    const whole = await encodeBundle(given, STAMP);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length * 8 - 1), async (bit) => {
        const bytes = whole.slice();
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        try {
          const { name, adapter, ...rest } = await decodeBundle(bytes);
          // The name and the adapter are the only parts without a checksum.
          expect(rest).toEqual({ checkpoint: given.checkpoint, snapshots: given.snapshots });
          expect(name === bundle.name && adapter === bundle.adapter).toBe(false);
        } catch (error) {
          expect((error as Error).name).toBe('InputError');
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('keeps 20,000 points of a log', async () => {
    const { progress } = bundle.checkpoint;
    const long = {
      ...bundle.checkpoint,
      progress: { ...progress, step: 20_000, points: Array.from({ length: 20_000 }, (_, i) => lossPoint(i + 1)) },
    };
    const back = await decodeBundle(await encodeBundle({ ...bundle, checkpoint: long }, STAMP));
    expect(back.checkpoint.progress.points).toHaveLength(20_000);
  });
});

/** A list of snapshot manifests with one of them changed and sealed again. */
async function resealed(text: string | undefined, at: number, change: (body: SnapshotManifest) => SnapshotManifest): Promise<string> {
  const records = JSON.parse(text ?? '') as { body: SnapshotManifest }[];
  return canonicalJson(await Promise.all(records.map(({ body }, i) => seal(i === at ? change(body) : body))));
}

describe('a run with its timeline as a file', () => {
  test('gives back the weights of each step bit for bit, and the run as without', async () => {
    expect(await decodeBundle(await encodeBundle(withTimeline, STAMP))).toEqual(withTimeline);
  });

  test('holds the weights of each step under names of their own, beside those of the run', async () => {
    const { tensors, metadata } = decodeSafetensors(await encodeBundle(withTimeline, STAMP));
    const plain = decodeSafetensors(await encodeBundle(bundle, STAMP));
    expect(tensors['snapshot.3.decoder.embedding']?.data).toEqual(makeCheckpoint(3).weights['decoder.embedding']?.data);
    expect(Object.keys(tensors)).toHaveLength(9 + 3 * 3);
    expect(tensors).toMatchObject(plain.tensors);
    expect(Object.keys(plain.metadata).sort()).toEqual(['adapter', 'format', 'name', 'run']); // as ever
    expect(Object.keys(metadata).sort()).toEqual(['adapter', 'format', 'name', 'run', 'snapshots']);
  });

  test.each<[string, Parameters<typeof changed>[0], string]>([
    ['a list that is none', (_, metadata) => void (metadata['snapshots'] = '{}'), 'a timeline as a list of steps, got object'],
    ['a list that is not JSON', (_, metadata) => void (metadata['snapshots'] = '['), 'is not JSON'],
    ['no list', (_, metadata) => void delete metadata['snapshots'], 'only the tensors of the run, got snapshot.0.decoder.embedding'],
    ['a newer step', (_, metadata) => void (metadata['snapshots'] = '[{"schema":2}]'), 'made by a newer version'],
    [
      'a changed step',
      (_, metadata) => void (metadata['snapshots'] = (metadata['snapshots'] ?? '').replace('"step":3', '"step":4')),
      'the description of the timeline is damaged (its checksum does not match)',
    ],
    [
      'a changed number',
      (tensors) => tensors['snapshot.1.decoder.norm.weight']?.data.fill(1),
      'the file is damaged (at step 1 the checksum of decoder.norm.weight does not match)',
    ],
    [
      'a number that is not finite',
      (tensors) => tensors['snapshot.1.decoder.norm.weight']?.data.fill(Infinity),
      'finite numbers in snapshot.1.decoder.norm.weight',
    ],
    ['a missing tensor', (tensors) => void delete tensors['snapshot.3.decoder.embedding'], 'snapshot.3.decoder.embedding of shape [4, 3], got none'],
    [
      'another shape',
      (tensors) => void (tensors['snapshot.0.decoder.norm.weight'] = { dtype: 'F32', shape: [1, 3], data: new Float32Array(3) }),
      'snapshot.0.decoder.norm.weight of shape [3]',
    ],
  ])('refuses %s', async (_, change, message) => {
    await expect(decodeBundle(await changed(change, withTimeline))).rejects.toThrow(message);
  });

  test.each<[string, RunBundle['snapshots'], string]>([
    ['steps out of order', withTimeline.snapshots.toReversed(), 'in order, each with all weights, got step 1'],
    ['a step that the run has not come to', [{ step: 5, weights: makeCheckpoint(5).weights }], 'before 5'],
    ['a step without all weights', [{ step: 1, weights: {} }], 'each with all weights, got step 1'],
    [
      'more steps than a run keeps',
      Array.from({ length: 25 }, (_, step) => ({ step, weights: bundle.checkpoint.weights })),
      'a timeline of at most 24 steps, got 25',
    ],
  ])('refuses %s', async (_, snapshots, message) => {
    await expect(decodeBundle(await encodeBundle({ ...bundle, checkpoint: bundle.checkpoint, snapshots }, STAMP))).rejects.toThrow(message);
  });

  test('refuses more bytes than a run keeps, before it looks for them', async () => {
    const { tensors, metadata } = decodeSafetensors(await encodeBundle(withTimeline, STAMP));
    const snapshots = await resealed(metadata['snapshots'], 1, (body) => ({
      ...body,
      tensors: body.tensors.map((entry) => ({ ...entry, shape: [5e6] })),
    }));
    await expect(decodeBundle(encodeSafetensors(tensors, { ...metadata, snapshots }))).rejects.toThrow('at most 0 steps, got 3'); // 60 MB each
  });

  test('refuses a step of another run', async () => {
    const { tensors, metadata } = decodeSafetensors(await encodeBundle(withTimeline, STAMP));
    const snapshots = await resealed(metadata['snapshots'], 1, (body) => ({ ...body, runId: 'run-2' }));
    await expect(decodeBundle(encodeSafetensors(tensors, { ...metadata, snapshots }))).rejects.toThrow('expected steps of this run before 5');
  });
});
