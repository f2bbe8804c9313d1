/** The place of a part of the page that is loaded on demand: what is inside, or that it could not be loaded, and a button to try again. */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { MISSING } from '../services/page-part.ts';
import type { PagePart } from '../services/page-part.ts';
import { SignalController } from '../services/signal-controller.ts';
import { controls, prose } from '../styles/shared.ts';

/** Beside a message that something could not be fetched. Settings and runs are kept. None offline, where a reload would lose what is open. */
export function reloadButton() {
  return navigator.onLine ? html`<button @click=${() => location.reload()}>Reload the page</button>` : nothing;
}

@customElement('page-part')
export class PagePartElement extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: contents;
      }
    `,
  ];

  @property({ attribute: false }) of: PagePart | null = null;
  readonly #state = new SignalController(this, () => this.of?.state.value);

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('of')) return;
    this.#state.restart();
    this.of?.want();
  }

  override render() {
    const part = this.of;
    if (part?.state.value !== 'failed') return html`<slot></slot>`;
    return html`<div class="note bad" role="status">
      <p>${MISSING}</p>
      <p class="row"><button @click=${() => void part.retry()}>Try again</button>${reloadButton()}</p>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'page-part': PagePartElement;
  }
}
