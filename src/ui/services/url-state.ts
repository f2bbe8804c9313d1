/**
 * Keeps the address, this browser's copy and the page in step. My notebook lives in local storage, as link text, and in the address; a link that is
 * not mine opens as a shared copy and touches neither mine nor my runs. Writes are debounced, because Safari allows 100 `replaceState` in 30 s.
 */
import { effect, signal } from '@preact/signals-core';
import { InputError } from '../../lib/errors.ts';
import { decodeLink, encodeLink } from '../../study/link.ts';
import type { NotebookState } from '../../study/notebook-state.ts';
import { DEFAULT_NOTEBOOK } from './notebook.ts';
import type { Notebook } from './notebook.ts';
import { readSetting, writeSetting } from './theme.ts';

const KEY = 'parallax.notebook';
/** At least 500 ms (design/product 3.6): 60 writes in 30 s at most. */
const DEBOUNCE_MS = 500;

/** The parts of the browser this needs; the tests give their own. */
export interface AddressBar {
  hash(): string;
  /** Shows `hash` in the address without a new history entry; false when the browser refused. */
  replace(hash: string): boolean;
}

export const browserAddress: AddressBar = {
  hash: () => location.hash,
  replace(hash) {
    try {
      history.replaceState(history.state, '', hash === '' ? location.pathname + location.search : hash);
      return true;
    } catch {
      return false; // Safari's limit; the next change writes again
    }
  },
};

export class UrlState {
  readonly #notebook: Notebook;
  readonly #address: AddressBar;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #written: NotebookState | null = null;

  /** The last address that named a cell (`#look`), or a figure in its cell (`#figures=fig-3`). */
  readonly anchor = signal('');

  constructor(notebook: Notebook, address: AddressBar = browserAddress) {
    this.#notebook = notebook;
    this.#address = address;
  }

  /** Opens what the address and the store hold, then follows both. Returns how to stop. */
  start(): () => void {
    this.open();
    const onHash = (): void => this.open();
    addEventListener('hashchange', onHash);
    const stopWatching = effect(() => {
      const state = this.#notebook.state.value;
      void this.#notebook.origin.value;
      if (state !== this.#written) this.#schedule();
    });
    return () => {
      removeEventListener('hashchange', onHash);
      stopWatching();
      this.flush();
    };
  }

  /** Reads the address: my own state, a shared one, or a damaged link (then mine stays and the fault is shown). */
  open(): void {
    const hash = this.#address.hash();
    if (this.#timer !== null) this.#orTell(() => this.#keepMine()); // edits of the last moments are mine still; the address shows another state already
    const mine = this.#readMine();
    const isCellAnchor = hash === '' || /^#[a-z-]*(=[a-z0-9-]+)?$/.test(hash);
    if (isCellAnchor) this.anchor.value = hash;
    if (isCellAnchor || hash === readSetting(KEY)) {
      if (this.#written === null) this.#notebook.show(mine, 'mine');
      return;
    }
    try {
      const state = decodeLink(hash);
      this.#notebook.linkProblem.value = null;
      this.#notebook.show(state, 'shared');
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
      this.#notebook.linkProblem.value = { message: thrown.message, link: hash };
      if (this.#written === null) this.#notebook.show(mine, 'mine');
    }
  }

  /** The shared copy becomes mine. */
  keep(): void {
    this.#notebook.origin.value = 'mine';
    this.#schedule();
    this.flush();
  }

  /** Leaves the shared copy. */
  backToMine(): void {
    this.#notebook.show(this.#readMine(), 'mine');
    this.#schedule();
    this.flush();
  }

  /** Writes now what is waiting. */
  flush(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    const state = this.#notebook.state.value;
    this.#written = state;
    this.#orTell(() => {
      const hash = encodeLink(state);
      const isMine = this.#keepMine();
      this.#address.replace(isMine && hash === encodeLink(DEFAULT_NOTEBOOK) ? '' : hash);
    });
  }

  /** A state too big for a link is told, not thrown. */
  #orTell(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
      this.#notebook.linkProblem.value = { message: thrown.message, link: '' };
    }
  }

  /** Stores the state, unless it is someone's shared copy. */
  #keepMine(): boolean {
    if (this.#notebook.origin.value !== 'mine') return false;
    const hash = encodeLink(this.#notebook.state.value);
    writeSetting(KEY, hash === encodeLink(DEFAULT_NOTEBOOK) ? null : hash);
    return true;
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), DEBOUNCE_MS);
  }

  #readMine(): NotebookState {
    const stored = readSetting(KEY);
    if (stored === null) return DEFAULT_NOTEBOOK;
    try {
      return decodeLink(stored);
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
      this.#notebook.linkProblem.value = {
        message: `Your stored settings could not be read, so the defaults are shown. ${thrown.message}`,
        link: stored,
      };
      return DEFAULT_NOTEBOOK;
    }
  }
}
