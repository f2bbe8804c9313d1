/**
 * A labelled whole number with buttons for one less and one more.
 *
 * @fires change-number - `CustomEvent<{ value: number }>` with a number inside the range.
 */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { controls, prose } from '../styles/shared.ts';

@customElement('number-stepper')
export class NumberStepper extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: inline-block;
      }
      label {
        display: block;
        color: var(--ink-soft);
        font-size: 0.86rem;
      }
      .box {
        display: inline-flex;
      }
      button {
        min-width: 2.1rem;
        padding: 0;
      }
      button:first-child {
        border-radius: var(--radius) 0 0 var(--radius);
      }
      button:last-child {
        border-radius: 0 var(--radius) var(--radius) 0;
      }
      input[type='number'] {
        width: calc(var(--digits, 4) * 1ch + 1.6rem);
        margin-inline: -1px;
        border-radius: 0;
        text-align: center;
        appearance: textfield;
      }
      input::-webkit-inner-spin-button {
        display: none;
      }
    `,
  ];

  @property() label = '';
  @property({ type: Number }) value = 0;
  @property({ type: Number }) min = 0;
  @property({ type: Number }) max = 999_999;

  override render() {
    const { label, value, min, max } = this;
    return html`<label for="value">${label}</label>
      <div class="box">
        <button @click=${() => this.#give(value - 1)} ?disabled=${value <= min} aria-label=${`${label}: one less`}>−</button>
        <input id="value" type="number" inputmode="numeric" .min=${String(min)} .max=${String(max)} .value=${String(value)} @change=${this.#typed} />
        <button @click=${() => this.#give(value + 1)} ?disabled=${value >= max} aria-label=${`${label}: one more`}>+</button>
      </div>`;
  }

  readonly #typed = (event: Event): void => {
    const input = event.target as HTMLInputElement; // the listener is on the number field only
    const wanted = Number(input.value);
    const value = Number.isFinite(wanted) && input.value !== '' ? wanted : this.value;
    this.#give(value);
    input.value = String(this.value);
  };

  #give(wanted: number): void {
    const value = Math.min(this.max, Math.max(this.min, Math.round(wanted)));
    if (value === this.value) return;
    this.value = value;
    this.dispatchEvent(new CustomEvent('change-number', { detail: { value } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'number-stepper': NumberStepper;
  }
}
