/** Results of the Data in cell: notes, tables, export, and the first rows with their pictures, which are fetched one at a time. */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { markdownOf } from '../../study/data/read/markdown.ts';
import { notesOf, tablesOf } from '../../study/data/read/report-tables.ts';
import type { RowOutcome, ScoreReport } from '../../study/data/read/report.ts';
import { copyToClipboard } from '../elements/clipboard.ts';
import { count } from '../elements/format.ts';
import '../elements/outcome-rows.ts';
import '../elements/report-table.ts';
import type { DataClient } from '../services/data-client.ts';
import { saveFile } from '../services/files.ts';
import { controls, prose } from '../styles/shared.ts';

/** How long a button says what it did. */
const SAID_MS = 2000;

@customElement('data-results')
export class DataResults extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1.4rem;
        margin-top: 1.2rem;
      }
      ul {
        margin: 0;
        padding-left: 1.2rem;
        overflow-wrap: anywhere;
      }
      h3 {
        margin: 0;
      }
    `,
  ];

  @property({ attribute: false }) client: DataClient | null = null;
  @property({ attribute: false }) report: ScoreReport | null = null;
  @property({ attribute: false }) rows: readonly RowOutcome[] = [];
  @state() private openNumber = 0;
  @state() private picture = '';
  @state() private said = '';
  /** Counts rows that were opened and closed: a picture that comes later than the next click is dropped. */
  #turn = 0;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('report')) this.#close();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }

  override render() {
    const { report, rows } = this;
    if (report === null) return nothing;
    return html`<ul class="small">
        ${notesOf(report).map((note) => html`<li>${note}</li>`)}
      </ul>
      ${tablesOf(report).map((table) => html`<report-table .table=${table}></report-table>`)}
      <div class="row">
        <button @click=${() => void this.#copy(report)}>Copy as Markdown</button>
        <button @click=${() => this.#save(report)}>Save as JSON</button>
        <span role="status">${this.said}</span>
      </div>
      <h3>${rows.length < report.data.records ? `The first ${count(rows.length)} rows` : 'The rows'}</h3>
      <outcome-rows
        .rows=${rows}
        .openNumber=${this.openNumber}
        .picture=${this.picture}
        @open-row=${(event: CustomEvent<{ number: number }>) => void this.#open(event.detail.number)}
      ></outcome-rows>`;
  }

  async #open(number: number): Promise<void> {
    this.#close();
    const turn = this.#turn;
    this.openNumber = number;
    if (this.rows.find((row) => row.number === number)?.hasImage !== true) return;
    const picture = await this.client?.call('picture', { rowNumber: number }).catch(() => null);
    if (picture == null || this.#turn !== turn) return;
    // The bytes begin as a PNG, JPEG or WebP does (image-head.ts), and an <img> runs nothing.
    this.picture = URL.createObjectURL(new Blob([picture.bytes], { type: picture.type }));
  }

  #close(): void {
    this.#turn += 1;
    if (this.picture !== '') URL.revokeObjectURL(this.picture);
    this.picture = '';
    this.openNumber = 0;
  }

  async #copy(report: ScoreReport): Promise<void> {
    this.#say((await copyToClipboard(markdownOf(report))) ? 'Copied.' : 'The browser does not let the page copy; save it in place of that.');
  }

  #save(report: ScoreReport): void {
    const text = `${JSON.stringify({ ...report, rows: this.rows }, null, 2)}\n`;
    saveFile('scores.json', new TextEncoder().encode(text));
    this.#say('Saved.');
  }

  #say(text: string): void {
    this.said = text;
    setTimeout(() => (this.said = ''), SAID_MS);
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'data-results': DataResults;
  }
}
