/**
 * A slider over the steps of a run whose weights are kept, the newest last. Draws what it is given. Arrow keys move by one stop, with Shift by ten.
 *
 * @fires choose-step - `CustomEvent<{ step: number | null }>`; null = the newest.
 * @fires move-step - `CustomEvent<{ by: number }>`: so many stops on.
 * @fires play - `CustomEvent<{ isPlaying: boolean }>`.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { controls, prose } from '../styles/shared.ts';
import { count } from './format.ts';

const FAR = 10;
const DIRECTIONS: Readonly<Partial<Record<string, number>>> = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

@customElement('step-slider')
export class StepSlider extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: flex;
        align-items: center;
        gap: 0.3rem 0.8rem;
        min-width: 0;
        padding-bottom: 0.45rem;
        font-size: 0.88rem;
      }
      button {
        min-width: 2.1rem;
        min-height: 1.8rem;
        padding: 0.1rem 0.5rem;
        font-size: 0.86rem;
      }
      svg {
        width: 12px;
        height: 12px;
        fill: currentColor;
      }
      .track {
        flex: 1 1 12rem;
        min-width: 6rem;
      }
      input {
        display: block;
        width: 100%;
        min-height: 1.5rem;
        margin: 0;
        accent-color: var(--accent);
      }
      /* One tick under each stop; the ends stand half a thumb in. */
      .ticks {
        display: flex;
        justify-content: space-between;
        height: 5px;
        padding-inline: 7px;
      }
      .ticks i {
        width: 1px;
        background: var(--line-strong);
      }
      .ticks .here {
        width: 3px;
        margin-inline: -1px;
        background: var(--accent);
      }
      output {
        min-width: 8.5em;
        line-height: 1.25;
        font-variant-numeric: tabular-nums;
      }
      @media (max-width: 40rem) {
        .track {
          flex-basis: 6rem;
        }
        output {
          min-width: 5.5em;
        }
      }
    `,
  ];

  /** Kept steps, ascending, the newest not among them. */
  @property({ attribute: false }) stops: readonly number[] = [];
  /** The chosen one; null = the newest. */
  @property({ attribute: false }) step: number | null = null;
  @property({ type: Number }) newest = 0;
  @property({ type: Boolean }) playing = false;
  /** Nothing plays for those who asked for less motion. */
  @property({ type: Boolean }) still = false;

  override render() {
    const { stops, step, newest } = this;
    const here = step === null ? stops.length : stops.indexOf(step);
    return html`${
        this.still
          ? nothing
          : html`<button
              aria-label=${this.playing ? 'Stop playing' : 'Play the steps'}
              title=${this.playing ? 'Stop playing' : 'Play the steps'}
              @click=${() => this.dispatchEvent(new CustomEvent('play', { detail: { isPlaying: !this.playing } }))}
            >
              <svg viewBox="0 0 14 14" aria-hidden="true"><path d=${this.playing ? 'M3 1.5h3v11H3zM8 1.5h3v11H8z' : 'M3 1.5v11l9-5.5z'} /></svg>
            </button>`
      }
      <div class="track">
        <input
          type="range"
          aria-label="Step that the run is looked at"
          aria-valuetext=${step === null ? `step ${count(newest)}, the newest` : `step ${count(step)} of ${count(newest)}`}
          title="Arrow keys: one step back or on. With Shift: ten."
          min="0"
          .max=${String(stops.length)}
          .value=${String(here)}
          @input=${(event: Event) => this.#go(Number((event.target as HTMLInputElement).value))}
          @keydown=${this.#key}
        />
        <div class="ticks" aria-hidden="true">${[...stops, newest].map((_, i) => html`<i class=${i === here ? 'here' : ''}></i>`)}</div>
      </div>
      <output>step ${count(step ?? newest)}${step === null ? html` <span class="soft">newest</span>` : nothing}</output>
      <button ?disabled=${step === null} @click=${() => this.#go(stops.length)}>Newest</button>`;
  }

  readonly #key = (event: KeyboardEvent): void => {
    const by = DIRECTIONS[event.key];
    if (by === undefined || !event.shiftKey) return; // one stop is what the browser does
    event.preventDefault();
    this.dispatchEvent(new CustomEvent('move-step', { detail: { by: FAR * by } }));
  };

  #go(index: number): void {
    this.dispatchEvent(new CustomEvent('choose-step', { detail: { step: this.stops[index] ?? null } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'step-slider': StepSlider;
  }
}
