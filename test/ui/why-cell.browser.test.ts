/** The Why cell in a real browser, against the fake trainer: measuring with progress and Cancel, charts, tables and files, failures that open elsewhere. */
import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import '../../src/ui/styles/page.css';
import { setTheme } from '../../src/ui/services/theme.ts';
import { gradientProbe, lossProbe } from '../support/measurements.ts';
import type { FakeOptions } from '../support/fake-trainer.ts';
import { button, cleanUp, find, open, savedBy, stored, textOf, until } from './notebook-page.ts';
import type { Opened } from './notebook-page.ts';

cleanUp();
afterEach(() => setTheme('system'));

const measured = { losses: [lossProbe(1), lossProbe(5)], gradients: [gradientProbe(1), gradientProbe(5)] };
const cellText = (): string => textOf('why-cell');
const cell = () => document.querySelector('why-cell')!;
const charts = (what: string): HTMLImageElement[] => {
  const host = cell().shadowRoot?.querySelector(`why-charts[what="${what}"]`)?.shadowRoot;
  const pictures = host?.querySelector('figure-panels')?.shadowRoot?.querySelectorAll('svg-picture') ?? [];
  return [...pictures].flatMap((picture) => [...(picture.shadowRoot?.querySelectorAll('img') ?? [])]);
};
const press = async (text: string): Promise<void> => {
  (await until(() => (button(text)?.disabled === false ? button(text) : null), text)).click();
};

async function openStored(fake: FakeOptions = { runs: [stored] }): Promise<Opened> {
  const opened = open(fake);
  await until(() => opened.runs.isReady.value, 'the store');
  await opened.runs.open('old');
  await until(() => cellText().includes('Measures'), 'the controls');
  return opened;
}

describe('empty', () => {
  test('says what to do: train a run, then open it, then measure it', async () => {
    const opened = open();
    await until(() => cellText().includes('No runs in this browser yet: train one first.'), 'the word');
    document.body.replaceChildren();
    opened.stop();
    const next = open({ runs: [stored] });
    await until(() => cellText().includes('press “Open” beside one'), 'the next word');
    await next.runs.open('old');
    await until(() => cellText().includes('No losses measured yet. Press “Measure losses”'), 'the last word');
    expect(cellText()).toContain('No gradients measured yet.');
    expect(charts('losses')).toHaveLength(0);
  });

  test('tells the time before anything is measured, from the steps of the run itself', async () => {
    await openStored();
    // 6 and 4 passes for each of 20 examples, 0.6 and 4 rows each; steps of 40 ms have 8 rows.
    expect(cellText()).toMatch(/Measure losses less than a second Measure gradients about 2 s/);
    const stepper = await until(() => find('number-stepper[label="Examples per level"]'), 'the stepper');
    stepper.dispatchEvent(new CustomEvent('change-number', { detail: { value: 2000 } }));
    await until(() => cellText().includes('about 36 s Measure gradients about 2 min 40 s'), 'the longer time');
  });
});

