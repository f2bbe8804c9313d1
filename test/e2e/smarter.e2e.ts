/**
 * The smarterVLM cell on the built page under its real headers, as a newcomer goes through it: try puzzles, train on a few, look at the answers and inside one, come back
 * after a reload, share the settings; then a copy of SMART-101 on the disk, and encoders of the hub.
 *
 * Without an adapter the page trains on WebAssembly, which is faster than WebGPU in software. The training is as small as shows all of this.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SMARTER_FIELDS } from '../../src/ui/elements/smarter-fields.ts';
import { hubModels, HUB_HOST } from '../../src/study/smarter/hub-models.ts';
import type { Files } from '../support/smart-folder.ts';
import { numberRows, puzzleFiles, writeFiles } from '../support/smart-folder.ts';
import { openBuiltPage } from './built-page.ts';
import type { BuiltPage } from './built-page.ts';

let built: BuiltPage;
let page: Page;
beforeEach(async () => {
  built = await openBuiltPage({ adapter: 'none' });
  page = built.page;
  page.setDefaultTimeout(30_000);
});
afterEach(() => built.close());

const cell = (): Locator => page.locator('smarter-cell');
const button = (name: string | RegExp): Locator => cell().getByRole('button', { name, exact: true });
const summary = (name: string | RegExp): Locator => cell().locator('summary').filter({ hasText: name });
const transport = (): Locator => page.locator('smarter-transport');
const says = (where: Locator, words: string | RegExp): Promise<void> => where.getByText(words).first().waitFor();

/** The control of a setting, named by its place in the spec. */
function control(key: string): Locator {
  const label = SMARTER_FIELDS.flatMap(({ fields }) => fields).find(({ field }) => field.key === key)?.field.label ?? key;
  return page.locator('smarter-form').getByLabel(label, { exact: true });
}

async function setNumber(key: string, value: number): Promise<void> {
  await control(key).fill(String(value));
  await control(key).press('Tab');
}

/** All settings open, and few enough of everything. */
async function makeSmall(): Promise<void> {
  await summary('All settings').click();
  await setNumber('data.instances', 20);
  await setNumber('training.epochs', 3);
  await setNumber('training.batchSize', 1);
  await summary('Which puzzles').click();
  await button('Only pattern').click();
}
const FAMILIES = 4;
const STEPS = 3 * FAMILIES * 12; // 60 % of 20 instances, one at a time

/** Whether anything is drawn on the picture that is looked at. */
function hasOverlay(): Promise<boolean> {
  return page.locator('smarter-look canvas.overlay').evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const pixels = (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
    return pixels.some((value, i) => i % 4 === 3 && value > 0);
  });
}

