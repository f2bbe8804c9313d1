import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../src/lib/hash.ts';
import { encodeSafetensors } from '../../src/model/safetensors.ts';
import { loadBase, parseBaseIndex } from '../../src/study/base-weights.ts';

const FILE = encodeSafetensors({ 'decoder.norm.weight': { dtype: 'F32', shape: [2], data: Float32Array.of(1, 2) } });
const DIGEST = await sha256Hex(FILE);
const ENTRY = {
  name: 'nano-ctr',
  title: 'reads',
  preset: 'nano',
  digest: DIGEST,
  file: 'nano-ctr.safetensors',
  steps: 5,
  command: 'npm run headless',
};

const text = (value: unknown) => new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

function folder(files: Record<string, Uint8Array>): (name: string) => Promise<Uint8Array> {
  return (name) => {
    const file = files[name];
    return file === undefined ? Promise.reject(new Error(`no ${name}`)) : Promise.resolve(file);
  };
}

describe('bases', () => {
  test('are found by digest and checked', async () => {
    const weights = await loadBase(DIGEST, folder({ 'index.json': text({ bases: [ENTRY] }), 'nano-ctr.safetensors': FILE }));
    expect(weights).toEqual({ 'decoder.norm.weight': { shape: [2], data: Float32Array.of(1, 2) } });
  });

  test('are refused when they are not listed, damaged, or not finite', async () => {
    const index = text({ bases: [ENTRY] });
    await expect(loadBase('0'.repeat(64), folder({ 'index.json': index }))).rejects.toThrow(
      'one of the 1 bases shipped here, got 000000000000…: choose a base from the list',
    );
    const damaged = FILE.slice();
    damaged[damaged.length - 1] = 1;
    await expect(loadBase(DIGEST, folder({ 'index.json': index, 'nano-ctr.safetensors': damaged }))).rejects.toThrow('the download is damaged');
    const broken = encodeSafetensors({ w: { dtype: 'F32', shape: [1], data: Float32Array.of(Number.NaN) } });
    const entry = { ...ENTRY, digest: await sha256Hex(broken) };
    await expect(loadBase(entry.digest, folder({ 'index.json': text({ bases: [entry] }), 'nano-ctr.safetensors': broken }))).rejects.toThrow(
      'finite numbers in w',
    );
  });

  test.each([
    ['not JSON', '<html>', 'expected JSON in base/index.json'],
    ['no list', {}, 'a valid base/index.json, got bases'],
    ['a path as file name', { bases: [{ ...ENTRY, file: '../secret.safetensors' }] }, 'got bases.0.file'],
    ['another host as file name', { bases: [{ ...ENTRY, file: 'https://elsewhere/x.safetensors' }] }, 'got bases.0.file'],
    ['an unknown preset', { bases: [{ ...ENTRY, preset: 'huge' }] }, 'got bases.0.preset'],
  ])('have an index that is refused when it is %s', (_, value, message) => {
    expect(() => parseBaseIndex(text(value))).toThrow(message);
  });
});
