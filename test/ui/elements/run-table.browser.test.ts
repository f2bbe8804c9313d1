/** The table of runs at the widths of a desktop's cell, of a tablet and of a phone: nothing beside its edge, whatever the names are. */
import axe from 'axe-core';
import { afterEach, expect, test } from 'vitest';
import '../../../src/ui/styles/page.css';
import '../../../src/ui/elements/run-table.ts';
import type { RunRow } from '../../../src/ui/elements/run-table.ts';

afterEach(() => document.body.replaceChildren());

const LONG = 'the run with warm-up and alignment that was trained twice as long as all of the others';
const row = (style: number, name: string): RunRow => ({
  ...{ runId: name, name, style, isVisible: true, isActive: style === 0, isLockedElsewhere: false },
  changes: [`same settings as ${LONG}`, 'training rows 9,600 → 19,200'],
  ...{ state: 'paused', step: 1250, totalSteps: 3000, best: '100 %, medium text', sizeText: '123.4 MB' },
});

/** Of the cell at a window of 1,280, 1,024 and 390 px. */
test.each([1016, 942, 358])('at %d px no column is out of sight, and it is a table for those who hear it', async (width) => {
  const main = document.createElement('main');
  main.style.width = `${width}px`;
  const table = document.createElement('run-table');
  table.rows = [row(0, LONG), row(1, LONG.replaceAll(' ', '')), row(2, 'jade plover')];
  main.append(table);
  document.body.append(main);
  await table.updateComplete;
  const box = table.shadowRoot?.querySelector('.scroll');
  expect(box?.clientWidth).toBe(width);
  expect(box?.scrollWidth).toBe(width);
  const names = [...(table.shadowRoot?.querySelectorAll<HTMLElement>('.name') ?? [])];
  expect(names.map(({ title }) => title)).toEqual(table.rows.map(({ name }) => name));
  if (width < 800) {
    for (const name of names) expect(name.scrollWidth).toBe(name.clientWidth); // whole: nobody points on a phone
    for (const button of table.shadowRoot?.querySelectorAll('button') ?? []) expect(button.offsetHeight).toBeGreaterThanOrEqual(44);
  }
  const roles = [...(table.shadowRoot?.querySelectorAll('tr:last-child > *') ?? [])].map((cell) => cell.role);
  expect(roles.slice(-6)).toEqual(['rowheader', ...Array.from({ length: 5 }, () => 'cell')]);
  expect((await axe.run(document.body)).violations.map(({ id }) => id)).toEqual([]);
});
