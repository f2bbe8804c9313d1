/**
 * smarterVLM: puzzles of the SMART-101 kind, a small reasoner with and without the QF layer, and what it looks at. Everything in it (smarter-desk.ts) is loaded when the cell comes
 * near the window, or when a link names a training.
 */
import { css, html } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { NearWindow } from '../services/near-window.ts';
import type { SmarterRuns } from '../services/smarter-runs.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

const ANCHOR = '#smarter=';
const MARGIN_PX = 600;

@customElement('smarter-cell')
export class SmarterCell extends CellElement {
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

  /** What trains; by default that of this page. */
  @property({ attribute: false }) trainings: SmarterRuns | null = null;
  /** Folder of the recorded sweeps. */
  @property({ attribute: false }) recorded = new URL('smarter/', document.baseURI).href;
  @state() private isReady = false;
  @state() private isFaulty = false;
  #isOpen = false;

  constructor() {
    super();
    new NearWindow(this, MARGIN_PX, () => this.#open());
  }

  protected override watch({ url }: PageServices): unknown {
    return url.anchor.value;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (!this.isFaulty && this.services?.url.anchor.value.startsWith(ANCHOR) === true) this.#open();
  }

  protected override draw(services: PageServices) {
    if (this.isReady)
      return html`<smarter-desk
        .services=${services}
        .trainings=${this.trainings}
        .recorded=${this.recorded}
        .anchor=${services.url.anchor.value}
      ></smarter-desk>`;
    return this.isFaulty
      ? html`<div class="note bad" role="alert">
          <p>
            The puzzles could not be loaded: the connection has a gap, or the site has a newer build. Reload the page if trying again does not help.
          </p>
          <p class="row"><button @click=${() => this.#open()}>Try again</button></p>
        </div>`
      : html`<p class="soft">Getting the puzzles ready…</p>`;
  }

  #open(): void {
    if (this.#isOpen || this.services === null) return;
    this.#isOpen = true;
    this.isFaulty = false;
    import('./smarter-desk.ts').then(
      ({ openSmarterRuns }) => {
        this.trainings ??= openSmarterRuns();
        this.isReady = true;
      },
      () => {
        this.#isOpen = false;
        this.isFaulty = true;
      },
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-cell': SmarterCell;
  }
}
