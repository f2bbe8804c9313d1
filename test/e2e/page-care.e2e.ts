/**
 * The page as everyone should find it: no fault axe can name, light or dark; a reason and an offer without WebGPU; one clear message for a damaged
 * link; keys; no sideways scrolling on a phone. The story of a visit is in notebook.e2e.ts.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { LINK_DEFAULTS_3 } from '../../src/study/link-defaults.ts';
import { encodeLink } from '../../src/study/link.ts';
import type { NotebookState } from '../../src/study/notebook-state.ts';
import { openBuiltPage } from './built-page.ts';

/** 12 steps of 8 rows on 2 x 3 tables, one evaluation example per level and form: seconds on a slow core. */
const TABLE = { rows: 2, columns: 3, rowNames: 4 } as const;
const STATE: NotebookState = {
  ...LINK_DEFAULTS_3,
  example: { ...LINK_DEFAULTS_3.example, task: { id: 'consecutive-table-readout', ...TABLE }, level: 'medium', index: 3 },
  draft: {
    ...LINK_DEFAULTS_3.draft,
    ...{ task: { id: 'consecutive-table-readout', ...TABLE }, supervision: 'image', examples: 96, batchSize: 8 },
    ...{ evaluation: { examples: 1, everySteps: 0 } },
  },
};
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Faults axe finds, as one line each. Scripts of `evaluate` are exempt from the page's policy. */
async function axeFaults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; help: string; nodes: { target: unknown }[] }[] }> };
    };
    const { violations } = await axe.run();
    return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => JSON.stringify(target)).join(' ')}`);
  });
}

/** Opens a link as a fresh load: from the open page only the hash would change, and the page may be writing its own at that moment. */
async function openLink(page: Page, url: string, link: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(url + link);
}

test('axe finds nothing, light or dark, with a run in every cell', async () => {
  const built = await openBuiltPage();
  const { page, url } = built;
  await openLink(page, url, encodeLink(STATE));
  await page.locator('train-cell').getByRole('button', { name: 'Train', exact: true }).click({ timeout: 60_000 });
  await page.locator('accuracy-chart circle').first().waitFor({ state: 'attached', timeout: 90_000 });
  await page.locator('token-strip button').nth(4).click({ timeout: 60_000 });
  await page.locator('look-map').getByText('While it writes').waitFor({ timeout: 60_000 });
  await page.locator('spec-form').getByText('More settings').click();
  for (const summary of await page.getByText('Show data').all()) await summary.click();
  expect(await axeFaults(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await axeFaults(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  for (const figure of ['weights', 'device']) expect(await page.locator('transport-bar dt').getByText(figure).isVisible()).toBe(true);
  await built.close();
});

test('without WebGPU the page says why, offers micro on the CPU, and the rest works', async () => {
  const built = await openBuiltPage();
  const { page, url } = built;
  // No flag of Chromium takes WebGPU out of workers, so the worker's own files begin by removing it.
  await page.context().route('**/assets/worker-trainer*.js', async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `delete WorkerNavigator.prototype.gpu;${await response.text()}` });
  });
  await openLink(page, url, encodeLink({ ...STATE, draft: { ...STATE.draft, preset: 'nano' } }));
  await page.getByText('This browser has no WebGPU.').waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Use micro on the CPU' }).click();
  await page.getByText('Training runs on the CPU (WebAssembly) instead').waitFor();
  expect(await page.locator('spec-form').getByLabel('model', { exact: true }).inputValue()).toBe('micro');
  expect(await page.locator('svg-picture img').count()).toBe(1);
  await built.close();
});

test('a damaged link is named and changes nothing, and keys work', async () => {
  const built = await openBuiltPage();
  const { page, url } = built;
  await openLink(page, url, `${encodeLink(STATE).slice(0, -4)}AAAA`);
  await page.getByText('This link is damaged').waitFor();
  const index = page.locator('example-cell number-stepper[label="Example"] input');
  expect(await index.inputValue()).toBe('0');
  await page.keyboard.press('?');
  await page.getByRole('heading', { name: 'How to use this notebook' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { name: 'How to use this notebook' }).waitFor({ state: 'hidden' });
  await page.keyboard.press(']');
  await expect.poll(() => index.inputValue(), { timeout: 10_000 }).toBe('1');
  await built.close();
});
