/** Who can use the page: without WebGPU, in light and dark, by keyboard, on a narrow screen. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { type BuiltPageOptions, openBuiltPage } from './built-page.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Opens the page, waits until the device is known, runs `visit`, closes; faults of the page fail the test. */
async function visiting(options: BuiltPageOptions, visit: (page: Page) => Promise<void>): Promise<void> {
  const built = await openBuiltPage(options);
  await built.page.locator('train-cell button.primary:enabled').waitFor();
  await visit(built.page);
  await built.close();
}

/** What axe finds on the page as it is, one line each. Playwright's evaluate is exempt from the page's policy. */
async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const results = (await page.evaluate('axe.run()')) as AxeResults;
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
}

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test('axe finds no fault', () =>
    visiting({ colorScheme }, async (page) => {
      expect(await axeFaults(page)).toEqual([]);
    }));
});

test('without an adapter the page says so, offers WebAssembly, and Train is open', () =>
  visiting({ adapter: 'none' }, async (page) => {
    const ladder = page.locator('webgpu-ladder .note');
    await ladder.waitFor();
    const text = await ladder.innerText();
    expect(text).toMatch(/found no GPU|no WebGPU/);
    expect(text).toMatch(/WebAssembly/);
    expect(text).not.toMatch(/swiftshader/i);
  }));

test('the first Tab reaches the way past the masthead, and Train can be reached by keyboard', () =>
  visiting({}, async (page) => {
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the notebook');
    const button = page.locator('train-cell button.primary');
    await button.focus();
    expect(await button.evaluate((element) => element.matches(':focus-visible') || element.matches(':focus'))).toBe(true);
  }));

test('at 360 pixels nothing is wider than the screen', () =>
  visiting({}, async (page) => {
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  }));

test('on a phone a strip at the top leads from cell to cell, by touch and by key, and shows where one is', () =>
  visiting({}, async (page) => {
    await page.setViewportSize({ width: 390, height: 740 });
    const strip = page.getByRole('navigation', { name: 'Cells of the notebook' });
    for (const link of await strip.getByRole('link').all()) expect((await link.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    await strip.getByRole('link', { name: 'Figures' }).click();
    await expect.poll(() => strip.locator('[aria-current=location]').textContent()).toBe('Figures');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('figures-title');
    const last = strip.getByRole('link', { name: 'Data in' });
    await last.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => strip.locator('[aria-current=location]').textContent()).toBe('Data in');
    const { x = -1, y = -1, width = 0 } = (await last.boundingBox()) ?? {};
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(390);
    expect(y).toBe(0); // the strip stays at the top of the window
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  }));

/** Of a cell's heading, once the page's size has been still for a second. */
async function settledTop(page: Page, id: string): Promise<number> {
  let [height, still] = [-1, 0];
  while (still < 5) {
    await page.waitForTimeout(200);
    const now = await page.evaluate(() => document.documentElement.scrollHeight);
    still = now === height ? still + 1 : 0;
    height = now;
  }
  return page.evaluate((name) => document.querySelector(`#${name} > h2`)?.getBoundingClientRect().top ?? Number.NaN, id);
}

test.each([
  ['data-in', 0],
  ['figures', 700],
  ['train', 300],
])('a reload comes back to %s, %d px below its heading', (id, belowPx) =>
  visiting({}, async (page) => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.locator(`.rail a[href="#${id}"]`).click();
    await settledTop(page, id);
    await page.mouse.wheel(0, belowPx);
    const before = await settledTop(page, id);
    await page.reload();
    await page.locator('result-cell paper-numbers').waitFor({ state: 'attached' });
    expect(Math.abs((await settledTop(page, id)) - before)).toBeLessThanOrEqual(2);
  }),
);

test('a link to a cell ends at its heading, when all parts above it have come', () =>
  visiting({}, async (page) => {
    const url = page.url();
    await page.goto('about:blank');
    await page.goto(`${url}#data-in`);
    await page.locator('result-cell paper-numbers').waitFor({ state: 'attached' });
    expect(Math.abs((await settledTop(page, 'data-in')) - 16)).toBeLessThanOrEqual(2);
  }));
