/**
 * A row of small pictures of neighbouring examples, a page at a time. Says when it is in view, so that nobody draws pictures that nobody sees. Draws what
 * it is given.
 *
 * @fires gallery-seen - once it has come into view.
 * @fires gallery-page - `CustomEvent<{ from: number }>` first index of the page to show.
 * @fires gallery-pick - `CustomEvent<{ index: number }>`.
 */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ExampleThumbnail } from '../../study/example-forms.ts';
import { controls, prose } from '../styles/shared.ts';
import './svg-picture.ts';

@customElement('example-gallery')
export class ExampleGallery extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        margin-top: 0.4rem;
      }
      .head {
        display: flex;
        align-items: center;
        gap: 0.4rem;
        font-size: 0.88rem;
      }
      .head b {
        margin-right: auto;
        font-weight: 500;
      }
      ol {
        display: grid;
        grid-auto-flow: column;
        grid-auto-columns: 6rem;
        gap: 0.4rem;
        margin: 0.3rem 0 0;
        padding: 4px;
        overflow-x: auto;
        list-style: none;
      }
      li > button {
        display: block;
        width: 100%;
        height: 100%;
        padding: 0.3rem;
        border-color: var(--line);
        text-align: center;
        font-size: 0.78rem;
      }
      /* As high before the picture is there as after: nothing above or below it moves. */
      .place {
        display: flex;
        align-items: center;
        height: 5.4rem;
      }
      svg-picture {
        --tallest: 5.4rem;
        width: 100%;
      }
      [aria-current='true'] {
        border-color: var(--accent);
        box-shadow: 0 0 0 2px var(--accent);
        font-weight: 600;
      }
    `,
  ];

  /** Indices of the page, in order. */
  @property({ attribute: false }) indices: readonly number[] = [];
  /** Their pictures by index; absent ones are being drawn. */
  @property({ attribute: false }) thumbnails: ReadonlyMap<number, ExampleThumbnail> = new Map();
  /** Index of the example that is shown large. */
  @property({ type: Number }) current = 0;
  @property({ type: Boolean }) hasNext = true;

  #observer: IntersectionObserver | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      this.dispatchEvent(new CustomEvent('gallery-seen'));
    });
    observer.observe(this);
    this.#observer = observer;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
  }

  override render() {
    const { indices } = this;
    const [first = 0, last = 0] = [indices[0], indices.at(-1)];
    const page = (from: number): unknown => this.dispatchEvent(new CustomEvent('gallery-page', { detail: { from } }));
    return html`<div class="head">
        <b id="name">Other examples, ${first} to ${last}</b>
        <button ?disabled=${first === 0} @click=${() => page(Math.max(0, first - indices.length))} aria-label="Examples before these">◂</button>
        <button ?disabled=${!this.hasNext} @click=${() => page(last + 1)} aria-label="Examples after these">▸</button>
      </div>
      <ol aria-labelledby="name">
        ${indices.map((index) => this.#thumbnail(index))}
      </ol>`;
  }

  #thumbnail(index: number) {
    const found = this.thumbnails.get(index);
    return html`<li>
      <button
        aria-current=${index === this.current}
        aria-label=${`Example ${index}${found === undefined ? '' : `. ${found.summary}`}`}
        title=${found?.summary ?? ''}
        @click=${() => this.dispatchEvent(new CustomEvent('gallery-pick', { detail: { index } }))}
      >
        <span class="place"><svg-picture isNamedOutside .picture=${found?.picture ?? null}></svg-picture></span>${index}
      </button>
    </li>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'example-gallery': ExampleGallery;
  }
}