describe('measuring', () => {
  test('adds points to the charts and the table, with progress meanwhile', async () => {
    const { runs, trainer } = await openStored({ runs: [stored], measureMs: 60 });
    await press('Measure losses');
    await until(() => cellText().includes('5 of 10'), 'progress');
    expect(button('Measure gradients')).toBeUndefined();
    expect(textOf('result-cell')).toContain('Nothing is evaluated while amber fox is measured');
    await until(() => charts('losses').length === 3, 'charts of Eqs. 2, 4 and 5');
    expect(charts('losses').map(({ alt }) => /Eq. \d/.exec(alt)?.[0])).toEqual(['Eq. 2', 'Eq. 4', 'Eq. 5']);
    expect(charts('losses')[0]?.alt).toContain('amber fox, simple');
    expect(charts('losses')[0]?.alt).not.toContain('mean of');
    expect(cellText()).toContain('What to look for: Of two runs');
    expect(cellText()).toContain('amber fox, step 5, hard');
    expect(runs.milestone.value).toBe('Losses of amber fox measured at step 5.');
    await press('Measure gradients');
    await until(() => charts('gradients').length === 3, 'charts of Eqs. 3, 7 and 8');
    expect(trainer.calls.filter((name) => name === 'measure')).toHaveLength(2);
    expect(runs.active()?.summary.measured?.gradients.map(({ step }) => step)).toEqual([5]);
  });

  test('of all kept steps makes a curve in one press; a cancel keeps what is there', async () => {
    const kept = { ...stored, snapshots: [1, 3].map((step) => ({ step, bytes: 1000 })) };
    const { runs, trainer } = await openStored({ runs: [kept], measureMs: 40 });
    expect(cellText()).toMatch(/Measure losses less than a second/);
    find('choice-group[label="At"]')!.dispatchEvent(new CustomEvent('choose', { detail: { value: 'all' } }));
    await until(() => cellText().includes('Measures amber fox at 3 steps'), 'the choice');
    await press('Measure losses');
    await until(() => cellText().includes('Losses of amber fox, 2 of 3 steps'), 'the second');
    await until(() => runs.milestone.value === 'Losses of amber fox measured at 3 steps.', 'the end');
    expect(runs.active()?.summary.measured?.losses.map(({ step }) => step)).toEqual([1, 3, 5]);
    await press('Measure gradients');
    await until(() => cellText().includes('Gradients of amber fox, 2 of 3 steps'), 'the second');
    await press('Cancel');
    await until(() => button('Measure gradients'), 'the button again');
    expect(runs.milestone.value).toBe('Cancelled.');
    expect(runs.active()?.summary.measured?.gradients.map(({ step }) => step)).toEqual([1]);
    expect(trainer.calls.filter((name) => name === 'measure')).toHaveLength(5);
  });

  test('can be cancelled, which is no fault', async () => {
    const { runs, trainer } = await openStored({ runs: [stored], measureMs: 300 });
    await press('Measure gradients');
    await until(() => cellText().includes('0 of 10'), 'progress');
    await press('Cancel');
    await until(() => button('Measure gradients'), 'the button again');
    expect(trainer.calls).toContain('cancelEvaluation');
    expect(find('why-cell')?.shadowRoot?.querySelector('[role="alert"]')).toBeNull();
    expect(cellText()).toContain('No gradients measured yet.');
    expect(runs.milestone.value).toBe('Cancelled.');
  });

  test('that fails says why, and can be asked again', async () => {
    await openStored({ runs: [stored], noMeasure: 'the device was lost' });
    await press('Measure losses');
    const alert = await until(() => find('why-cell')?.shadowRoot?.querySelector('[role="alert"]'), 'the fault');
    expect(alert.textContent).toContain('the device was lost');
    expect(button('Measure losses')?.disabled).toBe(false);
  });
});

describe('charts', () => {
  test('show all visible runs of the same task, and no other', async () => {
    const other = { ...stored, runId: 'other', name: 'blue owl', createdAt: '2026-01-02', measured };
    const grid = { ...stored.spec, task: { ...stored.spec.task, id: 'grid-navigation' } } as unknown as typeof stored.spec;
    const { runs } = await openStored({
      runs: [{ ...stored, measured }, other, { ...stored, runId: 'grid', name: 'grey cat', spec: grid, measured }],
    });
    await until(() => charts('losses')[0]?.alt.includes('blue owl'), 'the other run');
    expect(charts('losses')[0]?.alt).toContain('amber fox');
    expect(charts('losses')[0]?.alt).not.toContain('grey cat');
    runs.setVisible('other', false);
    await until(() => charts('losses')[0]?.alt.includes('blue owl') === false, 'the other run to go');
    expect(cellText()).toMatch(/amber fox, step 1 .* amber fox, step 5/);
  });

  test('can leave out simple pictures, and are exported with their intervals', async () => {
    await openStored({ runs: [{ ...stored, measured }] });
    await until(() => charts('losses').length === 3, 'charts');
    const host = cell().shadowRoot!.querySelector('why-charts[what="losses"]')!.shadowRoot!;
    const files = host.querySelector('chart-files')!.shadowRoot!;
    const csv = await savedBy(() => [...files.querySelectorAll('button')].find(({ textContent }) => textContent === 'Export CSV')?.click());
    expect(csv.name).toBe('parallax-losses.csv');
    expect(csv.text.split('\n')[0]).toBe('run,task,supervision,seed,step,level,quantity,value,low95,high95,examples,link,note');
    expect(csv.text.trim().split('\n')).toHaveLength(1 + 2 * 2 * 4);
    const svg = await savedBy(() => [...files.querySelectorAll('button')].find(({ textContent }) => textContent === 'Export SVG')?.click());
    expect(svg.text).toContain('runs of this browser');
    host.querySelector<HTMLInputElement>('input')!.click();
    await until(() => charts('losses')[0]?.alt.includes('simple') === false, 'hard alone');
  });

  test('follow the theme', async () => {
    await openStored({ runs: [{ ...stored, measured }] });
    setTheme('light');
    await until(() => charts('gradients').length === 3, 'charts');
    const light = charts('gradients')[0]!.src;
    setTheme('dark');
    await until(() => charts('gradients')[0]?.src !== light, 'another picture');
    expect(await (await fetch(charts('gradients')[0]!.src)).text()).toContain('#1c1f23');
  });
});

