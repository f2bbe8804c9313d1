/** The developer's fold at the end of the page: loaded when it is opened, by keyboard, with facts of the device and the kernels of a run. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { LINK_DEFAULTS_3 } from '../../src/study/link-defaults.ts';
import { encodeLink } from '../../src/study/link.ts';
import { openBuiltPage } from './built-page.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** 12 steps of 8 rows on 2 x 3 tables: seconds on a slow core. */
const TINY = { ...LINK_DEFAULTS_3.draft, examples: 96, batchSize: 8, evaluation: { examples: 1, everySteps: 0 } };
const task = { id: 'consecutive-table-readout', rows: 2, columns: 3, rowNames: 4 } as const;

/** Its script is fetched ahead of need, as all of the page are, but it runs when the fold is opened. */
const isDrawerDefined = (page: Page) => page.evaluate(() => customElements.get('developer-drawer') !== undefined);

async function axeFaults(page: Page): Promise<string[]> {
  const { violations } = (await page.evaluate('axe.run("#developer")')) as AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary ?? ''}`));
}

test('the fold runs when it is opened, names the device, and times the next step of a run', async () => {
  const built = await openBuiltPage();
  const { page, url } = built;
  await page.goto('about:blank');
  await page.goto(url + encodeLink({ ...LINK_DEFAULTS_3, draft: { ...TINY, task } }));
  await page.locator('train-cell').getByRole('button', { name: 'Train', exact: true }).click({ timeout: 60_000 });
  expect(await isDrawerDefined(page)).toBe(false);

  await page.locator('#developer > summary').focus();
  await page.keyboard.press('Enter');
  const drawer = page.locator('developer-drawer');
  await drawer.getByText('wasm', { exact: true }).waitFor({ timeout: 30_000 });
  expect(await isDrawerDefined(page)).toBe(true);
  await drawer.getByText('run by tfjs, operation by operation').waitFor({ timeout: 60_000 });
  await page.keyboard.press('Tab');
  await expect
    .poll(() => page.evaluate(() => document.querySelector('developer-drawer')?.shadowRoot?.activeElement?.textContent))
    .toBe('Profile the next step');
  await page.keyboard.press('Enter');
  await drawer
    .getByRole('rowheader', { name: /MatMul/ })
    .first()
    .waitFor({ timeout: 90_000 });

  await page.evaluate(AXE);
  expect(await axeFaults(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await axeFaults(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 740 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await built.close();
});
