/** One table of a report (study/data/read/report-tables.ts): texts in cells, and under each row's name what it counts. Draws what it is given. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ReportTable } from '../../study/data/read/report-tables.ts';
import { prose, tables } from '../styles/shared.ts';

@customElement('report-table')
export class ReportTableElement extends LitElement {
  static override styles = [
    prose,
    tables,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      tbody th {
        min-width: 10rem;
        max-width: 24rem;
      }
      .help {
        display: block;
        font-weight: 400;
      }
      td {
        white-space: nowrap;
      }
      thead th {
        white-space: normal;
        vertical-align: bottom;
      }
    `,
  ];

  @property({ attribute: false }) table: ReportTable | null = null;

  override render() {
    if (this.table === null) return nothing;
    const { caption, columns, rows } = this.table;
    return html`<div class="scroll" tabindex="0" role="region" aria-label=${caption}>
      <table>
        <caption>
          ${caption}
        </caption>
        <thead>
          <tr>
            ${columns.map((column, i) => html`<th scope="col" class=${i === 0 ? '' : 'number'}>${column}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ head, help, cells }) =>
              html`<tr>
                <th scope="row">${head}${help === undefined ? nothing : html`<span class="help soft small">${help}</span>`}</th>
                ${cells.map((cell) => html`<td class="number">${cell}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'report-table': ReportTableElement;
  }
}
