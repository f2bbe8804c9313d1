/** The Figures cell in a real browser: the list, a figure with its charts, tables, exports and runs; links to a figure; everything that can be wrong with files. */
import axe from 'axe-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import '../../src/ui/styles/page.css';
import { madeText } from '../../src/study/figures/words.ts';
import { sha256Hex } from '../../src/lib/hash.ts';
import type { FigureResult } from '../../src/study/figures/figure-result.ts';
import { runDigest } from '../../src/study/switch-run.ts';
import { setTheme } from '../../src/ui/services/theme.ts';
import { openJobStore } from '../../src/study/figures/figure-jobs.ts';
import { FigureQueue } from '../../src/ui/services/figure-queue.ts';
import { fakeFigureWorker } from '../support/fake-figure-worker.ts';
import { FIGURE_FIXTURES, indexOf } from '../support/figure-fixtures.ts';
import { elementsOf, readXml } from '../support/xml.ts';
import { knownFigures, nanoHint } from '../../src/ui/cells/figure-desk.ts';
import { addressBar, button, cleanUp, deep, find, open, savedBy, textOf, until } from './notebook-page.ts';
import type { Opened } from './notebook-page.ts';

const { lines, rows } = FIGURE_FIXTURES;
const ADDRESS = `${location.origin}/recorded/index.json`;

/** What the server holds: texts by file name, or what it answers instead. */
let files: Record<string, string | Response | Error> = {};
const asked: string[] = [];
const realFetch = globalThis.fetch;

cleanUp();
beforeEach(() => {
  asked.length = 0;
  files = {
    'index.json': JSON.stringify(indexOf([lines, rows])),
    'fig-3.json': JSON.stringify(lines, null, 1),
    'fig-6.json': JSON.stringify(rows),
  };
  globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : input, location.href);
    if (!pathname.startsWith('/recorded/')) return realFetch(input, init);
    const name = pathname.slice('/recorded/'.length);
    asked.push(name);
    const answer = files[name] ?? new Response('no such file', { status: 404 });
    if (answer instanceof Error) throw answer;
    return answer instanceof Response ? answer.clone() : new Response(answer, { headers: { 'content-type': 'application/json' } });
  };
});
afterEach(() => {
  globalThis.fetch = realFetch;
  setTheme('system');
});

function openFigures(address = addressBar()): Opened {
  const opened = open({}, address);
  document.querySelector('figures-cell')!.list = ADDRESS;
  return opened;
}

const cellText = (): string => textOf('figures-cell');
const charts = (): HTMLImageElement[] =>
  [...(find('figure-panels')?.shadowRoot?.querySelectorAll('svg-picture') ?? [])].flatMap((picture) => [
    ...(picture.shadowRoot?.querySelectorAll('img') ?? []),
  ]);
const figureSelect = () => until(() => find<HTMLSelectElement>('.picker select'), 'the list of figures');

/** Goes on scrolling to the cell, which is read when it comes near the window, until `read` gives something. */
function atCell<T>(read: () => T | null | undefined | false | '', what: string): Promise<T> {
  return until(() => {
    document.querySelector('figures-cell')?.scrollIntoView({ behavior: 'instant' });
    return read();
  }, what);
}

const shown = (): Promise<HTMLImageElement[]> => atCell(() => (charts().length > 0 ? charts() : null), 'the charts');

const summaryOf = (words: string): HTMLElement | undefined =>
  [...(find('figures-cell')?.shadowRoot?.querySelectorAll('summary') ?? [])].find(({ textContent }) => textContent?.includes(words) === true);

