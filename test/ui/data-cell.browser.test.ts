/** The Data in cell in a real browser with the real worker: files in, numbers, rows and pictures out; messages, cancelling, axe. */
import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import '../../src/ui/cells/data-cell.ts';
import '../../src/ui/styles/page.css';
import { DataClient } from '../../src/ui/services/data-client.ts';
import type { DataPort } from '../../src/ui/services/data-client.ts';
import { button, deep, find, textOf, until } from './notebook-page.ts';

const DIGITS = [[3, 1], [4, 1, 5]]; // prettier-ignore
const QUESTION =
  'The image shows the sales data of different products in different months. There is a path of highlighted cells (colored in yellow) starting from ' +
  '(TauEngine, May) and ending at (TauEngine, July). Please return the total.';
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAAC0lEQVR4nGPgBAMAAMQAN0mhsL0AAAAASUVORK5CYII=';
const EVIL = '<img src=x onerror="globalThis.pwned=1">';
const rows = DIGITS.map((digits, i) => `${i === 0 ? EVIL.replaceAll('"', '') : 'q1'}\t${QUESTION}\t${digits.join(',')}\t${PNG}\n`).join('');
const DATA = new File([`index\tquestion\tanswer\timage\n${rows}`], `TableReadout_HARD_${EVIL.replaceAll(/[/"]/g, '')}.tsv`);
const PREDICTIONS = new File(
  [`{"id": "${EVIL.replaceAll('"', '')}", "prediction": "The total is 3 + 1 = 4. ${EVIL.replaceAll('"', "'")}"}\n{"id": "q1", "prediction": "no"}\n`],
  'p.jsonl',
);

let worker: Worker | null = null;

function openPort(): DataPort {
  worker = new Worker(new URL('../../workers/data.worker.ts', import.meta.url), { type: 'module' });
  return worker;
}

function open(): void {
  const cell = document.createElement('data-cell');
  document.body.replaceChildren(cell);
  cell.services = { data: new DataClient(openPort) };
}

/** As a visitor who picks a file. */
async function choose(label: string, file: File): Promise<void> {
  const drop = await until(() => find<HTMLElement>(`file-drop[label="${label}"]`), label);
  const input = await until(() => drop.shadowRoot?.querySelector('input'), 'the field');
  const files = new DataTransfer();
  files.items.add(file);
  input.files = files.files;
  input.dispatchEvent(new Event('change'));
}

const start = () =>
  until(() => [...deep(document)].find((element): element is HTMLButtonElement => element.matches('button.primary:enabled')), 'Start');

afterEach(() => {
  worker?.terminate();
  document.body.replaceChildren();
});

async function score(): Promise<void> {
  open();
  await choose('Data set', DATA);
  await choose('Predictions', PREDICTIONS);
  (await start()).click();
  await until(() => find('report-table'), 'the tables');
}

test('size and columns are shown before anything is read, then the tables with intervals', async () => {
  open();
  expect((await until(() => find<HTMLButtonElement>('button.primary'), 'Start')).disabled).toBe(true);
  await choose('Data set', DATA);
  await until(() => textOf('data-cell').includes('TSV: index, question, answer, image'), 'the first look');
  await choose('Predictions', PREDICTIONS);
  await until(() => textOf('data-cell').includes('JSON lines: id, prediction'), 'the first look at the predictions');
  const go = await start();
  expect(go.textContent).toMatch(/Read and score \d/);
  go.click();
  await until(() => find('report-table'), 'the tables');
  const text = textOf('data-cell');
  for (const words of ['50.0 [9.5, 90.5]', 'joined by the column id', 'In the shape of Table 10', 'Appendix K.1', '2 in the file (2 x 1 px)'])
    expect(text).toContain(words);
});

test('rows can be looked through, with their picture, and the address of the picture is let go', async () => {
  await score();
  (await until(() => button('q1'), 'the row')).click();
  const image = await until(() => find<HTMLImageElement>('img'), 'the picture');
  expect(image.src).toMatch(/^blob:/);
  await image.decode();
  expect([image.naturalWidth, image.naturalHeight]).toEqual([2, 1]);
  const address = image.src;
  expect(textOf('data-cell')).toContain('The whole prediction');
  document.body.replaceChildren();
  await expect(fetch(address)).rejects.toThrow();
});

