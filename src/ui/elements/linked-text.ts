/**
 * A titled text whose pieces (cells of x(t), lines of the CoT) can be pointed at, walked through with the arrow keys and lit from outside. A CoT may have
 * hundreds of lines, so the pieces are drawn once per text; lighting only toggles classes.
 *
 * @fires span-point - `CustomEvent<{ index: number | null }>` when the pointer or the focus enters a piece or leaves them.
 * @fires span-walk - `CustomEvent<{ index: number }>` when an arrow key, Home or End moves to a piece.
 * @fires span-pick - `CustomEvent<{ index: number }>` when a piece is clicked, or Enter or Space is pressed on it.
 */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { Span } from '../../tasks/task.ts';
import { controls, prose } from '../styles/shared.ts';
import { copyToClipboard } from './clipboard.ts';

/** A run of text; `index` is its span, or null between spans. */
export interface TextPiece {
  readonly text: string;
  readonly index: number | null;
}

/** The whole text in order, cut at the spans. */
export function piecesOf(text: string, spans: readonly Span[]): TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const [index, { from, to }] of spans.entries()) {
    if (from > at) pieces.push({ text: text.slice(at, from), index: null });
    pieces.push({ text: text.slice(from, to), index });
    at = to;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), index: null });
  return pieces;
}

/** What of the look depends on what is pointed at; everything else needs a new drawing. */
const LIGHT_PROPERTIES: ReadonlySet<PropertyKey> = new Set(['lit', 'locked']);

