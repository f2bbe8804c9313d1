/** The bench's page as it is built and served: engines of ours and of others run under its policy, and it is usable. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BuiltPage, openBuiltPage } from './built-page.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let built: BuiltPage;
beforeAll(async () => {
  built = await openBuiltPage();
  await built.page.goto(`${built.url}bench.html`);
  await built.page.locator('#run:enabled').waitFor();
});
afterAll(() => built.close());

test('it names the adapter, and leaves stock tfjs out on a software one', async () => {
  expect(await built.page.locator('#device').innerText()).toMatch(/swiftshader.*in software/i);
  expect(await built.page.locator('#column-stock-webgpu').isChecked()).toBe(false);
  expect(await built.page.locator('#column-ours').isChecked()).toBe(true);
});

test('ours and jax-js on wasm start at the same loss, under the policy of the page, which forbids threads', async () => {
  const { page } = built;
  for (const box of await page.locator('#columns input').all()) {
    await box.setChecked(['column-ours-wasm', 'column-jax-wasm'].includes((await box.getAttribute('id')) ?? ''));
  }
  await page.locator('#gemm').setChecked(false);
  await page.locator('#rounds').fill('1');
  await page.locator('#run').click();
  await page.locator('#copy:enabled').waitFor({ timeout: 120_000 });
  expect(await page.locator('#results tbody th').allInnerTexts()).toEqual(['Ours, wasm', 'jax-js jit, wasm']);
  expect(await page.locator('#results .fault').count()).toBe(0);
  expect(await page.locator('#results').innerText()).toContain('the policy of this page forbids');
});

test('axe finds no fault, and at 360 pixels only the tables scroll', async () => {
  const { page } = built;
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  expect(violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});
