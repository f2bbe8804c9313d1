/**
 * What a training reached on items it never saw: by skill, folded by puzzle, with the floors beside it. Draws what it is given.
 *
 * @fires save-csv - `CustomEvent<{ text: string }>`.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { SmarterScores as Scores } from '../../study/smarter/scores.ts';
import { controls, prose } from '../styles/shared.ts';
import './report-table.ts';
import { puzzleTable, scoresCsv, shown, skillTable } from './smarter-rows.ts';

@customElement('smarter-scores')
export class SmarterScores extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .row {
        margin-top: 0.7rem;
      }
      .explain {
        max-width: 46em;
      }
    `,
  ];

  @property({ attribute: false }) scores: Scores | null = null;
  /** Which items the scores are of: `test`, or `validation` before the end. */
  @property() items = 'test';
  @property({ attribute: false }) nameOf: (puzzle: number) => string = String;

  override render() {
    const { scores, items } = this;
    if (scores === null) return nothing;
    if (scores.overall.items === 0) return html`<p class="explain">There are no ${items} items in this split, so there is nothing to score.</p>`;
    const { solved, majority, low, high } = scores.overall;
    const verdict = low > majority ? 'above' : high < majority ? 'below' : 'not told apart from';
    return html`<p class="explain">
        <b>${shown(solved)} %</b> of the ${items} items are solved; that is ${verdict} always giving a puzzle’s most frequent answer
        (${shown(majority)} %). S_acc: the answer itself is right. O_acc: the option nearest to the answer is. Floors beside them: always the most
        frequent training answer (majority), and guessing.
      </p>
      ${this.#untrained(scores)}
      <report-table .table=${skillTable(scores, items)}></report-table>
      <details>
        <summary>Puzzle by puzzle (${scores.puzzles.length})</summary>
        <report-table .table=${puzzleTable(scores, this.nameOf)}></report-table>
      </details>
      <p class="row"><button @click=${() => this.#save(scores)}>Export CSV</button></p>`;
  }

  /** Under the puzzle split nothing of a tested puzzle's own is ever trained. */
  #untrained({ untrained = [], puzzles }: Scores) {
    if (untrained.length === 0) return nothing;
    return html`<p class="note warn">
      ${untrained.length} of these ${puzzles.length} puzzles ${untrained.length === 1 ? 'has' : 'have'} no training items. Each puzzle answers through
      a decoder of its own, and theirs were never trained: what is solved there is chance.
    </p>`;
  }

  #save(scores: Scores): void {
    this.dispatchEvent(new CustomEvent('save-csv', { detail: { text: scoresCsv(scores) } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-scores': SmarterScores;
  }
}
