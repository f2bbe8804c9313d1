/**
 * The panels of a recorded figure as charts: ours, and beside or below each the paper's numbers on their own ground. Draws what it is given, as wide as it is.
 */
import { css, html, LitElement } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import { figureSvg, panelHeight, paperSvg } from '../../study/figures/plot.ts';
import { panelSummary } from '../../study/figures/words.ts';
import type { Whose } from '../../study/figures/words.ts';
import './svg-picture.ts';
import type { SvgDocument } from './svg-picture.ts';

const GAP_PX = 16;
/** Two charts side by side need so much; of ours alone, each. Ours: titles, series names and ticks have room then. */
const PAIR_PX = 620;
const ALONE_PX = 420;

interface Card {
  readonly whose: Whose;
  readonly picture: SvgDocument;
}

@customElement('figure-panels')
export class FigurePanels extends LitElement {
  static override styles = css`
    :host {
      display: block;
      min-width: 0;
    }
    .cards {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 16px;
    }
    .in-2 {
      grid-template-columns: repeat(2, minmax(0, 1fr));
    }
    .in-3 {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
    .card {
      box-sizing: border-box;
      overflow: hidden;
      border: 1px solid var(--line);
      border-radius: var(--radius);
    }
    .paper {
      border: 1px dashed var(--line-strong);
    }
  `;

  @property({ attribute: false }) result: FigureResult | null = null;
  @property() theme: 'light' | 'dark' = 'light';
  @state() private widthPx = 0;
  @state() private cards: readonly Card[] = [];
  /** In the next frame: the charts change our height, which must not happen while sizes are being told. */
  readonly #resize = new ResizeObserver(() => requestAnimationFrame(() => (this.widthPx = Math.floor(this.clientWidth))));

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('result') || changed.has('theme') || changed.has('widthPx')) this.cards = this.#draw();
  }

  override render() {
    return html`<div class=${`cards in-${this.#columns()}`}>
      ${this.cards.map(({ whose, picture }) => html`<div class=${`card ${whose}`}><svg-picture .picture=${picture}></svg-picture></div>`)}
    </div>`;
  }

  #columns(): number {
    const { result, widthPx } = this;
    if (result === null) return 1;
    if (result.paper.length > 0) return widthPx >= PAIR_PX ? 2 : 1;
    return Math.max(1, Math.min(3, result.panels.length, Math.floor((widthPx + GAP_PX) / (ALONE_PX + GAP_PX))));
  }

  #draw(): readonly Card[] {
    const { result, theme } = this;
    if (result === null || this.widthPx < 50) return [];
    const columns = this.#columns();
    const widthPx = Math.floor((this.widthPx - (columns - 1) * GAP_PX) / columns) - 2;
    const sides: readonly Whose[] = result.paper.length > 0 ? ['ours', 'paper'] : ['ours'];
    // One below the other, an empty chart of the paper's would only be in the way.
    const isThere = (id: string, whose: Whose): boolean => columns > 1 || whose === 'ours' || result.paper.some(({ panel }) => panel === id);
    return result.panels.flatMap(({ id }) =>
      sides
        .filter((whose) => isThere(id, whose))
        .map((whose): Card => {
          const size = { widthPx, heightPx: panelHeight(result, id) };
          const draw = whose === 'ours' ? figureSvg : paperSvg;
          return { whose, picture: { svg: draw(result, id, { theme, ...size }), ...size, description: panelSummary(result, id, whose) } };
        }),
    );
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'figure-panels': FigurePanels;
  }
}
