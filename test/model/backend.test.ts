import { afterEach, expect, test, vi } from 'vitest';
import { chooseBackend, probeWebGpu } from '../../src/model/backend.ts';

const MIB = 1024 * 1024;

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A browser whose only adapter binds so much at once, or that has none. */
function browserWith(adapter: { bindingMib: number; isSoftware: boolean } | null): void {
  const limits = { maxStorageBufferBindingSize: (adapter?.bindingMib ?? 0) * MIB, maxBufferSize: 1024 * MIB };
  const info = { vendor: 'test', architecture: '', device: '', description: '', isFallbackAdapter: adapter?.isSoftware ?? false };
  vi.stubGlobal('navigator', { gpu: { requestAdapter: () => Promise.resolve(adapter === null ? null : { limits, info }) } });
}

test.each([
  [{ bindingMib: 1024, isSoftware: false }, 'ready', 'webgpu', null],
  [{ bindingMib: 64, isSoftware: false }, 'limits', 'webgpu', /buffers of 67 MB only \(maxStorageBufferBindingSize\): micro fits/],
  [{ bindingMib: 1024, isSoftware: true }, 'software', 'wasm', /runs in software here \(test\)/],
  [{ bindingMib: 64, isSoftware: true }, 'software', 'wasm', /runs in software here/], // the ladder's order: software before limits
  [null, 'no-adapter', 'wasm', /found no GPU it may use/],
] as const)('a browser with the adapter %o is %s and trains on %s', async (adapter, status, backend, reason) => {
  browserWith(adapter);
  const probe = await probeWebGpu();
  expect(probe.status).toBe(status);
  if (reason === null) expect(probe.reason).toBeNull();
  else expect(probe.reason).toMatch(reason);
  expect(await chooseBackend(null)).toBe(backend);
  expect(await chooseBackend('cpu')).toBe('cpu');
});
