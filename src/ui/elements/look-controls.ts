/**
 * The settings of a map: how it is computed, how it is shown, what stands beside it. Draws what it is given.
 *
 * @fires look-change - `CustomEvent<Partial<LookView>>`.
 * @fires settings-change - `CustomEvent<Partial<LookSettings>>`.
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
import type { LookSettings } from './look-settings.ts';

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
      .slider {
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
  @property({ attribute: false }) settings: LookSettings = words.FIRST_SETTINGS;
  /** Pixels of the picture, and how many the threshold marks; null while there is no map. */
  @property({ attribute: false }) pixels = 0;
  @property({ attribute: false }) kept: number | null = null;
  /** Runs that can stand beside. */
  @property({ attribute: false }) others: readonly ChoiceOption[] = [];

  override render() {
    const { view, settings } = this;
    if (view === null) return nothing;
    return html`<div class="settings">
      ${this.#select('Method', settings.method, words.METHOD_OPTIONS, (method) => this.#set({ method }))}
      ${this.#select('Score', settings.sign, words.SIGN_OPTIONS, (sign) => {
        this.#set({ sign });
        this.#look({ isSigned: sign !== 'absolute' });
      })}
      <choice-group
        label="Overlay"
        .value=${view.overlay}
        .options=${words.OVERLAY_OPTIONS}
        @choose=${(event: CustomEvent<{ value: LookView['overlay'] }>) => this.#look({ overlay: event.detail.value })}
      ></choice-group>
      ${this.#select('Mark by', settings.threshold, words.THRESHOLD_OPTIONS, (threshold) => this.#set({ threshold }))}
      ${this.#threshold(view, settings)}
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
      ${this.others.length === 0 ? nothing : this.#others(settings)}
      ${words.isAsInPaper(settings, view) ? nothing : html`<button @click=${this.#asInPaper}>As in the paper</button>`}
    </div>`;
  }

  #threshold({ topPercent }: LookView, { threshold }: LookSettings) {
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

  #others({ otherId }: LookSettings) {
    const none: ChoiceOption = { value: '', label: 'nothing' };
    return this.#select('Compare with', otherId ?? '', [none, ...this.others], (value) => this.#set({ otherId: value === '' ? null : value }));
  }

  #select<T extends string>(label: string, value: T, options: readonly (ChoiceOption & { readonly value: T })[], choose: (value: T) => void) {
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

  #set(detail: Partial<LookSettings>): void {
    this.dispatchEvent(new CustomEvent('settings-change', { detail }));
  }

  readonly #asInPaper = (): void => {
    this.#set(words.PAPER_LOOK);
    this.#look(words.PAPER_VIEW);
  };
}

function numberOf(event: Event): number {
  return Number((event.target as HTMLInputElement).value);
}

declare global {
  interface HTMLElementTagNameMap {
    'look-controls': LookControls;
  }
}
