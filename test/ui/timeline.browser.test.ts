/** The timeline of the open run against the fake trainer: one slider moves curves, answers, maps and measurements. */
import axe from 'axe-core';
import { expect, test } from 'vitest';
import { scaleTop } from '../../src/study/attribution-map.ts';
import '../../src/ui/styles/page.css';
import { encodeLink } from '../../src/study/link.ts';
import { timelineOf } from '../../src/ui/services/timeline.ts';
import type { AddressBar } from '../../src/ui/services/url-state.ts';
import type { CallName, Calls, RunSummary } from '../../workers/protocol.ts';
import { evaluationOf, pointAt } from '../support/fake-trainer.ts';
import type { FakeOptions } from '../support/fake-trainer.ts';
import { lossProbe } from '../support/measurements.ts';
import { addressBar, button, cleanUp, find, open, savedBy, stored, textOf, until } from './notebook-page.ts';
import type { Opened } from './notebook-page.ts';

cleanUp();

const STEPS = [0, 1, 2, 3, 4, 5, 6, 7, 9, 11, 14, 17, 20];
const finished: RunSummary = {
  ...{ ...stored, step: 20, totalSteps: 20, evaluations: [evaluationOf(20, 10, 20)] },
  state: 'finished',
  points: Array.from({ length: 20 }, (_, i) => pointAt(i + 1, 8)),
  snapshots: STEPS.map((step) => ({ step, bytes: 350_000 })),
  measured: { losses: [lossProbe(7), lossProbe(20)], gradients: [] },
};

type Asked = { [K in CallName]: { readonly name: K; readonly args: Calls[K]['in'] } }[CallName];

/** The page with a run that has a timeline, and every call of the trainer. */
async function openRun(fake: FakeOptions = {}, address?: AddressBar): Promise<Opened & { readonly asked: Asked[] }> {
  const opened = open(
    {
      runs: [{ ...finished, runId: 'second', name: 'grey owl', snapshots: [0, 4].map((step) => ({ step, bytes: 350_000 })) }, finished],
      ...fake,
    },
    address,
  );
  const asked: Asked[] = [];
  const post = opened.trainer.postMessage.bind(opened.trainer);
  opened.trainer.postMessage = (message) => {
    asked.push(message);
    post(message);
  };
  await until(() => opened.runs.isReady.value, 'the store');
  await opened.runs.open('old');
  await until(() => words().length > 10 && slider(), 'the words and the slider');
  return { ...opened, asked };
}

const slider = (): HTMLInputElement | undefined => find('step-slider')?.shadowRoot?.querySelector('input') ?? undefined;
const words = (): HTMLButtonElement[] => [...(find('token-strip')?.shadowRoot?.querySelectorAll('button') ?? [])];
const slide = (index: number): void => {
  const input = slider();
  if (input === undefined) throw new Error('no slider');
  input.value = String(index);
  input.dispatchEvent(new Event('input'));
};
const key = (name: string, shiftKey = false): boolean =>
  slider()?.dispatchEvent(new KeyboardEvent('keydown', { key: name, shiftKey, cancelable: true })) ?? false;
const lossesText = (): string =>
  document.querySelector('why-cell')?.shadowRoot?.querySelector('why-charts[what=losses]')?.shadowRoot?.textContent ?? '';
const chart = () => find<HTMLElementTagNameMap['curve-chart']>('curve-chart');

