/** The page's cells in a real browser, against the fake trainer and the real example code. */
import { describe, expect, test } from 'vitest';
import { LINK_DEFAULTS_3 } from '../../src/study/link-defaults.ts';
import { encodeLink } from '../../src/study/link.ts';
import { evaluationOf } from '../support/fake-trainer.ts';
import { addressBar, button, cleanUp, deep, find, open, stored, textOf, TINY, until } from './notebook-page.ts';

cleanUp();

describe('Train', () => {
  test('a run trains to its end: curve, table, result and bar follow', async () => {
    const { notebook, runs } = open();
    await until(() => runs.isReady.value, 'the store');
    notebook.setDraft(TINY);
    (await until(() => button('Train'), 'the button')).click();
    await until(() => runs.runs.value[0]?.summary.state === 'finished', 'the end of the run');
    await until(() => find('.whisker'), 'the accuracy chart');
    await until(() => find('curve-chart canvas') ?? find<HTMLElement>('curve-chart')?.shadowRoot?.querySelector('canvas'), 'the curves');
    expect(textOf('page-transport')).toContain('step 8 / 8');
    expect(textOf('result-cell')).toContain('training rows 9600 → 64');
    expect(runs.milestone.value).toContain('finished at step 8');
    // The bar's button would train the same settings once more, and says so; other settings make a run of their own.
    const bar = () => find<HTMLElement>('transport-bar')?.shadowRoot?.querySelector<HTMLButtonElement>('button');
    await until(() => bar()?.textContent?.trim() === 'Train again', 'its name');
    expect(bar()?.title).toContain('the same settings once more');
    notebook.setDraft({ ...TINY, seed: 7 });
    await until(() => bar()?.textContent?.trim() === 'Train', 'a new run');
    expect(textOf('page-transport')).toContain('GPU memory');
  });

  test('a bad number gives one message and Train says why it waits', async () => {
    const { notebook } = open();
    const input = await until(() => [...deep(document)].find((element) => element.matches('spec-form'))?.shadowRoot, 'the form');
    const fields = [...input.querySelectorAll('spec-field')];
    const rows = await until(() => fields.find((field) => field.field?.key === 'examples')?.shadowRoot?.querySelector('input'), 'the field');
    rows.value = '-5';
    rows.dispatchEvent(new Event('change'));
    await until(() => textOf('train-cell').includes('Give a whole number from 1 to'), 'the message');
    const train = document.querySelector('train-cell')?.shadowRoot?.querySelector<HTMLButtonElement>('button.primary');
    expect(train?.disabled).toBe(true);
    expect(document.querySelector('train-cell')?.shadowRoot?.querySelector('.reason')?.textContent).toContain('Check "training rows"');
    expect(notebook.state.value.draft.examples).toBeGreaterThan(0);
  });

  test.each([
    ['insecure', 'secure address'],
    ['missing', 'no WebGPU'],
    ['no-adapter', 'no graphics device'],
    ['limits', 'small buffers'],
    ['lost', 'was lost'],
    ['software', 'in software'],
  ] as const)('WebGPU %s is explained beside the button, and the CPU is offered at micro', async (webgpu, text) => {
    const backend = webgpu === 'software' ? 'webgpu' : 'wasm';
    const { notebook } = open({ device: { backend, webgpu, reason: null } });
    notebook.setDraft({ ...TINY, preset: 'nano' });
    await until(() => textOf('train-cell').includes(text), text);
    if (backend !== 'wasm') return;
    (await until(() => button('Use micro on the CPU'), 'the offer')).click();
    expect(notebook.state.value.draft.preset).toBe('micro');
  });

  test('no device at all is told with a way to try again', async () => {
    open({ noDevice: 'nothing computes here' });
    await until(() => textOf('train-cell').includes('nothing computes here'), 'the message');
    expect(button('Try again')).toBeDefined();
  });
});

