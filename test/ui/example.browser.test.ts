/** The Example cell in a real browser: every task, pointing in one form and seeing it in the others, keys, the gallery, settings that do not go together. */
import axe from 'axe-core';
import { describe, expect, test } from 'vitest';
import { formsAt } from '../../src/study/example-forms.ts';
import type { ExampleForms } from '../../src/study/example-forms.ts';
import { defaultTaskSpec, taskInfo } from '../../src/tasks/task-spec.ts';
import type { Level, TaskId } from '../../src/tasks/task.ts';
import { TASK_IDS } from '../../src/tasks/task.ts';
import type { LinkedExample } from '../../src/ui/elements/linked-example.ts';
import type { TaskSettings } from '../../src/ui/elements/task-settings.ts';
import type { LinkedText } from '../../src/ui/elements/linked-text.ts';
import { button, cleanUp, deep, exampleCalls, find, open, textOf, until } from './notebook-page.ts';

cleanUp();

const CASES = TASK_IDS.flatMap((id) => taskInfo(id).levels.map((level): [TaskId, Level] => [id, level]));

function inside(): ShadowRoot {
  const root = find<LinkedExample>('linked-example')?.shadowRoot;
  if (root == null) throw new Error('no example on the page');
  return root;
}
const box = (id: 'text' | 'cot'): LinkedText | null => inside().querySelector<LinkedText>(`#${id}`);
const pieces = (id: 'text' | 'cot'): HTMLElement[] => [...(box(id)?.shadowRoot?.querySelectorAll<HTMLElement>('[data-index]') ?? [])];
const litPieces = (id: 'text' | 'cot'): number[] => pieces(id).flatMap((piece, i) => (piece.classList.contains('lit') ? [i] : []));
const overlay = (): SVGSVGElement | null | undefined =>
  inside().querySelector('linked-picture')?.shadowRoot?.querySelector<SVGSVGElement>('.overlay');
const litRegions = (): string[] => [...(overlay()?.querySelectorAll<SVGGElement>('.lit') ?? [])].map((group) => group.dataset['region'] ?? '');
const says = (): string => inside().querySelector('.says')?.textContent?.replaceAll(/\s+/g, ' ').trim() ?? '';
const hitBox = (id: string): Element | undefined =>
  [...(overlay()?.querySelectorAll<SVGRectElement>('.hit') ?? [])].find((rect) => rect.dataset['region'] === id);
const over = (element: Element | undefined): unknown => element?.dispatchEvent(new PointerEvent('pointerover', { bubbles: true, composed: true }));
const key = (element: Element | null | undefined, name: string): unknown =>
  element?.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, composed: true, cancelable: true }));

/** Opens the page on an example and waits until it is drawn. */
async function show(id: TaskId, level: Level, more: { index?: number; profile?: 'paper' | 'compact' } = {}) {
  const opened = open();
  const task = defaultTaskSpec(id);
  opened.notebook.setExample({ task, level, ...more });
  const { index = 0, profile = 'paper' } = more;
  const forms: ExampleForms = formsAt({ task: id, level, split: 'eval', seed: 1, index }, task, profile);
  await until(() => find('linked-example') && inside().querySelector('.summary')?.textContent === forms.summary, `${id} ${level}`);
  await until(() => pieces('cot').length === forms.links.cot.length, 'the lines');
  return { ...opened, forms };
}

