/**
 * The tokens of one example as a strip, chosen in groups: hovering or focusing previews a group, clicking pins it, dragging or Shift and a click pins all from
 * one to another; arrow keys move, with Shift they extend. Prompt tokens are shown but cannot be chosen.
 *
 * @fires span-preview - `CustomEvent<{ span: TokenSpan | null }>` while the pointer or the focus is on a group; null when it leaves.
 * @fires span-pin - `CustomEvent<{ span: TokenSpan | null }>` when a span is pinned or freed.
 */
import { css, html, LitElement } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ShownToken } from '../../../workers/protocol.ts';
import type { TokenSpan } from '../../study/notebook-state.ts';
import { controls, prose } from '../styles/shared.ts';
import { groupAt, isIn, isSame, linesOf, spanOfBoth } from './token-span.ts';

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
        user-select: none;
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
      button.near {
        border-color: var(--accent);
        background: var(--accent-wash);
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
  /** Where the groups begin that are chosen as one, ascending; the last ends with the last token. */
  @property({ attribute: false }) starts: readonly number[] = [];
  @property({ attribute: false }) pinned: TokenSpan | null = null;
  @state() private focused: number | null = null;
  /** Under the pointer, the focus or the drag. */
  @state() private near: TokenSpan | null = null;
  /** Where a span that is extended began. */
  #anchor: TokenSpan | null = null;
  #dragged: TokenSpan | null = null;
  /** The click that ends a drag pins nothing more. */
  #isDragEnd = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('pointerup', this.#drop);
  }

  override render() {
    const stop = this.#tabStop();
    return html`<div
      class="strip"
      role="group"
      aria-label="Words of the answer: arrow keys move, Enter pins, Shift and arrow keys extend"
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
    const isPinned = isIn(this.pinned, index);
    const isEnd = token.text === '\n' || token.text.startsWith('<');
    const classes = [isIn(this.near, index) && 'near', isPinned && 'pinned', isUnsure && 'unsure', isEnd && 'end'];
    const loss = token.loss === null ? '' : `, loss ${token.loss.toFixed(2)}`;
    return html`<button
      class=${classes.filter(Boolean).join(' ')}
      data-index=${index}
      tabindex=${index === stop ? 0 : -1}
      aria-pressed=${isPinned}
      aria-label=${`${token.text === '\n' ? 'end of line' : token.text}, ${token.kind}${loss}`}
      title=${`${token.kind}${loss}`}
      @pointerenter=${() => this.#enter(index)}
      @pointerdown=${(event: PointerEvent) => this.#press(event, index)}
      @focus=${() => this.#focus(index)}
      @blur=${() => this.#preview(null)}
      @click=${(event: MouseEvent) => this.#click(index, event.shiftKey)}
    >
      ${text}
    </button>`;
  }

  /** The one token that Tab reaches (roving tabindex): focused, else pinned, else the first of the response. */
  #tabStop(): number | null {
    const isThere = (index: number | null): index is number => index !== null && this.#group(index) !== null;
    if (isThere(this.focused)) return this.focused;
    const pinned = this.pinned?.from ?? null;
    return isThere(pinned) ? pinned : (this.starts[0] ?? null);
  }

  #group(index: number): TokenSpan | null {
    return groupAt(this.starts, this.tokens.length, index);
  }

  #focus(index: number): void {
    this.focused = index;
    this.#preview(this.#group(index));
  }

  #preview(span: TokenSpan | null): void {
    if (this.#dragged !== null) return;
    this.near = span;
    this.dispatchEvent(new CustomEvent('span-preview', { detail: { span } }));
  }

  #pin(span: TokenSpan | null): void {
    this.dispatchEvent(new CustomEvent('span-pin', { detail: { span } }));
  }

  #click(index: number, isExtending: boolean): void {
    const isDragEnd = this.#isDragEnd;
    this.#isDragEnd = false;
    const group = this.#group(index);
    if (isDragEnd || group === null) return;
    if (isExtending && this.#begin() !== null) this.#extendTo(group);
    else {
      this.#anchor = group;
      this.#pin(isSame(group, this.pinned) ? null : group);
    }
  }

  /** Where an extended span begins: the group pinned last, or the first of a span that came from elsewhere. */
  #begin(): TokenSpan | null {
    if (this.pinned === null) return null;
    const isOwn = this.#anchor !== null && isIn(this.pinned, this.#anchor.from);
    return isOwn ? this.#anchor : this.#group(this.pinned.from);
  }

  #extendTo(group: TokenSpan): void {
    this.#anchor = this.#begin() ?? group;
    this.#pin(spanOfBoth(this.#anchor, group));
  }

  /** A drag of the mouse or a pen; on touch screens dragging scrolls. */
  #press(event: PointerEvent, index: number): void {
    this.#isDragEnd = false;
    if (event.button !== 0 || event.pointerType === 'touch' || event.shiftKey) return;
    this.#dragged = this.#group(index);
    addEventListener('pointerup', this.#drop, { once: true });
  }

  #enter(index: number): void {
    const group = this.#group(index);
    if (this.#dragged === null || group === null) return this.#preview(group);
    this.near = spanOfBoth(this.#dragged, group);
  }

  readonly #drop = (): void => {
    const [from, span] = [this.#dragged, this.near];
    this.#dragged = null;
    if (from === null || span === null || isSame(from, span)) return;
    this.#isDragEnd = true;
    // Where the button is let go on another word than it was pressed on, no click follows.
    setTimeout(() => (this.#isDragEnd = false));
    this.#anchor = from;
    this.#pin(span);
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.pinned !== null) return this.#pin(null);
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -this.starts.length, End: this.starts.length }[event.key];
    const from = this.focused ?? this.#tabStop();
    if (step === undefined || from === null) return;
    event.preventDefault();
    const at = this.starts.findLastIndex((start) => start <= from);
    const next = this.starts[Math.min(this.starts.length - 1, Math.max(0, at + step))];
    if (next === undefined) return;
    const [here, there] = [this.#group(from), this.#group(next)];
    if (event.shiftKey && here !== null && there !== null) {
      if (this.pinned === null) this.#anchor = here;
      if (this.pinned === null) this.#pin(spanOfBoth(here, there));
      else this.#extendTo(there);
    }
    this.renderRoot.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus();
  };
}

/** A token with more loss than this is underlined: below one chance in two (ln 2). */
const UNSURE_NATS = Math.LN2;

declare global {
  interface HTMLElementTagNameMap {
    'token-strip': TokenStrip;
  }
}
