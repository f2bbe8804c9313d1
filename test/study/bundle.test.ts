import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../src/model/safetensors.ts';
import type { TensorRecord } from '../../src/model/safetensors.ts';
import { decodeBundle, encodeBundle } from '../../src/study/bundle.ts';
import { lossPoint, makeCheckpoint } from '../support/checkpoint.ts';

const STAMP = { runId: 'run-1', build: 'test', savedAt: '2026-01-01T00:00:00.000Z' };
const bundle = { name: 'a run', adapter: 'test adapter', checkpoint: makeCheckpoint(5) };

/** The file with its parts changed and put together again. */
async function changed(change: (tensors: Record<string, TensorRecord>, metadata: Record<string, string>) => void): Promise<Uint8Array> {
  const { tensors, metadata } = decodeSafetensors(await encodeBundle(bundle, STAMP));
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

  test('reads a damaged file as an error, never as another run', async () => {
    const whole = await encodeBundle(bundle, STAMP);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length * 8 - 1), async (bit) => {
        const bytes = whole.slice();
        bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        try {
          const { name, adapter, checkpoint } = await decodeBundle(bytes);
          // The name and the adapter are the only parts without a checksum.
          expect(checkpoint).toEqual(bundle.checkpoint);
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
