/**
 * Maps of the same words at several steps of a run as heat, small, side by side, on one scale. Draws what it is given.
 *
 * @fires choose-step - `CustomEvent<{ step: number | null }>` of the picture that was clicked; null = the newest.
 */
import { css, html, LitElement } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { scaleTop } from '../../study/attribution-map.ts';
import type { ExamplePixels } from '../../study/example-forms.ts';
import type { LookView } from '../../study/notebook-state.ts';
import { controls, prose } from '../styles/shared.ts';
import { count } from './format.ts';
import './heat-picture.ts';
import type { Heat } from './heat-picture.ts';
import type { NamedMap } from './map-view.ts';

/** A map, after how many steps; null = the run as it is now. */
export interface FilmFrame {
  readonly step: number | null;
  readonly map: NamedMap['map'];
}

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
      button {
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
  /** The step that is looked at; null = the newest. */
  @property({ attribute: false }) step: number | null = null;
  @property({ type: Number }) newest = 0;

  #heats: readonly Heat[] = [];
  #most = 0;

  override willUpdate(changed: PropertyValues<this>): void {
    const { view, pixels, frames } = this;
    if (view === null || pixels === null || !(['frames', 'view', 'pixels'] as const).some((name) => changed.has(name))) return;
    const { sign } = view;
    const most = Math.max(0, ...frames.map(({ map }) => scaleTop(map.map, sign)));
    const about = { mask: new Uint8Array(pixels.widthPx * pixels.heightPx), overlay: 'heat', opacity: view.opacity, sign, most } as const;
    this.#heats = frames.map(({ map }) => ({ ...about, scores: map.map }));
    this.#most = most;
  }

  override render() {
    const { frames, pixels } = this;
    return html`<p class="small">${this.heading}</p>
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
                step ${count(step ?? this.newest)}
              </button>
            </li>`,
        )}
      </ol>
      <p class="small soft">One scale for all: full colour is ${this.#most.toPrecision(2)} and more.</p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'film-strip': FilmStrip;
  }
}
