/**
 * One of a few options, as a row of radio buttons that look like a switch. Draws what it is given.
 *
 * @fires choose - `CustomEvent<{ value: string }>` when the visitor picks another option.
 */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { controls, prose } from '../styles/shared.ts';

export interface ChoiceOption {
  readonly value: string;
  readonly label: string;
  /** One sentence for those who hover or wonder. */
  readonly hint?: string;
}

@customElement('choice-group')
export class ChoiceGroup extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: inline-block;
        max-width: 100%;
      }
      fieldset {
        min-width: 0;
        margin: 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0;
        color: var(--ink-soft);
        font-size: 0.86rem;
      }
      .options {
        display: flex;
        flex-wrap: wrap;
        gap: 2px;
        padding: 2px;
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
        background: var(--sunken);
      }
      label {
        position: relative;
        display: inline-flex;
        align-items: center;
        min-height: 1.8rem;
        padding: 0 0.7rem;
        border-radius: 4px;
        font-size: 0.93rem;
        cursor: pointer;
      }
      label:has(:checked) {
        background: var(--surface);
        box-shadow: 0 0 0 1px var(--line-strong);
        font-weight: 600;
      }
      label:has(:focus-visible) {
        outline: 3px solid var(--accent);
        outline-offset: 1px;
      }
      label:has(:disabled) {
        opacity: 0.5;
      }
      input {
        position: absolute;
        opacity: 0;
        inset: 0;
        inline-size: 100% !important;
        block-size: 100% !important;
        cursor: pointer;
      }
    `,
  ];

  /** Name of the group, shown above it. */
  @property() label = '';
  @property() value = '';
  @property({ attribute: false }) options: readonly ChoiceOption[] = [];
  @property({ type: Boolean }) disabled = false;

  override render() {
    return html`<fieldset ?disabled=${this.disabled}>
      <legend>${this.label}</legend>
      <div class="options">
        ${this.options.map(
          ({ value, label, hint }) =>
            html`<label title=${hint ?? ''}
              ><input type="radio" name="choice" .value=${value} .checked=${value === this.value} @change=${this.#choose} />${label}</label
            >`,
        )}
      </div>
    </fieldset>`;
  }

  readonly #choose = (event: Event): void => {
    const { value } = event.target as HTMLInputElement; // the listener is on the radio buttons only
    this.dispatchEvent(new CustomEvent('choose', { detail: { value } }));
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'choice-group': ChoiceGroup;
  }
}
