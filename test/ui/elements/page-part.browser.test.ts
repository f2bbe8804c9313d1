/** The place of a part of the page that may not come. */
import axe from 'axe-core';
import { html, render } from 'lit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import '../../../src/ui/styles/page.css';
import '../../../src/ui/elements/page-part.ts';
import { MISSING, PagePart } from '../../../src/ui/services/page-part.ts';

let place = document.createElement('div');
beforeEach(() => {
  place = document.createElement('div');
  document.body.append(place);
});
afterEach(() => document.body.replaceChildren());

/** A part that fails so many times first. */
function failing(times: number) {
  const asked = { count: 0 };
  const part = new PagePart(async () => {
    asked.count += 1;
    if (asked.count <= times) throw new TypeError('Failed to fetch dynamically imported module');
    return { name: 'here' };
  });
  return { part, asked };
}

const draw = (part: PagePart): void =>
  void render(
    html`<main>
      <page-part .of=${part}><p>the part</p></page-part>
    </main>`,
    place,
  );
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
const shadow = (): ShadowRoot | null | undefined => document.querySelector('page-part')?.shadowRoot;

test('a failure is said in place, is not asked again when the page is drawn again, and nothing is thrown', async () => {
  const thrown: string[] = [];
  const hear = (event: PromiseRejectionEvent): void => void thrown.push(String(event.reason));
  addEventListener('unhandledrejection', hear);
  const { part, asked } = failing(1);
  for (let i = 0; i < 5; i++) {
    draw(part);
    document.querySelector('page-part')?.requestUpdate();
    await settle();
  }
  expect(asked.count).toBe(1);
  expect(shadow()?.textContent).toContain(MISSING);
  expect(shadow()?.querySelector('slot')).toBeNull();
  expect((await axe.run(document.body)).violations.map(({ id }) => id)).toEqual([]);
  shadow()?.querySelector('button')?.click();
  await settle();
  expect(asked.count).toBe(2);
  expect(shadow()?.querySelector('slot')?.assignedElements().map((element) => element.textContent)).toEqual(['the part']); // prettier-ignore
  expect(part.module.value).toEqual({ name: 'here' });
  expect(thrown).toEqual([]);
  removeEventListener('unhandledrejection', hear);
});

test('is tried once more when the browser is online again, and not when it is there', async () => {
  const { part, asked } = failing(2);
  draw(part);
  await settle();
  dispatchEvent(new Event('online'));
  await settle();
  expect(asked.count).toBe(2);
  dispatchEvent(new Event('online'));
  await settle();
  expect(shadow()?.querySelector('slot')).not.toBeNull();
  dispatchEvent(new Event('online'));
  await part.load();
  expect(asked.count).toBe(3);
});

test('a reload is offered where it can help: not offline, where it would lose the page', async () => {
  const buttons = (): string[] => [...(shadow()?.querySelectorAll('button') ?? [])].map(({ textContent }) => textContent?.trim() ?? '');
  draw(failing(1).part);
  await settle();
  expect(buttons()).toEqual(['Try again', 'Reload the page']);
  const online = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
  draw(failing(1).part);
  await settle();
  expect(buttons()).toEqual(['Try again']);
  online.mockRestore();
});

test('whoever needs the code itself is told in words', async () => {
  const { part } = failing(1);
  await expect(part.load()).rejects.toThrow(MISSING);
  expect(await part.load()).toEqual({ name: 'here' });
});