test('one slider moves the mark on the curves, the answer, the map and what is measured', async () => {
  const { asked } = await openRun();
  expect(slider()?.getAttribute('aria-valuetext')).toBe('step 20, the newest');
  await until(() => chart(), 'the curves');
  words()[2]?.click();
  await until(() => textOf('look-cell').includes('While it writes'), 'the map');
  slide(7);
  await until(() => slider()?.getAttribute('aria-valuetext') === 'step 7 of 20', 'the step');
  await until(() => chart()?.shadowRoot?.querySelector('[role=img]')?.getAttribute('aria-label')?.includes('Marked: step 7.'), 'the mark');
  await until(() => textOf('look-cell').includes('amber fox as it was at step 7 of 20'), 'the word');
  await until(() => asked.some(({ name, args }) => name === 'look' && args.at === 7), 'the answer');
  const isMap = ({ name, args }: Asked): boolean => name === 'attribute' && args.at === 7 && args.of.kind === 'run';
  await until(() => asked.some(isMap), 'its map');
  const pinned = asked.filter(({ name }) => name === 'attribute').map(({ args }) => (args as Calls['attribute']['in']).asked.positions);
  expect(new Set(pinned.map(String)).size).toBe(1); // the words stay pinned
  expect(textOf('why-cell')).toContain('Measures amber fox as it was at step 7');
  const hasGap = (step: number): boolean => lossesText().includes(`Not measured at step ${step} of amber fox`);
  expect(hasGap(7)).toBe(false);
  slide(3);
  await until(() => hasGap(3), 'the gap');
  const measure = await until(() => button('Measure losses'), 'the button');
  measure.click();
  await until(() => asked.some(({ name, args }) => name === 'measure' && args.at === 3), 'the measurement');
  await until(() => !hasGap(3), 'the point');
  slide(STEPS.length - 1);
  await until(() => !textOf('look-cell').includes('as it was'), 'the newest again');
});

test('the slider drives the accuracy too, and the switch to other data from where it stands', async () => {
  const opened = await openRun();
  const { asked } = opened;
  const result = (): string => textOf('result-cell');
  expect(button('Go on with other data')).toBeUndefined(); // the run is over
  slide(7);
  const evaluate = await until(() => button('Evaluate amber fox as it was at step 7'), 'the button');
  expect(result()).not.toContain('amber fox, step 7');
  evaluate.click();
  await until(() => asked.some(({ name, args }) => name === 'evaluate' && args.at === 7), 'the question');
  await until(() => result().includes('amber fox, step 7'), 'its accuracy');
  await until(() => result().includes('The optimiser of step 7 is not kept, so the steps up to it are trained again'), 'what it takes');
  (await until(() => button('Go on with other data'), 'the switch')).click();
  const child = await until(() => opened.runs.runs.value.find(({ summary }) => summary.parentId === 'old')?.summary, 'the child');
  expect(child.spec.parent).toMatchObject({ step: 7, supervision: 'mix' });
  await until(() => result().includes('child of amber fox ('), 'the parent by its name');
});

test('another supervision is trained beside a run on equal terms', async () => {
  const opened = await openRun();
  const { asked } = opened;
  (await until(() => button('Train on equal terms'), 'the button')).click();
  const child = await until(() => opened.runs.runs.value.find(({ summary }) => summary.parentId === 'old')?.summary, 'the run');
  expect(asked.find(({ name }) => name === 'comparable')?.args).toMatchObject({ supervision: 'mix+', budget: 'flops' });
  expect(child.spec).toMatchObject({ supervision: 'mix+', examples: 2 * finished.spec.examples });
  await until(() => opened.runs.milestone.value.includes('0.00300 TFLOP'), 'what it costs');
});

test('arrows with Shift go ten stops, and no further than the ends; “Newest” goes back', async () => {
  const opened = await openRun();
  const at = () => timelineOf(opened).at();
  expect(key('ArrowLeft')).toBe(true); // the browser's own step
  expect(key('ArrowLeft', true)).toBe(false);
  await until(() => at() === 2, 'ten back');
  key('ArrowLeft', true);
  await until(() => at() === 0, 'the beginning');
  key('ArrowRight', true);
  await until(() => at() === 14, 'ten on');
  (await until(() => (button('Newest')?.disabled === false ? button('Newest') : null), 'the button')).click();
  await until(() => at() === null && button('Newest')?.disabled === true, 'the newest');
});

