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

test('20 fast clicks keep no picture: each address that was made is let go', async () => {
  const kept = new Set<string>();
  let made = 0;
  const { createObjectURL, revokeObjectURL } = URL;
  URL.createObjectURL = (blob) => {
    const address = createObjectURL.call(URL, blob);
    kept.add(address);
    made += 1;
    return address;
  };
  URL.revokeObjectURL = (address) => {
    kept.delete(address);
    revokeObjectURL.call(URL, address);
  };
  try {
    await score();
    const rowsOf = await until(() => find('outcome-rows'), 'the rows');
    const buttons = [...(rowsOf.shadowRoot?.querySelectorAll<HTMLButtonElement>('tbody button') ?? [])];
    expect(buttons).toHaveLength(2);
    for (let i = 0; i < 20; i++) buttons[i % 2]?.click();
    await until(() => find('img'), 'the picture');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(made).toBeGreaterThan(0);
    expect(kept.size).toBe(1);
    document.body.replaceChildren();
    expect(kept.size).toBe(0);
  } finally {
    Object.assign(URL, { createObjectURL, revokeObjectURL });
  }
});

test('a prediction in which nothing can be read is shown, with what was looked for', async () => {
  await score();
  const list = await until(() => find('outcome-rows')?.shadowRoot?.querySelector('tbody'), 'the rows');
  const cells = [...list.querySelectorAll('tr')].map((row) => [...row.querySelectorAll('td')].map(({ textContent }) => textContent?.trim() ?? ''));
  expect(cells[1]?.[0]).toBe('scored wrong');
  expect(cells[1]?.at(-1)).toMatch(/^“no”\s*nothing readable: expected e\.g\. “The total is 3 \+ 4 = 7\.”$/);
  expect(cells[0]?.[0]).toBe('scored right');
  expect(cells[0]?.at(-1)).toBe('3,1');
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
  await until(() => find('img'), 'the picture of the row');
  const images = [...deep(document)].filter((element) => element instanceof HTMLImageElement);
  expect(images.map(({ src }) => src.slice(0, 5))).toEqual(['blob:']);
  expect((globalThis as { pwned?: number }).pwned).toBeUndefined();
});

test('a damaged file gives one message with its place, and no numbers', async () => {
  open();
  await choose('Data set', new File([`index\tquestion\tanswer\n1\t${QUESTION}\t3\n2\tx\n`], 'TableReadout.tsv'));
  (await start()).click();
  const alert = await until(() => find('[role="alert"]'), 'the message');
  expect(alert.textContent).toContain('TableReadout.tsv, row 2 (line 3), column answer: expected 3 fields, got 2 fields');
  expect(find('report-table')).toBeUndefined();
});

test.each([
  ['Data set', new File(['PK\u0003\u0004', new Uint8Array(60)], 'book.xlsx'), 'book.xlsx: expected a text file, got an Excel workbook'],
  ['Predictions', new File(['id\tprediction\n1\n'], 'p.tsv'), 'p.tsv, row 1 (line 2), column prediction: expected 2 fields, got 1 field'],
])('what a first look cannot read, as %s, is an error at once, and cannot be scored', async (label, file, message) => {
  open();
  if (label !== 'Data set') await choose('Data set', DATA);
  await choose(label, file);
  const alert = await until(() => find('[role="alert"]'), 'the message');
  expect(alert.matches('.note.bad')).toBe(true);
  expect(alert.textContent).toContain(message);
  expect(find<HTMLButtonElement>('button.primary')?.disabled).toBe(true);
  expect(textOf('data-cell')).toContain('Choose another file first.');
  await choose(label, label === 'Data set' ? DATA : PREDICTIONS);
  await start();
  expect(find('[role="alert"]')).toBeUndefined();
});

test('a bad first row can still be left out', async () => {
  open();
  await choose('Data set', new File([`index\tquestion\tanswer\n1\tx\n2\t${QUESTION}\t3\n`], 'TableReadout.tsv'));
  const box = await until(() => find<HTMLInputElement>('input[type="checkbox"]'), 'the option');
  box.click();
  (await start()).click();
  await until(() => textOf('data-cell').includes('Left out: 1 records'), 'the report');
});