describe('every task', () => {
  test.each(CASES)('%s %s: a line of the chain of thought lights its place in picture and text', async (id, level) => {
    const { forms } = await show(id, level);
    expect(textOf('example-cell')).toContain(taskInfo(id).summary);
    const image = inside().querySelector('linked-picture')?.shadowRoot?.querySelector('svg-picture')?.shadowRoot?.querySelector('img');
    expect(image?.src).toMatch(/^blob:/);
    expect(image?.alt.length).toBeGreaterThan(20);
    const line = Math.floor(forms.links.cot.length / 2);
    over(pieces('cot')[line]);
    const span = forms.links.cot[line];
    await until(() => litRegions().length > 0, 'the light');
    expect(litRegions()).toEqual([...new Set(span?.regions)]);
    expect(litPieces('cot')).toEqual([line]);
    const sharing = forms.links.text.flatMap(({ regions }, i) => (regions.some((region) => span?.regions.includes(region)) ? [i] : []));
    await until(() => litPieces('text').length === sharing.length, 'the text');
    expect(litPieces('text')).toEqual(sharing);
    expect(says()).toMatch(new RegExp(`^Line ${line + 1} of ${forms.links.cot.length}: .`));
    for (const regionId of litRegions()) {
      const region = forms.links.regions.find((known) => known.id === regionId);
      const edge = overlay()?.querySelector(`.lit[data-region="${regionId}"] .edge`);
      expect(['x', 'y', 'width', 'height'].map((name) => Number(edge?.getAttribute(name)))).toEqual([
        region?.x,
        region?.y,
        region?.width,
        region?.height,
      ]);
    }
  });

  test.each(CASES)('%s %s: a place in the picture lights every line that speaks of it', async (id, level) => {
    const { forms } = await show(id, level, { profile: 'compact' });
    const region = forms.links.cot.at(-1)?.regions[0] ?? '';
    const speaking = forms.links.cot.flatMap(({ regions }, i) => (regions.includes(region) ? [i] : []));
    over(hitBox(region));
    await until(() => litPieces('cot').length > 0, 'the lines');
    expect(litPieces('cot')).toEqual(speaking);
    expect(litRegions()).toEqual([region]);
    overlay()?.dispatchEvent(new PointerEvent('pointerleave'));
    await until(() => litRegions().length === 0, 'the light to go out');
    expect(litPieces('cot')).toEqual([]);
  });
});

describe('Pointing', () => {
  test('a click holds, other places change nothing, Escape lets go', async () => {
    await show('grid-navigation', 'hard');
    pieces('cot')[3]?.click();
    await until(() => pieces('cot')[3]?.getAttribute('aria-pressed') === 'true', 'the hold');
    const held = litRegions();
    over(pieces('cot')[9]);
    over(hitBox('none'));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([litRegions(), litPieces('cot')]).toEqual([held, [3]]);
    key(document.body, 'Escape');
    await until(() => litRegions().length === 0, 'the light to go out');
    pieces('cot')[3]?.click();
    await until(() => litRegions().length > 0, 'the hold again');
    pieces('cot')[3]?.click();
    over(pieces('cot')[9]);
    await until(() => litPieces('cot')[0] === 9, 'a second click to let go');
  });

  test('the arrow keys walk through the lines with one stop for Tab, and take a hold along', async () => {
    await show('table-readout', 'hard');
    const stops = (): number[] => pieces('cot').flatMap((piece, i) => (piece.tabIndex === 0 ? [i] : []));
    expect(stops()).toEqual([0]);
    pieces('cot')[0]?.focus();
    await until(() => litPieces('cot')[0] === 0, 'the first line');
    key(pieces('cot')[0], 'ArrowDown');
    await until(() => litPieces('cot')[0] === 1, 'the second line');
    expect([stops(), box('cot')?.shadowRoot?.activeElement]).toEqual([[1], pieces('cot')[1]]);
    key(pieces('cot')[1], 'Enter');
    key(pieces('cot')[1], 'ArrowDown');
    await until(() => pieces('cot')[2]?.getAttribute('aria-pressed') === 'true', 'the hold to move');
    key(pieces('cot')[2], 'End');
    await until(() => litPieces('cot')[0] === pieces('cot').length - 1, 'the last line');
    key(pieces('cot').at(-1), 'ArrowDown');
    expect(stops()).toEqual([pieces('cot').length - 1]);
  });

  test('the buttons walk through the lines and scroll only the box', async () => {
    await show('grid-navigation', 'hard', { index: 19 });
    const at = scrollY;
    for (let i = 0; i < 60; i++) find<HTMLButtonElement>('linked-example')?.shadowRoot?.querySelector<HTMLButtonElement>('[aria-label="Next line"]')?.click(); // prettier-ignore
    await until(() => litPieces('cot')[0] === 59, 'line 60');
    const outer = box('cot')?.shadowRoot?.querySelector('pre')?.getBoundingClientRect();
    const inner = await until(() => {
      const found = pieces('cot')[59]?.getBoundingClientRect();
      return found !== undefined && found.top >= (outer?.top ?? 0) && found.bottom <= (outer?.bottom ?? 0) ? found : null;
    }, 'the line to be in view');
    expect(inner.height).toBeGreaterThan(0);
    expect(scrollY).toBe(at);
    expect(says()).toContain('Line 60 of 157');
  });

  test('Play goes from line to line until it is paused', async () => {
    await show('consecutive-table-readout', 'simple');
    (await until(() => button('Play the lines'), 'Play')).click();
    await until(() => litPieces('cot')[0] === 1, 'the second line');
    expect(inside().querySelector('.says')?.getAttribute('aria-live')).toBe('off');
    button('Pause')?.click();
    await until(() => button('Play the lines'), 'the pause');
    expect(inside().querySelector('.says')?.getAttribute('aria-live')).toBe('polite');
  });

  test('hundreds of lines are drawn once: pointing replaces no element and is fast', async () => {
    await show('grid-navigation', 'hard', { index: 19 });
    const before = pieces('cot');
    const started = performance.now();
    for (let i = 0; i < 100; i++) {
      over(before[i]);
      await find<LinkedExample>('linked-example')?.updateComplete;
    }
    const eachMs = (performance.now() - started) / 100;
    expect(pieces('cot').every((piece, i) => piece === before[i])).toBe(true);
    expect(eachMs).toBeLessThan(16); // one frame
  });

  test('start and end are framed when asked for, and only where there are some', async () => {
    const { notebook } = await show('grid-navigation', 'simple');
    const mark = (): HTMLInputElement | null | undefined =>
      document.querySelector('example-cell')?.shadowRoot?.querySelector<HTMLInputElement>('.check input');
    mark()?.click();
    await until(() => overlay()?.querySelectorAll('.mark').length === 2, 'the frames');
    notebook.showTask('visual-analogy');
    await until(() => mark() === null, 'the choice to go');
    expect(overlay()?.querySelectorAll('.mark').length).toBe(0);
  });
});