test('it plays from the beginning, and a hand on the slider stops it', async () => {
  const opened = await openRun();
  const timeline = timelineOf(opened);
  const play = [...(find('step-slider')?.shadowRoot?.querySelectorAll('button') ?? [])].find(
    (element) => element.getAttribute('aria-label') === 'Play the steps',
  );
  expect(play === undefined).toBe(matchMedia('(prefers-reduced-motion: reduce)').matches);
  timeline.play();
  expect(timeline.at()).toBe(0);
  await until(() => timeline.at() === 1, 'the next');
  slide(5);
  expect(timeline.isPlaying.value).toBe(false);
  expect(timeline.at()).toBe(5);
});

test('what a run says of its state stands in the bar, and goes with it', async () => {
  const { trainer } = await openRun();
  const says = (): string => textOf('page-transport');
  trainer.say('old', { kind: 'state', state: 'paused', step: 20, message: 'Not saved: no room.' });
  await until(() => says().includes('Not saved: no room.'), 'the word');
  trainer.say('old', { kind: 'snapshots', snapshots: [] });
  await until(() => slider() === undefined, 'no slider');
  expect(says()).toContain('Not saved: no room.');
  trainer.say('old', { kind: 'state', state: 'paused', step: 20, message: null });
  await until(() => !says().includes('Not saved'), 'silence');
});

test('another run has its own timeline', async () => {
  const opened = await openRun();
  slide(4);
  expect(timelineOf(opened).at()).toBe(4);
  await opened.runs.open('second'); // it has a step 4 too
  expect(timelineOf(opened).at()).toBeNull();
  await until(() => slider()?.max === '2', 'its stops');
  expect(slider()?.getAttribute('aria-valuetext')).toBe('step 20, the newest');
});

test('two steps stand beside each other with their difference', async () => {
  const { asked } = await openRun();
  slide(7);
  await until(() => textOf('look-cell').includes('as it was at step 7'), 'the step');
  words()[0]?.click();
  const field = await until(
    () => [...(find('look-controls')?.shadowRoot?.querySelectorAll('label') ?? [])].find((label) => label.textContent?.includes('Compare with')),
    'the choice',
  );
  const select = field.querySelector('select');
  if (select === null) throw new Error('no choice');
  select.value = '@2';
  select.dispatchEvent(new Event('change'));
  await until(
    () => asked.some(({ name, args }) => name === 'attribute' && args.of.kind === 'stored' && args.of.at === 2 && args.at === 7),
    'its map',
  );
  const pictures = () => [...(find('look-map')?.shadowRoot?.querySelectorAll('heat-picture') ?? [])];
  await until(() => pictures().length === 3, 'both and the difference');
  const [own, other, difference] = pictures().map((picture) => picture.heat);
  const theirs = other?.scores ?? new Float32Array(1);
  const at = theirs.indexOf(Math.max(...theirs));
  expect(difference?.scores[at]).toBeCloseTo((own?.scores[at] ?? 0) - (other?.scores[at] ?? 0), 6);
  expect(difference).toMatchObject({ sign: 'signed', overlay: 'heat' });
});

