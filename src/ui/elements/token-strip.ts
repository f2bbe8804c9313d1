/**
 * The tokens of one example as a strip: hovering or focusing previews a token, clicking pins it, arrow keys move. Prompt tokens are shown but cannot be chosen.
 *
 * @fires token-preview - `CustomEvent<{ index: number | null }>` while the pointer or the focus is on a token; null when it leaves.
 * @fires token-pin - `CustomEvent<{ index: number | null }>` when a token is pinned or freed.
 */
import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ShownToken } from '../../../workers/protocol.ts';
import { controls, prose } from '../styles/shared.ts';

@customElement('token-strip')
export class TokenStrip extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 3px;
        min-height: 1.9rem;
      }
      .strip {
        max-height: 21rem;
        padding: 0.6rem;
        overflow-y: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--sunken);
      }
      button,
      .prompt {
        min-width: 1.9rem;
        min-height: 1.75rem;
        padding: 0 0.4rem;
        border: 1px solid transparent;
        border-radius: 4px;
        background: none;
        font: 0.85rem/1.7 var(--mono);
        white-space: nowrap;
      }
      button {
        border-color: var(--line);
        background: var(--surface);
      }
      .prompt,
      .end {
        color: var(--ink-soft);
      }
      button.pinned,
      button.pinned:hover:not(:disabled) {
        border-color: var(--accent);
        background: var(--accent);
        color: var(--accent-ink);
        font-weight: 700;
      }
      button.unsure {
        border-bottom: 3px solid var(--warn);
      }
    `,
  ];

  @property({ attribute: false }) tokens: readonly ShownToken[] = [];
  /** Index of the pinned token, or null. */
  @property({ attribute: false }) pinned: number | null = null;
  @state() private focused: number | null = null;

  override render() {
    const stop = this.#tabStop();
    return html`<div
      class="strip"
      role="group"
      aria-label="Tokens: arrow keys move, Enter pins"
      @keydown=${this.#key}
      @pointerleave=${() => this.#preview(null)}
    >
      ${linesOf(this.tokens).map((line) => html`<div class="line">${line.map((index) => this.#token(index, stop))}</div>`)}
    </div>`;
  }

  #token(index: number, stop: number | null) {
    const token = this.tokens[index];
    if (token === undefined) return null;
    const text = token.text === '\n' ? '⏎' : token.text;
    if (token.isPrompt) return html`<span class="prompt">${text}</span>`;
    const isUnsure = token.loss !== null && token.loss > UNSURE_NATS;
    const isPinned = index === this.pinned;
    const classes = [isPinned && 'pinned', isUnsure && 'unsure', (token.text === '\n' || token.text.startsWith('<')) && 'end'];
    const loss = token.loss === null ? '' : `, loss ${token.loss.toFixed(2)}`;
    return html`<button
      class=${classes.filter(Boolean).join(' ')}
      data-index=${index}
      tabindex=${index === stop ? 0 : -1}
      aria-pressed=${isPinned}
      aria-label=${`${token.text === '\n' ? 'end of line' : token.text}, ${token.kind}${loss}`}
      title=${`${token.kind}${loss}`}
      @pointerenter=${() => this.#preview(index)}
      @focus=${() => this.#focus(index)}
      @blur=${() => this.#preview(null)}
      @click=${() => this.#pin(index)}
    >
      ${text}
    </button>`;
  }

  /** The one token that Tab reaches (roving tabindex): focused, else pinned, else the first of the response. */
  #tabStop(): number | null {
    const isThere = (index: number | null): index is number => index !== null && this.tokens[index]?.isPrompt === false;
    if (isThere(this.focused)) return this.focused;
    if (isThere(this.pinned)) return this.pinned;
    const first = this.tokens.findIndex(({ isPrompt }) => !isPrompt);
    return first < 0 ? null : first;
  }

  #focus(index: number): void {
    this.focused = index;
    this.#preview(index);
  }

  #preview(index: number | null): void {
    this.dispatchEvent(new CustomEvent('token-preview', { detail: { index } }));
  }

  #pin(index: number): void {
    this.dispatchEvent(new CustomEvent('token-pin', { detail: { index: index === this.pinned ? null : index } }));
  }

  readonly #key = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -this.tokens.length, End: this.tokens.length }[event.key];
    const from = this.focused ?? this.#tabStop();
    if (step === undefined || from === null) return;
    event.preventDefault();
    const first = this.tokens.findIndex(({ isPrompt }) => !isPrompt);
    const next = Math.min(this.tokens.length - 1, Math.max(first, from + step));
    this.renderRoot.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus();
  };
}

/** A token with more loss than this is underlined: below one chance in two (ln 2). */
const UNSURE_NATS = Math.LN2;

/** Indices of the tokens, broken after each newline and between prompt and response. */
export function linesOf(tokens: readonly ShownToken[]): number[][] {
  const lines: number[][] = [];
  let line: number[] = [];
  tokens.forEach((token, index) => {
    const isTurn = index > 0 && token.isPrompt !== tokens[index - 1]?.isPrompt;
    if (isTurn && line.length > 0) {
      lines.push(line);
      line = [];
    }
    line.push(index);
    if (token.text === '\n') {
      lines.push(line);
      line = [];
    }
  });
  if (line.length > 0) lines.push(line);
  return lines;
}

declare global {
  interface HTMLElementTagNameMap {
    'token-strip': TokenStrip;
  }
}
