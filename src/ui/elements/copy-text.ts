/**
 * A titled block of preformatted text with a button that copies it. Long texts scroll inside the block.
 */
import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { controls, prose } from '../styles/shared.ts';
import { copyToClipboard } from './clipboard.ts';

@customElement('copy-text')
export class CopyText extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .head {
        display: flex;
        align-items: center;
        justify-content: space-between;
        gap: 0.5rem;
      }
      h3 {
        margin: 0;
        font-size: 0.93rem;
      }
      pre {
        max-height: 17rem;
        margin: 0.2rem 0 0;
        padding: 0.7rem 0.85rem;
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--sunken);
        font: 0.82rem/1.55 var(--mono);
        tab-size: 6;
        white-space: pre;
      }
      :host([wrap]) pre {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property() label = '';
  @property() text = '';
  /** Wraps lines instead of scrolling sideways. */
  @property({ type: Boolean, reflect: true }) wrap = false;
  @state() private outcome = '';

  override render() {
    return html`<div class="head">
        <h3 id="name">${this.label}</h3>
        <button class="plain" @click=${this.#copy} aria-label=${`Copy: ${this.label}`}>${this.outcome === '' ? 'Copy' : this.outcome}</button>
      </div>
      <pre tabindex="0" role="region" aria-labelledby="name">${this.text}</pre>
      <span class="visually-hidden" role="status">${this.outcome}</span>`;
  }

  readonly #copy = async (): Promise<void> => {
    this.outcome = (await copyToClipboard(this.text)) ? 'Copied' : 'Press Ctrl+C';
    if (this.outcome !== 'Copied') selectContents(this.renderRoot.querySelector('pre'));
    setTimeout(() => (this.outcome = ''), 2000);
  };
}

function selectContents(node: Node | null): void {
  if (node !== null) getSelection()?.selectAllChildren(node);
}

declare global {
  interface HTMLElementTagNameMap {
    'copy-text': CopyText;
  }
}