describe('Storage', () => {
  test('a stored run is offered and resumes where it was', async () => {
    const { runs } = open({ runs: [stored] });
    await until(() => textOf('page-notices').includes('from step 5 of 8'), 'the card');
    await until(() => textOf('page-transport').includes('No run open; 1 kept: open one with “Open” under Result.'), 'the bar');
    (await until(() => button('Resume'), 'the button')).click();
    await until(() => runs.runs.value[0]?.summary.state === 'finished', 'the end');
    expect(runs.runs.value[0]?.summary.points.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test('a run of another tab is taken over only when asked', async () => {
    const { runs } = open({ runs: [{ ...stored, lockedElsewhere: true }] });
    await until(() => textOf('page-notices').includes('open in another tab'), 'the card');
    expect(await runs.continue('old')).toBe(false);
    (await until(() => button('Take over here'), 'the button')).click();
    await until(() => runs.runs.value[0]?.summary.state === 'finished', 'the end');
    expect(textOf('result-cell')).not.toContain('open in another tab');
  });

  test('a run that the other tab, or this page before its reload, has let go is offered as it stands', async () => {
    const { trainer, runs } = open({
      runs: [
        { ...stored, lockedElsewhere: true },
        { ...stored, runId: 'gone', name: 'grey hare', state: 'finished' },
      ],
    });
    await until(() => textOf('page-notices').includes('open in another tab'), 'the card');
    trainer.tell({ type: 'freed', runId: 'old', summary: { ...stored, step: 7 } });
    await until(() => textOf('page-notices').includes('from step 7 of 8 . Nothing was lost.'), 'the plain offer');
    expect(textOf('result-cell')).not.toContain('open in another tab');
    expect(button('Resume')).toBeDefined();
    trainer.tell({ type: 'freed', runId: 'gone', summary: null });
    expect(runs.runs.value.map(({ summary }) => summary.runId)).toEqual(['old']);
  });
});

describe('Result', () => {
  test('a paused run goes on with other data as a child that names it; one of several phases cannot', async () => {
    const { runs } = open({
      runs: [stored, { ...stored, runId: 'phased', name: 'slow owl', spec: { ...TINY, supervision: 'align-mix+', alignRows: 8 } }],
    });
    await until(() => runs.isReady.value, 'the store');
    await runs.open('old');
    const choice = await until(() => find('run-switch')?.shadowRoot?.querySelector('select'), 'the choice');
    expect(choice.value).toBe('mix+');
    expect(textOf('result-cell')).toContain('From step 5 on, train a copy of amber fox with');
    choice.value = 'text';
    choice.dispatchEvent(new Event('change'));
    (await until(() => button('Go on with other data'), 'the button')).click();
    const child = await until(() => runs.runs.value.find(({ summary }) => summary.parentId === 'old')?.summary, 'the child');
    expect(child.spec).toMatchObject({ supervision: 'text', parent: { step: 5, supervision: 'mix' } });
    await until(() => textOf('result-cell').includes('child of amber fox (goes on from its weights):'), 'its parent by name');
    expect(textOf('result-cell')).toContain('goes on from step 5 of mix');
    await runs.open('phased');
    await until(() => button('Go on with other data') === undefined, 'no choice');
  });

  test('runs of one task in different settings are said to be measured on different examples', async () => {
    const evaluated = { ...stored, state: 'finished', step: 8, evaluations: [evaluationOf(8, 10, 8)] } as const;
    const larger = { ...TINY, task: { ...TINY.task, columns: 5 } as typeof TINY.task };
    const word = 'so they were measured on different examples';
    const { runs } = open({ runs: [evaluated, { ...evaluated, runId: 'same', name: 'blue owl' }, { ...evaluated, runId: 'larger', spec: larger }] });
    await until(() => textOf('result-cell').includes(word), 'the word');
    runs.setVisible('larger', false);
    await until(() => !textOf('result-cell').includes(word), 'no word for equal settings');
  });

  test('a run is renamed in a dialog, and an empty or kept name changes nothing', async () => {
    const { runs } = open({ runs: [stored] });
    const press = async (label: string, text: string): Promise<void> => {
      (await until(() => find<HTMLButtonElement>('button[aria-label^="Rename"]'), 'Rename')).click();
      const field = await until(() => find<HTMLInputElement>('dialog[open] #new-name'), 'the dialog');
      expect(field.getRootNode()).toHaveProperty('activeElement', field);
      field.value = text;
      [...deep(document)]
        .find((element): element is HTMLButtonElement => element.matches('dialog[open] button') && element.textContent === label)
        ?.click();
      if (text !== '') await until(() => find('dialog #new-name') === undefined, 'the dialog to close');
    };
    await press('Keep the name', 'other');
    expect(runs.runs.value[0]?.summary.name).toBe('amber fox');
    await press('Rename', '  text first ');
    await until(() => runs.runs.value[0]?.summary.name === 'text first', 'the name');
    expect(runs.milestone.value).toBe('Renamed to text first.');
    await press('Rename', '');
    expect(find('dialog[open] #new-name')).toBeDefined(); // asks for a name
  });
});

describe('Look', () => {
  test('hover previews, click pins, arrow keys move, and the map has a table', async () => {
    const { notebook, runs } = open({ runs: [{ ...stored, state: 'finished', step: 8, evaluations: [evaluationOf(8, 10, 8)] }] });
    await until(() => runs.isReady.value, 'the store');
    await runs.open('old');
    const tokens = await until(
      () =>
        [...(find('token-strip')?.shadowRoot?.querySelectorAll('button') ?? [])].slice(0, 3).filter(Boolean).length === 3 &&
        find('token-strip')?.shadowRoot,
      'tokens',
    );
    const [first, second] = [...tokens.querySelectorAll('button')];
    first?.dispatchEvent(new PointerEvent('pointerenter'));
    await until(() => textOf('look-cell').includes('While it writes “r'), 'the preview');
    expect(notebook.state.value.look.span).toBeNull();
    first?.click();
    expect(notebook.state.value.look.span?.from).toBe(Number(first?.dataset['index']));
    first?.focus();
    first?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    await until(() => tokens.activeElement === second, 'the focus to move');
    await until(() => textOf('look-cell').includes('Keeps the 169 highest pixels of 16,896'), 'the words of the threshold');
    await until(() => textOf('look-cell').includes('The ten highest places'), 'the table');
  });
});

describe('Look at another example', () => {
  const finished = { ...stored, state: 'finished', step: 8, evaluations: [evaluationOf(8, 10, 8)] } as const;
  const words = () => [...(find('token-strip')?.shadowRoot?.querySelectorAll('button') ?? [])];

  test('while a map is computed asks nothing of the example before, and no message stays', async () => {
    const { notebook, runs, trainer } = open({ runs: [finished], lookMs: 40 });
    notebook.setExample({ level: 'hard' });
    await until(() => runs.isReady.value, 'the store');
    await runs.open('old');
    const long = await until(() => (words().length > 90 ? words() : null), 'a long answer');
    long.at(-1)?.click();
    await until(() => trainer.calls.includes('attribute'), 'the map to be computed');
    notebook.setExample({ level: 'simple' }); // a shorter answer: its last word has a lower number
    await new Promise((resolve) => setTimeout(resolve, 5));
    long.at(-2)?.dispatchEvent(new PointerEvent('pointerenter')); // an old word, still on show
    const asked = trainer.calls.length;
    await until(() => words().length < 90, 'the short answer');
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(trainer.calls.slice(asked)).not.toContain('attribute');
    expect(textOf('look-cell')).not.toContain('No map for these words');
    words()[0]?.click();
    await until(() => textOf('look-cell').includes('While it writes “r'), 'the map of the new example');
  });
});

describe('Links', () => {
  const link = encodeLink({ ...LINK_DEFAULTS_3, draft: { ...TINY, seed: 77 }, runs: [{ name: 'their run', spec: TINY }] });

  test('a link opens as a copy and leaves mine alone until I keep it', async () => {
    const mine = encodeLink({ ...LINK_DEFAULTS_3, draft: { ...TINY, seed: 5 } });
    localStorage.setItem('parallax.notebook', mine);
    const { notebook, url } = open({}, addressBar(link));
    expect(notebook.origin.value).toBe('shared');
    expect(notebook.state.value.draft.seed).toBe(77);
    await until(() => textOf('page-notices').includes('their run'), 'the run of the link');
    notebook.setExample({ index: 3 });
    url.flush();
    expect(localStorage.getItem('parallax.notebook')).toBe(mine);
    url.backToMine();
    expect([notebook.origin.value, notebook.state.value.draft.seed]).toEqual(['mine', 5]);
    notebook.show({ ...LINK_DEFAULTS_3, draft: { ...TINY, seed: 77 } }, 'shared');
    url.keep();
    expect(localStorage.getItem('parallax.notebook')).not.toBe(mine);
  });

  test('a damaged link is named, kept for copying, and changes nothing', async () => {
    localStorage.setItem('parallax.notebook', encodeLink({ ...LINK_DEFAULTS_3, draft: { ...TINY, seed: 5 } }));
    const { notebook } = open({}, addressBar(`${link.slice(0, -3)}AAA`));
    expect([notebook.origin.value, notebook.state.value.draft.seed]).toEqual(['mine', 5]);
    await until(() => textOf('page-notices').includes('This link is damaged'), 'the message');
    expect(find<HTMLTextAreaElement>('textarea')?.value).toContain('#n3.');
  });

  test('markup in names of a link is shown as text', async () => {
    const name = '<img src=x onerror="window.pwned=1">';
    open({}, addressBar(encodeLink({ ...LINK_DEFAULTS_3, runs: [{ name, spec: TINY }] })));
    await until(() => textOf('page-notices').includes(name), 'the name');
    expect((window as { pwned?: number }).pwned).toBeUndefined();
  });

  test('an edit of the last moment is not lost when a link is opened', () => {
    const address = addressBar();
    const { notebook, url } = open({}, address);
    notebook.setDraft({ ...TINY, seed: 9 });
    address.shown = link;
    dispatchEvent(new HashChangeEvent('hashchange'));
    expect([notebook.origin.value, notebook.state.value.draft.seed]).toEqual(['shared', 77]);
    expect(address.shown).toBe(link);
    url.backToMine();
    expect(notebook.state.value.draft.seed).toBe(9);
  });
});
