/** The developer's drawer against the fake trainer: facts of the device, the steps of the open run, kernel times on a press. */
import axe from 'axe-core';
import { describe, expect, test } from 'vitest';
import '../../src/ui/cells/developer-drawer.ts';
import '../../src/ui/styles/page.css';
import { button, cleanUp, find, open, stored, textOf, until } from './notebook-page.ts';
import type { Opened } from './notebook-page.ts';
import type { FakeOptions } from '../support/fake-trainer.ts';

cleanUp();

/** The page with the drawer at its end. */
function withDrawer(fake: FakeOptions = {}): Opened {
  const opened = open(fake);
  const drawer = document.createElement('developer-drawer');
  drawer.services = opened;
  document.body.append(drawer);
  return opened;
}

const DEVICE = {
  ...{ adapter: 'acme GPU 9', reason: null, features: ['shader-f16', 'timestamp-query'] },
  limits: { maxBufferSize: 2_147_483_648, maxComputeWorkgroupsPerDimension: 65_535 },
} as const;
const paused = { runs: [stored], device: DEVICE };

async function openStored(fake: FakeOptions = paused): Promise<Opened> {
  const opened = withDrawer(fake);
  await until(() => opened.runs.isReady.value, 'the store');
  await opened.runs.open('old');
  return opened;
}

describe('The developer’s drawer', () => {
  test('names the device, why it was chosen, its features and limits, and says that no run is open', async () => {
    withDrawer(paused);
    await until(() => textOf('developer-drawer').includes('acme GPU 9'), 'the adapter');
    const text = textOf('developer-drawer');
    for (const part of ['webgpu', 'shader-f16, timestamp-query', 'maxBufferSize 2.1 GB', 'maxComputeWorkgroupsPerDimension 65,535', 'No run is open'])
      expect(text).toContain(part);
    expect(button('Profile the next step')).toBeUndefined();
  });

  test('says why the device is not the best, or that there is none', async () => {
    withDrawer({ device: { backend: 'wasm', webgpu: 'missing', adapter: '', reason: 'This browser has no WebGPU.' } });
    await until(() => textOf('developer-drawer').includes('This browser has no WebGPU.'), 'the reason');
    document.body.replaceChildren();
    withDrawer({ noDevice: 'nothing computes here' });
    await until(() => textOf('developer-drawer').includes('nothing computes here'), 'the failure');
  });

  test('shows how the open run is stepped without timing it, and the kernels after a press', async () => {
    const { trainer } = await openStored();
    await until(() => textOf('developer-drawer').includes('2 recordings'), 'the mode');
    for (const part of [
      'amber fox, step 5',
      'train 8 x (6x7 + 64)',
      '103',
      '31 MB shared, 6.6 MB their own',
      '1 per step',
      '48 MB',
      '310 MB: weights, gradients and moments 23 MB, recorded training steps 287 MB',
    ])
      expect(textOf('developer-drawer')).toContain(part);
    expect(textOf('developer-drawer')).not.toContain('gemm nn');
    (await until(() => button('Profile the next step'), 'the button')).click();
    await until(() => textOf('developer-drawer').includes('gemm nn'), 'the table');
    expect(textOf('developer-drawer')).toMatch(/gemm nn 24 3\.000 75\.0 % flash attention 4 1\.000 25\.0 %/);
    expect(textOf('developer-drawer')).toContain('28 calls, 4.00 ms. GPU timestamps, median of 5 rounds.');
    expect(trainer.calls.filter((name) => name === 'profile')).toHaveLength(2);
  });

  test('kernel times stay while the run goes on and go when another run is opened', async () => {
    const { runs, trainer } = await openStored({
      ...paused,
      runs: [stored, { ...stored, runId: 'other', name: 'blue owl', createdAt: '2026-01-02' }],
    });
    (await until(() => button('Profile the next step'), 'the button')).click();
    await until(() => textOf('developer-drawer').includes('gemm nn'), 'the table');
    const asked = trainer.calls.length;
    await runs.resume('old');
    await until(() => textOf('developer-drawer').includes('step 8'), 'the end');
    await until(() => trainer.calls.slice(asked).includes('profile'), 'the question how it is stepped now');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(textOf('developer-drawer')).toContain('gemm nn');
    await runs.open('other');
    await until(() => textOf('developer-drawer').includes('blue owl'), 'the other run');
    expect(textOf('developer-drawer')).not.toContain('gemm nn');
  });

  test('a profile that fails says why and can be asked for again', async () => {
    await openStored({ ...paused, noProfile: 'the device was lost' });
    const press = await until(() => button('Profile the next step'), 'the button');
    press.click();
    await until(() => textOf('developer-drawer').includes('the device was lost'), 'the message');
    expect(press.disabled).toBe(false);
  });

  test.each(['light', 'dark'])('axe finds nothing, %s, and it fits 360 pixels', async (theme) => {
    await openStored();
    document.documentElement.dataset['theme'] = theme;
    const main = document.createElement('main');
    const drawer = find('developer-drawer');
    if (drawer === undefined) throw new Error('no drawer');
    main.append(drawer);
    main.style.width = '328px'; // 360 less the margins of the page
    document.body.replaceChildren(main);
    (await until(() => button('Profile the next step'), 'the button')).click();
    await until(() => textOf('developer-drawer').includes('gemm nn'), 'the table');
    const summary = await until(() => find<HTMLElement>('developer-drawer')?.shadowRoot?.querySelector<HTMLElement>('summary'), 'the limits');
    summary.click();
    const { violations } = await axe.run(main);
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    expect(main.scrollWidth).toBeLessThanOrEqual(328);
    document.documentElement.dataset['theme'] = 'system';
  });
});
