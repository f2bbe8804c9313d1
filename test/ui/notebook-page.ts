/** The page's cells in a real browser, against the fake trainer and the real example code: opening them, waiting, finding things in shadow roots. */
import { afterEach, beforeEach } from 'vitest';
import { formsAt, galleryAt, pixelsAt } from '../../src/study/example-forms.ts';
import { LINK_DEFAULTS_3 } from '../../src/study/link-defaults.ts';
import type { DataPort } from '../../src/ui/services/data-client.ts';
import type { ExamplePort } from '../../src/ui/services/example-client.ts';
import { startNotebook } from '../../src/ui/start.ts';
import type { StartedNotebook } from '../../src/ui/start.ts';
import type { AddressBar } from '../../src/ui/services/url-state.ts';
import { toWireError } from '../../src/lib/errors.ts';
import type { ExampleCallMessage, ExampleReply } from '../../workers/example-protocol.ts';
import type { RunSummary } from '../../workers/protocol.ts';
import { makeFakeTrainer, pointAt } from '../support/fake-trainer.ts';
import type { FakeOptions } from '../support/fake-trainer.ts';

const TAGS = [
  'page-tools',
  'page-notices',
  'example-cell',
  'train-cell',
  'result-cell',
  'why-cell',
  'figures-cell',
  'look-cell',
  'data-cell',
  'smarter-cell',
  'page-transport',
] as const;

function answer(message: ExampleCallMessage): ExampleReply {
  const { id } = message;
  try {
    switch (message.name) {
      case 'forms':
        return { id, value: formsAt(message.args.key, message.args.spec, message.args.profile) };
      case 'gallery':
        return { id, value: galleryAt(message.args.key, message.args.spec, message.args.count) };
      case 'pixels':
        return { id, value: pixelsAt(message.args.key, message.args.spec) };
      default:
        return message satisfies never;
    }
  } catch (thrown) {
    return { id, error: toWireError(thrown) };
  }
}

/** Every call that the page made of the example worker, newest last. */
export const exampleCalls: ExampleCallMessage[] = [];

function examplePort(): ExamplePort {
  const target = new EventTarget();
  return {
    postMessage(message) {
      exampleCalls.push(message);
      const data = answer(message);
      queueMicrotask(() => target.dispatchEvent(new MessageEvent('message', { data })));
    },
    addEventListener: (type: string, listener: (event: never) => void) => target.addEventListener(type, listener as EventListener),
    terminate: () => undefined,
  };
}

/** Reads no file: data-cell.browser.test.ts has a worker of its own. */
function silentPort(): DataPort {
  return { postMessage: () => undefined, addEventListener: () => undefined, terminate: () => undefined };
}

export function addressBar(hash = ''): AddressBar & { shown: string } {
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

/** A cell stands in its section, as in index.html. */
function placeOf(tag: (typeof TAGS)[number]): HTMLElement {
  const element = document.createElement(tag);
  if (!tag.endsWith('-cell')) return element;
  const section = Object.assign(document.createElement('section'), { id: tag.slice(0, -'-cell'.length), className: 'cell' });
  section.append(element);
  return section;
}

let opened: StartedNotebook | null = null;
export type Opened = StartedNotebook & { readonly trainer: ReturnType<typeof makeFakeTrainer> };

export function open(fake: FakeOptions = {}, address: AddressBar = addressBar(), basesAddress = '/no-such-bases'): Opened {
  const trainer = makeFakeTrainer(fake);
  document.body.replaceChildren(...TAGS.map(placeOf));
  const started = startNotebook({
    openTrainer: () => trainer,
    openExamples: examplePort,
    openData: () => silentPort(),
    now: () => new Date(0),
    address,
    basesAddress,
  });
  opened = started;
  return { ...started, trainer };
}

/** Waits until `read` gives something true. */
export async function until<T>(read: () => T | null | undefined | false | '', what: string): Promise<T> {
  for (let i = 0; i < 400; i++) {
    const value = read();
    if (value) return value;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`waited for ${what} in vain`);
}

/** All elements under `root`, through shadow roots. */
export function* deep(root: ParentNode): Generator<Element> {
  for (const element of root.querySelectorAll('*')) {
    yield element;
    if (element.shadowRoot !== null) yield* deep(element.shadowRoot);
  }
}
export const find = <T extends Element>(selector: string): T | undefined =>
  [...deep(document)].find((element): element is T => element.matches(selector));
export const button = (text: string): HTMLButtonElement | undefined =>
  [...deep(document)].find((element): element is HTMLButtonElement => element instanceof HTMLButtonElement && element.textContent?.trim() === text);
export const textOf = (tag: string): string => {
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
/** What the page saves while `act` runs. */
export async function savedBy(act: () => void): Promise<{ name: string; bytes: Uint8Array; text: string }> {
  const { click } = HTMLAnchorElement.prototype;
  const saved: HTMLAnchorElement[] = [];
  HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
    saved.push(this);
  };
  try {
    act();
    const anchor = await until(() => saved[0], 'the file');
    const bytes = new Uint8Array(await (await fetch(anchor.href)).arrayBuffer());
    return { name: anchor.download, bytes, text: new TextDecoder().decode(bytes) };
  } finally {
    HTMLAnchorElement.prototype.click = click;
  }
}

export const TINY = { ...LINK_DEFAULTS_3.draft, examples: 64, batchSize: 8, evaluation: { examples: 10, everySteps: 0 } };

/** A stored run that was paused at step 5 of 8. */
export const stored: RunSummary = {
  ...{ runId: 'old', name: 'amber fox', parentId: null, spec: TINY, state: 'paused', step: 5, totalSteps: 8, createdAt: '2026-01-01', updatedAt: '' },
  ...{ adapter: 'fake', points: [1, 2, 3, 4, 5].map((step) => pointAt(step, 8)), evaluations: [], bytes: 10, lockedElsewhere: false },
};

/** Call once per test file: a clean store before each test, the page taken down after it. */
export function cleanUp(): void {
  beforeEach(() => {
    localStorage.clear();
    sessionStorage.clear();
    exampleCalls.length = 0;
  });
  afterEach(() => {
    opened?.stop();
    document.body.replaceChildren();
    history.replaceState(null, '', location.pathname + location.search);
  });
}