test('the film shows every step on its own scale or on one, can be cancelled, and a click sets the timeline', async () => {
  const opened = await openRun({ lookMs: 15 });
  const { asked } = opened;
  words()[0]?.click();
  (await until(() => button('Show the maps of all steps'), 'the button')).click();
  const frames = () => [...(find('film-strip')?.shadowRoot?.querySelectorAll('li button') ?? [])] as HTMLButtonElement[];
  await until(() => frames().length >= 2, 'two frames');
  (await until(() => button('Cancel'), 'the way out')).click();
  await until(() => /Stopped after \d+ of 13/.test(textOf('look-cell')), 'the end');
  button('Show the maps of all steps')?.click();
  await until(() => textOf('look-cell').includes('All maps are there.') && frames().length === 13, 'all');
  const heats = frames().map((frame) => frame.querySelector('heat-picture')?.heat);
  const tops = heats.map((heat) => scaleTop(heat?.scores ?? new Float32Array(), 'signed'));
  expect(new Set(tops).size).toBeGreaterThan(1);
  for (const [i, heat] of heats.entries()) expect(heat).toMatchObject({ most: tops[i], overlay: 'heat' });
  const largest = tops.indexOf(Math.max(...tops));
  expect(frames()[largest]?.textContent).not.toContain('1/');
  expect(frames().some((frame) => frame.textContent?.includes(', 1/'))).toBe(true);
  find('film-strip')?.shadowRoot?.querySelector('choice-group')?.shadowRoot?.querySelector<HTMLInputElement>('input[value="one"]')?.click();
  const shared = () => frames().every((frame) => frame.querySelector('heat-picture')?.heat?.most === Math.max(...tops));
  await until(shared, 'one scale for all');
  expect(heats[0]?.scores).not.toEqual(heats[5]?.scores);
  for (const kind of ['SVG', 'PNG']) {
    const save = [...(find('film-strip')?.shadowRoot?.querySelectorAll('button') ?? [])].find(({ textContent }) => textContent === kind);
    const file = await savedBy(() => save?.click());
    expect(file.name).toBe(`amber-fox-film.${kind.toLowerCase()}`);
    if (kind === 'PNG') expect(file.bytes.slice(1, 4)).toEqual(new TextEncoder().encode('PNG'));
    else expect(file.text.match(/<image /g)).toHaveLength(2 * 13);
    if (kind === 'SVG') for (const words of ['step 4: ', 'Run amber fox;', 'One scale for all', 'Again:', '#n3.']) expect(file.text).toContain(words);
  }
  frames()[4]?.click();
  await until(() => timelineOf(opened).at() === 4 && frames()[4]?.getAttribute('aria-pressed') === 'true', 'the step');
  expect(frames()).toHaveLength(13);
  button('Show the maps of all steps')?.click();
  await until(() => frames().length === 1, 'the first again');
  words()[0]?.click(); // free
  await until(() => find('look-film') === undefined, 'no film');
  const before = asked.length;
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(asked.length - before).toBeLessThan(2); // the one under way at most
  words()[0]?.click();
  for (const host of ['look-cell', 'page-transport']) {
    const { violations } = await axe.run(document.querySelector(host) ?? document.body, { rules: { region: { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
  }
});

test('sizes count the weights along the way, and keeping them can be switched off', async () => {
  const { asked } = await openRun();
  await until(() => textOf('result-cell').includes('4.6 MB'), 'the size'); // 13 of 350 kB beside the checkpoint
  const box = await until(() => keeping(), 'the box');
  box.click();
  await until(() => asked.some(({ name, args }) => name === 'keepSnapshots' && !args.isKeeping), 'the word');
  expect(localStorage.getItem('parallax.snapshots')).toBe('off');
});

const keeping = (): HTMLInputElement | null | undefined => document.querySelector('result-cell')?.shadowRoot?.querySelector('.keeping input');

test('a link opens the same view: words, method, score, mark, and the steps that are looked at and beside', async () => {
  const view = {
    granularity: 'line',
    aggregate: 'max',
    method: 'gradient',
    sign: 'negative',
    threshold: 'mass',
    overlay: 'heat',
    besideStep: 2,
  } as const;
  const sender = await openRun();
  const { notebook } = sender;
  words()[3]?.click();
  slide(7);
  notebook.setLook({ ...view, topPercent: 5, opacity: 0.5 });
  await until(() => sender.asked.some(({ name, args }) => name === 'attribute' && args.of.kind === 'stored' && args.of.at === 2), 'the map beside');
  const link = encodeLink(notebook.state.value);
  localStorage.clear();
  const { asked } = await openRun({}, addressBar(link));
  expect(slider()?.getAttribute('aria-valuetext')).toBe('step 7 of 20');
  const isAs = (at: Calls['attribute']['in']): boolean => at.at === 7 && at.asked.method === 'gradient' && at.asked.aggregate === 'max';
  const maps = () => asked.flatMap(({ name, args }) => (name === 'attribute' && isAs(args) ? [args] : []));
  await until(() => maps().some(({ of }) => of.kind === 'stored' && of.at === 2), 'both maps');
  expect(maps()[0]?.asked.positions).toHaveLength(6); // the line of the word
  const values = [...(find('look-controls')?.shadowRoot?.querySelectorAll('select') ?? [])].map(({ value }) => value);
  expect(values).toEqual(['gradient', 'negative', 'mass', '@2']);
  expect(textOf('look-cell')).toContain('5 % of the mass');
  await until(() => find<HTMLElementTagNameMap['heat-picture']>('heat-picture')?.heat?.opacity === 0.5, 'the opacity');
});

const inDialog = <K extends keyof HTMLElementTagNameMap>(host: Element | null | undefined, tag: K): HTMLElementTagNameMap[K] | null | undefined =>
  host?.shadowRoot?.querySelector(tag);
const exportsOf = (asked: readonly Asked[]): unknown[] => asked.flatMap(({ name, args }) => (name === 'exportRun' ? [args] : []));

test('a run leaves with its timeline or without; the size is said before', async () => {
  const { asked, runs } = await openRun();
  document.querySelector('page-tools')?.openShare();
  const dialog = await until(() => inDialog(document.querySelector('page-tools'), 'share-dialog'), 'the dialog');
  const offer = await until(
    () => [...(dialog.shadowRoot?.querySelectorAll('run-export') ?? [])].find(({ summary }) => summary?.runId === 'old'),
    'the offer',
  );
  const says = (): string => offer.shadowRoot?.textContent?.replaceAll(/\s+/g, ' ') ?? '';
  await until(() => says().includes('about 10 B'), 'the size');
  expect(says()).toContain('with its timeline (12 steps, 4.2 MB)'); // 12 of 350 kB; the weights of step 20 are the run's own
  inDialog(offer, 'button')?.click();
  await until(() => exportsOf(asked).length === 1, 'the file');
  inDialog(offer, 'input')?.click();
  await until(() => says().includes('about 4.2 MB'), 'the larger size');
  inDialog(offer, 'button')?.click();
  await until(() => exportsOf(asked).length === 2 && !runs.isWorking.value, 'the other file');
  expect(exportsOf(asked)).toEqual([false, true].map((isWithTimeline) => ({ runId: 'old', isWithTimeline })));
  const { violations } = await axe.run(dialog, { rules: { region: { enabled: false } } });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join()}`)).toEqual([]);
});

test('the table of runs asks the same where there is a timeline, and a file whose timeline found no room says so', async () => {
  const { asked } = await openRun({ importNote: 'Its timeline was left out: no room.' });
  const cell = document.querySelector('result-cell');
  const row = await until(
    () => inDialog(cell, 'run-table')?.shadowRoot?.querySelector<HTMLButtonElement>('[aria-label^="Export amber fox"]'),
    'the row',
  );
  row.click();
  const asks = await until(() => inDialog(cell, 'run-dialog'), 'the asking element');
  const offer = await until(() => inDialog(inDialog(asks, 'dialog') === null ? null : asks, 'run-export'), 'the offer');
  await until(() => inDialog(offer, 'input'), 'the box');
  inDialog(offer, 'input')?.click();
  inDialog(offer, 'button')?.click();
  await until(() => exportsOf(asked).length === 1, 'the file');
  expect(exportsOf(asked)).toEqual([{ runId: 'old', isWithTimeline: true }]);
  await until(() => inDialog(asks, 'dialog') === null, 'the dialog to close');

  const dialog = await until(() => inDialog(document.querySelector('page-tools'), 'share-dialog'), 'the dialog');
  const input = dialog.shadowRoot?.querySelector<HTMLInputElement>('input[type=file]');
  const files = new DataTransfer();
  files.items.add(new File(['x'], 'fox.safetensors'));
  if (input != null) input.files = files.files;
  input?.dispatchEvent(new Event('change'));
  await until(() => dialog.shadowRoot?.textContent?.includes('fox.safetensors was imported. Its timeline was left out: no room.'), 'the word');
});
