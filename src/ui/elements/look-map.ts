/**
 * The picture with its heat, the controls of the overlay, and the same in a table: the ten highest places. Draws what it is given.
 *
 * @fires look-change - `CustomEvent<Partial<LookView>>`.
 */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ExamplePixels } from '../../study/example-forms.ts';
import type { LookView } from '../../study/notebook-state.ts';
import { percent } from './accuracy-chart.ts';
import './choice-group.ts';
import { count } from './format.ts';
import { keptPixels, maskShare, patchScores, topMask, topPatches } from './heat.ts';
import type { PatchScore } from './heat.ts';
import './heat-picture.ts';
import { controls, prose, tables } from '../styles/shared.ts';

const TABLE_ROWS = 10;
/** The slider of the mask is logarithmic: position 0..300 is 0.1 .. 100 %. */
const SLIDER_STEPS = 300;
const sliderOf = (topPercent: number): number => Math.round(Math.log10(topPercent * 10) * (SLIDER_STEPS / 3));
const percentOf = (slider: number): number => Number((10 ** (slider / (SLIDER_STEPS / 3)) / 10).toPrecision(3));

@customElement('look-map')
export class LookMap extends LitElement {
  static override styles = [
    controls,
    prose,
    tables,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .settings {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr));
        gap: 0.6rem 1.3rem;
        align-items: end;
        margin: 0.8rem 0;
      }
      label {
        display: block;
        font-size: 0.88rem;
      }
      input[type='range'] {
        width: 100%;
      }
      table {
        width: 100%;
      }
    `,
  ];

  @property({ attribute: false }) pixels: ExamplePixels | null = null;
  /** Scores of the pixels, `[H, W]`, or null while none is chosen or computed. */
  @property({ attribute: false }) scores: Float32Array | null = null;
  @property({ attribute: false }) view: LookView | null = null;
  /** The word they belong to; '' = none. */
  @property() token = '';
  @property({ type: Boolean }) isComputing = false;

  #mask: Uint8Array = new Uint8Array();
  #patches: readonly PatchScore[] = [];

  override willUpdate(changed: PropertyValues<this>): void {
    const { scores, view, pixels } = this;
    if (scores === null || view === null || pixels === null) return;
    if (!(changed.has('scores') || changed.has('view') || changed.has('pixels'))) return;
    this.#mask = topMask(scores, keptPixels(scores.length, view.topPercent), view.isSigned);
    this.#patches = patchScores(scores, this.#mask, pixels.widthPx, pixels.patchPx, view.isSigned);
  }

  override render() {
    const { pixels, view, scores } = this;
    if (pixels === null || view === null) return nothing;
    const heat = scores === null ? null : { scores, mask: this.#mask, overlay: view.overlay, opacity: view.opacity, isSigned: view.isSigned };
    return html`<h3>${this.#title()}</h3>
      <heat-picture .picture=${pixels} .heat=${heat} .summary=${this.#summary(pixels)}></heat-picture>
      ${this.#settings(view, pixels.widthPx * pixels.heightPx)} ${scores === null ? nothing : this.#table(pixels)}`;
  }

  #title() {
    if (this.token === '') return 'Choose a word';
    const word = this.token === '\n' ? 'the end of the line' : `“${this.token}”`;
    return this.scores === null ? `Computing the map of ${word}…` : html`While it writes ${word}`;
  }

  #summary(pixels: ExamplePixels): string {
    const [top] = topPatches(this.#patches, 1);
    if (this.scores === null || top === undefined) return '';
    return `Highest: ${nameOf(pixels, top)}`;
  }

  #settings(view: LookView, pixels: number) {
    const give = (detail: Partial<LookView>): unknown => this.dispatchEvent(new CustomEvent<Partial<LookView>>('look-change', { detail }));
    const kept = keptPixels(pixels, view.topPercent);
    return html`<div class="settings">
      <choice-group
        label="Overlay"
        .value=${view.overlay}
        .options=${[
          { value: 'mask', label: 'highest pixels', hint: 'As in the paper: the highest pixels in red.' },
          { value: 'heat', label: 'heat', hint: 'All pixels by strength.' },
        ]}
        @choose=${(event: CustomEvent<{ value: LookView['overlay'] }>) => give({ overlay: event.detail.value })}
      ></choice-group>
      <choice-group
        label="Score"
        .value=${view.isSigned ? 'signed' : 'absolute'}
        .options=${[
          { value: 'signed', label: 'signed', hint: 'Highest first, as in the paper.' },
          { value: 'absolute', label: 'absolute', hint: 'Largest first, whatever the sign.' },
        ]}
        @choose=${(event: CustomEvent<{ value: string }>) => give({ isSigned: event.detail.value === 'signed' })}
      ></choice-group>
      <label
        >Keeps the ${count(kept)} highest of ${count(pixels)} pixels
        <input
          type="range"
          min="0"
          max=${SLIDER_STEPS}
          .value=${String(sliderOf(view.topPercent))}
          aria-valuetext=${`${view.topPercent} percent: the ${count(kept)} highest of ${count(pixels)} pixels`}
          @input=${(event: Event) => give({ topPercent: percentOf(Number((event.target as HTMLInputElement).value)) })}
        />
        <span class="soft">${view.topPercent} %${view.topPercent === 1 ? ', as in the paper' : ''}</span></label
      >
      <label
        >Opacity
        <input
          type="range"
          min="0"
          max="100"
          .value=${String(Math.round(view.opacity * 100))}
          aria-valuetext=${percent(view.opacity)}
          @input=${(event: Event) => give({ opacity: Number((event.target as HTMLInputElement).value) / 100 })}
        />
        <span class="soft">${percent(view.opacity)}</span></label
      >
    </div>`;
  }

  #table(pixels: ExamplePixels) {
    const top = topPatches(this.#patches, TABLE_ROWS);
    const share = maskShare(this.#patches, new Set(pixels.pathPatches));
    const area = pixels.pathPatches.length / this.#patches.length;
    return html`<p class="small">
        <b>${percent(share)}</b> of the kept pixels lie on what the chain of thought speaks of, which covers ${percent(area)} of the picture.
      </p>
      <details>
        <summary>The ten highest places</summary>
        <div class="scroll" tabindex="0" role="region" aria-label="The ten highest places">
          <table>
            <thead>
              <tr>
                <th scope="col">Shows</th>
                <th scope="col">Place</th>
                <th scope="col" class="number">Summed score</th>
                <th scope="col" class="number">Kept pixels</th>
              </tr>
            </thead>
            <tbody>
              ${top.map(
                (patch) =>
                  html`<tr>
                    <th scope="row">${nameOf(pixels, patch)}</th>
                    <td>${placeOf(patch, pixels)}</td>
                    <td class="number">${patch.sum.toPrecision(3)}</td>
                    <td class="number">${patch.kept}</td>
                  </tr>`,
              )}
            </tbody>
          </table>
        </div>
      </details>`;
  }
}

function nameOf({ patchNames, widthPx, patchPx }: ExamplePixels, { row, column }: PatchScore): string {
  return patchNames[row * (widthPx / patchPx) + column] ?? `row ${row}, column ${column}`;
}

function placeOf({ row, column }: PatchScore, { pathPatches }: ExamplePixels): string {
  const where = `row ${row + 1}, column ${column + 1}`;
  return pathPatches.includes(`${row},${column}`) ? `${where}, in the chain of thought` : where;
}

declare global {
  interface HTMLElementTagNameMap {
    'look-map': LookMap;
  }
}
