/**
 * What the notebook promises, done by a visitor on the built page under its real headers: train at `micro`, the loss falls, a reload offers to resume
 * and loses nothing, evaluation numbers appear, a click on a word shows where the model looked, and a link restores the page in another profile.
 *
 * On machines without a GPU the page chooses WebAssembly. The run is as small as shows all of this: 60 steps of 8 rows on 3 x 4 tables.
 */
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findField } from '../../src/study/run-spec-fields.ts';
import { type BuiltPage, openBuiltPage } from './built-page.ts';

const STEPS = 60;
const ROWS = 8;
const TIMEOUT_MS = 120_000;

let built: BuiltPage;
let page: Page;
beforeAll(async () => {
  built = await openBuiltPage();
  page = built.page;
  page.setDefaultTimeout(30_000);
});
afterAll(() => built.close());

/** The input of a number of the Train form, named by its key in the RunSpec. */
function fieldOf(where: Page, key: string): Locator {
  const label = findField(key, 'consecutive-table-readout')?.label ?? key;
  return where.locator('train-cell').getByLabel(label, { exact: true });
}

async function setField(key: string, value: number): Promise<void> {
  await fieldOf(page, key).fill(String(value));
  await fieldOf(page, key).press('Tab');
}

const transport = (): Locator => page.locator('page-transport section.bar');

/** The step that the transport bar shows. */
async function stepShown(): Promise<number> {
  const match = /step (\d+) \/ /.exec(await transport().innerText());
  return match === null ? -1 : Number(match[1]);
}

/** The training loss that the transport bar shows. */
async function lossShown(): Promise<number> {
  const match = /loss\s+(\d+\.\d+)/i.exec(await transport().innerText());
  return Number(match?.[1]);
}

async function until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + TIMEOUT_MS;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error(`waited for ${what} in vain; the bar says: ${await transport().innerText()}`);
    await page.waitForTimeout(30);
  }
}

describe('a visit', () => {
  let firstLoss = Number.NaN;

  test('Train starts a run at micro', async () => {
    await page.locator('spec-form summary').first().click();
    await setField('task.rows', 3);
    await setField('task.columns', 4);
    await setField('examples', STEPS * ROWS);
    await setField('batchSize', ROWS);
    await setField('evaluation.examples', 2);
    await setField('checkpointEverySteps', 4);
    await page.locator('train-cell button.primary').click();
    await until('the first step', async () => (await stepShown()) >= 1);
    firstLoss = await lossShown();
    expect(firstLoss).toBeGreaterThan(3);
  });

  test('a reload in the middle offers to resume, and the run goes on from its checkpoint', async () => {
    await until('step 8', async () => (await stepShown()) >= 8);
    await page.reload();
    await page
      .locator('page-notices')
      .getByRole('button', { name: /^Resume/ })
      .click();
    await until('the run to go on', async () => (await stepShown()) > 8);
    await until('the end', async () => /finished/.test(await transport().innerText()));
    expect(await stepShown()).toBe(STEPS);
  });

  test('the loss has fallen', async () => {
    expect(await lossShown()).toBeLessThan(0.8 * firstLoss);
  });

  test('evaluation numbers appear for every level and modality', async () => {
    await page.locator('result-cell accuracy-chart').waitFor();
    await page.locator('result-cell details summary').first().click();
    const table = page.locator('result-cell accuracy-table table').first();
    await table.waitFor();
    const text = await table.innerText();
    for (const word of ['simple', 'medium', 'hard', 'text', 'image']) expect(text).toContain(word);
  });

  test('a click on a word of the answer shows where the model looked', async () => {
    const word = page.locator('look-cell token-strip button').nth(3);
    await word.click();
    const overlay = page.locator('look-cell heat-picture canvas.overlay');
    await until('a heat map', () =>
      overlay.evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const pixels = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
        return pixels.some((value, i) => i % 4 === 3 && value > 0);
      }),
    );
    expect(await word.getAttribute('aria-pressed')).toBe('true');
  });

  test('the timeline shows the run as it was: another loss per word, another map, a mark on the curve', async () => {
    const strip = page.locator('look-cell token-strip');
    const chances = (): Promise<string> =>
      strip.evaluate((element) => element.shadowRoot?.textContent + JSON.stringify((element as unknown as { tokens: unknown }).tokens));
    const overlay = (): Promise<string> =>
      page.locator('look-cell heat-picture canvas.overlay').evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
    const [newest, newestMap] = [await chances(), await overlay()];
    const slider = page.locator('step-slider').getByRole('slider');
    await slider.focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    expect(await slider.getAttribute('aria-valuetext')).toBe(`step 0 of ${STEPS}`);
    await page
      .locator('train-curves')
      .getByRole('img', { name: /Marked: step 0\./ })
      .waitFor();
    await page.locator('look-cell').getByText(`as it was at step 0 of ${STEPS}`).waitFor();
    await until('the words of step 0', async () => (await chances()) !== newest);
    await until('the map of step 0', async () => (await overlay()) !== newestMap);
    await page.keyboard.press('End');
    await until('the words of the newest', async () => (await chances()) === newest);
    expect(
      await page
        .locator('train-curves')
        .getByRole('img', { name: /Marked/ })
        .count(),
    ).toBe(0);
  });

  test('a link restores the state in a second profile', async () => {
    await page.locator('page-tools').getByRole('button', { name: 'Share' }).click();
    const link = await page.locator('share-dialog input.link').inputValue();
    expect(link).toContain('#n3.');
    const other = await built.newProfile();
    await other.page.goto(link);
    await other.page.getByText('You are looking at a shared notebook.').waitFor();
    expect(await fieldOf(other.page, 'examples').inputValue()).toBe(String(STEPS * ROWS));
    await other.page.locator('page-notices').getByText('Train here').first().waitFor();
    await other.context.close();
  });

  test('a link and a file of the run with its timeline show the same words at the same step in another profile', async () => {
    await page.locator('share-dialog').getByRole('button', { name: 'Close' }).click();
    await page.locator('step-slider').getByRole('slider').press('ArrowLeft');
    const says = page.locator('look-cell').getByText('as it was at step');
    const heading = page.locator('look-map h3').first();
    await says.waitFor();
    await page.locator('page-tools').getByRole('button', { name: 'Share' }).click();
    const link = await page.locator('share-dialog input.link').inputValue();
    await page.locator('share-dialog').getByLabel('with its timeline').check();
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page
        .locator('share-dialog')
        .getByRole('button', { name: /^Export/ })
        .click(),
    ]);
    const other = await built.newProfile();
    await other.page.goto(link);
    await other.page.locator('page-tools').getByRole('button', { name: 'Share' }).click();
    await other.page.locator('share-dialog input[type=file]').setInputFiles(await file.path());
    await other.page.locator('share-dialog').getByText('was imported.').waitFor();
    await other.page.locator('share-dialog').getByRole('button', { name: 'Close' }).click();
    await other.page
      .locator('result-cell run-table')
      .getByRole('button', { name: /^(Use|Open)/ })
      .click();
    await other.page
      .locator('look-cell')
      .getByText(await says.innerText())
      .waitFor();
    await other.page
      .locator('look-map h3')
      .getByText(await heading.innerText())
      .waitFor();
    await other.context.close();
  });
});
