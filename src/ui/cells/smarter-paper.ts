/**
 * The paper's tables beside our recorded sweeps of them, each read when it is unfolded.
 *
 * @fires train-spec - `CustomEvent<{ spec: SmarterSpec }>`: a row is to be trained here.
 * @fires train-table - as of smarter-table.
 * @fires open-table - one was unfolded, and shows what this browser keeps.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toWireError } from '../../lib/errors.ts';
import type { TableEntry } from '../../study/smarter/figures/paper-row.ts';
import type { TableResult } from '../../study/smarter/figures/table-result.ts';
import type { Kept } from '../../study/smarter/figures/rows-here.ts';
import { smarterTables } from '../../study/smarter/figures/tables.ts';
import type { SmarterTable } from '../../study/smarter/figures/tables.ts';
import '../elements/smarter-table.ts';
import { loadSmarterIndex, loadSmarterTable } from '../services/smarter-shelf.ts';
import './smarter-skills.ts';
import { controls, prose } from '../styles/shared.ts';

const TABLES = smarterTables('small');

/** The paper's table and the recorded sweep of it, each null where there is none; a text when they could not be read, undefined before. */
type Recorded = { readonly entry: TableEntry | null; readonly result: TableResult | null } | string | undefined;

@customElement('smarter-paper')
export class SmarterPaper extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
        margin-bottom: 2rem;
      }
      h3 {
        font-size: 1.1rem;
      }
      .explain {
        max-width: 46em;
      }
      details {
        margin-top: 0.6rem;
      }
    `,
  ];

  /** Folder of the recorded sweeps. */
  @property() recorded = '';
  /** Another number when the colours change. */
  @property({ type: Number }) colourVersion = 0;
  /** Trainings of this browser, those that wait, and whether one is under way. */
  @property({ attribute: false }) kept: readonly Kept[] = [];
  @property({ type: Number }) waiting = 0;
  @property({ type: Boolean }) isBusy = false;
  @state() private tables: ReadonlyMap<string, Recorded> = new Map();

  override render() {
    return html`<section aria-labelledby="paper-tables">
      <h3 id="paper-tables">Paper’s tables</h3>
      <p class="explain">
        The tables of <cite>On VLM Reasoners</cite> (<a href="https://arxiv.org/abs/2407.04212" rel="noreferrer">arXiv 2407.04212</a>), swept again on
        our own puzzles and small encoders: the paper’s numbers and ours side by side.
      </p>
      ${TABLES.map(
        (sweep) =>
          html`<details @toggle=${(event: Event) => (event.target as HTMLDetailsElement).open && void this.#read(sweep.id)}>
            <summary>${sweep.source}: ${sweep.title}</summary>
            ${this.#table(sweep, this.tables.get(sweep.id))}
          </details>`,
      )}
    </section>`;
  }

  #table(sweep: SmarterTable, recorded: Recorded) {
    if (recorded === undefined) return html`<p class="soft">Reading the table…</p>`;
    if (typeof recorded === 'string')
      return html`<p class="note bad" role="alert">${recorded} <button @click=${() => void this.#read(sweep.id)}>Try again</button></p>`;
    const { entry, result } = recorded;
    return html`<smarter-table
        .sweep=${sweep}
        .entry=${entry}
        .result=${result}
        .kept=${this.kept}
        .waiting=${this.waiting}
        ?isBusy=${this.isBusy}
        @train-table=${({ detail }: CustomEvent<object>) => this.dispatchEvent(new CustomEvent('train-table', { detail }))}
        @train-row=${({ detail }: CustomEvent<{ row: string }>) => this.#train(sweep, result, detail.row)}
      ></smarter-table>
      ${
        entry === null || result === null
          ? nothing
          : html`<details>
              <summary>Skills over the epochs (Figures 3 and 4)</summary>
              <smarter-skills .table=${result} .floors=${entry.floors} .colourVersion=${this.colourVersion}></smarter-skills>
            </details>`
      }`;
  }

  /** The spec of a row: as it was recorded, else as it would be. */
  #train({ rows }: SmarterTable, result: TableResult | null, row: string): void {
    const recorded = result?.rows.find(({ id }) => id === row)?.runs[0]?.spec;
    const spec = recorded ?? rows.find(({ id }) => id === row)?.spec(0);
    if (spec !== undefined) this.dispatchEvent(new CustomEvent('train-spec', { detail: { spec } }));
  }

  async #read(id: string): Promise<void> {
    this.dispatchEvent(new CustomEvent('open-table'));
    if (typeof this.tables.get(id) === 'object') return;
    const set = (recorded: Recorded): void => void (this.tables = new Map([...this.tables, [id, recorded]]));
    set(undefined);
    try {
      const entry = (await loadSmarterIndex(this.recorded)).find((each) => each.id === id) ?? null;
      set({ entry, result: entry?.isRecorded === true ? await loadSmarterTable(this.recorded, id) : null });
    } catch (thrown) {
      set(toWireError(thrown).message);
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-paper': SmarterPaper;
  }
}
