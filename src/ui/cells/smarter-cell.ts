/**
 * smarterVLM: puzzles of the SMART-101 kind, a small reasoner with and without the QF layer, and what it looks at. Everything in it (smarter-desk.ts) is loaded when the cell comes
 * near the window, or when a link names a training.
 */
import { css, html } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import '../elements/page-part.ts';
import { NearWindow } from '../services/near-window.ts';
import { PagePart } from '../services/page-part.ts';
import type { SmarterRuns } from '../services/smarter-runs.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

const ANCHOR = '#smarter=';
const MARGIN_PX = 600;
const DESK = new PagePart(() => import('./smarter-desk.ts'));

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
  @state() private isOpen = false;

  constructor() {
    super();
    new NearWindow(this, MARGIN_PX, () => (this.isOpen = true));
  }

  protected override watch({ url }: PageServices): unknown {
    return [url.anchor.value, DESK.module.value];
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (this.services?.url.anchor.value.startsWith(ANCHOR) === true) this.isOpen = true;
    if (this.isOpen) this.trainings ??= DESK.module.value?.openSmarterRuns() ?? null;
  }

  protected override draw(services: PageServices) {
    if (this.isOpen && this.trainings !== null && DESK.module.value !== null)
      return html`<smarter-desk
        .services=${services}
        .trainings=${this.trainings}
        .recorded=${this.recorded}
        .anchor=${services.url.anchor.value}
      ></smarter-desk>`;
    const waiting = html`<p class="soft">Getting the puzzles ready…</p>`;
    return this.isOpen ? html`<page-part .of=${DESK}>${waiting}</page-part>` : waiting;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-cell': SmarterCell;
  }
}
