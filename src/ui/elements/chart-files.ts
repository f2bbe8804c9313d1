/** Buttons that save a chart as SVG, PNG or CSV, and what became of it. The saving itself comes in. */
import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toWireError } from '../../lib/errors.ts';
import type { ChartFormat } from '../services/chart-files.ts';
import { controls, prose } from '../styles/shared.ts';

const FORMATS = ['SVG', 'PNG', 'CSV'] as const satisfies readonly ChartFormat[];

@customElement('chart-files')
export class ChartFiles extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        margin: 0.9rem 0;
      }
      p {
        margin: 0;
      }
    `,
  ];

  /** Of what, for people who do not see the chart above. */
  @property() of = '';
  /** Resolves to the name of the file. */
  @property({ attribute: false }) save: ((format: ChartFormat) => Promise<string>) | null = null;
  @state() private said = '';

  override render() {
    return html`<p class="row" role="group" aria-label=${`Files of ${this.of}`}>
      ${FORMATS.map((format) => html`<button @click=${() => void this.#save(format)}>Export ${format}</button>`)}
      <span class="small soft" role="status">${this.said}</span>
    </p>`;
  }

  async #save(format: ChartFormat): Promise<void> {
    try {
      this.said = `${await this.save?.(format)} was saved.`;
    } catch (thrown) {
      this.said = `No ${format} could be made: ${toWireError(thrown).message}`;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'chart-files': ChartFiles;
  }
}