describe('Records', () => {
  test('say what is given and what is to be written, with sizes', async () => {
    const { notebook, forms } = await show('table-readout', 'simple');
    const usages = (): string[] => [...inside().querySelectorAll('linked-text')].map(({ usage }) => usage);
    await until(() => usages().length === 3, 'the texts');
    expect(usages()).toEqual(['not in this record', 'to be written', 'to be written']);
    expect(textOf('example-cell')).toContain(
      `To be written: chain of thought and answer, ${forms.sizes.image.response.toLocaleString('en')} characters.`,
    );
    notebook.setExample({ record: 'image-via-text' });
    await until(() => usages()[0] === 'to be written', 'the other record');
    expect(box('text')?.shadowRoot?.querySelector('pre')?.textContent).toBe(forms.records['image-via-text'].convert);
    notebook.setExample({ record: 'text', profile: 'compact' });
    await until(() => usages()[0] === 'given' && textOf('example-cell').includes('tokens'), 'tokens');
    expect(inside().querySelector('.picture .usage')?.textContent).toBe('not in this record');
  });
});

describe('Gallery', () => {
  const thumbnails = (): HTMLButtonElement[] => [...(find('example-gallery')?.shadowRoot?.querySelectorAll<HTMLButtonElement>('li button') ?? [])];

  test('draws the neighbours once it is seen; a click opens one, pages turn without leaving the example', async () => {
    const { notebook } = await show('visual-analogy', 'simple', { index: 14 });
    find('example-gallery')?.scrollIntoView();
    await until(() => thumbnails()[0]?.querySelector('svg-picture')?.shadowRoot?.querySelector('img'), 'pictures');
    expect(thumbnails().map((item) => item.textContent?.trim())).toEqual(Array.from({ length: 12 }, (_, i) => String(12 + i)));
    expect(
      thumbnails()
        .map((item) => item.getAttribute('aria-current'))
        .indexOf('true'),
    ).toBe(2);
    expect(thumbnails()[0]?.getAttribute('aria-label')).toMatch(/^Example 12\. .+option/);
    thumbnails()[5]?.click();
    await until(() => thumbnails()[5]?.getAttribute('aria-current') === 'true', 'the mark to move');
    expect(notebook.state.value.example.index).toBe(17);
    const next = find('example-gallery')?.shadowRoot?.querySelector<HTMLButtonElement>('[aria-label="Examples after these"]');
    next?.click();
    await until(() => thumbnails()[0]?.textContent?.trim() === '24', 'the next page');
    expect(notebook.state.value.example.index).toBe(17);
    notebook.setExample({ index: 40 });
    await until(() => thumbnails()[0]?.textContent?.trim() === '36', 'the page of the example');
    notebook.setExample({ index: 0 });
    await until(() => thumbnails()[0]?.textContent?.trim() === '0', 'the first page');
    expect(find('example-gallery')?.shadowRoot?.querySelector<HTMLButtonElement>('[aria-label="Examples before these"]')?.disabled).toBe(true);
  });

  test('asks for nothing while it is out of sight', async () => {
    const { notebook } = open();
    document.querySelector('example-cell')?.setAttribute('hidden', '');
    notebook.setExample({ index: 3 });
    await until(() => find('linked-example'), 'the example');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(exampleCalls.some(({ name }) => name === 'gallery')).toBe(false);
  });
});

