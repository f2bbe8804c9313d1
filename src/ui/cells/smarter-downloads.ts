/** The downloaded encoders of the hub in this browser: what they take, and a button to clear them. Nothing is drawn where none are kept. */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toWireError } from '../../lib/errors.ts';
import { openHubStore } from '../../study/smarter/hub-store.ts';
import type { HubStore } from '../../study/smarter/hub-store.ts';
import { bytes } from '../elements/format.ts';
import { controls, prose } from '../styles/shared.ts';

@customElement('smarter-downloads')
export class SmarterDownloads extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
    `,
  ];

  @property({ attribute: false }) store: Pick<HubStore, 'size' | 'clear'> = openHubStore();
  /** Something is under way that may download; when it ends, the size is read anew. */
  @property({ type: Boolean }) disabled = false;
  @state() private kept = 0;
  @state() private fault = '';

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('store') || (changed.has('disabled') && !this.disabled)) void this.#measure();
  }

  override render() {
    if (this.fault !== '') return html`<p class="note bad small" role="alert">The downloaded encoders are not cleared: ${this.fault}</p>`;
    return this.kept === 0
      ? nothing
      : html`<p class="row small">
          Downloaded encoders take ${bytes(this.kept)}; without them the next use downloads them again.
          <button ?disabled=${this.disabled} @click=${() => void this.#clear()}>Clear the downloads</button>
        </p>`;
  }

  async #measure(): Promise<void> {
    // Over plain http a page has no Cache API: nothing is kept, and there is nothing to say.
    this.kept = await this.store.size().catch(() => 0);
  }

  async #clear(): Promise<void> {
    try {
      await this.store.clear();
      this.fault = '';
    } catch (thrown) {
      this.fault = toWireError(thrown).message;
    }
    await this.#measure();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-downloads': SmarterDownloads;
  }
}
