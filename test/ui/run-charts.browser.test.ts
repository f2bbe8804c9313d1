/** The curves of the Train cell and the accuracies of the Result cell as files, against the fake trainer. */
import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import '../../src/ui/styles/page.css';
import { decodeLink } from '../../src/study/link.ts';
import { setTheme } from '../../src/ui/services/theme.ts';
import { evaluationOf } from '../support/fake-trainer.ts';
import { cleanUp, find, open, savedBy, stored, textOf, TINY, until } from './notebook-page.ts';
import type { Opened } from './notebook-page.ts';

cleanUp();
afterEach(() => setTheme('system'));

const finished = { ...stored, state: 'finished', step: 8, evaluations: [evaluationOf(8, 10, 8)] } as const;
const other = { ...finished, runId: 'second', name: 'grey owl', spec: { ...TINY, seed: 9 } };

async function openRuns(): Promise<Opened> {
  const opened = open({ runs: [finished, other] });
  await until(() => opened.runs.isReady.value, 'the store');
  await until(() => files('train-curves') && files('result-cell'), 'the buttons');
  return opened;
}
const files = (tag: 'train-curves' | 'result-cell') => find(tag)?.shadowRoot?.querySelector('chart-files')?.shadowRoot;
const exported = (tag: 'train-curves' | 'result-cell', format: string) =>
  savedBy(() => [...(files(tag)?.querySelectorAll('button') ?? [])].find(({ textContent }) => textContent?.trim() === `Export ${format}`)?.click());
/** What the links of a CSV open, one for each run. */
const draftsOf = (csv: string) =>
  [
    ...new Set(
      csv
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => row.split(',').at(-1) ?? ''),
    ),
  ].map((link) => decodeLink(new URL(link).hash).draft);

describe('curves', () => {
  test('are exported with the settings of every run', async () => {
    const { notebook } = await openRuns();
    const csv = await exported('train-curves', 'CSV');
    expect(csv.name).toBe('parallax-loss.csv');
    expect(csv.text.trim().split('\n')).toHaveLength(1 + 2 * 5);
    expect(draftsOf(csv.text)).toEqual([TINY, other.spec]);
    const svg = await exported('train-curves', 'SVG');
    expect(svg.text).toContain('grey owl');
    expect(svg.text).toContain(location.origin);
    expect((await exported('train-curves', 'PNG')).text).toContain('PNG');
    await until(() => textOf('train-cell').includes('parallax-loss.png was saved.'), 'the word');
    notebook.setCurves({ series: 'kinds', isLogarithmic: true });
    await until(() => textOf('train-cell').includes('Loss per kind of token'), 'the kinds');
    const kinds = await exported('train-curves', 'CSV');
    expect(kinds.name).toBe('parallax-loss-by-kind.csv');
    expect(kinds.text).toContain(',row-name,');
    expect((await exported('train-curves', 'SVG')).text).toContain('(log scale)');
  });

  test('that are hidden are not in the file', async () => {
    const { runs } = await openRuns();
    runs.setVisible('second', false);
    await until(() => !textOf('train-cell').includes('grey owl'), 'the other run to go');
    expect((await exported('train-curves', 'CSV')).text).not.toContain('grey owl');
  });
});

test('accuracies are exported with their intervals and the settings of every run', async () => {
  await openRuns();
  const csv = await exported('result-cell', 'CSV');
  expect(csv.name).toBe('parallax-accuracy.csv');
  expect(csv.text).toContain('run,task,supervision,seed,step,level,given_as,prompt,quantity,percent,low95,high95,correct,examples,link');
  expect(draftsOf(csv.text)).toEqual([TINY, other.spec]);
  const svg = await exported('result-cell', 'SVG');
  for (const words of ['amber fox', 'grey owl', 'Accuracy by level', 'hard', location.origin]) expect(svg.text).toContain(words);
  expect((await exported('result-cell', 'PNG')).name).toBe('parallax-accuracy.png');
});

test.each(['light', 'dark'] as const)('axe finds nothing, %s, and it fits 360 pixels', async (theme) => {
  await openRuns();
  setTheme(theme);
  const main = document.createElement('main');
  main.style.width = '328px'; // 360 less the margins of the page
  main.append(find('train-curves')!, find('result-cell')!);
  document.body.replaceChildren(main);
  await until(() => files('train-curves') && files('result-cell'), 'the buttons');
  const { violations } = await axe.run(main);
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  for (const tag of ['train-curves', 'result-cell'] as const)
    expect(find(tag)?.shadowRoot?.querySelector('chart-files')?.scrollWidth).toBeLessThanOrEqual(328);
});
