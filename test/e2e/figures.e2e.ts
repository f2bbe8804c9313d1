/** Figures on the built page under its real headers: a link opens one, its charts are drawn, a picture of it can be saved; one is made here, over a reload. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { FIGURE_FIXTURES, indexOf } from '../support/figure-fixtures.ts';
import { openBuiltPage } from './built-page.ts';

/** WebGPU in software is far slower than wasm here. */
const withoutWebGpu = (): void => void Object.defineProperty(navigator, 'gpu', { value: undefined });

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

test('a run that ships with the page is opened with one press, and a word of its answer looked at', async () => {
  const built = await openBuiltPage({ initScript: withoutWebGpu });
  const { page, url } = built;
  await page.goto('about:blank');
  await page.goto(`${url}#figures=fig-9`);
  await page.getByText(/^The runs behind it \(/).click();
  await page.getByRole('button', { name: /^Open \(.* MB\): Align-Mix\+, N 3,000, seed 1/ }).click();
  await page.getByText('Align-Mix+, 3000 rows, seed 1 is open: see Result, Why and Look.').waitFor({ timeout: 60_000 });
  // Its evaluation and its measurements came along, and its weights answer.
  await page.locator('result-cell').getByText('Align-Mix+, 3000 rows, seed 1').first().waitFor();
  await expect.poll(() => page.locator('why-cell why-charts img').count()).toBeGreaterThanOrEqual(6);
  const word = page.locator('look-words token-strip button').first();
  await word.waitFor({ timeout: 60_000 });
  await built.close();
});

test('the run that ships with its timeline is opened where there is none to look at, and its slider walks through its steps', async () => {
  const built = await openBuiltPage({ initScript: withoutWebGpu });
  const { page, url } = built;
  await page.goto('about:blank');
  await page.goto(`${url}#look`);
  await page.getByRole('button', { name: /^Open “.*” with \d+ steps of its training/ }).click();
  await page.locator('look-words token-strip button').first().waitFor({ timeout: 60_000 });
  const slider = page.locator('step-slider input');
  expect(Number(await slider.getAttribute('max'))).toBeGreaterThan(10);
  await slider.press('Home');
  await page
    .locator('look-cell')
    .getByText(/as it was at step 0 of/)
    .waitFor();
  await built.close();
});

test('a figure is estimated, made, interrupted by a reload, resumed and shown apart from what was recorded', async () => {
  const built = await openBuiltPage({ initScript: withoutWebGpu });
  const { page, url } = built;
  const jobs = page.locator('figure-jobs li');
  await page.route('**/runs/index.json', (route) => route.fulfill({ json: indexOf([FIGURE_FIXTURES.lines]) }));
  await page.goto('about:blank');
  await page.goto(`${url}#figures=fig-16-tr-micro-s1`);
  await page.getByRole('button', { name: 'Estimate the time' }).click();
  await page.getByRole('button', { name: 'Run this figure' }).waitFor();
  expect(await page.locator('figure-maker .cost').innerText()).toMatch(/≈ .* on this processor .*, 2 runs, 1\.\d MB of storage meanwhile/);
  await page.getByRole('button', { name: 'Run this figure' }).click();
  await expect.poll(() => jobs.innerText(), { timeout: 60_000 }).toContain('Run 2 of 2'); // the first is done
  await page.reload();
  await expect.poll(() => jobs.innerText(), { timeout: 20_000 }).toContain('1 of 2 runs are done');
  expect(await page.locator('figures-cell .note').first().innerText()).toContain('so far 1 of 2 runs');
  await jobs.getByRole('button', { name: /^Resume/ }).click();
  await expect.poll(() => jobs.innerText(), { timeout: 60_000 }).toMatch(/Finished in .*, estimated/);
  expect(await page.locator('figures-cell .note').first().innerText()).toMatch(
    /^Made in this browser: .* micro, N up to 48 rows, 1 seed, made on wasm/,
  );
  expect(await page.locator('figure-panels img').first().getAttribute('alt')).toContain('ours, this browser, micro: one seed');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export CSV' }).click();
  const file = await download;
  expect(file.suggestedFilename()).toBe('parallax-fig-16-tr-micro-s1.csv');
  expect(readFileSync(await file.path(), 'utf8')).toContain(`${url}#figures=fig-16-tr-micro-s1`);
  await built.close();
});