test('nothing in a file becomes markup', async () => {
  await score();
  const row = await until(
    () =>
      [...deep(document)].find(
        (element): element is HTMLButtonElement => element instanceof HTMLButtonElement && (element.textContent ?? '').includes('<img'),
      ),
    'the row',
  );
  row.click();
  await until(() => textOf('data-cell').includes('onerror'), 'the prediction as text');
  const images = [...deep(document)].filter((element) => element instanceof HTMLImageElement);
  expect(images.every((element) => (element as HTMLImageElement).src.startsWith('blob:'))).toBe(true);
  expect((globalThis as { pwned?: number }).pwned).toBeUndefined();
});

test('a damaged file gives one message with its place, and no numbers', async () => {
  open();
  await choose('Data set', new File(['index\tquestion\tanswer\n1\tx\n'], 'bad.tsv'));
  await until(() => textOf('data-cell').includes('bad.tsv, row 1 (line 2), column answer: expected 3 fields, got 2 fields'), 'the first look');
  (await start()).click();
  const alert = await until(() => find('[role="alert"]'), 'the message');
  expect(alert.textContent).toContain('bad.tsv, row 1 (line 2), column answer');
  expect(find('report-table')).toBeUndefined();
});

test('reading is cancelled, says how far it came, and shows no numbers', async () => {
  open();
  const row = `x\t${'y'.repeat(2 ** 20)}\n`;
  const large = new File(['index\tquestion\n', ...Array.from({ length: 60 }, () => row)], 'large.tsv');
  await choose(
    'Data set',
    new File([`index\tquestion\tanswer\n`, ...Array.from({ length: 20_000 }, (_, i) => `${i}\t${QUESTION}\t3,1\n`)], 'TableReadout.tsv'),
  );
  await choose('Predictions', new File(['id\tprediction\n', large.slice(0, 1000), large], 'p.tsv'));
  (await start()).click();
  (await until(() => button('Cancel'), 'Cancel')).click();
  await until(() => textOf('data-cell').includes('no scores.'), 'the end');
  expect(textOf('data-cell')).toMatch(/Cancelled after .* of .*: no scores\./);
  expect(find('report-table')).toBeUndefined();
  expect(find<HTMLButtonElement>('button.primary')?.disabled).toBe(false);
});

describe('care', () => {
  test.each(['light', 'dark'])('axe finds no fault, %s, with results open', async (theme) => {
    document.documentElement.dataset['theme'] = theme;
    await score();
    (await until(() => button('q1'), 'the row')).click();
    await until(() => find('img'), 'the picture');
    const { violations } = await axe.run(document.body, { rules: { region: { enabled: false }, 'page-has-heading-one': { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join('; ')}`)).toEqual([]);
    document.documentElement.dataset['theme'] = 'system';
  });

  test('nothing scrolls sideways at 360 px', async () => {
    const host = document.createElement('div');
    host.style.width = '328px';
    await score();
    const cell = document.querySelector('data-cell');
    if (cell === null) throw new Error('no cell');
    host.append(cell);
    document.body.replaceChildren(host);
    (await until(() => button('q1'), 'the row')).click();
    await until(() => find('.detail'), 'the row in full');
    const wide = [...deep(host)].filter((element) => element.getBoundingClientRect().right > host.getBoundingClientRect().right + 1);
    const isInScroller = (element: Element): boolean => {
      for (let at: Element | null = element.parentElement; at !== null; at = at.parentElement) if (at.matches('.scroll, .list, pre')) return true;
      return false;
    };
    expect(wide.filter((element) => !isInScroller(element)).map((element) => `${element.localName}.${element.className}`)).toEqual([]);
    expect(host.scrollWidth).toBeLessThanOrEqual(328);
  });

  test('without services the static text stays', () => {
    const cell = document.createElement('data-cell');
    cell.textContent = 'static';
    document.body.replaceChildren(cell);
    expect(cell.textContent).toBe('static');
  });
});
