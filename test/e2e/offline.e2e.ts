/** The page after its network is gone: what was not looked at yet is there all the same. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DIST } from '../../cli/build.ts';
import { openBuiltPage } from './built-page.ts';

test('once the page has settled every part of it is fetched, and an offline page opens them without a fault', async () => {
  const { page, context, url, faults, close } = await openBuiltPage();
  const parts = JSON.parse(readFileSync(join(DIST, 'parts.json'), 'utf8')) as string[];
  expect(parts.some((name) => name.includes('curve-chart'))).toBe(true);
  expect(parts.filter((name) => name.includes('worker-'))).toEqual([]);
  const fetched = (): Promise<string[]> => page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  await expect
    .poll(
      async () => {
        const names = await fetched();
        return parts.filter((name) => !names.includes(url + name));
      },
      { timeout: 20_000 },
    )
    .toEqual([]);
  await page.locator('train-cell button.primary:enabled').waitFor(); // a device is open
  await context.setOffline(true);
  await page.locator('#smarter').scrollIntoViewIfNeeded();
  await page.locator('smarter-puzzles').waitFor();
  await page.locator('#developer > summary').click();
  await page.locator('developer-drawer dt').first().waitFor();
  const isOfData = (fault: string): boolean => fault.startsWith('console:') && fault.includes('/runs/'); // recorded figures: their cell says so
  expect(faults.filter((fault) => !isOfData(fault))).toEqual([]);
  faults.length = 0;
  await close();
}, 60_000);