describe('failures', () => {
  test('are listed by kind with intervals, a page at a time', async () => {
    await openStored();
    await press('List failures');
    await until(() => cellText().includes('50 of 50 answers are wrong: 100.0 % [92.9, 100.0].'), 'the summary');
    expect(cellText()).toContain('amber fox, step 5: hard, picture.');
    const list = () => find('failure-list')!.shadowRoot!;
    expect(list().querySelectorAll('li')).toHaveLength(10);
    await press('Show 10 more of 50');
    await until(() => list().querySelectorAll('li').length === 20, 'more');
    const select = list().querySelector('select')!;
    select.value = 'unread';
    select.dispatchEvent(new Event('change'));
    await until(() => list().querySelectorAll('li').length === 10, 'the first page again');
    expect([...list().querySelectorAll('li b')].map(({ textContent }) => textContent)).toEqual(
      [0, 2, 4, 6, 8, 10, 12, 14, 16, 18].map((i) => `Example ${i}`),
    );
  });

  test('open in Example and in Look as they were asked', async () => {
    const { notebook } = await openStored();
    await press('List failures');
    await until(() => find('failure-list'), 'the list');
    (await until(() => find<HTMLButtonElement>('[aria-label="Show in Example: Example 3"]'), 'example 3')).click();
    expect(notebook.state.value.example).toMatchObject({ level: 'hard', split: 'eval', seed: 0, index: 3, record: 'image', profile: 'compact' });
    expect(notebook.state.value.example.task).toEqual(stored.spec.task);
    find<HTMLButtonElement>('[aria-label="Look at it: Example 2"]')!.click();
    expect(notebook.state.value).toMatchObject({ example: { index: 2 }, look: { record: 'image', response: 'generated', span: null } });
    await until(() => textOf('look-cell').includes('hard'), 'the Look cell');
  });

  test('of answers to text cannot be looked at: there is no picture', async () => {
    const { notebook } = await openStored();
    find('choice-group[label="Asked as"]')!.dispatchEvent(new CustomEvent('choose', { detail: { value: 'text' } }));
    await press('List failures');
    (await until(() => find<HTMLButtonElement>('[aria-label="Show in Example: Example 0"]'), 'the list')).click();
    expect(notebook.state.value.example.record).toBe('text');
    expect(find('[aria-label="Look at it: Example 0"]')).toBeUndefined();
  });
});

test.each(['light', 'dark'] as const)('axe finds nothing, %s, and it fits 360 pixels', async (theme) => {
  await openStored({ runs: [{ ...stored, measured }] });
  setTheme(theme);
  const main = document.createElement('main');
  main.style.width = '328px'; // 360 less the margins of the page
  main.append(cell());
  document.body.replaceChildren(main);
  await press('List failures');
  await until(() => find('failure-list') && charts('gradients').length > 0, 'everything');
  for (const fold of [find('failure-list')!, ...cell().shadowRoot!.querySelectorAll('why-charts')])
    for (const summary of fold.shadowRoot?.querySelectorAll('summary') ?? []) summary.click();
  const { violations } = await axe.run(main);
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  expect(main.scrollWidth).toBeLessThanOrEqual(328);
});
