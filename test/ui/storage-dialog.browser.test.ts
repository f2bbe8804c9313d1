/** What the browser keeps, as a list with sizes that can be emptied. */
import axe from 'axe-core';
import { afterEach, expect, test } from 'vitest';
import '../../src/ui/styles/page.css';
import { openDatabase } from '../../src/study/database.ts';
import { FEATURE_DATABASE } from '../../src/study/smarter/feature-cache.ts';
import { clearStored, readStored } from '../../src/study/stored-parts.ts';
import { button, cleanUp, find, open, stored, textOf, until } from './notebook-page.ts';

cleanUp();
afterEach(clearStored);

const named = (label: string): HTMLButtonElement | undefined =>
  find<HTMLElement>('storage-dialog')?.shadowRoot?.querySelector<HTMLButtonElement>(`button[aria-label="${label}"]`) ?? undefined;
const text = (): string => find<HTMLElement>('storage-dialog')?.shadowRoot?.querySelector('dialog')?.innerText.replaceAll(/\s+/g, ' ') ?? '';

async function deleted(name: string): Promise<void> {
  named(`Delete ${name}`)?.click();
  (await until(() => named(`Yes, delete ${name}`), `the question about ${name}`)).click();
}

async function keep(): Promise<void> {
  await openDatabase('parallax-smarter').write(async (transaction) => {
    transaction.put('run/p1', { schema: 1, id: 'p1', name: 'brown hare', bytes: 25_000_000 });
    transaction.put('weights/p1', { schema: 1 });
  });
  await openDatabase('parallax-figures').write(async (transaction) => {
    transaction.put('result/fig-3-nano-s1', { schema: 1, text: 'x'.repeat(20_000) });
    transaction.put('checkpoint/d1', { schema: 1, tensors: { weights: new Float32Array(15_000) } });
  });
  await openDatabase(FEATURE_DATABASE).write(async (transaction) => transaction.put('bytes', 56_000_000));
}

async function opened(): Promise<void> {
  const { runs } = open({ runs: [{ ...stored, bytes: 4_000_000 }] });
  await until(() => runs.isReady.value, 'the store');
  const chip = await until(() => find<HTMLButtonElement>('button.badge'), 'the chip');
  await until(() => customElements.get('storage-dialog'), 'the dialog');
  chip.click();
}

test('lists runs, puzzle trainings and features with their sizes; each can be deleted, what cannot be had again at a second click', async () => {
  await keep();
  await opened();
  await until(() => text().includes('brown hare 25 MB'), 'the training');
  expect(text()).toContain('amber fox 4.0 MB');
  expect(text()).toContain('Features of puzzles 56 MB');
  expect((await axe.run(find('storage-dialog') ?? document.body)).violations.map(({ id }) => id)).toEqual([]);
  named('Delete brown hare')?.click();
  await until(() => named('Yes, delete brown hare'), 'the question');
  named('Delete amber fox')?.click(); // asked of one at a time
  await until(() => named('Yes, delete amber fox'), 'the other question');
  expect((await readStored()).trainings).toHaveLength(1);
  await deleted('brown hare');
  await until(() => !text().includes('brown hare'), 'the training to be gone');
  expect((await readStored()).trainings).toEqual([]);
  expect(await openDatabase('parallax-smarter').read((transaction) => transaction.keys())).toEqual([]);
  expect(text()).toContain('All figures made here 80 kB');
  await deleted('All figures made here');
  await until(() => !text().includes('All figures made here'), 'the figures to be gone');
  expect(await openDatabase('parallax-figures').read((transaction) => transaction.keys())).toEqual([]);
  named('Clear Features of puzzles')?.click();
  await until(() => !text().includes('Features of puzzles'), 'the features to be gone');
  await deleted('amber fox');
  await until(() => text().includes('No runs, puzzle trainings, figures, features or downloads.'), 'nothing');
});

test('deletes everything only after a second click', async () => {
  await keep();
  await opened();
  await until(() => text().includes('brown hare'), 'the training');
  button('Delete everything…')?.click();
  await until(() => button('Yes, delete all runs, puzzle trainings, figures and downloaded files'), 'the question');
  expect(text()).toContain('The settings of the form and the theme stay.');
  expect((await readStored()).trainings).toHaveLength(1);
  await clearStored();
  expect(await readStored()).toEqual({ trainings: [], figureBytes: 0, featureBytes: 0, downloadBytes: 0 });
});

test('the chip tells what the whole origin keeps', async () => {
  open({ runs: [stored] });
  await until(() => textOf('page-tools').includes('1 run stored, 3.2 MB in all'), 'the chip');
});
