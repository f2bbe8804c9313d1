/**
 * What all cells share: services that arrive after the element, redrawing when their signals change, and the static text of index.html in place until
 * then.
 */
import { html, LitElement } from 'lit';
import type { PropertyValues } from 'lit';
import { property } from 'lit/decorators.js';
import { SignalController } from '../services/signal-controller.ts';
import type { PageServices } from './page-services.ts';

export abstract class CellElement extends LitElement {
  @property({ attribute: false }) services: PageServices | null = null;

  readonly #signals = new SignalController(this, () => (this.services === null ? null : this.watch(this.services)));

  /** Reads every signal that `draw` depends on. */
  protected abstract watch(services: PageServices): unknown;
  protected abstract draw(services: PageServices): unknown;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('services')) this.#signals.restart();
  }

  override render(): unknown {
    return this.services === null ? html`<slot></slot>` : this.draw(this.services);
  }
}
