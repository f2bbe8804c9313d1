/** Recorded figures on the built page under its real headers: a link opens one, its charts are drawn, and a picture of it can be saved. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FIGURE_FIXTURES, indexOf } from '../support/figure-fixtures.ts';
import { openBuiltPage } from './built-page.ts';

test('a link opens a recorded figure, and it is exported as PNG', async () => {
  const built = await openBuiltPage();
  const { page, url } = built;
  const { lines, rows } = FIGURE_FIXTURES;
  await page.route('**/runs/index.json', (route) => route.fulfill({ json: indexOf([lines, rows]) }));
  await page.route('**/runs/fig-6.json', (route) => route.fulfill({ json: rows }));
  await page.goto('about:blank');
  await page.goto(`${url}#figures=fig-6`);
  const chart = page.locator('figure-panels img').first();
  await chart.waitFor();
  expect(await chart.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(100);
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('figures-title');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export PNG' }).click();
  const file = await (await download).path();
  expect([...readFileSync(file).subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  await page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await built.close();
});
