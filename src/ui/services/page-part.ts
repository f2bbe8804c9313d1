/**
 * A part of the page whose code is loaded when it is wanted. A failure is kept: a cell that is drawn again does not ask again, and nothing is thrown at it. It is tried once more
 * when somebody asks for it (page-part of elements/) or when the browser is back online.
 */
import { signal } from '@preact/signals-core';
import { InputError } from '../../lib/errors.ts';

export const MISSING = 'This part could not be loaded: the browser is offline, or the site has a newer version.';

export class PagePart<T = unknown> {
  readonly #import: () => Promise<T>;
  readonly state = signal<'unasked' | 'loading' | 'ready' | 'failed'>('unasked');
  /** Null until it is there. */
  readonly module = signal<T | null>(null);
  #loading: Promise<T> | null = null;

  /** @param load - an `import()`; browsers ask the network anew for what failed before. */
  constructor(load: () => Promise<T>) {
    this.#import = load;
  }

  /** Loads it, unless that was tried before. */
  want(): void {
    if (this.state.value === 'unasked') void this.retry();
  }

  /** Loads it unless it is there or on its way; `state` tells what came of it. */
  async retry(): Promise<void> {
    try {
      await this.load();
    } catch {
      // `state` says so, where the part would stand
    }
  }

  /** The module. Throws an InputError when it cannot be had. */
  async load(): Promise<T> {
    this.#loading ??= this.#import();
    if (this.state.value !== 'ready') this.state.value = 'loading';
    try {
      const module = await this.#loading;
      this.module.value = module;
      this.state.value = 'ready';
      return module;
    } catch (cause) {
      if (this.#loading !== null) addEventListener('online', () => void this.retry(), { once: true });
      this.#loading = null;
      this.state.value = 'failed';
      throw new InputError(MISSING, { cause });
    }
  }
}
