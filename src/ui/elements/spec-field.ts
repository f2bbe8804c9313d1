/**
 * One field of a run spec as a form control, drawn from its metadata. Keeps what the visitor typed until it is a value of the field.
 *
 * @fires field-change - `CustomEvent<{ key: string; value: unknown }>`; the value may be out of range, the form says so.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { describeRange } from '../../study/run-spec-fields.ts';
import type { RunSpecField } from '../../study/run-spec-fields.ts';
import { controls, prose } from '../styles/shared.ts';
import { groupedOptions, option } from './grouped-options.ts';

/** Names of values that read better than they are written. */
export type ValueLabels = Readonly<Record<string, string>>;

@customElement('spec-field')
export class SpecField extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      label {
        display: block;
        font-size: 0.93rem;
        font-weight: 500;
      }
      label::first-letter {
        text-transform: uppercase;
      }
      select,
      input:not([type='checkbox']) {
        width: 100%;
        max-width: 22rem;
      }
      .null {
        display: flex;
        align-items: center;
        gap: 0.4em;
        margin-top: 0.3rem;
        font-weight: 400;
      }
      .help,
      .error {
        margin: 0.25rem 0 0;
        font-size: 0.83rem;
        line-height: 1.45;
      }
      .error {
        color: var(--bad);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) field: RunSpecField | null = null;
  @property({ attribute: false }) value: unknown = null;
  /** What is wrong with the value; '' = nothing. */
  @property() error = '';
  @property({ attribute: false }) labels: ValueLabels = {};
  /** Of the task that the field belongs to: what some options are depends on them. */
  @property({ attribute: false }) settings: Readonly<Record<string, unknown>> = {};
  /** Other choices than the field's own, for digests. */
  @property({ attribute: false }) choices: readonly string[] | null = null;

  override render() {
    const { field, error } = this;
    if (field === null) return nothing;
    return html`<label for="control">${field.label}</label>
      ${this.#control(field)}
      <p class="help soft" id="help">${field.help}</p>
      ${error === '' ? nothing : html`<p class="error" id="error">${error}</p>`}`;
  }

  #control(field: RunSpecField) {
    const invalid = this.error === '' ? 'false' : 'true';
    const described = this.error === '' ? 'help' : 'error help';
    if (field.type === 'choice' || field.type === 'digest') {
      const options = field.type === 'choice' ? field.options : (this.choices ?? []);
      const hasNull = field.nullLabel !== undefined;
      const textOf = field.type === 'choice' ? field.optionText : undefined;
      const nameOf = (id: string): string => this.labels[id] ?? (textOf?.(id, this.settings) || id);
      return html`<select id="control" aria-invalid=${invalid} aria-describedby=${described} @change=${this.#select}>
        ${hasNull ? html`<option value="" .selected=${this.value === null}>${field.nullLabel}</option>` : nothing}
        ${
          field.type === 'choice' && field.groups !== undefined
            ? groupedOptions(field.groups, options, this.value, nameOf)
            : options.map((id) => option(id, nameOf(id), id === this.value))
        }
      </select>`;
    }
    const isNull = this.value === null;
    return html`<input
        id="control"
        type="number"
        inputmode="decimal"
        .min=${String(field.min)}
        .max=${String(field.max)}
        step="any"
        ?disabled=${isNull}
        .value=${isNull ? '' : String(this.value)}
        aria-invalid=${invalid}
        aria-describedby=${described}
        title=${describeRange(field)}
        @change=${this.#type}
      />
      ${
        field.nullLabel === undefined
          ? nothing
          : html`<label class="null"
              ><input type="checkbox" .checked=${isNull} @change=${() => this.#give(isNull ? 1 : null)} />${field.nullLabel}</label
            >`
      }`;
  }

  readonly #select = (event: Event): void => {
    const { value } = event.target as HTMLSelectElement; // the listener is on the select only
    this.#give(value === '' ? null : value);
  };

  readonly #type = (event: Event): void => {
    const { value } = event.target as HTMLInputElement; // the listener is on the number field only
    this.#give(value.trim() === '' ? Number.NaN : Number(value));
  };

  #give(value: unknown): void {
    if (this.field !== null) this.dispatchEvent(new CustomEvent('field-change', { detail: { key: this.field.key, value } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spec-field': SpecField;
  }
}
