/**
 * Shows an SVG document crisply, through an `<img>` with a blob address: no markup is parsed into the page, so Trusted Types hold.
 */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';

export interface SvgDocument {
  readonly svg: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly description: string;
}

@customElement('svg-picture')
export class SvgPicture extends LitElement {
  static override styles = css`
    :host {
      display: block;
    }
    img {
      display: block;
      width: 100%;
      height: auto;
      max-height: var(--tallest, none);
      object-fit: contain;
      background: #fff;
    }
  `;

  @property({ attribute: false }) picture: SvgDocument | null = null;
  /** The description stands elsewhere, as the name of a button around the picture. */
  @property({ type: Boolean }) isNamedOutside = false;
  @state() private address = '';

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.address === '') this.requestUpdate('picture', undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#release();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('picture')) return;
    this.#release();
    if (this.picture !== null) this.address = URL.createObjectURL(new Blob([this.picture.svg], { type: 'image/svg+xml' }));
  }

  override render() {
    const { picture, address } = this;
    if (picture === null || address === '') return nothing;
    return html`<img src=${address} width=${picture.widthPx} height=${picture.heightPx} alt=${this.isNamedOutside ? '' : picture.description} />`;
  }

  #release(): void {
    if (this.address !== '') URL.revokeObjectURL(this.address);
    this.address = '';
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'svg-picture': SvgPicture;
  }
}
