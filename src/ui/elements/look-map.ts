/**
 * The picture with its heat, one beside the other when two runs are compared, with the settings, the numbers and the files of it. Draws what it is given.
 *
 * @fires look-change - `CustomEvent<Partial<LookView>>`, from the controls inside.
 * @fires beside-change - from the controls inside.
 * @fires save-map - `CustomEvent<MapFile>` when a file is wanted.
 */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AnswerParts } from '../../study/answer-parts.ts';
import { scaleTop, topPatches } from '../../study/attribution-map.ts';
import type { ExamplePixels } from '../../study/example-forms.ts';
import type { LookView } from '../../study/notebook-state.ts';
import { controls, prose } from '../styles/shared.ts';
import { percent } from './accuracy-chart.ts';
import type { ChoiceOption } from './choice-group.ts';
import './heat-picture.ts';
import type { Heat } from './heat-picture.ts';
import './look-controls.ts';
import { captionOf, lookSvg, mapCsv, mapJson } from './look-files.ts';
import type { LookSubject } from './look-files.ts';
import './look-numbers.ts';
import { nameOfPatch } from './look-numbers.ts';
import { areasOf, mapView, unequalText } from './map-view.ts';
import type { MapView, NamedMap } from './map-view.ts';
import { nameOfSpan } from './token-span.ts';

export const FILE_KINDS = ['png', 'svg', 'csv', 'json'] as const;

export interface MapFile {
  readonly kind: (typeof FILE_KINDS)[number];
  /** Text of the file; of a PNG, the SVG to draw it from. */
  readonly content: string;
  readonly widthPx: number;
  readonly heightPx: number;
}

