/** The smarterVLM cell in a real browser, against a fake worker: puzzles, the way of a training, the error browser, a clicked word, a table that is not recorded. */
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import '../../src/ui/styles/page.css';
import { openDatabase } from '../../src/study/database.ts';
import { keptTrainings } from '../../src/study/stored-parts.ts';
import { idlePuzzles } from '../../src/ui/cells/smarter-desk.ts';
import { transportTarget } from '../../src/ui/cells/page-transport.ts';
import { tableIndex } from '../../src/study/smarter/figures/paper-tables.ts';
import { SMARTER_PRESETS } from '../../src/ui/elements/smarter-fields.ts';
import { differenceText } from '../../src/study/smarter/figures/table-result.ts';
import type { TableResult } from '../../src/study/smarter/figures/table-result.ts';
import { smarterTables } from '../../src/study/smarter/figures/tables.ts';
import { DEFAULT_SMARTER } from '../../src/study/smarter/smarter-spec.ts';
import type { SmarterScores } from '../../src/study/smarter/scores.ts';
import { openHubStore } from '../../src/study/smarter/hub-store.ts';
import { smarterAnchor } from '../../src/ui/services/smarter-link.ts';
import { SmarterRuns } from '../../src/ui/services/smarter-runs.ts';
import { fakeSmarterWorker, scoresAt } from '../support/fake-smarter-worker.ts';
import type { FakeOptions } from '../support/fake-trainer.ts';
import { addressBar, cleanUp, deep, find, open, stored, textOf, until } from './notebook-page.ts';
import type { Opened } from './notebook-page.ts';

cleanUp();

let worker = fakeSmarterWorker();
let trainings: SmarterRuns | null = null;
let page: Opened | null = null;
beforeEach(() => {
  worker = fakeSmarterWorker();
});
afterEach(() => trainings?.close());

async function openCell(hash = '', recorded = 'no-such-folder/', fake: FakeOptions = {}): Promise<SmarterRuns> {
  page = open(fake, addressBar(hash));
  const draft = SMARTER_PRESETS[0]?.spec ?? DEFAULT_SMARTER;
  const state = new SmarterRuns({ open: () => worker, now: () => new Date(0), draft });
  trainings = state;
  const cell = document.querySelector('smarter-cell');
  if (cell === null) throw new Error('no cell');
  cell.trainings = state;
  cell.recorded = `${location.origin}/${recorded}`;
  await until(() => {
    cell.scrollIntoView({ behavior: 'instant' });
    return find('smarter-puzzles');
  }, 'the puzzles');
  return state;
}

const cellText = (): string => textOf('smarter-cell');
const says = (words: string): Promise<true> => until(() => cellText().includes(words), words);
const press = async (label: string): Promise<void> => {
  (
    await until(() => {
      const found = [...deep(document.querySelector('smarter-cell')?.shadowRoot ?? document)].find(
        (element): element is HTMLButtonElement => element instanceof HTMLButtonElement && element.textContent?.trim() === label,
      );
      return found?.disabled === false ? found : null;
    }, `the button ${label}`)
  ).click();
};

const openTable = (name: string): void =>
  [...(find('smarter-paper')?.shadowRoot?.querySelectorAll('summary') ?? [])]
    .find(({ textContent }) => textContent?.includes(name) === true)
    ?.click();

test('the bar says how many trainings are kept while none is open', async () => {
  expect([0, 2, null].map(idlePuzzles)).toEqual(['No puzzle training yet.', 'No puzzle training open; 2 kept: open one in Kept trainings.', 'No puzzle training open.']); // prettier-ignore
  const database = openDatabase('kept-count-test');
  await database.write(async (transaction) => ['run/a', 'weights/a', 'run/b'].forEach((key) => transaction.put(key, 1)));
  expect((await keptTrainings(database)).map(({ id }) => id)).toEqual(['a', 'b']);
  await database.close();
});