test('a newcomer tries puzzles, trains on some, looks inside an answer, and finds it all again', async () => {
  await page.getByRole('link', { name: 'Puzzles', exact: true }).click();
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('smarter-title');
  await cell().getByRole('group', { name: 'Options' }).getByRole('button').first().click();
  await says(cell(), /: the answer is/);
  await page.locator('smarter-puzzles').getByLabel('Skill').selectOption('pattern');
  await says(cell(), 'Choose an option.');

  await makeSmall();
  await button('Estimate').click();
  await says(transport(), new RegExp(`≈ .* on this device: .*, ${STEPS} steps of training .*; 80 items`));
  await button('Train').click();
  await transport().getByRole('progressbar', { name: 'Features' }).waitFor();
  await says(transport(), new RegExp(`trains: step \\d+ of ${STEPS}`));
  await button('Pause').click();
  const pausedAt = async (): Promise<number> => Number(/is paused: step (\d+)/.exec(await transport().locator('[role=status]').innerText())?.[1]);
  await expect.poll(pausedAt).toBeGreaterThan(0);
  const step = await pausedAt();
  await button('Step').click();
  await expect.poll(pausedAt).toBe(step + 1);
  await button('Resume').click();
  await says(transport(), `is finished: step ${STEPS} of ${STEPS}`);
  const name = await transport().locator('b').innerText();
  const result = page.locator('smarter-scores');
  await says(result, /of the test items are solved; that is .* always giving a puzzle’s most frequent answer/);
  expect(await result.locator('thead').first().innerText()).toMatch(/S_acc.*majority S_acc.*guessing S_acc/s);

  await button('List its answers to the test items').click();
  await says(cell(), 'of 16 answers');
  await button(/^Look at item/)
    .first()
    .click();
  await says(page.locator('smarter-look'), 'the model says');
  await expect.poll(hasOverlay).toBe(true);
  const words = page.locator('smarter-look').getByRole('group', { name: 'Words of the question' }).getByRole('button');
  await words.last().click();
  expect(await words.last().getAttribute('aria-pressed')).toBe('true');
  await expect.poll(() => words.first().evaluate((chip) => chip.style.getPropertyValue('--weight'))).not.toBe('');
  await page.locator('smarter-look').getByLabel('pixels', { exact: true }).click();
  await says(page.locator('smarter-look'), 'How the loss of the right answer hangs on each pixel');
  await expect.poll(hasOverlay).toBe(true);

  await page.reload();
  await cell().scrollIntoViewIfNeeded();
  await summary('Kept trainings').click();
  await button(`Open ${name}`).click();
  await says(transport(), `${name} is finished: step ${STEPS} of ${STEPS}`);
  await says(result, /of the test items are solved/);

  await built.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await makeSmall();
  await button('Copy link to these settings').click();
  await says(cell(), 'Copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toMatch(new RegExp(`^${built.url}#smarter=1-[0-9a-f]+$`));
  await page.goto('about:blank');
  await page.goto(link);
  await summary('All settings').click();
  expect(await control('training.batchSize').inputValue()).toBe('1');
  await says(cell(), `Which puzzles: ${FAMILIES}`);
});

const ROWS = numberRows([3, 0, 7, 1, 2, 4, 3, 5, 6, 2]);
const FOLDERS = {
  other: { 'holiday/beach.txt': 'sand' },
  whole: {
    ...puzzleFiles(2, ROWS, 'SMART101-Data/'),
    ...puzzleFiles(29, ROWS, 'SMART101-Data/'),
    'SMART101-Data/50/img/puzzle_50_1.png': 'no table beside it',
  },
} as const satisfies Record<string, Files>;
type FolderName = keyof typeof FOLDERS;

/** Through the file field that takes the place of the folder dialog in browsers without one. */
async function chooseByField(): Promise<(name: FolderName) => Promise<void>> {
  const root = mkdtempSync(join(tmpdir(), 'smart-101-'));
  for (const [name, files] of Object.entries(FOLDERS)) writeFiles(join(root, name), files);
  await built.context.addInitScript(() => void Reflect.deleteProperty(globalThis, 'showDirectoryPicker'));
  return (name) => page.locator('smarter-folder input[type=file]').setInputFiles(join(root, name));
}

/** Through the folder dialog, which answers with a folder of the browser's own file system. */
async function chooseByDialog(): Promise<(name: FolderName) => Promise<void>> {
  return async (name) => {
    const files = Object.entries<string | Uint8Array>(FOLDERS[name]).map(([path, content]) => [path, [...Buffer.from(content)]] as const);
    await page.evaluate(
      async ([folderName, contents]) => {
        const top = await (await navigator.storage.getDirectory()).getDirectoryHandle(folderName, { create: true });
        for (const [path, content] of contents) {
          let folder = top;
          const [file = '', ...outer] = path.split('/').toReversed();
          for (const part of outer.toReversed()) folder = await folder.getDirectoryHandle(part, { create: true });
          const writable = await (await folder.getFileHandle(file, { create: true })).createWritable();
          await writable.write(new Uint8Array(content));
          await writable.close();
        }
        Object.assign(globalThis, { showDirectoryPicker: () => Promise.resolve(top) });
      },
      [name, files] as const,
    );
    await button('Choose the folder…').click();
  };
}

test.each([
  ['a file field', chooseByField],
  ['the folder dialog', chooseByDialog],
])('a copy of SMART-101 is chosen by %s and trained on; a folder that is none, and what is damaged in it, are named', async (_, chooser) => {
  const choose = await chooser();
  await page.reload();
  await page.getByRole('link', { name: 'Puzzles', exact: true }).click();
  const folder = page.locator('smarter-folder');
  await summary('All settings').click();
  await choose('other');
  await says(folder.getByRole('alert'), 'expected the folder SMART101-Data with a folder for each puzzle, 1 to 101, got holiday');
  await choose('whole');
  await says(folder, /2 of 101 puzzles, .*Not there: 1, 3 – 28, 30 – 49, 51 – 101\./s);
  await says(folder, '1 folder has a problem and will be left out');
  await says(folder, 'SMART101-Data/50: expected puzzle_50.csv, got no CSV: unpack the release again');
  await button('Set it up under Train').click();
  expect(await control('data.source').inputValue()).toBe('smart-101');
  await setNumber('training.epochs', 1);
  await setNumber('training.batchSize', 4);
  await button('Train').click();
  await says(transport(), 'is finished: step 3 of 3');
  await summary('Puzzle by puzzle (2)').waitFor();
});

/** What the hub answers. */
type Answer = 'missing' | 'page' | 'tiny' | 'offline' | 'silence';
const TINY = join(import.meta.dirname, '../golden/hub/tiny');
const PINNED = [hubModels('dinov2-small').dinov2, hubModels('dinov2-small').siglip].flatMap(({ repo, files }) =>
  files.map((file) => ({ ...file, tiny: join(TINY, repo.includes('dinov2') ? 'dinov2' : 'siglip', file.name), path: `${repo}/resolve/` })),
);

/** A hub that answers as told, with the tiny models in the place of the published ones. */
async function fakeHub(first: Answer): Promise<{ answer: Answer; readonly asked: string[] }> {
  const hub = { answer: first, asked: [] as string[] };
  const headers = { 'Access-Control-Allow-Origin': '*' };
  await page.route(`${HUB_HOST}**`, async (route) => {
    const url = route.request().url();
    hub.asked.push(url);
    const file = PINNED.find(({ path, name }) => url.startsWith(HUB_HOST + path) && url.endsWith(`/${name}`));
    if (hub.answer === 'missing' || file === undefined) await route.fulfill({ status: 404, headers });
    else if (hub.answer === 'page') await route.fulfill({ contentType: 'text/html', body: '<html>Log in</html>', headers });
    else if (hub.answer === 'offline') await route.abort('internetdisconnected');
    else if (hub.answer === 'tiny') await route.fulfill({ body: readFileSync(file.tiny), headers });
  });
  return hub;
}

/** The page's own script, with the digests of the tiny models in its list: all that checks them stays as it is. */
async function pinTinyModels(): Promise<void> {
  await page.route('**/assets/worker-backbone-main-*.js', async (route) => {
    const response = await route.fetch();
    let body = await response.text();
    for (const { sha256, tiny } of PINNED)
      if (sha256 !== null && existsSync(tiny)) body = body.replace(sha256, createHash('sha256').update(readFileSync(tiny)).digest('hex'));
    await route.fulfill({ response, body });
  });
}

test('encoders of the hub: what goes wrong is said and can be tried again, and what is downloaded trains', async () => {
  const hub = await fakeHub('missing');
  await page.getByRole('link', { name: 'Puzzles', exact: true }).click();
  await makeSmall();
  await control('backbone').selectOption('hub dinov2-small fp32');
  await says(cell(), /downloaded from https:\/\/huggingface.co\/ at the first Estimate or Train: about [\d.]+ [MG]B/);
  const alert = page.locator('smarter-desk').getByRole('alert');
  for (const [answer, words] of [
    ['missing', /the host does not give it \(status 404\)\. The notebook works without it/],
    ['page', 'a web page came in its place'],
    ['tiny', 'the download is damaged: its SHA-256 is not the one that this page expects'],
    ['offline', 'Are you online?'],
  ] as const) {
    hub.answer = answer;
    await button('Train').click();
    await says(alert, words);
  }
  hub.answer = 'silence';
  const before = hub.asked.length;
  await button('Estimate').click();
  await expect.poll(() => hub.asked.length).toBeGreaterThan(before);
  await button('Stop').click();
  await says(cell(), 'Stopped. What was complete by then');
  expect(await alert.count()).toBe(0);

  hub.answer = 'tiny';
  await pinTinyModels();
  await button('Train').click();
  await says(transport(), `is finished: step ${STEPS} of ${STEPS}`);
  await button('List its answers to the test items').click();
  await button(/^Look at item/)
    .first()
    .click();
  await says(page.locator('smarter-look'), 'token 1');
  await expect.poll(hasOverlay).toBe(true);

  // Kept in this browser: opened again, nothing is asked for.
  hub.answer = 'offline';
  const asked = hub.asked.length;
  await page.reload();
  await cell().scrollIntoViewIfNeeded();
  await summary('Kept trainings').click();
  await button(/^Open /).click();
  await says(transport(), `is finished: step ${STEPS} of ${STEPS}`);
  expect(hub.asked).toHaveLength(asked);
  const others = built.faults.filter(
    (fault) => !fault.startsWith(`request to another host: ${HUB_HOST}`) && !/console: Failed to load resource/.test(fault),
  );
  built.faults.splice(0, built.faults.length, ...others);
});
