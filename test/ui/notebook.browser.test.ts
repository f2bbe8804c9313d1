/** The page's cells in a real browser, against the fake trainer and the real example code. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formsAt, pixelsAt } from '../../src/study/example-forms.ts';
import { LINK_DEFAULTS_1 } from '../../src/study/link-defaults.ts';
import { encodeLink } from '../../src/study/link.ts';
import type { ExamplePort } from '../../src/ui/services/example-client.ts';
import { startNotebook } from '../../src/ui/start.ts';
import type { StartedNotebook } from '../../src/ui/start.ts';
import type { AddressBar } from '../../src/ui/services/url-state.ts';
import type { ExampleReply } from '../../workers/example-protocol.ts';
import { evaluationOf, makeFakeTrainer, pointAt } from '../support/fake-trainer.ts';
import type { FakeOptions } from '../support/fake-trainer.ts';
import type { RunSummary } from '../../workers/protocol.ts';

const TAGS = ['page-tools', 'page-notices', 'example-cell', 'train-cell', 'result-cell', 'look-cell', 'page-transport'] as const;

function examplePort(): ExamplePort {
  const target = new EventTarget();
  return {
    postMessage(message) {
      const { id } = message;
      const value =
        message.name === 'forms'
          ? formsAt(message.args.key, message.args.config, message.args.profile, message.args.marksEnds)
          : pixelsAt(message.args.key, message.args.config);
      const data: ExampleReply = { id, value };
      queueMicrotask(() => target.dispatchEvent(new MessageEvent('message', { data })));
    },
    addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, listener as EventListener),
    terminate: () => undefined,
  };
}

function addressBar(hash = ''): AddressBar & { shown: string } {
  return {
    shown: hash,
    hash() {
      return this.shown;
    },
    replace(next) {
      this.shown = next;
      return true;
    },
  };
}

let opened: StartedNotebook | null = null;

function open(fake: FakeOptions = {}, address: AddressBar = addressBar()): StartedNotebook {
  document.body.replaceChildren(...TAGS.map((tag) => document.createElement(tag)));
  opened = startNotebook({
    openTrainer: () => makeFakeTrainer(fake),
    openExamples: examplePort,
    now: () => new Date(0),
    address,
    basesAddress: '/no-such-bases',
  });
  return opened;
}

/** Waits until `read` gives something true. */
async function until<T>(read: () => T | null | undefined | false | '', what: string): Promise<T> {
  for (let i = 0; i < 400; i++) {
    const value = read();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited for ${what} in vain`);
}

/** All elements under `root`, through shadow roots. */
function* deep(root: ParentNode): Generator<Element> {
  for (const element of root.querySelectorAll('*')) {
    yield element;
    if (element.shadowRoot !== null) yield* deep(element.shadowRoot);
  }
}
const find = <T extends Element>(selector: string): T | undefined => [...deep(document)].find((element): element is T => element.matches(selector));
const button = (text: string): HTMLButtonElement | undefined =>
  [...deep(document)].find((element): element is HTMLButtonElement => element instanceof HTMLButtonElement && element.textContent?.trim() === text);
const textOf = (tag: string): string => {
  const host = document.querySelector(tag);
  if (host?.shadowRoot == null) return '';
  const parts: string[] = [];
  const walk = (root: ParentNode & Node): void => {
    for (const node of root.childNodes) {
      if (node instanceof Text) parts.push(node.data);
      if (node instanceof Element && !(node instanceof HTMLStyleElement)) {
        if (node.shadowRoot !== null) walk(node.shadowRoot);
        walk(node);
      }
    }
  };
  walk(host.shadowRoot);
  return parts.join(' ').replaceAll(/\s+/g, ' ');
};
const TINY = { ...LINK_DEFAULTS_1.draft, examples: 64, batchSize: 8, evaluation: { examples: 10, everySteps: 0 } };

beforeEach(() => localStorage.clear());
afterEach(() => {
  opened?.stop();
  document.body.replaceChildren();
  history.replaceState(null, '', location.pathname + location.search);
});

describe('Example', () => {
  test('shows the picture, the texts and the sum, and follows the level', async () => {
    const { notebook } = open();
    const image = await until(() => find<HTMLImageElement>('svg-picture')?.shadowRoot?.querySelector('img'), 'the picture');
    expect(image.src).toMatch(/^blob:/);
    expect(image.alt.length).toBeGreaterThan(20);
    expect(textOf('example-cell')).toContain('The image shows the sales data');
    notebook.setExample({ level: 'hard', record: 'text' });
    await until(() => textOf('example-cell').includes('\\begin{tabular}'), 'the text form');
    expect(textOf('example-cell')).toMatch(/2[5-9]|30 cells/);
  });

  test('says why an example cannot be made', async () => {
    const { notebook } = open();
    await until(() => find('svg-picture'), 'the picture');
    notebook.setExample({ rows: 2, columns: 4 });
    await until(() => textOf('example-cell').includes('This example cannot be made'), 'the message');
  });
});

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

const stored: RunSummary = {
  ...{ runId: 'old', name: 'amber fox', parentId: null, spec: TINY, state: 'paused', step: 5, totalSteps: 8, createdAt: '2026-01-01', updatedAt: '' },
  ...{ adapter: 'fake', points: [1, 2, 3, 4, 5].map((step) => pointAt(step, 8)), evaluations: [], bytes: 10, lockedElsewhere: false },
};

describe('Storage', () => {
  test('a stored run is offered and resumes where it was', async () => {
    const { runs } = open({ runs: [stored] });
    await until(() => textOf('page-notices').includes('from step 5 of 8'), 'the card');
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
    expect(notebook.state.value.look.token).toBeNull();
    first?.click();
    expect(notebook.state.value.look.token).toBe(Number(first?.dataset['index']));
    first?.focus();
    first?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', bubbles: true }));
    await until(() => tokens.activeElement === second, 'the focus to move');
    await until(() => textOf('look-cell').includes('Keeps the 169 highest of 16,896 pixels'), 'the words of the threshold');
    await until(() => textOf('look-cell').includes('The ten highest cells'), 'the table');
  });
});

describe('Links', () => {
  const link = encodeLink({ ...LINK_DEFAULTS_1, draft: { ...TINY, seed: 77 }, runs: [{ name: 'their run', spec: TINY }] });

  test('a link opens as a copy and leaves mine alone until I keep it', async () => {
    const mine = encodeLink({ ...LINK_DEFAULTS_1, draft: { ...TINY, seed: 5 } });
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
    notebook.show({ ...LINK_DEFAULTS_1, draft: { ...TINY, seed: 77 } }, 'shared');
    url.keep();
    expect(localStorage.getItem('parallax.notebook')).not.toBe(mine);
  });

  test('a damaged link is named, kept for copying, and changes nothing', async () => {
    localStorage.setItem('parallax.notebook', encodeLink({ ...LINK_DEFAULTS_1, draft: { ...TINY, seed: 5 } }));
    const { notebook } = open({}, addressBar(`${link.slice(0, -3)}AAA`));
    expect([notebook.origin.value, notebook.state.value.draft.seed]).toEqual(['mine', 5]);
    await until(() => textOf('page-notices').includes('This link is damaged'), 'the message');
    expect(find<HTMLTextAreaElement>('textarea')?.value).toContain('#n1.');
  });

  test('markup in names of a link is shown as text', async () => {
    const name = '<img src=x onerror="window.pwned=1">';
    open({}, addressBar(encodeLink({ ...LINK_DEFAULTS_1, runs: [{ name, spec: TINY }] })));
    await until(() => textOf('page-notices').includes(name), 'the name');
    expect((window as { pwned?: number }).pwned).toBeUndefined();
  });
});