@customElement('linked-text')
export class LinkedText extends LitElement {
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
        flex-wrap: wrap;
        align-items: center;
        gap: 0.1rem 0.6rem;
      }
      h3 {
        margin: 0;
        font-size: 0.93rem;
      }
      .usage {
        padding: 0 0.5rem;
        border: 1px solid var(--line-strong);
        border-radius: 1rem;
        color: var(--ink-soft);
        font-size: 0.78rem;
        line-height: 1.5;
      }
      .head button {
        margin-left: auto;
      }
      pre {
        position: relative;
        max-height: var(--text-height, 19rem);
        margin: 0.2rem 0 0;
        padding: 0.7rem 0.85rem;
        overflow: auto;
        overscroll-behavior: contain;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        background: var(--sunken);
        font: 0.8rem/1.55 var(--mono);
        tab-size: 6;
        white-space: pre;
      }
      :host([wrap]) pre {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .lead {
        color: var(--ink-soft);
        white-space: pre-wrap;
      }
      [data-index] {
        border-radius: 3px;
        cursor: pointer;
      }
      [data-index].lit {
        background: var(--link-wash);
        box-shadow: 0 0 0 2px var(--link-wash);
        text-decoration: underline 2px var(--link);
        text-underline-offset: 3px;
      }
      [data-index].locked {
        outline: 2px solid var(--link);
        outline-offset: 2px;
      }
      @media (forced-colors: active) {
        [data-index].lit {
          background: Highlight;
          color: HighlightText;
        }
      }
    `,
  ];

  @property() label = '';
  /** What the text is in the chosen record, such as `given`; '' = nothing to say. */
  @property() usage = '';
  /** Stands before the text and belongs to it when copied; '' = none. */
  @property() lead = '';
  @property() text = '';
  @property({ attribute: false }) spans: readonly Span[] = [];
  /** Indices of the spans to light up. */
  @property({ attribute: false }) lit: ReadonlySet<number> = new Set();
  /** Index of the span that is locked, or null. */
  @property({ attribute: false }) locked: number | null = null;
  /** Wraps lines instead of scrolling sideways. */
  @property({ type: Boolean, reflect: true }) wrap = false;
  @state() private outcome = '';

  #pieces: readonly HTMLElement[] = [];
  /** The piece that Tab reaches (roving tabindex). */
  #stop = 0;
  /** Where the box stood before it was scrolled to show a piece. */
  #before: { readonly left: number; readonly top: number } | null = null;

  protected override shouldUpdate(changed: PropertyValues<this>): boolean {
    if (!this.hasUpdated || [...changed.keys()].some((key) => !LIGHT_PROPERTIES.has(key))) return true;
    this.#light();
    return false;
  }

  override render() {
    const { label, usage, lead, outcome } = this;
    const isWalkable = this.spans.length > 0;
    const pieces = piecesOf(this.text, this.spans).map(({ text, index }) =>
      index === null ? text : html`<span data-index=${index} role="button">${text}</span>`,
    );
    return html`<div class="head">
        <h3 id="name">${label}</h3>
        ${usage === '' ? nothing : html`<span class="usage">${usage}</span>`}
        <button class="plain" @click=${this.#copy} aria-label=${`Copy: ${label}`}>${outcome === '' ? 'Copy' : outcome}</button>
      </div>
      <pre
        tabindex=${isWalkable ? nothing : 0}
        role="region"
        aria-labelledby="name"
        @pointerover=${this.#point}
        @pointerleave=${() => this.#say('span-point', null)}
        @focusin=${this.#focus}
        @focusout=${() => this.#say('span-point', null)}
        @click=${this.#pick}
        @keydown=${this.#key}
      >
${lead === '' ? nothing : html`<span class="lead">${lead}</span>`}${pieces}</pre>
      <span class="visually-hidden" role="status">${outcome}</span>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.#pieces = [...this.renderRoot.querySelectorAll<HTMLElement>('[data-index]')];
    if (changed.has('text') || changed.has('spans')) {
      [this.#stop, this.#before] = [0, null];
      this.renderRoot.querySelector('pre')?.scrollTo(0, 0);
    }
    this.#light();
  }

  /** Where a piece is on the screen. */
  boxOf(index: number): DOMRect | undefined {
    return this.#pieces[index]?.getBoundingClientRect();
  }

  /** Scrolls the first lit piece into view inside this box; the page stays where it is. With nothing lit the box goes back to where it was. */
  reveal(): void {
    const box = this.renderRoot.querySelector('pre');
    if (box === null) return;
    const piece = this.#pieces[Math.min(...this.lit)];
    if (piece === undefined) {
      if (this.#before !== null) box.scrollTo(this.#before.left, this.#before.top);
      this.#before = null;
      return;
    }
    this.#before ??= { left: box.scrollLeft, top: box.scrollTop };
    const [outer, inner] = [box.getBoundingClientRect(), piece.getBoundingClientRect()];
    const isTall = inner.height > outer.height;
    if (inner.top < outer.top || (inner.bottom > outer.bottom && !isTall)) box.scrollTop += inner.top - outer.top - box.clientHeight / 3;
    if (inner.left < outer.left || inner.right > outer.right) box.scrollLeft += inner.left - outer.left - box.clientWidth / 3;
  }

  #light(): void {
    for (const [i, piece] of this.#pieces.entries()) {
      piece.classList.toggle('lit', this.lit.has(i));
      piece.classList.toggle('locked', this.locked === i);
      piece.setAttribute('aria-pressed', String(this.locked === i));
      piece.tabIndex = i === this.#stop ? 0 : -1;
    }
  }

  readonly #point = (event: Event): void => this.#say('span-point', indexOf(event.target));

  readonly #focus = (event: Event): void => {
    const index = indexOf(event.target);
    if (index === null) return;
    this.#stop = index;
    this.#light();
    this.#say('span-point', index);
  };

  readonly #pick = (event: Event): void => {
    const index = indexOf(event.target);
    if (index !== null && (getSelection()?.isCollapsed ?? true)) this.#say('span-pick', index); // selecting text to copy it is no pick
  };

  readonly #key = (event: KeyboardEvent): void => {
    const index = indexOf(event.target);
    if (index === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.#pieces.length - 1;
    const target = { ArrowUp: index - 1, ArrowLeft: index - 1, ArrowDown: index + 1, ArrowRight: index + 1, Home: 0, End: last }[event.key];
    if (event.key === 'Enter' || event.key === ' ') this.#say('span-pick', index);
    else if (target === undefined) return;
    else this.#walkTo(Math.min(last, Math.max(0, target)));
    event.preventDefault();
  };

  #walkTo(index: number): void {
    this.#pieces[index]?.focus();
    this.#say('span-walk', index);
  }

  #say(name: 'span-point' | 'span-walk' | 'span-pick', index: number | null): void {
    this.dispatchEvent(new CustomEvent(name, { detail: { index } }));
  }

  readonly #copy = async (): Promise<void> => {
    const isCopied = await copyToClipboard(this.lead + this.text);
    const box = this.renderRoot.querySelector('pre');
    if (!isCopied && box !== null) getSelection()?.selectAllChildren(box);
    this.outcome = isCopied ? 'Copied' : 'Press Ctrl+C';
    setTimeout(() => (this.outcome = ''), 2000);
  };
}

function indexOf(target: EventTarget | null): number | null {
  const index = target instanceof HTMLElement ? target.dataset['index'] : undefined;
  return index === undefined ? null : Number(index);
}

declare global {
  interface HTMLElementTagNameMap {
    'linked-text': LinkedText;
  }
}
