/**
 * The picture of an example with its regions over it: they can be pointed at, light up together with what belongs to them, and two of them may be framed
 * as start and end. The overlay is for people; the picture below is what the model gets. Draws what it is given.
 *
 * @fires region-point - `CustomEvent<{ id: string | null }>` when the pointer enters a region or leaves them all.
 * @fires region-pick - `CustomEvent<{ id: string }>` when a region is clicked.
 */
import { css, html, LitElement, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import type { ExampleLinks, Region } from '../../tasks/task.ts';
import { NO_LINKS } from './link-index.ts';
import './svg-picture.ts';
import type { SvgDocument } from './svg-picture.ts';

@customElement('linked-picture')
export class LinkedPicture extends LitElement {
  static override styles = css`
    :host {
      display: block;
    }
    .frame {
      position: relative;
      max-width: var(--widest, none);
      overflow: hidden;
      border: 1px solid var(--line);
      border-radius: var(--radius);
      background: #fff;
    }
    .overlay {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
    }
    rect {
      fill: none;
      vector-effect: non-scaling-stroke;
    }
    .hit {
      fill: transparent;
      cursor: pointer;
    }
    .mark,
    .lit {
      pointer-events: none;
    }
    /* The picture is on white paper in both themes, and so are these colours. */
    .halo {
      stroke: #fff;
      stroke-width: 6;
    }
    .edge {
      stroke: #a4006a;
      stroke-width: 3;
    }
    .lit .edge {
      fill: rgb(164 0 106 / 14%);
    }
    .mark .start {
      stroke: #0072b2;
      stroke-width: 3;
    }
    .mark .end {
      stroke: #c04f00;
      stroke-width: 3;
      stroke-dasharray: 6 3;
    }
    @media (forced-colors: active) {
      .edge {
        stroke: Highlight;
      }
    }
  `;

  @property({ attribute: false }) picture: SvgDocument | null = null;
  @property({ attribute: false }) links: ExampleLinks = NO_LINKS;
  /** Ids of the regions to light up. */
  @property({ attribute: false }) lit: ReadonlySet<string> = new Set();
  @property({ type: Boolean }) hasMarks = false;

  override render() {
    const { picture, links } = this;
    const marks = this.hasMarks ? links.marks : [];
    return html`<div class="frame">
      <svg-picture .picture=${picture}></svg-picture>
      <svg
        class="overlay"
        viewBox=${`0 0 ${picture?.widthPx ?? 1} ${picture?.heightPx ?? 1}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        @pointerover=${this.#point}
        @pointerleave=${() => this.#say('region-point', null)}
        @click=${this.#pick}
      >
        ${marks.map(({ region, role }) => svg`<g class="mark">${this.#box(region, 'halo', 1)}${this.#box(region, role, 1)}</g>`)}
        ${[...this.lit].map((id) => svg`<g class="lit" data-region=${id}>${this.#box(id, 'halo', 0)}${this.#box(id, 'edge', 0)}</g>`)}
        ${guard([links], () => links.regions.map(hitBox))}
      </svg>
    </div>`;
  }

  /** The outline of a region, moved inwards by `inset` sixteenths of its size, so that a mark and a light on one place can be told apart. */
  #box(region: string, className: string, inset: number) {
    const found = this.links.regions.find(({ id }) => id === region);
    if (found === undefined) return null;
    const { x, y, width, height } = found;
    const by = (inset * Math.min(width, height)) / 16;
    return svg`<rect class=${className} x=${x + by} y=${y + by} width=${width - 2 * by} height=${height - 2 * by} />`;
  }

  readonly #point = (event: Event): void => this.#say('region-point', idOf(event.target));

  readonly #pick = (event: Event): void => {
    const id = idOf(event.target);
    if (id !== null) this.#say('region-pick', id);
  };

  #say(name: 'region-point' | 'region-pick', id: string | null): void {
    this.dispatchEvent(new CustomEvent(name, { detail: { id } }));
  }
}

function hitBox({ id, x, y, width, height }: Region) {
  return svg`<rect class="hit" data-region=${id} x=${x} y=${y} width=${width} height=${height} />`;
}

function idOf(target: EventTarget | null): string | null {
  return target instanceof SVGRectElement ? (target.dataset['region'] ?? null) : null;
}

declare global {
  interface HTMLElementTagNameMap {
    'linked-picture': LinkedPicture;
  }
}
