/**
 * The numbers of a map: what part of it falls on the places that the words speak of, against their area and against a model that has learnt nothing, and the ten
 * highest places, by the same sizes as the shares. Draws what it is given.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { topPatches } from '../../study/attribution-map.ts';
import type { PatchScore } from '../../study/attribution-map.ts';
import { controls, prose, tables } from '../styles/shared.ts';
import { percent } from './accuracy-chart.ts';
import { sharesOf } from './map-view.ts';
import type { Area, MapView } from './map-view.ts';

const TABLE_ROWS = 10;
/** With its sign, a plus included. */
const signed = (value: number): string => `${value > 0 ? '+' : ''}${value.toPrecision(2)}`.replaceAll('-', '−');
const share = (value: number | null | undefined): string => (value === null || value === undefined ? '–' : percent(value));

@customElement('look-numbers')
export class LookNumbers extends LitElement {
  static override styles = [
    controls,
    prose,
    tables,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      table {
        width: 100%;
        margin-bottom: 0.5rem;
      }
      table {
        font-size: 0.88rem;
      }
      th,
      td {
        padding-right: 0.5rem;
      }
      .number:last-child {
        padding-right: 0;
      }
      thead th {
        white-space: normal; /* two names of runs and all columns fit beside the words */
      }
      @media (max-width: 30rem) {
        table {
          font-size: 0.8rem;
        }
        th,
        td {
          padding-right: 0.35rem;
        }
      }
    `,
  ];

  /** The run's map, then that of what it is compared with. */
  @property({ attribute: false }) views: readonly MapView[] = [];
  /** Of a model with fresh weights; null while it is not computed. */
  @property({ attribute: false }) untrained: MapView | null = null;
  @property({ attribute: false }) areas: readonly Area[] = [];
  /** What each patch shows, row-major. */
  @property({ attribute: false }) patchNames: readonly string[] = [];
  /** What is shared: `the scores above 0`. */
  @property() what = '';

  override render() {
    const [own] = this.views;
    if (own === undefined) return nothing;
    return html`${this.#shares(own)}
      <details>
        <summary>The ten highest places</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="The ten highest places">${this.#places(own)}</div>
      </details>`;
  }

  #shares(own: MapView) {
    const shares = this.views.map((view) => sharesOf(view, this.areas));
    const control = this.untrained === null ? null : sharesOf(this.untrained, this.areas);
    const isCompared = this.views.length > 1;
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Shares of the map">
      <table>
        <caption>
          Where ${this.what} fall
        </caption>
        <thead>
          <tr>
            <th scope="col">On</th>
            ${this.views.map(({ name }) => html`<th scope="col" class="number">${isCompared ? name : 'Score'}</th>`)}
            <th scope="col" class="number">Marked</th>
            <th scope="col" class="number">Area</th>
            <th scope="col" class="number" title="The same model with fresh weights: what the picture and the architecture alone give">Untrained</th>
          </tr>
        </thead>
        <tbody>
          ${this.areas.map(
            ({ label }, i) =>
              html`<tr>
                <th scope="row">${label}</th>
                ${shares.map((of) => html`<td class="number">${share(of[i]?.mass)}</td>`)}
                <td class="number">${own.kept === 0 ? '–' : share(shares[0]?.[i]?.kept)}</td>
                <td class="number">${share(shares[0]?.[i]?.area)}</td>
                <td class="number">${control === null ? '…' : share(control[i]?.mass)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #places(own: MapView) {
    const hasSigns = own.patches.some(({ sum, mass }) => sum !== mass);
    return html`<table>
      <thead>
        <tr>
          <th scope="col">Shows</th>
          <th scope="col">Place</th>
          <th scope="col" class="number" title="The sizes of its scores, added up">Size</th>
          ${hasSigns ? html`<th scope="col" class="number" title="Its scores with their signs, added up">Sum</th>` : nothing}
          <th scope="col" class="number" title="Marked pixels">Marked</th>
        </tr>
      </thead>
      <tbody>
        ${topPatches(own.patches, TABLE_ROWS).map(
          (patch) =>
            html`<tr>
              <th scope="row">${nameOfPatch(this.patchNames, own.patches, patch)}</th>
              <td>row ${patch.row + 1}, column ${patch.column + 1}</td>
              <td class="number">${patch.mass.toPrecision(2)}</td>
              ${hasSigns ? html`<td class="number">${signed(patch.sum)}</td>` : nothing}
              <td class="number">${patch.kept}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
  }
}

/** What a patch shows, in words. */
export function nameOfPatch(names: readonly string[], patches: readonly PatchScore[], patch: PatchScore): string {
  return names[patches.indexOf(patch)] ?? `row ${patch.row + 1}, column ${patch.column + 1}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'look-numbers': LookNumbers;
  }
}
