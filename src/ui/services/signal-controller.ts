/**
 * Redraws a host when the signals it reads change. Our own, because `@lit-labs/signals` 0.3.0 keeps removed elements alive (design/product 3.2).
 */
import { effect } from '@preact/signals-core';
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class SignalController implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #read: () => unknown;
  #dispose: (() => void) | null = null;

  constructor(host: ReactiveControllerHost, read: () => unknown) {
    this.#host = host;
    this.#read = read;
    host.addController(this);
  }

  hostConnected(): void {
    let isFirst = true;
    this.#dispose = effect(() => {
      this.#read();
      if (isFirst) isFirst = false;
      else this.#host.requestUpdate();
    });
  }

  hostDisconnected(): void {
    this.#dispose?.();
    this.#dispose = null;
  }

  /** Subscribes again; for hosts whose signals arrive after they were connected. */
  restart(): void {
    this.hostDisconnected();
    this.hostConnected();
  }
}
