/**
 * Trainings that are kept in this browser. Draws what it is given.
 *
 * @fires open-kept - `CustomEvent<{ run: KeptSmarter }>`; also `remove-kept`, and `clear-features` without detail.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Listed } from '../services/smarter-runs.ts';
import { controls, prose, tables } from '../styles/shared.ts';
import { bytes, count } from './format.ts';
import { solvedText } from './smarter-rows.ts';

@customElement('smarter-kept')
export class SmarterKept extends LitElement {
  static override styles = [
    controls,
    prose,
    tables,
    css`
      :host {
        display: block;
        min-width: 0;
      }
    `,
  ];

  @property({ attribute: false }) listed: Listed | null = null;
  /** Id of the one that is loaded. */
  @property() openId = '';
  @property({ type: Boolean }) disabled = false;

  override render() {
    const { listed } = this;
    if (listed === null) return html`<p class="soft">Reading what is kept…</p>`;
    const { runs, featureBytes } = listed;
    return html`${
      runs.length === 0
        ? html`<p class="soft">None yet.</p>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="Kept trainings">
            <table>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Model</th>
                  <th scope="col" class="number">Step</th>
                  <th scope="col" class="number">S_acc, test</th>
                  <th scope="col" class="number">Size</th>
                  <td></td>
                </tr>
              </thead>
              <tbody>
                ${runs.map(
                  (run) =>
                    html`<tr>
                      <th scope="row">${run.name}</th>
                      <td>${run.spec.model.variant}</td>
                      <td class="number">${count(run.progress.step)} of ${count(run.progress.totalSteps)}</td>
                      <td class="number">${run.progress.test === null ? '–' : solvedText(run.progress.test.overall)}</td>
                      <td class="number">${bytes(run.bytes)}</td>
                      <td>
                        <button
                          ?disabled=${this.disabled || run.id === this.openId}
                          aria-label=${`Open ${run.name}`}
                          @click=${() => this.#tell('open-kept', { run })}
                        >
                          ${run.id === this.openId ? 'Opened' : run.progress.test === null ? 'Go on' : 'Open'}
                        </button>
                        <button
                          class="plain"
                          ?disabled=${this.disabled}
                          aria-label=${`Remove ${run.name}`}
                          @click=${() => this.#tell('remove-kept', { run })}
                        >
                          Remove
                        </button>
                      </td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
    ${
      featureBytes === 0
        ? nothing
        : html`<p class="row small">
            Features of puzzles take ${bytes(featureBytes)}; without them the next training makes them anew.
            <button ?disabled=${this.disabled} @click=${() => this.#tell('clear-features', null)}>Clear them</button>
          </p>`
    }`;
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-kept': SmarterKept;
  }
}
