/** Measured kernels are kept by adapter from visit to visit, and a damaged record is passed over. */
import 'fake-indexeddb/auto';
import { createStore, set } from 'idb-keyval';
import { expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import type { GemmChoices } from '../../src/model/webgpu/gemm-choice.ts';
import { openKernelChoices } from '../../workers/kernel-choices.ts';

const cpu = await openBackend('cpu');

/** An engine on an adapter of this name, and what it was given. */
function engineOn(adapter: string, tiles: GemmChoices['tiles'] = {}): { engine: Engine; adopted: GemmChoices[] } {
  const adopted: GemmChoices[] = [];
  const engine: Engine = { ...cpu, kernelChoices: () => ({ adapter, tiles }), adoptKernelChoices: (kept) => void adopted.push(kept) };
  return { engine, adopted };
}

test('what one visit measured is there at the next, on the same adapter only', async () => {
  const tiles = { 'hardware nn 16x48x48': '32x32 by 4' };
  await openKernelChoices('kept').keep(engineOn('card one', tiles).engine);
  const [same, other] = [engineOn('card one'), engineOn('card two')];
  for (const { engine } of [same, other]) await openKernelChoices('kept').recall(engine);
  expect(same.adopted).toEqual([{ adapter: 'card one', tiles }]);
  expect(other.adopted).toEqual([]);
});

test('nothing measured keeps what was there, and a backend without kernels keeps nothing', async () => {
  const tiles = { 'hardware nt 16x48x48': '64x64 by 4' };
  const choices = openKernelChoices('nothing');
  await choices.keep(engineOn('card', tiles).engine);
  await choices.keep(engineOn('card').engine);
  await choices.keep(cpu);
  await choices.recall(cpu);
  const { engine, adopted } = engineOn('card');
  await choices.recall(engine);
  expect(adopted).toEqual([{ adapter: 'card', tiles }]);
});

test('a record of another form is passed over, and a store that fails stops nothing', async () => {
  await set('card', { adapter: 'card', tiles: { a: 1 } }, createStore('damaged', 'by adapter'));
  const { engine, adopted } = engineOn('card', { a: 'b' });
  await openKernelChoices('damaged').recall(engine);
  expect(adopted).toEqual([]);
  const broken: Engine = { ...engine, kernelChoices: () => ({ adapter: 'card', tiles: { a: 'b' }, broken: () => 0 }) as GemmChoices };
  await openKernelChoices('damaged').keep(broken); // a function cannot be stored
});
