/**
 * One table of the paper beside our recorded sweep of it, never mixed: its claims with what ours say, and each row with a way to train it here. Draws what it is given.
 *
 * @fires train-row - `CustomEvent<{ row: string }>`: its id.
 * @fires train-table - `CustomEvent<{ specs: readonly SmarterSpec[] }>`: one after the other; none = no more of them.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { leftOutText, PAPER_SKILLS } from '../../study/smarter/figures/paper-row.ts';
import type { TableEntry } from '../../study/smarter/figures/paper-row.ts';
import { claimMeans, differenceText } from '../../study/smarter/figures/table-result.ts';
import type { Claim, TableResult } from '../../study/smarter/figures/table-result.ts';
import { rowHere, specsToTrain, sweepMs } from '../../study/smarter/figures/rows-here.ts';
import type { Kept } from '../../study/smarter/figures/rows-here.ts';
import { SMARTER_SEEDS } from '../../study/smarter/figures/tables.ts';
import type { SmarterTable as Sweep } from '../../study/smarter/figures/tables.ts';
import type { SmarterSpec } from '../../study/smarter/smarter-spec.ts';
import { controls, prose, tables } from '../styles/shared.ts';
import './copy-text.ts';
import { duration } from './format.ts';
import { floorCells, OUTCOMES, paperCells } from './smarter-rows.ts';
import type { PaperCells } from './smarter-rows.ts';

@customElement('smarter-table')
export class SmarterTable extends LitElement {
  static override styles = [
    controls,
    prose,
    tables,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .scroll {
        margin-bottom: 1rem;
      }
      td.ours,
      th.ours {
        padding-right: 1.4rem;
      }
      button {
        white-space: nowrap;
      }
      thead th {
        vertical-align: bottom;
      }
      tbody th {
        min-width: 11rem;
      }
      .explain {
        max-width: 46em;
      }
    `,
  ];

  @property({ attribute: false }) sweep: Sweep | null = null;
  /** What the paper has; null where its numbers could not be read. */
  @property({ attribute: false }) entry: TableEntry | null = null;
  /** Null: not recorded. */
  @property({ attribute: false }) result: TableResult | null = null;
  /** Trainings of this browser. */
  @property({ attribute: false }) kept: readonly Kept[] = [];
  /** Trainings that wait for the one under way, of any table. */
  @property({ type: Number }) waiting = 0;
  @property({ type: Boolean }) isBusy = false;
  @state() private seeds = 1;

  override render() {
    const { sweep, entry, result } = this;
    if (sweep === null) return nothing;
    const floor = floorCells(result?.rows ?? []);
    const rows = sweep.rows.map(({ id, label, paper: name }) => {
      const paper = entry?.paper.find((each) => each.label === name) ?? null;
      return paperCells({ id, label, paper, runs: result?.rows.find((each) => each.id === id)?.runs ?? [] });
    });
    return html`<p class="explain">
        S_acc in percent on ${sweep.part === 'test' ? 'test' : 'validation'} items.
        ${
          result === null
            ? html`<b>Not recorded yet</b>: the paper’s numbers stand alone; any row can be trained here.`
            : html`Ours: mean over as many seeds as a row says, with its 95 % interval, of small models on our own puzzles, over
                <span title=${result.backbone}>${isEmbedded(result) ? 'the small encoders of this page' : result.backbone}</span>; the paper’s are of
                SMART-101 and large encoders. Only the direction of a difference can be compared.`
        }
      </p>
      ${result === null || result.claims.length === 0 ? nothing : this.#claims(result)} ${this.#rows(floor === null ? rows : [floor, ...rows])}
      ${this.#sweep(sweep)} ${entry === null ? nothing : html`<p class="small soft">${leftOutText(entry)}</p>`}
      ${result === null ? nothing : html`<copy-text wrap label="The command that makes it again" .text=${result.command}></copy-text>`}`;
  }

  /** All rows trained here, one after the other. */
  #sweep(sweep: Sweep) {
    const { kept, waiting, isBusy } = this;
    const ask = (specs: readonly SmarterSpec[]): boolean => this.dispatchEvent(new CustomEvent('train-table', { detail: { specs } }));
    if (waiting > 0)
      return html`<p class="row">
        <span role="status">${waiting} more ${waiting === 1 ? 'training follows' : 'trainings follow'} the one under way.</span>
        <button @click=${() => ask([])}>No more after this one</button>
      </p>`;
    const seeds = SMARTER_SEEDS.slice(0, this.seeds);
    const specs = specsToTrain(sweep, kept, seeds);
    const ms = sweepMs(sweep, kept, seeds, specs.length);
    const cost = specs.length === 0 ? 'All are finished here.' : ms === null ? 'The time is known after the first.' : `About ${duration(ms)}.`;
    return html`<p class="row">
      <label
        >Seeds
        <select @change=${(event: Event) => (this.seeds = Number((event.target as HTMLSelectElement).value))}>
          ${[1, SMARTER_SEEDS.length].map((count) => html`<option value=${count} ?selected=${count === this.seeds}>${SMARTER_SEEDS.slice(0, count).join(', ')}</option>`)}
        </select></label
      >
      <button ?disabled=${isBusy || specs.length === 0} @click=${() => ask(specs)}>
        Train ${specs.length} of ${sweep.rows.length * seeds.length} here
      </button>
      <span class="small soft">${cost} What is finished is kept, so a sweep goes on where it ended.</span>
    </p>`;
  }

  #claims({ claims, rows }: TableResult) {
    const means = (claim: Claim): string =>
      claimMeans(rows, claim)
        .map((mean) => mean?.toFixed(1) ?? '–')
        .join(' against ');
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Claims">
      <table>
        <thead>
          <tr>
            <th scope="col">Claim</th>
            <th scope="col">Whose</th>
            <th scope="col">Small models say</th>
            <th scope="col" class="number">Ours, same seeds</th>
            <th scope="col" class="number">Difference (95 %)</th>
          </tr>
        </thead>
        <tbody>
          ${claims.map(
            (claim) =>
              html`<tr>
                <th scope="row">${claim.text}</th>
                <td>${claim.isPapers ? 'the paper’s' : 'ours'}</td>
                <td>${OUTCOMES[claim.outcome]}</td>
                <td class="number">${means(claim)}</td>
                <td class="number">${differenceText(claim.difference) || '–'}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #rows(rows: readonly PaperCells[]) {
    const pair = html`<th scope="col" class="number">paper</th>
      <th scope="col" class="number ours">ours</th>`;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Paper and ours, row by row">
      <table>
        <thead>
          <tr>
            <th rowspan="2" scope="col">Row</th>
            <td rowspan="2"></td>
            <th colspan="3" scope="colgroup">all</th>
            <th colspan="4" scope="colgroup">ours, all</th>
            ${PAPER_SKILLS.map((skill) => html`<th colspan="2" scope="colgroup">${skill}</th>`)}
          </tr>
          <tr>
            ${pair}
            <th scope="col" class="number ours">this browser</th>
            <th scope="col" class="number">seeds</th>
            <th scope="col" class="number">O_acc</th>
            <th scope="col" class="number">majority</th>
            <th scope="col" class="number ours">guessing</th>
            ${PAPER_SKILLS.map(() => pair)}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => this.#line(row))}
        </tbody>
      </table>
    </div>`;
  }

  #line({ id, label, paperLabel, paperOverall, ours, skills }: PaperCells) {
    return html`<tr>
      <th scope="row">${label}${paperLabel === '' || paperLabel === label ? nothing : html`<br /><span class="small soft">${paperLabel}</span>`}</th>
      <td>
        ${id === '' ? nothing : html`<button class="plain" aria-label=${`Open in Train: ${label}`} @click=${() => this.#train(id)}>Open in Train</button>`}
      </td>
      <td class="number">${paperOverall}</td>
      <td class="number ours"><b>${ours?.overall ?? '–'}</b></td>
      <td class="number ours">${this.#here(id)}</td>
      <td class="number">${ours?.seeds ?? '–'}</td>
      <td class="number">${ours?.option ?? '–'}</td>
      <td class="number">${ours?.majority ?? '–'}</td>
      <td class="number ours">${ours?.uniform ?? '–'}</td>
      ${skills.map(
        ([paper, own]) =>
          html`<td class="number">${paper}</td>
            <td class="number ours">${own}</td>`,
      )}
    </tr>`;
  }

  /** What was trained here, over as many seeds as are finished. */
  #here(id: string): string {
    const row = this.sweep?.rows.find((each) => each.id === id);
    const here = row === undefined || this.sweep === null ? null : rowHere(row, this.sweep.part, this.kept, SMARTER_SEEDS);
    return here === null
      ? '–'
      : `${here.mean.toFixed(1)} (${here.low.toFixed(1)} – ${here.high.toFixed(1)}), ${here.seeds} seed${here.seeds === 1 ? '' : 's'}`;
  }

  #train(row: string): void {
    this.dispatchEvent(new CustomEvent('train-row', { detail: { row } }));
  }
}

/** Its id is two digests, which say nothing to people. */
function isEmbedded({ backbone }: TableResult): boolean {
  return backbone.startsWith('embedded ');
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-table': SmarterTable;
  }
}
