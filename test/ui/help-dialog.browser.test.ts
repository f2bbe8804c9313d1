/** The help names what the page has. */
import axe from 'axe-core';
import { expect, test } from 'vitest';
import page from '../../index.html?raw';
import '../../src/ui/cells/help-dialog.ts';
import { SHORTCUTS } from '../../src/ui/services/shortcuts.ts';

test('names every cell of the page in its order, and every key', async () => {
  const cells = [...page.matchAll(/<span class="number">\d<\/span>([^<:]+)/g)].map(([, name]) => name);
  expect(cells).toHaveLength(8);
  const dialog = document.createElement('help-dialog');
  document.body.append(dialog);
  await dialog.updateComplete;
  dialog.open();
  expect(dialog.shadowRoot?.querySelector('dialog')?.scrollTop).toBe(0);
  const items = [...(dialog.shadowRoot?.querySelectorAll('li') ?? [])].map(({ textContent }) => textContent?.trim() ?? '');
  expect(items.map((text) => text.slice(0, text.indexOf(':')))).toEqual(cells);
  expect(dialog.shadowRoot?.querySelectorAll('dt')).toHaveLength(SHORTCUTS.length);
  const { violations } = await axe.run(dialog, { rules: { region: { enabled: false } } });
  expect(violations.map(({ id }) => id)).toEqual([]);
  dialog.remove();
});