describe('a recorded figure', () => {
  test('is shown with question, what to look for, what it is, and the paper’s numbers in charts of their own', async () => {
    openFigures();
    const images = await shown();
    // Six panels of ours; of the paper's, side by side, six too, or those with numbers alone.
    const wide = document.querySelector('figures-cell')!.clientWidth >= 620;
    expect(images).toHaveLength(wide ? 12 : 10);
    await Promise.all(images.map((image) => image.decode()));
    const paper = images.filter(({ alt }) => alt.includes('the paper: Eagle-X2-Llama3-8B'));
    const ours = images.filter(({ alt }) => alt.includes('ours, nano: mean of 2 seeds'));
    expect(ours.length + paper.length).toBe(images.length);
    expect(ours).toHaveLength(6);
    for (const image of images) {
      const drawn = await (await realFetch(image.src)).text();
      expect(drawn.replace(/<desc>.*<\/desc>/, '').includes('>the paper: Eagle-X2-Llama3-8B<')).toBe(paper.includes(image));
    }
    const text = cellText();
    for (const words of [lines.title, lines.source, lines.question, lines.lookFor, madeText(lines)]) expect(text).toContain(words);
    expect(text).toContain('not the paper’s models');
    for (const claim of lines.claims) expect(text).toContain(claim.text);
    expect(text).toMatch(/holds here too|the opposite here|not told apart/);
    expect(text).toContain(lines.command);
    expect(asked).toEqual(['index.json', 'fig-3.json']);
  });

  test('a claim says where it was compared; a figure in part is marked, and its claims say how far it is', async () => {
    const [claim] = lines.claims;
    if (claim === undefined) throw new Error('no claim');
    const partial: FigureResult = {
      ...{ ...lines, plannedRuns: 40, claims: [claim, { ...claim, outcome: 'not measured', x: null, aboveMean: null, belowMean: null }] },
    };
    files['index.json'] = JSON.stringify(indexOf([partial, rows]));
    files['fig-3.json'] = JSON.stringify(partial);
    openFigures();
    await shown();
    const [first, second] = [...(find('figure-claims')?.shadowRoot?.querySelectorAll('tbody tr') ?? [])].map(({ textContent }) => textContent ?? '');
    expect(first).toContain(`at N, training rows: ${claim.x?.toLocaleString('en')}`);
    expect(second).toContain(`not measured here: so far ${lines.runs.length} of 40 runs`);
    const options = [...(await figureSelect()).options].map(({ textContent }) => textContent ?? '');
    expect(options.filter((text) => text.includes('(in part)'))).toEqual([`${lines.source}: ${lines.title} (in part)`]);
  });

  test('the one that was picked stands there again after a reload', async () => {
    const { stop } = openFigures();
    await shown();
    const list = await figureSelect();
    list.value = 'fig-6';
    list.dispatchEvent(new Event('change'));
    await until(() => cellText().includes(rows.question), 'the picked figure');
    stop();
    document.body.replaceChildren();
    openFigures();
    await shown();
    expect(cellText()).toContain(rows.question);
    expect((await figureSelect()).value).toBe('fig-6');
  });

  test('another is read when it is picked, and one that comes too late is dropped', async () => {
    openFigures();
    await shown();
    let answerLate = (_: Response): void => undefined;
    const late = new Promise<Response>((resolve) => (answerLate = resolve));
    const stub = globalThis.fetch;
    globalThis.fetch = (input, init) => (String(input).endsWith('fig-6.json') ? late : stub(input, init));
    const list = await figureSelect();
    const pick = (id: string): void => {
      list.value = id;
      list.dispatchEvent(new Event('change'));
    };
    pick('fig-6');
    pick('fig-3');
    answerLate(new Response(JSON.stringify(rows)));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(cellText()).toContain(lines.question);
    globalThis.fetch = stub;
    pick('fig-6');
    await until(() => cellText().includes(rows.question), 'the other figure');
    expect(cellText()).toContain(rows.command);
    expect((await shown()).some(({ alt }) => alt.includes('hard, picture, convert first'))).toBe(true);
  });

  test('its numbers stand in tables, ours apart from the paper’s', async () => {
    openFigures();
    await shown();
    summaryOf('Show data')?.click();
    const tables = await until(() => {
      const all = [...deep(document)]
        .filter((element) => element.matches('report-table'))
        .map((element) => element.shadowRoot?.querySelector('table'));
      return all.length === 2 && all.every((table) => table != null) ? all : null;
    }, 'two tables');
    const [own, paper] = tables.map((table) => table?.textContent?.replaceAll(/\s+/g, ' ') ?? '');
    expect(own).toContain('Ours, nano: mean of 2 seeds');
    expect(own).toMatch(/simple, text: Text [\d,]+\s*\d+\.\d\s*-?\d+\.\d – \d+\.\d\s*2/);
    expect(own).not.toContain('160,000');
    expect(paper).toContain('The paper: Eagle-X2-Llama3-8B.');
    expect(paper).toMatch(/hard, text: Mix 160,000\s*48\.0/);
  });

  test('a run of it goes to the Train form, with all its settings', async () => {
    const { notebook } = openFigures();
    await shown();
    const heading = document.createElement('h2');
    heading.id = 'train-title';
    heading.tabIndex = -1;
    document.body.prepend(heading);
    summaryOf('The runs behind it')?.click();
    const wanted = lines.runs.at(-1)!;
    const label = `Train this run: ${wanted.series}, N ${wanted.spec.examples.toLocaleString('en')}, seed ${wanted.spec.seed}`;
    (await until(() => find<HTMLButtonElement>(`button[aria-label="${label}"]`), label)).click();
    expect(notebook.state.value.draft).toEqual(wanted.spec);
    expect(document.activeElement).toBe(heading);
  });

  test('is exported as SVG, PNG, CSV and as the file it came from', async () => {
    openFigures();
    await shown();
    const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
    const svg = await savedBy(() => button('Export SVG')?.click());
    expect(svg.name).toBe('parallax-fig-3-nano-s1-2.svg');
    const root = readXml(decode(svg.bytes));
    expect([...elementsOf(root)].filter(({ name }) => name === 'svg')).toHaveLength(12);
    const png = await savedBy(() => button('Export PNG')?.click());
    expect(png.name).toBe('parallax-fig-3-nano-s1-2.png');
    const bitmap = await createImageBitmap(new Blob([new Uint8Array(png.bytes)], { type: 'image/png' }));
    expect([bitmap.width, bitmap.height]).toEqual([2 * Number(root.attributes['width']), 2 * Number(root.attributes['height'])]);
    const csv = await savedBy(() => button('Export CSV')?.click());
    expect(decode(csv.bytes)).toMatch(/^source,model,figure.*,link\n.*#figures=fig-3-nano-s1-2\n/);
    expect(decode(svg.bytes)).toContain('#figures=fig-3-nano-s1-2<');
    const json = await savedBy(() => button('Export JSON')?.click());
    expect(decode(json.bytes)).toBe(files['fig-3.json']);
    await until(() => cellText().includes('parallax-fig-3-nano-s1-2.json was saved.'), 'the word');
  });

  test('follows the theme', async () => {
    openFigures();
    const groundOf = async (image: HTMLImageElement): Promise<string> => {
      const text = await (await realFetch(image.src)).text();
      return /<rect [^>]*fill="([^"]+)"/.exec(text)?.[1] ?? '';
    };
    setTheme('light');
    const [light] = await shown();
    expect(await groundOf(light!)).toBe('#ffffff');
    const before = light!.src;
    setTheme('dark');
    await until(() => charts()[0]?.src !== before, 'another picture');
    expect(await groundOf(charts()[0]!)).toBe('#1c1f23');
  });

  test('a run that ships with its weights is brought into this browser and opened; a damaged file is refused', async () => {
    const [run] = lines.runs;
    if (run === undefined) throw new Error('no run');
    const bytes = new Uint8Array([1, 2, 3]);
    const digest = runDigest(run.spec);
    const entry = { run: digest, name: 'Mix', file: `${digest}.safetensors`, bytes: 3, sha256: await sha256Hex(bytes), mostChanged: 0 };
    files['weights/index.json'] = JSON.stringify([entry]);
    files[`weights/${entry.file}`] = new Response(new Uint8Array([1, 2, 4]));
    const { trainer } = openFigures();
    await shown();
    summaryOf('The runs behind it')?.click();
    const openRun = () => until(() => (button('Open (3 B)')?.disabled === false ? button('Open (3 B)') : null), 'the button');
    (await openRun()).click();
    await until(() => cellText().includes('The run Mix came damaged. Try again.'), 'the fault');
    expect(trainer.calls).not.toContain('importRun');
    files[`weights/${entry.file}`] = new Response(bytes);
    (await openRun()).click();
    await until(() => trainer.calls.includes('importRun'), 'the import');
  });

  test('axe finds no fault, with everything open', async () => {
    openFigures();
    await shown();
    for (const words of ['Show data', 'The runs behind it', 'Make it in this browser']) summaryOf(words)?.click();
    await until(() => find('figure-runs')?.shadowRoot?.querySelector('table') && find('report-table'), 'tables');
    // Wide tables scroll by themselves; nothing widens the page.
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(document.documentElement.clientWidth);
    const { violations } = await axe.run(document.querySelector('figures-cell')!);
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  });
});

