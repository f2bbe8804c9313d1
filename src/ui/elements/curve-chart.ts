/**
 * Line chart of curves over steps (uPlot on a canvas), with its legend. Draws what it is given, at most ten times a second and not while hidden:
 * the machine belongs to the run.
 */
import { css, html, LitElement, nothing, unsafeCSS } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import uPlot from 'uplot';
import uplotCss from 'uplot/dist/uPlot.min.css?inline';
import { prose, RUN_DASHES, runStyles } from '../styles/shared.ts';
import { joinCurves, logTick, shortNumber, thin } from './curves.ts';
import type { Curve } from './curves.ts';

/** Redraws at most this often (design/product 3.4). */
const REDRAW_MS = 100;
/** Two points per pixel column of a wide chart are all that can be seen. */
const MAX_POINTS = 1600;
const HEIGHT_PX = 260;
/** Those of uPlot have three decimals. It gives null between the powers of ten, which its types do not say. */
const LOG_TICKS = { values: (_: uPlot, splits: readonly (number | null)[]) => splits.map(logTick) };

@customElement('curve-chart')
export class CurveChart extends LitElement {
  static override styles = [
    unsafeCSS(uplotCss),
    prose,
    runStyles,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .plot {
        min-height: 260px;
        overflow: hidden; /* the canvas is as wide as the last fit: it must not hold a narrowed window open */
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem 1.1rem;
        margin: 0.5rem 0 0;
        padding: 0;
        list-style: none;
        font-size: 0.88rem;
      }
      svg {
        width: 28px;
        height: 8px;
        margin-right: 0.4em;
        vertical-align: middle;
      }
      line {
        stroke: var(--run);
        stroke-width: 2.5;
      }
    `,
  ];

  @property({ attribute: false }) curves: readonly Curve[] = [];
  @property({ type: Boolean }) logarithmic = false;
  /** Name of the vertical axis. */
  @property() unit = '';
  /** Text alternative of the picture. */
  @property() summary = '';
  /** A step to mark; null = none. */
  @property({ attribute: false }) mark: number | null = null;
  /** Any change makes the chart read the page's colours again. */
  @property({ type: Number }) colourVersion = 0;

  #plot: uPlot | null = null;
  #shape = '';
  #timer: ReturnType<typeof setTimeout> | null = null;
  #lastDrawn = -REDRAW_MS;
  #isVisible = true;
  readonly #resize = new ResizeObserver(() => this.#fit());
  readonly #sight = new IntersectionObserver(([entry]) => {
    this.#isVisible = entry?.isIntersecting ?? true;
    if (this.#isVisible) this.#soon();
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize.observe(this);
    this.#sight.observe(this);
    this.#soon();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resize.disconnect();
    this.#sight.disconnect();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#plot?.destroy();
    this.#plot = null;
    this.#shape = '';
  }

  override render() {
    return html`<div
        class="plot"
        role="img"
        aria-label=${[this.summary, ...(this.mark === null ? [] : [`Marked: step ${this.mark}.`])].join(' ')}
      ></div>
      <ul>
        ${this.curves.map(({ label, style, values }) => {
          const last = values.at(-1);
          return html`<li class=${`run-${style}`}>
            <svg viewBox="0 0 28 8" aria-hidden="true">
              <line x1="0" y1="4" x2="28" y2="4" stroke-dasharray=${(RUN_DASHES[style] ?? []).join(' ')} /></svg
            >${label} ${last === undefined ? '' : html`<span class="soft">${shortNumber(last)}</span>`}
          </li>`;
        })}
        ${this.mark === null ? nothing : html`<li class="soft">marked: step ${this.mark}</li>`}
      </ul>`;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has('colourVersion') || changed.has('logarithmic')) this.#shape = '';
    this.#soon();
  }

  #soon(): void {
    if (this.#timer !== null || !this.#isVisible || !this.isConnected) return;
    const wait = Math.max(0, this.#lastDrawn + REDRAW_MS - performance.now());
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#draw();
    }, wait);
  }

  #draw(): void {
    const box = this.renderRoot.querySelector<HTMLElement>('.plot');
    if (box === null) return;
    this.#lastDrawn = performance.now();
    const { steps, columns } = joinCurves(this.curves.map((curve) => thin(curve.steps, curve.values, MAX_POINTS)));
    const data: uPlot.AlignedData = [steps, ...columns];
    const shape = this.curves.map(({ label, style }) => `${label} ${style}`).join('|');
    if (this.#plot !== null && shape === this.#shape) {
      this.#plot.setData(data);
      return;
    }
    this.#plot?.destroy();
    this.#shape = shape;
    this.#plot = new uPlot(this.#options(box), data, box);
  }

  #options(box: HTMLElement): uPlot.Options {
    const [ink, grid] = [colourOf(box, '--ink-soft'), colourOf(box, '--line')];
    const marked = colourOf(box, '--ink');
    const axis = { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid, width: 1 }, font: '12px system-ui, sans-serif' };
    return {
      width: Math.max(120, box.clientWidth),
      height: HEIGHT_PX,
      legend: { show: false },
      hooks: { draw: [(plot) => this.#drawMark(plot, marked)] },
      cursor: { drag: { x: false, y: false }, sync: { key: 'steps' } },
      scales: { x: { time: false }, y: this.logarithmic ? { distr: 3 } : { range: (_plot, low, high) => rangeOf(low, high) } },
      axes: [
        { ...axis, label: 'step', labelFont: axis.font, labelSize: 18, size: 34 },
        { ...axis, label: this.unit, labelFont: axis.font, labelSize: 20, size: 46, ...(this.logarithmic ? LOG_TICKS : {}) },
      ],
      series: [
        {},
        ...this.curves.map(({ label, style }) => ({
          label,
          stroke: colourOf(box, `--run-${style + 1}`),
          width: 2,
          dash: [...(RUN_DASHES[style] ?? [])],
          spanGaps: true,
          points: { show: false },
        })),
      ],
    };
  }

  /** A vertical line at the marked step; before the first point or after the last, at that edge. */
  #drawMark(plot: uPlot, colour: string): void {
    if (this.mark === null) return;
    const { ctx, bbox } = plot;
    const x = Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(this.mark, 'x', true)));
    ctx.save();
    ctx.fillStyle = colour;
    ctx.fillRect(Math.round(x - devicePixelRatio), bbox.top, 2 * devicePixelRatio, bbox.height);
    ctx.restore();
  }

  #fit(): void {
    const box = this.renderRoot.querySelector<HTMLElement>('.plot');
    if (box !== null && this.#plot !== null && box.clientWidth > 0) this.#plot.setSize({ width: box.clientWidth, height: HEIGHT_PX });
  }
}

/** From 0 upwards, with air above: losses are judged against 0. */
function rangeOf(low: number, high: number): [number, number] {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return [0, 1];
  return [Math.min(0, low), high <= 0 ? 1 : high * 1.06];
}

/** A custom property as a colour that a canvas takes; custom properties themselves come back unresolved, so a probe wears the colour. */
function colourOf(host: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.setProperty('color', `var(${name})`);
  host.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

declare global {
  interface HTMLElementTagNameMap {
    'curve-chart': CurveChart;
  }
}
