/**
 * The paper's own accuracies on this task (Fig. 3, at N = 16 x 10^4), for reading beside ours. Never drawn into our figure: other models, other scale.
 * Source: arXiv 2501.02669v2, Fig. 3, values decoded from the vector figure (spec/s2h section 8). Simple levels are not in that figure.
 */
import { html, LitElement } from 'lit';
import { customElement } from 'lit/decorators.js';
import { prose, tables } from '../styles/shared.ts';

interface PaperRow {
  readonly training: string;
  readonly test: string;
  readonly medium: number;
  readonly hard: number;
}

const FIGURE_3_AT_160K: readonly PaperRow[] = [
  { training: 'Text', test: 'text', medium: 94, hard: 81 },
  { training: 'Image', test: 'image', medium: 69, hard: 8 },
  { training: 'Mix', test: 'text', medium: 85, hard: 48 },
  { training: 'Mix', test: 'image', medium: 90, hard: 43 },
];

@customElement('paper-numbers')
export class PaperNumbers extends LitElement {
  static override styles = [prose, tables];

  override render() {
    return html`<div class="panel">
      <h3>The paper’s numbers, for comparison</h3>
      <div class="scroll" tabindex="0" role="region" aria-label="The paper's numbers">
        <table>
          <caption>
            Accuracy in %, Fig. 3, 160,000 training rows
          </caption>
          <thead>
            <tr>
              <th scope="col">Trained on simple</th>
              <th scope="col">Tested on</th>
              <th scope="col" class="number">medium</th>
              <th scope="col" class="number">hard</th>
            </tr>
          </thead>
          <tbody>
            ${FIGURE_3_AT_160K.map(
              ({ training, test, medium, hard }) =>
                html`<tr>
                  <th scope="row">${training}</th>
                  <td>${test}</td>
                  <td class="number">${medium}</td>
                  <td class="number">${hard}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <p class="small soft">
        Ours is a small-scale re-enactment, not the paper’s models: theirs is Eagle-X2-Llama3-8B, pretrained, on 1500 × 800 pictures; ours has up to
        15 million weights and starts from nothing or from a small base. Compare the shape (does hard follow simple? does text carry further than
        pictures?), not the height.
      </p>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'paper-numbers': PaperNumbers;
  }
}