const pickList = (label: string) =>
  until(
    () =>
      [...deep(document)].find(
        (element): element is HTMLSelectElement =>
          element instanceof HTMLSelectElement && (element.closest('label')?.textContent ?? '').includes(label),
      ),
    label,
  );
const status = () => find('data-cell')?.shadowRoot?.querySelector('[role="status"]')?.textContent ?? 'no status';

test.each(['Answers in column', 'Task', 'Level', 'Leave bad rows out'])(
  'results go when “%s” changes, for they are of what was chosen before',
  async (label) => {
    await score();
    expect(status()).toBe('The file is scored.');
    const change = async (): Promise<void> => {
      if (label === 'Leave bad rows out') return (await until(() => find<HTMLInputElement>('input[type="checkbox"]'), label)).click();
      const list = await pickList(label);
      list.selectedIndex = 2;
      list.dispatchEvent(new Event('change'));
    };
    await change();
    await until(() => find('report-table') === undefined, 'an empty place');
    expect(status()).toBe('');
    expect(find('[role="alert"]')).toBeUndefined();
  },
);

test('a level that the rows overrule is told', async () => {
  open();
  const own = new File([`index\tquestion\tanswer\tlevel\n1\t${QUESTION}\t3\tsimple\n`], 'TableReadout.tsv');
  await choose('Data set', own);
  const list = await pickList('Level');
  list.value = 'hard';
  list.dispatchEvent(new Event('change'));
  (await start()).click();
  await until(() => textOf('data-cell').includes('Level chosen: hard. 1 row names another itself, which counts for it.'), 'the note');
});

test('each scoring is announced: the status is empty while the next one runs', async () => {
  await score();
  expect(status()).toBe('The file is scored.');
  (await start()).click();
  await find<HTMLElementTagNameMap['data-cell']>('data-cell')?.updateComplete;
  expect(status()).toBe('');
  await until(() => status() === 'The file is scored.', 'the second time');
});

describe('dropping', () => {
  const dropOf = (type: 'drop' | 'dragover', file: File | null): DragEvent => {
    const dataTransfer = new DataTransfer();
    if (file === null) dataTransfer.setData('text/plain', 'words');
    else dataTransfer.items.add(file);
    return new DragEvent(type, { bubbles: true, composed: true, cancelable: true, dataTransfer });
  };

  test('a file beside the zones does not replace the page, as long as the cell is there', () => {
    open();
    const isStopped = (event: DragEvent): boolean => !document.body.dispatchEvent(event);
    expect([isStopped(dropOf('dragover', DATA)), isStopped(dropOf('drop', DATA))]).toEqual([true, true]);
    expect([isStopped(dropOf('dragover', null)), isStopped(dropOf('drop', null))]).toEqual([false, false]); // words into a field
    document.body.replaceChildren();
    expect([isStopped(dropOf('dragover', DATA)), isStopped(dropOf('drop', DATA))]).toEqual([false, false]);
  });

  test('the file field does not go on naming an earlier file, and takes the same one again', async () => {
    open();
    await choose('Data set', DATA);
    const drop = await until(() => find<HTMLElement>('file-drop[label="Data set"]'), 'the zone');
    const [zone, input] = [drop.shadowRoot?.querySelector('.zone'), drop.shadowRoot?.querySelector('input')];
    if (zone == null || input == null) throw new Error('zone and field');
    expect(input.files).toHaveLength(1);
    zone.dispatchEvent(dropOf('drop', new File(['index\tquestion\tanswer\n1\tx\ty\n'], 'other.tsv')));
    await until(() => textOf('data-cell').includes('other.tsv'), 'the dropped file');
    expect(input.files).toHaveLength(0);
    await choose('Data set', DATA);
    expect(input.files).toHaveLength(1);
    input.addEventListener('click', (event) => event.preventDefault()); // no dialogue in a test
    input.click();
    expect(input.files).toHaveLength(0); // else choosing the same file would change nothing, and tell nobody
    await until(() => find('.name')?.textContent === DATA.name, 'the name, which stays');
  });
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
