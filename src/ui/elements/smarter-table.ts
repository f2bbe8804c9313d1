/**
 * One table of the paper beside our recorded sweep of it, never mixed: its claims with what ours say, and each row with a way to train it here. Draws what it is given.
 *
 * @fires train-row - `CustomEvent<{ row: string }>`: its id.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { leftOutText, PAPER_SKILLS } from '../../study/smarter/figures/paper-row.ts';
import type { TableEntry } from '../../study/smarter/figures/paper-row.ts';
import { claimMeans, differenceText } from '../../study/smarter/figures/table-result.ts';
import type { Claim, TableResult } from '../../study/smarter/figures/table-result.ts';
import type { SmarterTable as Sweep } from '../../study/smarter/figures/tables.ts';
import { controls, prose, tables } from '../styles/shared.ts';
import './copy-text.ts';
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
      ${entry === null ? nothing : html`<p class="small soft">${leftOutText(entry)}</p>`}
      ${result === null ? nothing : html`<copy-text wrap label="The command that makes it again" .text=${result.command}></copy-text>`}`;
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
            <th colspan="2" scope="colgroup">all</th>
            <th colspan="4" scope="colgroup">ours, all</th>
            ${PAPER_SKILLS.map((skill) => html`<th colspan="2" scope="colgroup">${skill}</th>`)}
          </tr>
          <tr>
            ${pair}
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
