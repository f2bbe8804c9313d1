/**
 * The runs that a recorded figure was made of. Draws what it is given.
 *
 * @fires train-run - `CustomEvent<{ spec: RunSpec }>` when the visitor wants to train one of them.
 * @fires open-run - `CustomEvent<{ spec: RunSpec }>` when one that ships with its weights is to be opened.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { placeText } from '../../study/adapter-text.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import { controls, prose, tables } from '../styles/shared.ts';
import { count, duration } from './format.ts';

@customElement('figure-runs')
export class FigureRuns extends LitElement {
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
        max-height: 24rem;
        overflow: auto;
      }
      td {
        white-space: nowrap;
      }
      td button {
        min-height: 1.75rem;
        padding: 0 0.5rem;
      }
    `,
  ];

  @property({ attribute: false }) runs: FigureResult['runs'] = [];
  /** Size in words of each run that can be opened; '' = it cannot. */
  @property({ attribute: false }) openable: ReadonlyMap<RunSpec, string> = new Map();
  @property({ type: Boolean }) isWaiting = false;

  override render() {
    if (this.runs.length === 0) return nothing;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Runs of the figure">
      <table>
        <thead>
          <tr>
            <th scope="col">Trained by</th>
            <th scope="col" class="number">N</th>
            <th scope="col" class="number">Seed</th>
            <th scope="col" class="number">Steps</th>
            <th scope="col">Made on</th>
            <th scope="col" class="number">In</th>
            <th scope="col">Commit</th>
            <th scope="col"><span class="visually-hidden">Actions</span></th>
          </tr>
        </thead>
        <tbody>
          ${this.runs.map(
            ({ series, spec, step, made }) =>
              html`<tr>
                <th scope="row">${series}</th>
                <td class="number">${count(spec.examples)}</td>
                <td class="number">${spec.seed}</td>
                <td class="number">${count(step)}</td>
                <td title=${made.adapter}>${placeText(made)}</td>
                <td class="number">${duration(made.hours * 3_600_000)}</td>
                <td><code>${made.commit.slice(0, 7)}</code></td>
                <td>${this.#actions(spec, `${series}, N ${count(spec.examples)}, seed ${spec.seed}`)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #actions(spec: RunSpec, name: string) {
    const size = this.openable.get(spec) ?? '';
    const ask = (what: 'train-run' | 'open-run'): void => {
      this.dispatchEvent(new CustomEvent<{ spec: RunSpec }>(what, { detail: { spec }, bubbles: true, composed: true }));
    };
    return html`${
        size === ''
          ? nothing
          : html`<button ?disabled=${this.isWaiting} aria-label=${`Open (${size}): ${name}`} @click=${() => ask('open-run')}>Open (${size})</button> `
      }<button aria-label=${`Train this run: ${name}`} @click=${() => ask('train-run')}>Train this run</button>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'figure-runs': FigureRuns;
  }
}
