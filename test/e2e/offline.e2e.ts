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
  expect(parts.some((name) => name.includes('worker-data'))).toBe(true);
  expect(parts.filter((name) => /worker-(transformers|ort)/.test(name))).toEqual([]); // only for models of the hub
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
  const file = { name: 'set.json', mimeType: 'application/json', buffer: Buffer.from('[{"id":"1"}]') };
  await page.locator('data-cell input[type=file]').first().setInputFiles(file);
  await page.locator('data-cell').getByText('JSON list').waitFor(); // by a worker that is started only now
  const isOfData = (fault: string): boolean => fault.startsWith('console:') && fault.includes('/runs/'); // recorded figures: their cell says so
  expect(faults.filter((fault) => !isOfData(fault))).toEqual([]);
  faults.length = 0;
  await close();
}, 60_000);

test('a part whose script is gone says so in its place, and one press reloads the page', async () => {
  const { page, context, faults, close } = await openBuiltPage();
  await page.locator('train-cell button.primary:enabled').waitFor();
  await context.route('**/assets/smarter-desk-*.js', (route) => route.fulfill({ status: 404 }));
  await page.reload(); // without what was fetched ahead
  await page.locator('#smarter').scrollIntoViewIfNeeded();
  const part = page.locator('smarter-cell page-part');
  await part.getByText('could not be loaded').waitFor();
  await context.unroute('**/assets/smarter-desk-*.js');
  await Promise.all([page.waitForEvent('load'), part.getByRole('button', { name: 'Reload the page' }).click()]);
  await page.locator('smarter-puzzles').waitFor({ timeout: 20_000 }); // the page is where it was
  faults.length = 0;
  await close();
}, 60_000);
