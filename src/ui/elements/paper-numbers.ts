/** The paper's own accuracies on one task, for reading beside ours. Never drawn into our figure: other models, other scale. */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { taskInfo } from '../../tasks/task-spec.ts';
import type { TaskId } from '../../tasks/task.ts';
import { TASK_IDS } from '../../tasks/task.ts';
import { PAPER_RESULTS } from './paper-results.ts';
import { prose, tables } from '../styles/shared.ts';

@customElement('paper-numbers')
export class PaperNumbers extends LitElement {
  static override styles = [
    prose,
    tables,
    css`
      .scroll + p {
        margin-top: 0.8rem;
      }
    `,
  ];

  @property() task: TaskId = TASK_IDS[0];

  override render() {
    const { caption, columns, rows } = PAPER_RESULTS[this.task];
    return html`<div class="panel">
      <h3>The paper’s numbers on ${taskInfo(this.task).title}, for comparison</h3>
      <div class="scroll" tabindex="0" role="region" aria-label="The paper's numbers">
        <table>
          <caption>
            ${caption}
          </caption>
          <thead>
            <tr>
              <th scope="col">Trained by</th>
              <th scope="col">Tested on</th>
              ${columns.map((column) => html`<th scope="col" class="number">${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              ({ training, test, values }) =>
                html`<tr>
                  <th scope="row">${training}</th>
                  <td>${test}</td>
                  ${values.map((value) => html`<td class="number">${value ?? '–'}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <p class="small soft">
        Text, Image and Mix train on simple examples only; a plus adds hard text. Ours is a small-scale re-enactment, not the paper’s models: theirs
        is Eagle-X2-Llama3-8B, pretrained, on large pictures; ours has up to 15 million weights and starts from nothing or from a small base. Compare
        the shape (does hard follow simple? does text carry further than pictures?), not the height.
      </p>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'paper-numbers': PaperNumbers;
  }
}