describe('Settings', () => {
  const input = (label: string): HTMLInputElement | undefined =>
    [...deep(document)]
      .find((element) => element.matches('example-cell label[for="control"], label[for="control"]') && element.textContent === label)
      ?.parentNode?.querySelector<HTMLInputElement>('#control') ?? undefined;
  const type = (label: string, value: string): void => {
    const field = input(label);
    if (field === undefined) throw new Error(`no field ${label}`);
    field.value = value;
    field.dispatchEvent(new Event('change'));
  };

  test('that do not go together are told, and neither the example nor what was typed is lost', async () => {
    const { notebook } = await show('table-readout', 'simple');
    const shown = notebook.state.value.example;
    type('fewest rows', '12');
    await until(() => find<TaskSettings>('task-settings')?.task === notebook.state.value.example.task, 'the form to follow');
    type('most rows', '8');
    await until(() => textOf('example-cell').includes('These settings do not go together'), 'the message');
    expect(notebook.state.value.example.task).toMatchObject({ minRows: 12, maxRows: 12 }); // the last that did
    expect(input('most rows')?.value).toBe('8');
    expect(find('linked-picture')).toBeDefined();
    type('fewest rows', '8');
    await until(() => !textOf('example-cell').includes('do not go together'), 'the message to go');
    expect(notebook.state.value.example.task).toMatchObject({ minRows: 8, maxRows: 8 });
    button('Authors’ settings')?.click();
    expect(notebook.state.value.example).toEqual(shown);
  });

  test('of the wrong kind are told at their field', async () => {
    const { notebook } = await show('grid-navigation', 'simple');
    type('Smallest side', '99');
    await until(() => textOf('example-cell').includes('Give a whole number from 4 to 12.'), 'the message');
    expect(notebook.state.value.example.task).toEqual(defaultTaskSpec('grid-navigation'));
  });

  test('of the training form come with its task, and a level that it has', async () => {
    const { notebook } = await show('grid-navigation', 'hard');
    button('Settings of the training form')?.click();
    expect(notebook.state.value.example.task).toEqual(notebook.state.value.draft.task);
    await until(() => find('linked-example'), 'the example');
  });
});

test.each(TASK_IDS)('axe finds nothing in the cell on %s, at rest, held and with all folds open', async (id) => {
  await show(id, 'hard');
  const faults = async (): Promise<string[]> => (await axe.run('example-cell')).violations.map(({ id: rule, nodes }) => `${rule}: ${JSON.stringify(nodes.map(({ target }) => target))}`); // prettier-ignore
  expect(await faults()).toEqual([]);
  pieces('cot')[2]?.click();
  for (const fold of [...deep(document)].filter((element): element is HTMLDetailsElement => element.matches('details'))) fold.open = true;
  await until(() => litRegions().length > 0, 'the light');
  expect(await faults()).toEqual([]);
});