describe('a figure made in this browser', () => {
  const inside = (tag: string): string => find(tag)?.shadowRoot?.textContent?.replaceAll(/\s+/g, ' ') ?? '';
  const text = JSON.stringify({ ...lines, cost: { estimatedMs: 431_000, actualMs: 380_000 } });

  /** The cell with a worker that is made up and a database of its own. */
  async function openWithQueue(hash: string) {
    const worker = fakeFigureWorker();
    const store = openJobStore('parallax-figures-test');
    for (const { choice } of await store.jobs()) await store.removeJob(choice);
    const queue = new FigureQueue({ open: () => worker, store, prefer: () => null, busyRun: () => null });
    const opened = openFigures(addressBar(hash));
    document.querySelector('figures-cell')!.queue = queue;
    await until(() => button('Estimate the time'), 'the button');
    return { ...opened, queue, worker };
  }

  test('shows its cost first, then how far it is, then its numbers apart from the recorded ones', async () => {
    const { queue, worker } = await openWithQueue('#figures=fig-3-micro-s1');
    expect(inside('figure-maker')).toContain('6 runs');
    expect(button('Run this figure')).toBeUndefined();
    button('Estimate the time')?.click();
    const run = await until(() => button('Run this figure'), 'the estimate');
    expect(inside('figure-maker')).toContain(
      '≈ 7 min on this GPU (nvidia ampere), 1 run, 1 more is here already, about 350 MB of GPU memory, 18 MB of storage meanwhile',
    );
    expect(worker.made()).toEqual([]);
    run.click();
    await until(() => worker.made().length === 1, 'the worker');
    const progress = { run: 2, runs: 6, series: 'Mix', examples: 24, seed: 1, step: 2, totalSteps: 3, isEvaluating: false, share: 0.4 };
    worker.say({ type: 'progress', progress: { ...progress, elapsedMs: 90_000, leftMs: 135_000 } });
    await until(() => inside('figure-jobs').includes('Run 2 of 6: Mix, N 24, seed 1, step 2 of 3. 1 min 30 s so far, ≈ 2 min left'), 'progress');
    expect(find<HTMLProgressElement>('li progress')?.value).toBeCloseTo(0.4);
    worker.say({ type: 'result', text });
    const choice = await until(() => find('choice-group.view'), 'the choice of numbers');
    expect(cellText()).toContain('Made in this browser: a small-scale re-enactment');
    await until(() => charts().some(({ alt }) => alt.includes('ours, this browser, nano')), 'the charts');
    choice.dispatchEvent(new CustomEvent('choose', { detail: { value: 'recorded' } }));
    await until(() => cellText().includes('Recorded: a small-scale'), 'the recorded one');
    worker.finish();
    await until(() => inside('figure-jobs').includes('Finished in 6 min 20 s, estimated 7 min.'), 'the end');
    const { violations } = await axe.run(document.querySelector('figures-cell')!);
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    button('Remove')?.click();
    await until(() => queue.jobs.value.length === 0, 'an empty list');
    queue.close();
  });

  test('is paused, resumed and cancelled, and a fault is told with its cure', async () => {
    const { queue, worker } = await openWithQueue('#figures=fig-16-micro-s1');
    button('Estimate the time')?.click();
    (await until(() => button('Run this figure'), 'the estimate')).click();
    (await until(() => button('Pause'), 'pause')).click();
    (await until(() => button('Resume'), 'resume')).click();
    await until(() => worker.made().length === 2, 'the worker again');
    worker.fail('The storage is full: remove something.');
    await until(() => inside('figure-jobs').includes('The storage is full: remove something.'), 'the fault');
    expect(inside('figure-jobs')).toContain('Stopped by a fault.');
    button('Cancel')?.click();
    await until(() => queue.jobs.value.length === 0, 'an empty list');
    queue.close();
  });
});

