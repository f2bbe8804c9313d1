/** Whether an element lies across the middle of the window; its host is drawn again when that changes. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class MiddleOfWindow implements ReactiveController {
  isThere = false;
  readonly #host: ReactiveControllerHost & Element;
  readonly #observer: IntersectionObserver;

  constructor(host: ReactiveControllerHost & Element) {
    this.#host = host;
    const look: IntersectionObserverCallback = (entries) => {
      this.isThere = entries.at(-1)?.isIntersecting === true;
      host.requestUpdate();
    };
    this.#observer = new IntersectionObserver(look, { rootMargin: '-50% 0px -50% 0px' });
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
    this.isThere = false;
  }
}
