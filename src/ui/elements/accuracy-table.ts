/** The numbers behind the accuracy chart: one row per run, level and modality. Draws what it is given. */
import { html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { prose, tables } from '../styles/shared.ts';
import { percent } from './accuracy-chart.ts';
import type { AccuracySeries } from './accuracy-chart.ts';

@customElement('accuracy-table')
export class AccuracyTable extends LitElement {
  static override styles = [prose, tables];

  @property({ attribute: false }) series: readonly AccuracySeries[] = [];

  override render() {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Accuracy in numbers">
      <table>
        <thead>
          <tr>
            <th scope="col">Run</th>
            <th scope="col">Level</th>
            <th scope="col">Given as</th>
            <th scope="col" class="number">Accuracy</th>
            <th scope="col" class="number">95 % interval</th>
            <th scope="col" class="number">N</th>
            <th scope="col" class="number">From the list</th>
            <th scope="col" class="number">From the CoT</th>
            <th scope="col" class="number">Converted</th>
            <th scope="col" class="number" title="Right answers among those whose conversion was wrong (appendix I.6)">
              Right after a wrong conversion
            </th>
            <th scope="col" class="number">Mean tokens</th>
            <th scope="col" class="number">Cut off</th>
          </tr>
        </thead>
        <tbody>
          ${this.series.flatMap(({ label, cells }) =>
            cells.map(
              ({ level, modality, prompt, accuracy, exactMatch, cotExactMatch, conversion, robustness, meanGeneratedTokens, truncated }) =>
                html`<tr>
                  <th scope="row">${label}</th>
                  <td>${level}</td>
                  <td>${prompt === 'convert' ? `${modality}, “Convert”` : modality}</td>
                  <td class="number"><b>${shareOf(accuracy)}</b></td>
                  <td class="number">${percent(accuracy.low)} – ${percent(accuracy.high)}</td>
                  <td class="number">${accuracy.total}</td>
                  <td class="number">${shareOf(exactMatch)}</td>
                  <td class="number">${cotExactMatch === null ? '–' : shareOf(cotExactMatch)}</td>
                  <td class="number">${conversion === null ? '–' : shareOf(conversion)}</td>
                  <td class="number">${robustness === null ? '–' : `${robustness.correct} of ${robustness.total}`}</td>
                  <td class="number">${meanGeneratedTokens.toFixed(1)}</td>
                  <td class="number">${truncated}</td>
                </tr>`,
            ),
          )}
        </tbody>
      </table>
    </div>`;
  }
}

function shareOf({ correct, total }: { readonly correct: number; readonly total: number }): string {
  return total === 0 ? '–' : percent(correct / total);
}

declare global {
  interface HTMLElementTagNameMap {
    'accuracy-table': AccuracyTable;
  }
}
