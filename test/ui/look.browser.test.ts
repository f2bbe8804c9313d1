/** The Look cell against the fake trainer: choosing spans, methods, thresholds, what stands beside, files. */
import axe from 'axe-core';
import { describe, expect, test } from 'vitest';
import type { Calls } from '../../workers/protocol.ts';
import { decodeLink } from '../../src/study/link.ts';
import { evaluationOf } from '../support/fake-trainer.ts';
import { readXml, textIn } from '../support/xml.ts';
import { cleanUp, find, open, stored, textOf, until } from './notebook-page.ts';
import type { Opened } from './notebook-page.ts';

cleanUp();

const finished = { ...stored, state: 'finished', step: 8, evaluations: [evaluationOf(8, 10, 8)] } as const;

/** The cell with a finished run open, and another one in the store. `fails`: the first map is asked for a word that is none. */
async function openLook(fails = false, other = 'grey owl'): Promise<Opened & { asked: Calls['attribute']['in'][] }> {
  const opened = open({ runs: [finished, { ...finished, runId: 'second', name: other }] });
  const asked: Calls['attribute']['in'][] = [];
  const post = opened.trainer.postMessage.bind(opened.trainer);
  opened.trainer.postMessage = (message) => {
    if (message.name !== 'attribute') return post(message);
    asked.push(message.args);
    const isBad = fails && asked.length === 1;
    post(isBad ? { ...message, args: { ...message.args, asked: { ...message.args.asked, positions: [0] } } } : message);
  };
  await until(() => opened.runs.isReady.value, 'the store');
  await opened.runs.open('old');
  await until(() => words().length > 10, 'the words');
  return { ...opened, asked };
}

const strip = (): ShadowRoot | null | undefined => find('token-strip')?.shadowRoot;
const words = (): HTMLButtonElement[] => [...(strip()?.querySelectorAll('button') ?? [])];
const pressed = (): string =>
  words()
    .filter((word) => word.getAttribute('aria-pressed') === 'true')
    .map((word) => word.textContent?.trim())
    .join(' ');
const press = (key: string, shiftKey = false): void => {
  const target = strip()?.activeElement;
  target?.dispatchEvent(new KeyboardEvent('keydown', { key, shiftKey, bubbles: true, composed: true }));
};
const choose = (label: string, option: string): void => {
  const group = [...(find('look-words')?.shadowRoot?.querySelectorAll('choice-group') ?? [])].find((element) => element.label === label);
  const inputs = [...(group?.shadowRoot?.querySelectorAll('label') ?? [])];
  inputs
    .find((element) => element.textContent?.trim() === option)
    ?.querySelector('input')
    ?.click();
};
const select = (label: string, value: string): void => {
  const labels = [...(find('look-controls')?.shadowRoot?.querySelectorAll('label') ?? [])];
  const field = labels.find((element) => element.textContent?.includes(label))?.querySelector('select');
  if (field == null) throw new Error(`no ${label}`);
  field.value = value;
  field.dispatchEvent(new Event('change'));
};
describe('words', () => {
  test('Shift and a click, and Shift and arrows, extend what is pinned; Escape frees it', async () => {
    const { notebook, asked } = await openLook();
    words()[0]?.click();
    await until(() => pressed() !== '', 'one word');
    words()[2]?.dispatchEvent(new MouseEvent('click', { shiftKey: true }));
    await until(() => pressed().split(' ').length === 3, 'three words');
    const first = notebook.state.value.look.span?.from ?? 0;
    await until(() => asked.at(-1)?.asked.positions.length === 3, 'a map of three words');
    expect(asked.find(({ asked: { positions } }) => positions.length === 3)?.asked).toEqual({
      positions: [first, first + 1, first + 2],
      method: 'gradient-input',
      aggregate: 'mean',
    });
    words()[2]?.focus();
    press('ArrowRight', true);
    await until(() => pressed().split(' ').length === 4, 'four words');
    press('ArrowLeft', true);
    press('ArrowLeft', true);
    await until(() => pressed().split(' ').length === 2, 'two words');
    press('Escape');
    await until(() => pressed() === '', 'none');
    expect(notebook.state.value.look.span).toBeNull();
  });

  test('a drag pins all from where it began to where it ends, in either direction', async () => {
    await openLook();
    const drag = (from: number, to: number): void => {
      words()[from]?.dispatchEvent(new PointerEvent('pointerdown', { button: 0, pointerType: 'mouse' }));
      for (const at of [from, to]) words()[at]?.dispatchEvent(new PointerEvent('pointerenter'));
      dispatchEvent(new PointerEvent('pointerup'));
    };
    drag(4, 1);
    await until(() => pressed().split(' ').length === 4, 'four words');
    words()[3]?.click(); // the click that ends a drag
    await new Promise((resolve) => setTimeout(resolve));
    drag(6, 7);
    await until(() => pressed().split(' ').length === 2, 'two words');
  });

  test('a coarser choice grows what is pinned to whole groups, and one click pins a line', async () => {
    const { notebook } = await openLook();
    words()[2]?.click();
    await until(() => pressed() !== '', 'one word');
    choose('Choose by', 'cell');
    await until(() => pressed().split(' ').length === 5, 'the cell');
    choose('Choose by', 'line');
    await until(() => pressed().split(' ').length === 6, 'the line');
    words()[8]?.click();
    await until(() => words()[8]?.getAttribute('aria-pressed') === 'true', 'the second line');
    expect(pressed().split(' ')).toHaveLength(6);
    words()[8]?.click();
    await until(() => notebook.state.value.look.span === null, 'it to be freed');
    choose('Choose by', 'answer');
    await until(() => find<HTMLElementTagNameMap['token-strip']>('token-strip')?.starts.length === 1, 'one group');
    words()[0]?.click();
    await until(() => pressed().split(' ').length === words().length, 'the whole answer');
    await until(() => textOf('look-cell').includes(`(${words().length} words)`), 'its name');
  });

  test('arrow keys move by groups', async () => {
    await openLook();
    choose('Choose by', 'line');
    await until(() => find<HTMLElementTagNameMap['token-strip']>('token-strip')?.starts.length !== words().length, 'lines');
    words()[0]?.focus();
    press('ArrowRight');
    expect(words().indexOf(strip()?.activeElement as HTMLButtonElement)).toBe(6);
    press('End');
    press('Home');
    expect(words().indexOf(strip()?.activeElement as HTMLButtonElement)).toBe(0);
  });
});

