import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { adapterText, placeText } from '../../src/study/adapter-text.ts';
import { otherDevice } from '../../workers/run-summary.ts';

test.each([
  ['nvidia NVIDIA: 580.159.04 580.159.4.0', 'NVIDIA'],
  ['google swiftshader SwiftShader driver 5.0.0', 'google SwiftShader'],
  ['google swiftshader', 'google swiftshader'],
  ['nvidia lovelace NVIDIA GeForce RTX 4090', 'NVIDIA lovelace GeForce RTX 4090'],
  ['amd rdna-3 radv: Mesa 23.2.1-1ubuntu3.1', 'amd rdna-3 radv: Mesa'],
  ['intel xe-2lpg Intel(R) Arc(TM) Graphics', 'intel xe-2lpg Intel(R) Arc(TM) Graphics'],
  ['apple metal-3', 'apple metal-3'],
  ['webgpu: nvidia NVIDIA: 580.159.04 580.159.4.0', 'webgpu: NVIDIA'],
  ['webgpu: apple metal-3', 'webgpu: apple metal-3'],
  ['', ''],
])('“%s” reads “%s”', (adapter, text) => {
  expect(adapterText(adapter)).toBe(text);
});

test('a place is the backend, and the adapter where there is one', () => {
  expect(placeText({ backend: 'wasm', adapter: '' })).toBe('wasm');
  expect(placeText({ backend: 'webgpu', adapter: 'nvidia NVIDIA: 580.159.04 580.159.4.0' })).toBe('webgpu: NVIDIA');
});

test('no adapter of a recorded figure reads as a version', () => {
  const texts = readdirSync('public/runs')
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) =>
      [...readFileSync(`public/runs/${name}`, 'utf8').matchAll(/"adapter": ?"([^"]*)"/g)].map(([, adapter = '']) => adapterText(adapter)),
    );
  expect(texts.length).toBeGreaterThan(100);
  expect(texts.filter((text) => /\d\.\d/.test(text) || /\b(\w+) \1\b/i.test(text))).toEqual([]);
});

test('a run that goes on elsewhere says so in these words; where only the driver differs, in full', () => {
  const [here, updated] = ['webgpu: nvidia NVIDIA: 580.159.04 580.159.4.0', 'webgpu: nvidia NVIDIA: 590.1.0 590.1.0.0'];
  expect(otherDevice('wasm', here)).toContain('on wasm and goes on here on webgpu: NVIDIA,');
  expect(otherDevice(here, updated)).toContain(`on ${here} and goes on here on ${updated},`);
  expect(otherDevice(here, here)).toBeNull();
});
