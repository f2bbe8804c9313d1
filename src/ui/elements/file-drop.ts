/**
 * One file, chosen by button or dropped. Shows its name and size; reads nothing.
 *
 * @fires choose-file - `CustomEvent<{ file: File | null }>`; null when it is taken away.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { controls, prose } from '../styles/shared.ts';
import { bytes } from './format.ts';

@customElement('file-drop')
export class FileDrop extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .zone {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.5rem;
        align-content: start;
        height: 100%;
        padding: 0.9rem 1rem;
        border: 2px dashed var(--line-strong);
        border-radius: var(--radius);
        background: var(--surface);
      }
      .zone.over {
        border-color: var(--accent);
        background: var(--accent-wash);
      }
      label {
        font-weight: 600;
      }
      input {
        inline-size: 100%;
        min-inline-size: 0;
      }
      p {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .name {
        unicode-bidi: isolate;
        font-weight: 600;
      }
    `,
  ];

  @property() label = '';
  @property() hint = '';
  @property({ attribute: false }) file: File | null = null;
  /** What a first look at it found. */
  @property() found = '';
  /** Why it cannot be used. */
  @property() fault = '';
  @property({ type: Boolean }) disabled = false;
  @state() private isOver = false;

  override render() {
    const { file } = this;
    return html`<div
      class=${this.isOver ? 'zone over' : 'zone'}
      @dragover=${this.#over}
      @dragleave=${() => (this.isOver = false)}
      @drop=${this.#drop}
    >
      <label for="file">${this.label}</label>
      <p class="soft small" id="hint">${this.hint}</p>
      <input
        id="file"
        type="file"
        accept=".tsv,.csv,.json,.jsonl,.txt"
        aria-describedby="hint"
        ?disabled=${this.disabled}
        @click=${this.#empty}
        @change=${this.#picked}
      />
      ${this.fault === '' ? nothing : html`<div class="note bad" role="alert"><p>${this.fault}</p></div>`}
      ${
        file === null
          ? html`<p class="soft small">or drop a file here</p>`
          : html`<p>
                <span class="name">${file.name}</span>,
                ${bytes(file.size)}${this.found === '' ? nothing : html`<br /><span class="soft small">${this.found}</span>`}
              </p>
              <div>
                <button ?disabled=${this.disabled} @click=${this.#takenAway} aria-label=${`Take away: ${this.label}`}>Take away</button>
              </div>`
      }
    </div>`;
  }

  readonly #over = (event: DragEvent): void => {
    event.preventDefault(); // else the browser would open the file in place of the page
    this.isOver = !this.disabled;
  };

  readonly #drop = (event: DragEvent): void => {
    event.preventDefault();
    this.isOver = false;
    const file = event.dataTransfer?.files[0];
    if (file === undefined || this.disabled) return;
    this.#empty(); // else the field would go on naming an earlier file
    this.#give(file);
  };

  readonly #picked = (event: Event): void => {
    const input = event.target as HTMLInputElement; // the listener is on the file field
    const file = input.files?.[0];
    if (file !== undefined) this.#give(file);
  };

  readonly #takenAway = (): void => {
    this.#empty();
    this.#give(null);
  };

  /** A field that holds a file says nothing when the same one is chosen again, as after it was dropped over, taken away or changed on the disk. */
  readonly #empty = (): void => {
    const input = this.renderRoot.querySelector('input');
    if (input !== null) input.value = '';
  };

  #give(file: File | null): void {
    this.dispatchEvent(new CustomEvent('choose-file', { detail: { file } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'file-drop': FileDrop;
  }
}
