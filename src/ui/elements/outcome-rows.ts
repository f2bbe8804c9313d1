/**
 * The first rows of a scored file: which are right, and one of them in full. Everything in a row is foreign text and shown as text. Draws what it is given.
 *
 * @fires open-row - `CustomEvent<{ number: number }>` when a row is chosen; the host may then set `picture`.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { RowOutcome } from '../../study/data/read/report.ts';
import { controls, prose, tables } from '../styles/shared.ts';
import './choice-group.ts';
import './copy-text.ts';

const FILTERS = ['all', 'right', 'wrong', 'no prediction'] as const;
type Filter = (typeof FILTERS)[number];
/** Scored: of tables the list of values alone is (spec/s2h 2.10). */
const LABELS: Readonly<Record<Filter, string>> = { all: 'all', right: 'scored right', wrong: 'scored wrong', 'no prediction': 'no prediction' };
/** Characters of a prediction in its cell; the whole stands below the list. */
const MOST_SHOWN = 200;

@customElement('outcome-rows')
export class OutcomeRows extends LitElement {
  static override styles = [
    controls,
    prose,
    tables,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .list {
        max-height: 22rem;
        margin-top: 0.6rem;
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      table {
        width: 100%;
      }
      th,
      td {
        padding-left: 0.7rem;
      }
      td button,
      th button {
        max-width: 12rem;
        min-height: 1.75rem;
        justify-content: start;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        unicode-bidi: isolate;
      }
      .cut {
        max-width: 16rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .unread {
        min-width: 14rem;
        max-width: 24rem;
        overflow-wrap: anywhere;
      }
      tr.open {
        background: var(--accent-wash);
      }
      .detail {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr));
        gap: 1rem 1.4rem;
        margin-top: 1rem;
      }
      img {
        max-width: 100%;
        height: auto;
        border: 1px solid var(--line);
        background: #fff;
      }
    `,
  ];

  @property({ attribute: false }) rows: readonly RowOutcome[] = [];
  /** Address of the open row's picture; '' without one. */
  @property() picture = '';
  @property({ type: Number }) openNumber = 0;
  @state() private filter: Filter = 'all';

  override render() {
    const shown = this.rows.filter((row) => this.filter === 'all' || outcomeOf(row) === this.filter);
    const open = this.rows.find(({ number }) => number === this.openNumber);
    return html`<choice-group
        label="Rows"
        .value=${this.filter}
        .options=${FILTERS.map((value) => ({ value, label: LABELS[value] }))}
        @choose=${(event: CustomEvent<{ value: Filter }>) => (this.filter = event.detail.value)}
      ></choice-group>
      <div class="list" tabindex="0" role="region" aria-label="Rows of the file">
        <table>
          <thead>
            <tr>
              <th scope="col">Row</th>
              <th scope="col">Outcome</th>
              <th scope="col">Level</th>
              <th scope="col">Given as</th>
              <th scope="col">Gold</th>
              <th scope="col">Prediction</th>
            </tr>
          </thead>
          <tbody>
            ${shown.map((row) => this.#row(row))}
          </tbody>
        </table>
        ${shown.length === 0 ? html`<p class="soft">No such rows among the first ${this.rows.length}.</p>` : nothing}
      </div>
      ${open === undefined ? nothing : this.#detail(open)}`;
  }

  #row(row: RowOutcome) {
    const { number, id, level, modality, gold, prediction, unread, response } = row;
    return html`<tr class=${number === this.openNumber ? 'open' : ''}>
      <th scope="row">
        <button aria-pressed=${number === this.openNumber ? 'true' : 'false'} @click=${() => this.#open(number)}>${id ?? `row ${number}`}</button>
      </th>
      <td>${LABELS[outcomeOf(row)]}</td>
      <td>${level ?? 'not said'}</td>
      <td>${modality}</td>
      <td class="cut">${gold}</td>
      <td class=${unread === null ? 'cut' : 'unread'}>
        ${unread === null ? (prediction ?? '–') : html`${saidText(response ?? '')}<br /><span class="soft small">${unread}</span>`}
      </td>
    </tr>`;
  }

  #detail(row: RowOutcome) {
    const { id, number, gold, prediction, question, response } = row;
    const block = (label: string, text: string | null) =>
      text === null || text === '' ? nothing : html`<copy-text label=${label} .text=${text} wrap></copy-text>`;
    return html`<div class="detail" role="group" aria-label=${`Row ${id ?? number}`}>
      ${this.picture === '' ? nothing : html`<img src=${this.picture} alt=${`The picture of row ${id ?? number}`} />`} ${block('Question', question)}
      ${block('Gold, as compared', gold)} ${block('Prediction, as compared', prediction)} ${block('The whole prediction', response)}
    </div>`;
  }

  #open(number: number): void {
    this.dispatchEvent(new CustomEvent('open-row', { detail: { number } }));
  }
}

/** The beginning of a prediction as it was given. */
function saidText(response: string): string {
  if (response.trim() === '') return '(empty)';
  return response.length > MOST_SHOWN ? `“${response.slice(0, MOST_SHOWN)}…”` : `“${response}”`;
}

function outcomeOf({ isRight }: RowOutcome): Filter {
  return isRight === null ? 'no prediction' : isRight ? 'right' : 'wrong';
}

declare global {
  interface HTMLElementTagNameMap {
    'outcome-rows': OutcomeRows;
  }
}
