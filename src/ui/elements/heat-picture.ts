/**
 * A small picture enlarged without smoothing, with a heat overlay on top. Draws what it is given; both layers are canvases of the picture's own size,
 * scaled by CSS, so that one pixel of the model is one square on the page.
 */
import { css, html, LitElement } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { overlayPixels } from './heat.ts';
import type { HeatLook } from './heat.ts';

/** 8-bit RGB, `[H, W, 3]`. */
export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Uint8Array;
  readonly description: string;
}

export interface Heat extends HeatLook {
  readonly scores: Float32Array;
  readonly mask: Uint8Array;
}

/** Small tables are not blown up further than this; ours, so that the picture and its controls fit one screen. */
const MOST_ENLARGED = 5;

@customElement('heat-picture')
export class HeatPicture extends LitElement {
  static override styles = css`
    :host {
      display: block;
    }
    .stack {
      position: relative;
      max-width: var(--widest, 100%);
      border: 1px solid var(--line);
      border-radius: var(--radius);
      overflow: hidden;
      background: #fff;
    }
    canvas {
      display: block;
      width: 100%;
      height: auto;
      image-rendering: pixelated;
    }
    /* Colours are told apart on pale ink only. */
    .pale .base {
      opacity: 0.4;
    }
    .overlay {
      position: absolute;
      inset: 0;
      height: 100%;
    }
  `;

  @property({ attribute: false }) picture: Picture | null = null;
  @property({ attribute: false }) heat: Heat | null = null;
  /** What the overlay shows, for people who cannot see it. */
  @property() summary = '';

  override render() {
    const { picture } = this;
    const [width, height] = [picture?.widthPx ?? 1, picture?.heightPx ?? 1];
    return html`<div
      class="stack ${this.heat?.overlay === 'heat' ? 'pale' : ''}"
      role="img"
      aria-label=${[picture?.description, this.summary].filter(Boolean).join('. ')}
    >
      <canvas class="base" width=${width} height=${height}></canvas>
      <canvas class="overlay" width=${width} height=${height}></canvas>
    </div>`;
  }

  override updated(changed: PropertyValues<this>): void {
    const { picture } = this;
    if (picture === null) return;
    const { widthPx, heightPx } = picture;
    this.style.setProperty('--widest', `${widthPx * MOST_ENLARGED}px`);
    // Setting a canvas's size clears it, so a new picture redraws both layers.
    if (changed.has('picture')) this.#paint('.base', rgbaOf(picture.rgb), widthPx, heightPx);
    if (changed.has('picture') || changed.has('heat')) {
      const isFitting = this.heat?.scores.length === widthPx * heightPx;
      const overlay =
        this.heat !== null && isFitting ? overlayPixels(this.heat.scores, this.heat.mask, this.heat) : new Uint8ClampedArray(widthPx * heightPx * 4);
      this.#paint('.overlay', overlay, widthPx, heightPx);
    }
  }

  /** Both layers as PNG data addresses, at the picture's own size. */
  layers(): { readonly base: string; readonly overlay: string } {
    const address = (selector: string): string => this.renderRoot.querySelector<HTMLCanvasElement>(selector)?.toDataURL('image/png') ?? '';
    return { base: address('.base'), overlay: address('.overlay') };
  }

  #paint(selector: string, rgba: Uint8ClampedArray<ArrayBuffer>, widthPx: number, heightPx: number): void {
    const context = this.renderRoot.querySelector<HTMLCanvasElement>(selector)?.getContext('2d');
    context?.putImageData(new ImageData(rgba, widthPx, heightPx), 0, 0);
  }
}

function rgbaOf(rgb: Uint8Array): Uint8ClampedArray<ArrayBuffer> {
  const pixels = rgb.length / 3;
  const rgba = new Uint8ClampedArray(pixels * 4).fill(255);
  for (let i = 0; i < pixels; i++) rgba.set(rgb.subarray(3 * i, 3 * i + 3), 4 * i);
  return rgba;
}

declare global {
  interface HTMLElementTagNameMap {
    'heat-picture': HeatPicture;
  }
}
