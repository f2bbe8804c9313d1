/**
 * The Example cell on the built page, under its real headers and worker: every task and level is drawn, a line of the chain of thought lights its place in
 * the picture and the other way round, by mouse and by keys; the gallery; settings; axe; phones.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { formsAt } from '../../src/study/example-forms.ts';
import { LINK_DEFAULTS_3 } from '../../src/study/link-defaults.ts';
import { encodeLink } from '../../src/study/link.ts';
import { defaultTaskSpec, taskInfo } from '../../src/tasks/task-spec.ts';
import type { Level, TaskId } from '../../src/tasks/task.ts';
import { TASK_IDS } from '../../src/tasks/task.ts';
import { type BuiltPage, openBuiltPage } from './built-page.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const CASES = TASK_IDS.flatMap((id) => taskInfo(id).levels.map((level): [TaskId, Level] => [id, level]));

let built: BuiltPage;
let page: Page;
beforeAll(async () => {
  built = await openBuiltPage();
  page = built.page;
  page.setDefaultTimeout(30_000);
  await page.setViewportSize({ width: 1440, height: 1000 });
  await page.emulateMedia({ reducedMotion: 'reduce' }); // places are compared, and smooth scrolling would move them meanwhile
});
afterAll(() => built.close());

const lines = (): Locator => page.locator('linked-example #cot [data-index]');
const lit = (): Locator => page.locator('linked-picture .lit .edge');
const regionAt = (id: string): Locator => page.locator(`linked-picture .hit[data-region="${id}"]`);

/** Opens an example by its link, as a fresh load, and waits for its lines. */
async function show(id: TaskId, level: Level, index = 0) {
  const task = defaultTaskSpec(id);
  const forms = formsAt({ task: id, level, split: 'eval', seed: 1, index }, task, 'paper');
  await page.goto('about:blank');
  await page.goto(built.url + encodeLink({ ...LINK_DEFAULTS_3, example: { ...LINK_DEFAULTS_3.example, task, level, index } }));
  await page.locator('linked-example .summary').getByText(forms.summary).waitFor();
  await expect.poll(() => lines().count()).toBe(forms.links.cot.length);
  return forms;
}

test.each(CASES)('%s %s: hovering a line and hovering its place find each other', async (id, level) => {
  const { links, picture } = await show(id, level);
  const span = links.cot[1];
  const region = links.regions.find((known) => known.id === span?.regions[0]);
  if (region === undefined) throw new Error('the second line speaks of nothing');
  await lines().nth(1).hover();
  await expect.poll(() => lit().count()).toBe(new Set(span?.regions).size);
  // On the screen the light stands where the region is in the picture.
  const [image, edge] = await page.locator('linked-picture').evaluate((element) => {
    const inside = element.shadowRoot;
    const parts = [inside?.querySelector('svg-picture')?.shadowRoot?.querySelector('img'), inside?.querySelector('.lit .edge')];
    return parts.map((part) => part?.getBoundingClientRect().toJSON() as { x: number; y: number; width: number } | undefined);
  });
  const scale = (image?.width ?? 0) / picture.widthPx;
  const away = [
    (edge?.x ?? 0) - (image?.x ?? 0) - region.x * scale,
    (edge?.y ?? 0) - (image?.y ?? 0) - region.y * scale,
    (edge?.width ?? 0) - region.width * scale,
  ];
  for (const px of away) expect(Math.abs(px)).toBeLessThan(1);
  const speaking = links.cot.flatMap(({ regions }, i) => (regions.includes(region.id) ? [i] : []));
  await regionAt(region.id).hover();
  await expect.poll(() => lines().evaluateAll((all) => all.flatMap((line, i) => (line.classList.contains('lit') ? [i] : [])))).toEqual(speaking);
});

test('a tap far down brings the line into view in its box, Escape lets go, and the page does not move', async () => {
  const { links } = await show('grid-navigation', 'hard', 19);
  const last = links.cot.at(-1)?.regions[0] ?? '';
  await page.locator('linked-example').scrollIntoViewIfNeeded();
  await regionAt(last).hover();
  const at = await page.evaluate(() => scrollY);
  await regionAt(last).click();
  const first = links.cot.findIndex(({ regions }) => regions.includes(last));
  await expect
    .poll(async () => {
      const [box, line] = [await page.locator('linked-example #cot pre').boundingBox(), await lines().nth(first).boundingBox()];
      return box !== null && line !== null && line.y >= box.y && line.y + line.height <= box.y + box.height;
    })
    .toBe(true);
  expect(await page.evaluate(() => scrollY)).toBe(at);
  await page.keyboard.press('Escape');
  await expect.poll(() => lines().evaluateAll((all) => all.filter((line) => line.getAttribute('aria-pressed') === 'true').length)).toBe(0);
});

test('a visitor goes from task to task, opens a neighbour, and finds the settings as they were', async () => {
  await show('table-readout', 'simple');
  const cell = page.locator('example-cell');
  await cell.getByText('Seed, split and settings').click();
  await cell.getByLabel('most rows', { exact: true }).fill('8');
  await page.keyboard.press('Tab');
  await cell.getByText('Grid Navigation', { exact: true }).click();
  await cell.getByText('Walk from the blue to the green square').waitFor();
  await cell.locator('example-gallery').scrollIntoViewIfNeeded(); // its pictures are drawn when they are seen
  await cell.getByRole('button', { name: /^Example 4\. / }).click();
  expect(await cell.locator('number-stepper[label="Example"] input').inputValue()).toBe('4');
  await expect.poll(() => cell.locator('example-gallery [aria-current="true"]').innerText()).toBe('4');
  await cell.getByText('Table Readout', { exact: true }).click();
  await expect.poll(() => cell.getByLabel('most rows', { exact: true }).inputValue()).toBe('8');
});

test('settings that do not go together are told and change nothing', async () => {
  await show('consecutive-table-readout', 'simple');
  const cell = page.locator('example-cell');
  const summary = await cell.locator('linked-example .summary').innerText();
  await cell.getByText('Seed, split and settings').click();
  await cell.getByLabel('row names', { exact: true }).fill('2');
  await page.keyboard.press('Tab');
  await cell.getByText('These settings do not go together').waitFor();
  expect(await cell.locator('linked-example .summary').innerText()).toBe(summary);
  expect(await cell.getByLabel('row names', { exact: true }).inputValue()).toBe('2');
});

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  test.each(TASK_IDS)('axe finds no fault on %s with a line held, and at 360 pixels nothing is wider than the screen', async (id) => {
    await page.emulateMedia({ colorScheme });
    await show(id, 'hard');
    await lines().nth(2).click();
    await page.locator('example-cell').getByText('Seed, split and settings').click();
    await page.evaluate(AXE);
    const faults = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }> } };
      return (await axe.run()).violations.map(
        (violation) => `${violation.id}: ${violation.nodes.map(({ target }) => JSON.stringify(target)).join(' ')}`,
      );
    });
    expect(faults).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    // The picture stays in view, above the line that was tapped.
    await lines().nth(12).click();
    await expect
      .poll(async () => {
        const [light, frame, line] = await Promise.all(
          [lit().first(), page.locator('linked-picture'), lines().nth(12)].map((part) => part.boundingBox()),
        );
        return light != null && frame != null && line != null && light.y > -4 && frame.y + frame.height <= line.y && line.y < 740;
      })
      .toBe(true);
    await page.setViewportSize({ width: 1440, height: 1000 });
  });
});