describe('the smarterVLM cell', () => {
  test('a puzzle can be tried, and its answer is shown', async () => {
    await openCell();
    const options = () => [...(find('smarter-puzzles')?.shadowRoot?.querySelectorAll<HTMLButtonElement>('.options button') ?? [])];
    expect(options()).toHaveLength(5);
    options()[0]?.click();
    await until(() => /(Right|Wrong) ?: the answer is/.test(cellText()), 'the verdict');
    expect(options().filter(({ className }) => className === 'right')).toHaveLength(1);
    expect(worker.calls).toEqual([]); // nothing of the worker is needed to look
  });

  test('the bar at the bottom trains it while the visitor is at it, and the notebook’s own run elsewhere', async () => {
    await openCell();
    const barButton = (label: string) =>
      until(
        () => find<HTMLElement>('transport-bar')?.shadowRoot?.querySelector<HTMLButtonElement>(`button[aria-label="${label}"]:not(:disabled)`),
        `${label} in the bar`,
      );
    const show = async (id: string, words: string): Promise<void> => {
      await until(() => {
        document.querySelector(id)?.scrollIntoView({ behavior: 'instant', block: 'center' });
        return textOf('page-transport').includes(words);
      }, `the bar at ${id}: ${words}`);
    };
    await show('smarter-cell', 'No puzzle training yet.');
    // Somebody in Look, a cell of one line: this cell fills the window under it, and the space bar must not train here.
    document.querySelector('#look')?.scrollIntoView({ behavior: 'instant', block: 'start' });
    document.querySelector('look-cell')?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, composed: true }));
    await until(() => textOf('page-transport').includes('No run yet.'), 'the bar at Look');
    expect(transportTarget.value).toBeNull();
    await show('smarter-cell', 'No puzzle training yet.');
    (await barButton('Train')).click();
    await show('smarter-cell', 'step 1 / 4');
    (await barButton('Pause')).click();
    await show('smarter-cell', 'paused');
    expect(worker.calls.map(({ name }) => name)).toEqual(['start', 'pause']);
    await show('example-cell', 'No run yet.');
    expect(transportTarget.value).toBeNull();
    await show('smarter-cell', 'step 2 / 4');
    // The keys act on it too, and only where their buttons would: a running training takes no single step.
    const key = (name: string): boolean => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true }));
    key('.');
    await show('smarter-cell', 'step 3 / 4');
    key(' ');
    await show('smarter-cell', 'finished');
    const before = worker.calls.length;
    key('.');
    expect(worker.calls.slice(before)).toEqual([]);
    expect(worker.calls.map(({ name }) => name).slice(0, 4)).toEqual(['start', 'pause', 'step', 'resume']);
  });

  test('a run of the notebook that is under way keeps the bar and the keys, until the puzzles have a training too', async () => {
    await openCell('', 'no-such-folder/', { runs: [stored], stepMs: 40 });
    const atPuzzles = (words: string) =>
      until(() => {
        document.querySelector('smarter-cell')?.scrollIntoView({ behavior: 'instant', block: 'center' });
        return transportTarget.value !== null && textOf('page-transport').includes(words);
      }, `the bar at the puzzles: ${words}`);
    const space = (): boolean => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }));
    const { runs } = page ?? {};
    await atPuzzles('No puzzle training yet.');
    await until(() => runs?.isReady.value, 'the store');
    await runs?.open('old');
    await atPuzzles('amber fox');
    space();
    await until(() => runs?.active()?.summary.state === 'running', 'the run to go on');
    await atPuzzles('amber fox');
    space();
    await until(() => runs?.active()?.summary.state === 'paused', 'the run to pause');
    expect(worker.calls).toEqual([]);
    await press('Train');
    await atPuzzles('step 1 / 4');
    space();
    await atPuzzles('paused');
    expect(worker.calls.map(({ name }) => name)).toEqual(['start', 'pause']);
    expect(runs?.active()?.summary.state).toBe('paused');
  });

  test('estimate, train, pause, step, resume; then result, mistakes, a look inside and a clicked word', async () => {
    await openCell();
    await press('Estimate');
    await says('5,400 items');
    await press('Train');
    await says('step 1 of 4');
    await press('Pause');
    await says('step 2 of 4');
    await says('counting');
    await press('Step');
    await says('step 3 of 4');
    await press('Resume');
    await says('is finished');
    expect(worker.calls.map(({ name }) => name)).toEqual(['estimate', 'start', 'pause', 'step', 'resume']);
    await says('50.0 % of the test items are solved');

    await press('List its answers to the test items');
    await says('3 of 4 answers');
    const first = await until(() => find<HTMLButtonElement>('button[aria-label="Look at item 2"]:not(:disabled)'), 'the surest mistake');
    first.click();
    await says('the model says 3');
    const chips = () => [...(find('smarter-look')?.shadowRoot?.querySelectorAll<HTMLButtonElement>('.chips button') ?? [])];
    expect(chips().map(({ textContent }) => textContent?.trim())).toEqual(['how', 'many', 'ways']);
    expect(cellText()).toContain('looks at the picture as a whole: 0.0 % 0.0 %');
    chips()[2]?.click();
    await says('“ ways ” looks at the picture as a whole: 100.0 %');
    expect(chips().map(({ style }) => style.getPropertyValue('--weight'))).toEqual(['0', '0', '1']);
    expect(worker.calls.at(-1)).toMatchObject({ name: 'look', args: { item: 2 } });
    const { violations } = await axe.run('smarter-cell', { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  });

  test('a table without a recorded sweep has the paper’s numbers, and a row opens in the form', async () => {
    const state = await openCell('', 'smarter/');
    const asked: string[] = [];
    const fetching = vi.spyOn(window, 'fetch').mockImplementation((address) => {
      if (String(address).includes('/smarter/')) asked.push(String(address)); // the page of the test asks for its bases too, at its own time
      return Promise.resolve(Response.json(tableIndex({ 'smarter-table1': {} })));
    });
    openTable('Table 3');
    await says('Not recorded yet');
    fetching.mockRestore();
    expect(asked.map((address) => address.slice(address.lastIndexOf('/')))).toEqual(['/index.json']); // no file that is not there
    expect(cellText()).toContain('33.8');
    expect(cellText()).toContain('baseline_mbert (needs multilingual BERT)');
    find<HTMLButtonElement>('button[aria-label="Open in Train: single_image_head"]')?.click();
    await until(() => (state.draft.value as typeof DEFAULT_SMARTER).model.imageHead === 'shared', 'the spec in the form');
  });

  test('a recorded sweep has its seeds, differences, floors and a chart for each skill', async () => {
    await openCell('', 'smarter/');
    openTable('Table 4');
    await says('always the majority answer (floor)');
    [...deep(document.querySelector('smarter-cell')?.shadowRoot ?? document)]
      .find((each) => each.tagName === 'SUMMARY' && each.textContent?.startsWith('Skills over') === true)
      ?.dispatchEvent(new MouseEvent('click'));
    const charts = () => find('figure-panels')?.shadowRoot?.querySelectorAll('svg-picture').length;
    await until(() => charts() === 8, 'eight charts');
    openTable('Table 1');
    const { claims } = (await (await fetch(`${location.origin}/smarter/smarter-table1.json`)).json()) as TableResult;
    const differences = claims.map(({ difference }) => differenceText(difference)).filter((text) => text !== '');
    expect(differences.length).toBeGreaterThan(0);
    for (const difference of differences) await says(difference);
  });

  test('without a list of tables there are rows to train, and no number', async () => {
    await openCell();
    openTable('Table 1');
    await says('Not recorded yet');
    expect(cellText()).not.toContain('21.59');
  });

  test('the rows of a table are trained here, one after the other, until told otherwise', async () => {
    const state = await openCell();
    openTable('Table 1');
    await says('The time is known after the first.');
    const rows = smarterTables('small')[0]?.rows.length ?? 0;
    await press(`Train ${rows} of ${rows} here`);
    await says(`${rows - 1} more trainings follow the one under way.`);
    expect(state.liveName.value).not.toBe('');
    await press('No more after this one');
    expect(state.queue.value).toEqual([]);
    expect(state.live.value?.state).toBe('running'); // the one under way goes on
  });

  test('a setting without effect is disabled and says why', async () => {
    const state = await openCell();
    const idle = () => [...(find('smarter-form')?.shadowRoot?.querySelectorAll<HTMLInputElement>('.idle input:disabled') ?? [])];
    const before = idle().length;
    state.draft.value = { ...DEFAULT_SMARTER, model: { ...DEFAULT_SMARTER.model, variant: 'baseline' } };
    await until(() => idle().length > before && cellText().includes('No effect here: the baseline net'), 'the reason');
  });

  test('downloaded encoders are shown with their size, and a button clears bytes and digests', async () => {
    const store = openHubStore();
    await store.write('https://huggingface.co/a/b', new Uint8Array(3_000_000));
    await store.keepDigest('https://huggingface.co/a/b', 'known');
    await openCell();
    await says('Downloaded encoders take 3.0 MB');
    await press('Clear the downloads');
    await until(() => !cellText().includes('Downloaded encoders'), 'an empty store');
    expect([await store.size(), await store.digest('https://huggingface.co/a/b')]).toEqual([0, null]);
  });

  test('a result says when its puzzles were never trained, and when there are no items at all', async () => {
    await openCell();
    await press('Train');
    await says('step 1 of 4');
    const result = (val: SmarterScores): void => {
      const progress = { step: 2, totalSteps: 4, losses: [1, 1], epochs: [{ epoch: 1, step: 2, val }], bestEpoch: 1, test: null, trainedMs: 1 };
      worker.emit({ kind: 'progress', id: 'one', spec: DEFAULT_SMARTER, state: 'paused', message: null, progress });
    };
    result({ ...scoresAt(0.5), untrained: [19] });
    await says('1 of these 2 puzzles has no training items.');
    result({ ...scoresAt(0), overall: { ...scoresAt(0).overall, items: 0 }, skills: [], puzzles: [] });
    await says('There are no validation items in this split');
    expect(cellText()).not.toContain('of the validation items are solved');
  });

  test('the bar of a training goes when it has finished', async () => {
    await openCell();
    await press('Train');
    await says('step 1 of 4');
    const bar = () => find('smarter-transport')?.shadowRoot?.querySelector('progress[aria-label="Training"]') ?? null;
    expect(bar()).not.toBeNull();
    const progress = { step: 4, totalSteps: 4, losses: [1, 1, 1, 1], epochs: [], bestEpoch: 1, test: scoresAt(0.5), trainedMs: 1 };
    worker.emit({ kind: 'progress', id: 'one', spec: DEFAULT_SMARTER, state: 'finished', message: null, progress });
    await says('step 4 of 4');
    expect(bar()).toBeNull();
  });

  test('a link opens its settings', async () => {
    const spec = { ...DEFAULT_SMARTER, training: { ...DEFAULT_SMARTER.training, epochs: 7 } };
    const state = await openCell(smarterAnchor(spec));
    await until(() => JSON.stringify(state.draft.value) === JSON.stringify(spec), 'the spec of the link');
  });
});
