/**
 * The maps of a figure: on which patches of one example the marked pixels lie, part by part of the answer, for each series at a step that can be chosen. The
 * patches that the words speak of are outlined. Draws what it is given.
 */
import { css, html, LitElement, nothing, svg } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ExamplePixels } from '../../study/example-forms.ts';
import type { FigureMap } from '../../study/figures/figure.ts';
import { mapsAt, mostOf, stepsOfMaps } from '../../study/figures/plot-maps.ts';
import { controls, prose } from '../styles/shared.ts';
import './choice-group.ts';
import { percent } from './accuracy-chart.ts';
import './heat-picture.ts';
import type { Heat } from './heat-picture.ts';

const OPACITY = 0.85;

@customElement('figure-maps')
export class FigureMaps extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
        margin-bottom: 1.1rem;
      }
      p {
        max-width: 46em;
      }
      h4 {
        margin: 0.9rem 0 0.4rem;
        font-size: 0.95rem;
      }
      .maps {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr));
        gap: 0.9rem;
      }
      figure {
        min-width: 0;
        margin: 0;
      }
      figcaption {
        font-size: 0.86rem;
      }
      .on {
        position: relative;
      }
      svg {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        fill: none;
        stroke: rgb(0 114 178);
      }
      rect {
        vector-effect: non-scaling-stroke;
        stroke-width: 1.5px;
      }
    `,
  ];

  @property({ attribute: false }) maps: readonly FigureMap[] = [];
  /** The example; null while it is not drawn yet: then the grid stands on white. */
  @property({ attribute: false }) pixels: ExamplePixels | null = null;
  /** How many of its measured steps before the last. */
  @state() private back = 0;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('maps')) this.back = 0;
  }

  override render() {
    const { maps, back, pixels } = this;
    if (maps.length === 0 || pixels === null) return nothing;
    const shown = mapsAt(maps, back);
    const most = mostOf(mapsAt(maps));
    const series = [...new Set(shown.map((map) => map.series))];
    return html`<h3>Where it looks, one example</h3>
      <p class="soft">
        Part by part of the right answer: orange where the 1 % of pixels lie that move its loss most, blue outlines around what the words speak of.
      </p>
      <choice-group
        label="Step"
        .value=${String(back)}
        .options=${stepsOfMaps(maps).map((each) => ({ value: String(each.back), label: each.label }))}
        @choose=${({ detail }: CustomEvent<{ value: string }>) => (this.back = Number(detail.value))}
      ></choice-group>
      ${series.map(
        (name) =>
          html`<h4>${name}, step ${shown.find((map) => map.series === name)?.step}</h4>
            <div class="maps">${shown.filter((map) => map.series === name).map((map) => this.#map(map, pixels, most))}</div>`,
      )}`;
  }

  #map(map: FigureMap, pixels: ExamplePixels, most: number) {
    const { columns, kept, own } = map;
    const inside = own.reduce((sum, patch) => sum + (kept[patch] ?? 0), 0);
    const rows = Math.ceil(kept.length / columns);
    const words = `${map.title}: ${percent(inside)} of the marked pixels in ${own.length} of ${kept.length} patches`;
    return html`<figure>
      <div class="on">
        <heat-picture .picture=${pixels} .heat=${heatOf(map, pixels, most)} summary=${words}></heat-picture>
        <svg viewBox="0 0 ${columns} ${rows}" preserveAspectRatio="none" aria-hidden="true">
          ${own.map((patch) => svg`<rect x=${patch % columns} y=${Math.floor(patch / columns)} width="1" height="1" />`)}
        </svg>
      </div>
      <figcaption>${words}</figcaption>
    </figure>`;
  }
}

/** Each pixel with the share of its patch. */
function heatOf({ kept, columns }: FigureMap, { widthPx, heightPx, patchPx }: ExamplePixels, most: number): Heat {
  const scores = Float32Array.from(
    { length: widthPx * heightPx },
    (_, i) => kept[Math.floor(Math.floor(i / widthPx) / patchPx) * columns + Math.floor((i % widthPx) / patchPx)] ?? 0,
  );
  return { scores, mask: new Uint8Array(scores.length), overlay: 'heat', opacity: OPACITY, sign: 'signed', most };
}

declare global {
  interface HTMLElementTagNameMap {
    'figure-maps': FigureMaps;
  }
}