@customElement('look-map')
export class LookMap extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .pictures {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr));
        gap: 0.8rem;
      }
      figure {
        min-width: 0;
        margin: 0;
      }
      figcaption {
        font-size: 0.88rem;
        overflow-wrap: anywhere;
      }
      .legend {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        margin: 0.4rem 0;
        font-size: 0.86rem;
      }
      .bar {
        flex: 0 1 9rem;
        height: 0.7rem;
        border: 1px solid var(--line-strong);
        border-radius: 2px;
      }
      /* The colours of heat.ts on white paper. */
      .signed {
        background: linear-gradient(90deg, rgb(0 114 178), #fff, rgb(213 94 0));
      }
      .unsigned {
        background: linear-gradient(90deg, #fff, #fee838 12%, #bcae6c 35%, #7d7c78 55%, #434e6c 78%, #00224e);
      }
      .mask {
        flex: none;
        width: 0.9rem;
        background: rgb(230 0 0);
      }
      .save {
        gap: 0.2rem;
      }
      .warn {
        color: var(--warn);
      }
    `,
  ];

  @property({ attribute: false }) pixels: ExamplePixels | null = null;
  /** The run's map, and that of what it is compared with; empty while none is chosen or computed. */
  @property({ attribute: false }) maps: readonly NamedMap[] = [];
  /** No map will come. */
  @property({ type: Boolean }) hasFailed = false;
  /** Of a model with fresh weights; null while it is not computed. */
  @property({ attribute: false }) untrained: NamedMap | null = null;
  @property({ attribute: false }) view: LookView | null = null;
  @property({ attribute: false }) parts: AnswerParts | null = null;
  /** What the map is of; null = no words are chosen. */
  @property({ attribute: false }) subject: LookSubject | null = null;
  /** What can stand beside, and what does: a value of `others`, or ''. */
  @property({ attribute: false }) others: readonly ChoiceOption[] = [];
  @property() beside = '';

  #views: readonly MapView[] = [];
  #untrained: MapView | null = null;
  /** Top of the scale of colours, one for all maps on show. */
  #most = 0;
  /** What must be said of their scales. */
  #unequal = '';
  /** The run's map minus that of what it is compared with; null while there is none. */
  #difference: Heat | null = null;

  override willUpdate(changed: PropertyValues<this>): void {
    const { view, pixels } = this;
    if (view === null || pixels === null) return;
    if (!(['maps', 'untrained', 'view', 'pixels'] as const).some((name) => changed.has(name))) return;
    this.#views = this.maps.map((named) => mapView(named, view, pixels.patchPx));
    this.#untrained = this.untrained === null ? null : mapView(this.untrained, view, pixels.patchPx);
    const tops = this.maps.map(({ map }) => scaleTop(map.map, view.sign));
    this.#most = Math.max(0, ...tops);
    this.#unequal =
      view.overlay === 'mask'
        ? ''
        : unequalText(
            this.maps.map(({ name }) => name),
            tops,
          );
    const [own, other] = this.maps;
    this.#difference = own === undefined || other === undefined ? null : differenceHeat(own.map.map, other.map.map, view);
  }

  override render() {
    const { pixels, view } = this;
    if (pixels === null || view === null) return nothing;
    const [own] = this.#views;
    return html`<h3>${this.#title()}</h3>
      <div class="pictures">
        ${own === undefined ? html`<heat-picture .picture=${pixels} .heat=${null}></heat-picture>` : this.#views.map((of) => this.#picture(of, view))}
        ${this.#differencePicture()}
      </div>
      ${this.#unequal === '' ? nothing : html`<p class="small warn">${this.#unequal}</p>`} ${own === undefined ? nothing : this.#legend(view)}
      ${own === undefined ? nothing : this.#completeness(own)}
      <look-controls
        .view=${view}
        .pixels=${pixels.widthPx * pixels.heightPx}
        .kept=${own?.kept ?? null}
        .others=${this.others}
        beside=${this.beside}
        @look-change=${this.#pass}
        @beside-change=${this.#pass}
      ></look-controls>
      ${own === undefined ? nothing : this.#numbers(own, pixels, view)}`;
  }

  #title() {
    const { subject } = this;
    if (subject === null) return 'Choose a word';
    const words = nameOfSpan(subject.tokens, subject.span);
    if (this.maps.length > 0) return `While it writes ${words}`;
    return this.hasFailed ? `No map of ${words}` : `Computing the map of ${words}…`;
  }

  #picture(of: MapView, { overlay, opacity, sign }: LookView) {
    const heat: Heat = { scores: of.map.map, mask: of.mask, overlay, opacity, sign, most: this.#most };
    const [top] = topPatches(of.patches, 1);
    const summary = top === undefined ? '' : `Highest by the size of its scores: ${nameOfPatch(this.pixels?.patchNames ?? [], of.patches, top)}`;
    return html`<figure>
      ${this.#views.length > 1 ? html`<figcaption>${of.name}</figcaption>` : nothing}
      <heat-picture .picture=${this.pixels} .heat=${heat} .summary=${summary}></heat-picture>
    </figure>`;
  }

  #differencePicture() {
    const [own, other] = this.#views;
    const heat = this.#difference;
    if (heat === null || own === undefined || other === undefined) return nothing;
    const most = heat.most.toPrecision(2);
    return html`<figure>
      <figcaption>first minus second</figcaption>
      <heat-picture .picture=${this.pixels} .heat=${heat} summary=${`Scores of ${own.name} minus those of ${other.name}`}></heat-picture>
      <p class="legend">−${most}<span class="bar signed"></span>${most}</p>
    </figure>`;
  }

  #legend({ overlay, topPercent, sign, threshold }: LookView) {
    if (overlay === 'mask')
      return html`<p class="legend">
        <span class="bar mask"></span>the highest ${topPercent} % of the ${threshold}${this.#views.length > 1 ? ', of each map' : ''}
      </p>`;
    const most = this.#most.toPrecision(2);
    return sign === 'signed'
      ? html`<p class="legend">helps −${most}<span class="bar signed"></span>${most} hinders</p>`
      : html`<p class="legend">0<span class="bar unsigned"></span>${most} and more</p>`;
  }

  /** Whether integrated gradients account for what the picture does. */
  #completeness({ map: { completeness } }: MapView) {
    if (completeness === null) return nothing;
    const { attributed, difference } = completeness;
    const gap = Math.abs(attributed - difference) / Math.max(Math.abs(difference), 1e-9);
    const text = `All scores add up to ${signed(attributed)}; the picture changes the loss by ${signed(difference)} from that of a white page: ${percent(gap)} apart.`;
    return html`<p class="small ${gap > ROUGH_GAP ? 'warn' : 'soft'}">
      ${text}${gap > ROUGH_GAP ? ' The 32 steps are too few here: take the map as rough.' : ''}
    </p>`;
  }

  #numbers(own: MapView, pixels: ExamplePixels, { sign }: LookView) {
    const { parts, subject } = this;
    if (parts === null || subject === null) return nothing;
    const what = {
      signed: 'the sizes of all scores',
      absolute: 'the sizes of all scores',
      positive: 'the scores above 0',
      negative: 'the scores below 0',
    };
    return html`<look-numbers
        .views=${this.#views}
        .untrained=${this.#untrained}
        .areas=${areasOf(parts, subject.span, own.patches.length)}
        .patchNames=${pixels.patchNames}
        .what=${what[sign]}
      ></look-numbers>
      <p class="row save">
        <span class="soft small">Save</span>
        ${FILE_KINDS.map((kind) => html`<button class="plain" @click=${() => this.#save(kind, subject, own)}>${kind.toUpperCase()}</button>`)}
      </p>`;
  }

  #save(kind: MapFile['kind'], subject: LookSubject, { map: { widthPx, heightPx } }: MapView): void {
    const { view } = this;
    if (view === null) return;
    const text = { csv: () => mapCsv(subject, this.#views), json: () => mapJson(subject, this.#views, view) };
    const size = { widthPx, heightPx };
    const detail = kind === 'csv' || kind === 'json' ? { kind, content: text[kind](), ...size } : { kind, ...this.#svg(subject, view, size) };
    this.dispatchEvent(new CustomEvent<MapFile>('save-map', { detail }));
  }

  #svg(subject: LookSubject, view: LookView, size: { widthPx: number; heightPx: number }): Omit<MapFile, 'kind'> {
    const shown = [...this.renderRoot.querySelectorAll('heat-picture')];
    const caption = [...captionOf(subject, this.#views, view), `Again: ${subject.link()}`];
    const layers = shown.map((picture, i) => ({ name: this.#views[i]?.name ?? 'first minus second', ...picture.layers() }));
    const { svg, widthPx, heightPx } = lookSvg(layers, size.widthPx, size.heightPx, caption, view.overlay === 'heat');
    return { content: svg, widthPx, heightPx };
  }

  /** Events of the controls do not leave their element by themselves. */
  readonly #pass = (event: Event): void => {
    this.dispatchEvent(new CustomEvent(event.type, { detail: (event as CustomEvent<unknown>).detail }));
  };
}

/** A minus B pixel by pixel, signed, on a scale of its own; null when the maps are of different pictures. */
export function differenceHeat(a: Float32Array, b: Float32Array, { opacity }: Pick<LookView, 'opacity'>): Heat | null {
  if (a.length !== b.length) return null;
  const scores = a.map((score, i) => score - (b[i] ?? 0));
  return { scores, mask: new Uint8Array(a.length), overlay: 'heat', opacity, sign: 'signed', most: scaleTop(scores, 'signed') };
}

const signed = (value: number): string => value.toPrecision(3).replace('-', '−');

/** Beyond this the scores do not account for the picture. Ours: a trained base has 0.4 % and less (model/attribution.ts). */
const ROUGH_GAP = 0.1;

declare global {
  interface HTMLElementTagNameMap {
    'look-map': LookMap;
  }
}