describe('maps', () => {
  test('a pinned word has shares, with an untrained model beside; a preview asks for neither', async () => {
    const { asked } = await openLook();
    words()[1]?.dispatchEvent(new PointerEvent('pointerenter'));
    await until(() => asked.length === 1, 'the preview');
    words()[1]?.click();
    await until(() => textOf('look-cell').includes('the names of its row and column'), 'the shares');
    await until(() => asked.some(({ of }) => of.kind === 'untrained'), 'the control');
    await until(() => !textOf('look-cell').includes(' … '), 'all numbers');
    expect(asked.map(({ of }) => of.kind)).toEqual(['run', 'untrained']);
    expect(textOf('look-cell')).toMatch(/elsewhere\s+[\d.]+ %/);
  });

  test('costly methods wait for a click, and integrated gradients say what they account for', async () => {
    const { asked } = await openLook();
    select('Method', 'integrated-gradients');
    words()[3]?.dispatchEvent(new PointerEvent('pointerenter'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(asked).toEqual([]);
    words()[3]?.click();
    await until(() => textOf('look-cell').includes('All scores add up to −1.25; the picture changes the loss by −1.30'), 'the account');
    expect(asked[0]?.asked.method).toBe('integrated-gradients');
    select('Method', 'occlusion');
    await until(() => asked.at(-1)?.asked.method === 'occlusion', 'occlusion');
  });

  test('a threshold of mass names how many pixels it keeps; one button is back at the paper', async () => {
    const { notebook } = await openLook();
    words()[0]?.click();
    await until(() => textOf('look-cell').includes('Keeps the 169 highest pixels of 16,896'), 'the pixels');
    select('Mark by', 'mass');
    const kept = (): number => Number(/Keeps the ([\d,]+) highest/.exec(textOf('look-cell'))?.[1]?.replace(',', ''));
    await until(() => kept() > 0 && kept() < 169, 'fewer pixels'); // 1 % of the mass of a bump
    select('Score', 'absolute');
    await until(() => notebook.state.value.look.sign === 'absolute', 'the link to know');
    const back = [...(find('look-controls')?.shadowRoot?.querySelectorAll('button') ?? [])].find(
      (element) => element.textContent === 'As in the paper',
    );
    back?.click();
    await until(() => kept() === 169, 'the paper’s choice');
    expect(notebook.state.value.look.sign).toBe('signed');
  });

  test('another run stands beside on one scale, and its column is in the table', async () => {
    const { asked } = await openLook();
    words()[0]?.click();
    await until(() => textOf('look-cell').includes('While it writes'), 'the map');
    select('Compare with', 'second');
    await until(() => asked.some(({ of }) => of.kind === 'stored' && of.runId === 'second'), 'its map');
    const pictures = () => [...(find('look-map')?.shadowRoot?.querySelectorAll('heat-picture') ?? [])];
    await until(() => pictures().length === 3, 'two pictures and their difference');
    await until(() => pictures()[0]?.heat?.most === pictures()[1]?.heat?.most, 'one scale');
    expect(textOf('look-cell')).toContain('grey owl');
  });

  test('a map that cannot be made says why, once; another word is tried anew', async () => {
    const { asked } = await openLook(true);
    words()[0]?.dispatchEvent(new PointerEvent('pointerenter'));
    await until(() => textOf('look-cell').includes('No map for these words: fake: no word 0 in this answer'), 'the reason');
    expect(asked).toHaveLength(1);
    words()[1]?.dispatchEvent(new PointerEvent('pointerenter'));
    await until(() => textOf('look-cell').includes('While it writes'), 'a map');
    expect(textOf('look-cell')).not.toContain('No map');
    words()[0]?.dispatchEvent(new PointerEvent('pointerenter'));
    await until(() => asked.length === 3, 'the first word again');
  });

  test.each(['light', 'dark'])('axe finds no fault, %s, with a map open', async (theme) => {
    document.documentElement.dataset['theme'] = theme;
    try {
      await openLook();
      words()[0]?.click();
      await until(() => textOf('look-cell').includes('the names of its row and column'), 'the shares');
      const { violations } = await axe.run(document.querySelector('look-cell') ?? document.body, { rules: { region: { enabled: false } } });
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
    } finally {
      delete document.documentElement.dataset['theme'];
    }
  });
});

describe('files', () => {
  test('a map is saved as numbers, drawing and picture', async () => {
    await openLook();
    words()[0]?.click();
    await until(() => textOf('look-cell').includes('the names of its row and column'), 'the shares');
    const saved: { name: string; blob: Blob }[] = [];
    const { createObjectURL } = URL;
    const { click } = HTMLAnchorElement.prototype;
    let last: Blob | null = null;
    URL.createObjectURL = (blob: Blob) => {
      last = blob;
      return createObjectURL.call(URL, blob);
    };
    HTMLAnchorElement.prototype.click = function save(this: HTMLAnchorElement) {
      if (last !== null) saved.push({ name: this.download, blob: last });
    };
    try {
      for (const [i, kind] of ['CSV', 'JSON', 'SVG', 'PNG'].entries()) {
        [...(find('look-map')?.shadowRoot?.querySelectorAll('button') ?? [])].find((element) => element.textContent === kind)?.click();
        await until(() => saved.length === i + 1, kind);
      }
    } finally {
      URL.createObjectURL = createObjectURL;
      HTMLAnchorElement.prototype.click = click;
    }
    expect(saved.map(({ name }) => name)).toEqual(['csv', 'json', 'svg', 'png'].map((kind) => `amber-fox-look.${kind}`));
    const [csv, json, svg, png] = saved.map(({ blob }) => blob);
    expect((await csv?.text())?.split('\n')).toHaveLength(16_896 + 2);
    const { link, ...map } = JSON.parse((await json?.text()) ?? '') as { link: string; words: { from: number; to: number } };
    expect(map).toMatchObject({ widthPx: 176, heightPx: 96 });
    const opened = decodeLink(new URL(link).hash);
    expect(opened).toMatchObject({
      draft: finished.spec,
      example: { task: finished.spec.task },
      look: { span: { from: map.words.from, to: map.words.to } },
    });
    expect(await csv?.text()).toContain(`,${link}\n`);
    expect(textIn(readXml((await svg?.text()) ?? '')).replaceAll(/\s/g, '')).toContain(link);
    expect(await svg?.text()).toMatch(/<image [^>]*data:image\/png;base64,[^"]{100}/);
    expect([...new Uint8Array((await png?.arrayBuffer()) ?? new ArrayBuffer(0))].slice(1, 4)).toEqual([80, 78, 71]);
  });
});

test('the long name of another run does not widen a narrow page', async () => {
  const name = 'a name of sixty characters '.padEnd(60, 'wide');
  document.body.style.width = '390px';
  try {
    await openLook(false, name);
    words()[0]?.click();
    const controls = await until(() => find<HTMLElement>('look-controls'), 'the settings');
    await until(() => controls.shadowRoot?.textContent?.includes(name), 'the choice');
    const settings = controls.shadowRoot?.querySelector('.settings');
    expect(settings?.scrollWidth).toBeLessThanOrEqual(controls.clientWidth);
  } finally {
    document.body.style.width = '';
  }
});