describe('a link to a figure', () => {
  test('shows it, and is no damaged link', async () => {
    const { notebook } = openFigures(addressBar('#figures=fig-6'));
    await until(() => cellText().includes(rows.question), 'the figure of the link');
    expect(asked).toEqual(['index.json', 'fig-6.json']);
    expect(notebook.linkProblem.value).toBeNull();
    expect((await figureSelect()).value).toBe('fig-6');
  });

  test('works on the open page too', async () => {
    const address = addressBar();
    openFigures(address);
    await shown();
    address.shown = '#figures=fig-6';
    dispatchEvent(new HashChangeEvent('hashchange'));
    await until(() => cellText().includes(rows.question), 'the figure of the link');
  });

  test('to a figure that is not recorded says so and shows another', async () => {
    openFigures(addressBar('#figures=fig-99'));
    await until(() => cellText().includes(lines.question), 'a figure');
    expect(cellText()).toContain('There is no figure “fig-99” here');
  });
});

describe('files', () => {
  const alert = () => atCell(() => find('.note.bad[role="alert"]'), 'the message');

  test.each([
    ['there is none', new Response('', { status: 404 })],
    ['the server answers with its start page', new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })],
    ['it is empty', '[]'],
  ])('no recorded figures yet, but they can be made: %s', async (_, answer) => {
    files['index.json'] = answer;
    openFigures();
    await atCell(() => cellText().includes('Nothing is made of it yet'), 'the word');
    expect(find('.note.bad')).toBeUndefined();
    // There is nothing to export, to show as data or to trace back.
    expect(button('Copy link')).toBeDefined();
    for (const label of ['Export SVG', 'Export CSV']) expect(button(label)).toBeUndefined();
    expect([summaryOf('Show data'), summaryOf('The runs behind it')]).toEqual([undefined, undefined]);
  });

  test('a list that cannot be read is told, and read again on demand', async () => {
    const good = files['index.json']!;
    files['index.json'] = new Error('network is down');
    openFigures();
    expect((await alert()).textContent).toContain(
      'The list of recorded figures could not be loaded (network is down). Check the connection, then try again.',
    );
    files['index.json'] = good;
    button('Try again')?.click();
    await shown();
    expect(find('.note.bad')).toBeUndefined();
  });

  test.each([
    ['missing', undefined, 'The figure fig-3 is in the list, but its file is not on the server.'],
    ['an error of the server', new Response('', { status: 503 }), 'could not be loaded (the server answered 503)'],
    ['cut off', JSON.stringify(lines).slice(0, 500), 'fig-3.json: expected JSON, got 500 characters that are none: the file is cut off or damaged'],
    ['of another version', JSON.stringify({ ...lines, schema: 2 }), 'fig-3.json: expected figures of schema 1, got 2'],
    ['wrong inside', JSON.stringify({ ...lines, readings: 'many' }), 'fig-3.json, readings: expected Array, got "many"'],
  ])('a file that is %s is told, and the others can still be picked', async (_, answer, message) => {
    if (answer === undefined) delete files['fig-3.json'];
    else files['fig-3.json'] = answer;
    openFigures();
    expect((await alert()).textContent).toContain(message);
    expect(charts()).toHaveLength(0);
    const list = await figureSelect();
    list.value = 'fig-6';
    list.dispatchEvent(new Event('change'));
    await until(() => cellText().includes(rows.question), 'the other figure');
    expect(find('.note.bad')).toBeUndefined();
  });

  test('a figure that cannot be read does not stand under the charts of the one before', async () => {
    delete files['fig-6.json'];
    openFigures();
    await shown();
    const list = await figureSelect();
    list.value = 'fig-6';
    list.dispatchEvent(new Event('change'));
    expect((await alert()).textContent).toContain('The figure fig-6 is in the list');
    expect(charts()).toHaveLength(0);
  });

  test('nothing in a file becomes markup', async () => {
    const evil = '<img src=x onerror="globalThis.pwned=1">';
    files['fig-3.json'] = JSON.stringify({ ...lines, title: evil, question: evil, lookFor: evil, command: evil, source: evil });
    openFigures();
    const images = await shown();
    expect(images.every(({ src }) => src.startsWith('blob:'))).toBe(true);
    expect(cellText()).toContain(evil);
    expect((globalThis as { pwned?: number }).pwned).toBeUndefined();
  });
});

test('the scale of a figure says which base its runs start from, and whether it was recorded', () => {
  const title = (id: string, isRecorded: boolean): string => nanoHint(knownFigures().find((figure) => figure.id === id), isRecorded); // prettier-ignore
  expect(title('fig-3', true)).toBe('1.5 M weights on a base for Consecutive Table Readout: the scale of the recorded figure');
  expect(title('fig-26', false)).toBe('1.5 M weights: not recorded at this scale'); // of several tasks, from one base
  expect(title('fig-5-gn', false)).toBe('1.5 M weights on a base for Grid Navigation: not recorded at this scale');
});
