/** Tells a cell once that it has come near the window, so that what it shows is loaded then and not with the page. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

export class NearWindow implements ReactiveController {
  readonly #host: ReactiveControllerHost & Element;
  readonly #observer: IntersectionObserver;

  /** @param onNear - called when the host is within `marginPx` of the window; once for each time that it is connected. */
  constructor(host: ReactiveControllerHost & Element, marginPx: number, onNear: () => void) {
    this.#host = host;
    const look: IntersectionObserverCallback = (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      this.#observer.disconnect();
      onNear();
    };
    this.#observer = new IntersectionObserver(look, { rootMargin: `${marginPx}px` });
    host.addController(this);
  }

  hostConnected(): void {
    this.#observer.observe(this.#host);
  }

  hostDisconnected(): void {
    this.#observer.disconnect();
  }
}
