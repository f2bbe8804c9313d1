/**
 * The settings of a map: how it is computed, how it is shown, what stands beside it. Draws what it is given.
 *
 * @fires look-change - `CustomEvent<Partial<LookView>>`.
 * @fires beside-change - `CustomEvent<{ value: string }>`: a value of `others`, or '' for nothing.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { LookView } from '../../study/notebook-state.ts';
import { controls, prose } from '../styles/shared.ts';
import { percent } from './accuracy-chart.ts';
import './choice-group.ts';
import type { ChoiceOption } from './choice-group.ts';
import { count } from './format.ts';
import * as words from './look-settings.ts';

/** The slider of the threshold is logarithmic: position 0..300 is 0.1 .. 100 %. */
const SLIDER_STEPS = 300;
const sliderOf = (topPercent: number): number => Math.round(Math.log10(topPercent * 10) * (SLIDER_STEPS / 3));
const percentOf = (slider: number): number => Number((10 ** (slider / (SLIDER_STEPS / 3)) / 10).toPrecision(3));

@customElement('look-controls')
export class LookControls extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        margin: 0.8rem 0;
      }
      .settings {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.7rem 1.2rem;
      }
      .settings > label {
        min-width: 0;
        max-width: 100%;
      }
      .settings > .slider {
        flex: 1 1 17rem;
        max-width: 24rem;
      }
      label {
        display: block;
        font-size: 0.88rem;
      }
      .name {
        display: block;
        color: var(--ink-soft);
        font-size: 0.86rem;
      }
      select {
        max-width: 100%;
      }
      input[type='range'] {
        width: 100%;
      }
    `,
  ];

  @property({ attribute: false }) view: LookView | null = null;
  /** Pixels of the picture, and how many the threshold marks; null while there is no map. */
  @property({ attribute: false }) pixels = 0;
  @property({ attribute: false }) kept: number | null = null;
  /** What can stand beside, and what does: a value of `others`, or ''. */
  @property({ attribute: false }) others: readonly ChoiceOption[] = [];
  @property() beside = '';

  override render() {
    const { view } = this;
    if (view === null) return nothing;
    return html`<div class="settings">
      ${this.#select('Method', view.method, words.METHOD_OPTIONS, (method) => this.#look({ method }))}
      ${this.#select('Score', view.sign, words.SIGN_OPTIONS, (sign) => this.#look({ sign }))}
      <choice-group
        label="Overlay"
        .value=${view.overlay}
        .options=${words.OVERLAY_OPTIONS}
        @choose=${(event: CustomEvent<{ value: LookView['overlay'] }>) => this.#look({ overlay: event.detail.value })}
      ></choice-group>
      ${this.#select('Mark by', view.threshold, words.THRESHOLD_OPTIONS, (threshold) => this.#look({ threshold }))} ${this.#threshold(view)}
      <label class="slider"
        >Opacity <span class="soft">${percent(view.opacity)}</span>
        <input
          type="range"
          min="0"
          max="100"
          .value=${String(Math.round(view.opacity * 100))}
          aria-valuetext=${percent(view.opacity)}
          @input=${(event: Event) => this.#look({ opacity: numberOf(event) / 100 })}
      /></label>
      ${this.others.length === 0 ? nothing : this.#beside()}
      ${words.isAsInPaper(view) ? nothing : html`<button @click=${() => this.#look(words.PAPER_LOOK)}>As in the paper</button>`}
    </div>`;
  }

  #threshold({ topPercent, threshold }: LookView) {
    const share = `${topPercent} %${threshold === 'mass' ? ' of the mass' : ''}`;
    const text = this.kept === null ? 'Keeps' : `Keeps the ${count(this.kept)} highest pixels of ${count(this.pixels)}`;
    const isPaper = topPercent === 1 && threshold === 'pixels';
    return html`<label class="slider"
      >${text} <span class="soft">(${share}${isPaper ? ', as in the paper' : ''})</span>
      <input
        type="range"
        min="0"
        max=${SLIDER_STEPS}
        .value=${String(sliderOf(topPercent))}
        aria-valuetext=${`${share}: ${text}`}
        @input=${(event: Event) => this.#look({ topPercent: percentOf(numberOf(event)) })}
    /></label>`;
  }

  #beside() {
    const none: ChoiceOption = { value: '', label: 'nothing' };
    return this.#select('Compare with', this.beside, [none, ...this.others], (value) =>
      this.dispatchEvent(new CustomEvent('beside-change', { detail: { value } })),
    );
  }

  #select<T extends string>(label: string, value: T, options: readonly (ChoiceOption & { readonly value: T })[], choose: (value: T) => unknown) {
    const hint = options.find((option) => option.value === value)?.hint ?? '';
    return html`<label title=${hint}
      ><span class="name">${label}</span>
      <select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as T)}>
        ${options.map((option) => html`<option value=${option.value} ?selected=${option.value === value}>${option.label}</option>`)}
      </select></label
    >`;
  }

  #look(detail: Partial<LookView>): void {
    this.dispatchEvent(new CustomEvent('look-change', { detail }));
  }
}

function numberOf(event: Event): number {
  return Number((event.target as HTMLInputElement).value);
}

declare global {
  interface HTMLElementTagNameMap {
    'look-controls': LookControls;
  }
}
