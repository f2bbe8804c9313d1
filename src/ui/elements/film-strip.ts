/**
 * Maps of the same words at several steps of a run as heat, small, side by side: each on its own scale with the factor under it, or all on one. On one, a step 0 with scores
 * a thousand times those of later steps leaves their maps empty. Draws what it is given.
 *
 * @fires choose-step - `CustomEvent<{ step: number | null }>` of the picture that was clicked; null = the newest.
 * @fires save-map - `CustomEvent<MapFile>` when a file is wanted.
 */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { scaleTop } from '../../study/attribution-map.ts';
import type { ExamplePixels } from '../../study/example-forms.ts';
import type { LookView } from '../../study/notebook-state.ts';
import { controls, prose } from '../styles/shared.ts';
import './choice-group.ts';
import { count } from './format.ts';
import { scaleText } from './heat.ts';
import './heat-picture.ts';
import type { Heat } from './heat-picture.ts';
import { filmCaption, lookSvg } from './look-files.ts';
import type { LookSubject } from './look-files.ts';
import type { MapFile } from './look-map.ts';
import type { NamedMap } from './map-view.ts';

/** A map, after how many steps; null = the run as it is now. */
export interface FilmFrame {
  readonly step: number | null;
  readonly map: NamedMap['map'];
}

/** Each map on its own scale of colours, or all on the largest. */
type Scales = 'own' | 'one';

const SCALES = [
  { value: 'own', label: 'each its own', hint: 'Shows where each map is highest; how high stands below it.' },
  { value: 'one', label: 'one for all', hint: 'Shows how maps grow and fade; weak ones look empty.' },
] as const;

const KINDS = ['png', 'svg'] as const satisfies readonly MapFile['kind'][];
/** Of a file; ours: 24 steps and the newest are five rows. */
const PER_ROW = 5;

@customElement('film-strip')
export class FilmStrip extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      ol {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr));
        gap: 0.6rem;
        margin: 0.6rem 0;
        padding: 0;
        list-style: none;
      }
      li button {
        display: block;
        width: 100%;
        padding: 0.25rem;
        font-size: 0.84rem;
        text-align: left;
      }
      button[aria-pressed='true'] {
        border-color: var(--accent);
        box-shadow: 0 0 0 1px var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) pixels: ExamplePixels | null = null;
  @property({ attribute: false }) frames: readonly FilmFrame[] = [];
  @property({ attribute: false }) view: LookView | null = null;
  /** What the maps are of. */
  @property() heading = '';
  /** The same in a file, and how it is found again; null = nothing is saved. */
  @property({ attribute: false }) subject: LookSubject | null = null;
  /** The step that is looked at; null = the newest. */
  @property({ attribute: false }) step: number | null = null;
  @property({ type: Number }) newest = 0;

  @state() private scales: Scales = 'own';

  #heats: readonly Heat[] = [];
  /** Top of the scale of each map. */
  #tops: readonly number[] = [];

  override willUpdate(changed: PropertyValues<this>): void {
    const { view, pixels, frames } = this;
    if (view === null || pixels === null || !['frames', 'view', 'pixels', 'scales'].some((name) => (changed as PropertyValues).has(name))) return;
    const { sign } = view;
    const tops = frames.map(({ map }) => scaleTop(map.map, sign));
    const about = { mask: new Uint8Array(pixels.widthPx * pixels.heightPx), overlay: 'heat', opacity: view.opacity, sign } as const;
    this.#heats = frames.map(({ map }, i) => ({ ...about, scores: map.map, most: this.scales === 'own' ? (tops[i] ?? 0) : Math.max(0, ...tops) }));
    this.#tops = tops;
  }

  override render() {
    const { frames, pixels, subject, view } = this;
    return html`<p class="small">${this.heading}</p>
      <choice-group
        label="Scale of colours"
        .value=${this.scales}
        .options=${SCALES}
        @choose=${({ detail }: CustomEvent<{ value: Scales }>) => (this.scales = detail.value)}
      ></choice-group>
      <ol>
        ${frames.map(
          ({ step }, i) =>
            html`<li>
              <button
                aria-pressed=${step === this.step ? 'true' : 'false'}
                aria-label=${`Look at step ${step ?? this.newest}`}
                @click=${() => this.dispatchEvent(new CustomEvent('choose-step', { detail: { step } }))}
              >
                <heat-picture .picture=${pixels} .heat=${this.#heats[i] ?? null}></heat-picture>
                step ${count(step ?? this.newest)}<br /><span class="soft">${this.#scaleAt(i)}</span>
              </button>
            </li>`,
        )}
      </ol>
      <p class="small soft">${this.#scaleWords()}</p>
      ${
        subject === null || view === null
          ? nothing
          : html`<p class="row">
              <span class="soft small">Save</span>
              ${KINDS.map((kind) => html`<button class="plain" @click=${() => this.#save(kind, subject, view)}>${kind.toUpperCase()}</button>`)}
            </p>`
      }`;
  }

  #scaleAt(i: number): string {
    return scaleText(this.#tops[i] ?? 0, Math.max(0, ...this.#tops));
  }

  #scaleWords(): string {
    return this.scales === 'own'
      ? 'Each map has its own scale: beside it the score of full colour, and what part of the largest map’s it is.'
      : `One scale for all: full colour is ${Math.max(0, ...this.#tops).toPrecision(2)} and more.`;
  }

  /** The pictures as they stand here, in rows, with what is needed to make them again. */
  #save(kind: (typeof KINDS)[number], subject: LookSubject, view: LookView): void {
    const { pixels, frames, newest } = this;
    const layers = [...this.renderRoot.querySelectorAll('heat-picture')].map((picture, i) => {
      return { name: `step ${count(frames[i]?.step ?? newest)}: ${this.#scaleAt(i)}`, ...picture.layers() };
    });
    const caption = [...filmCaption(subject, view, this.heading, this.#scaleWords()), `Again: ${subject.link()}`];
    const { svg, ...size } = lookSvg(layers, pixels?.widthPx ?? 1, pixels?.heightPx ?? 1, caption, true, PER_ROW);
    this.dispatchEvent(new CustomEvent<MapFile>('save-map', { detail: { kind, content: svg, ...size } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'film-strip': FilmStrip;
  }
}
