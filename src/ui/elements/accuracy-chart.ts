/**
 * Accuracy by level, one panel per modality: a dot per run with its 95 % Wilson interval, joined by the run's own dash. Pure drawing.
 */
import { css, html, LitElement, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { EvaluationCell } from '../../study/events.ts';
import { LEVELS, MODALITIES } from '../../tasks/task.ts';
import type { Level, Modality } from '../../tasks/task.ts';
import { prose, RUN_DASHES, runStyles } from '../styles/shared.ts';

export interface AccuracySeries {
  readonly label: string;
  readonly style: number;
  readonly cells: readonly EvaluationCell[];
}

/** A dot and its whiskers in the panel's own units. */
export interface Dot {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly text: string;
}

const PANEL = { width: 430, height: 270, left: 46, right: 12, top: 12, bottom: 30 } as const;
const yOf = (share: number): number => PANEL.top + (1 - share) * (PANEL.height - PANEL.top - PANEL.bottom);

/** The dots of one run in one panel; runs stand beside each other so that whiskers do not hide one another. */
export function dotsOf(series: AccuracySeries, modality: Modality, levels: readonly Level[], place: number, places: number): Dot[] {
  const band = (PANEL.width - PANEL.left - PANEL.right) / levels.length;
  const shift = places < 2 ? 0 : (place / (places - 1) - 0.5) * Math.min(band * 0.5, (places - 1) * 14);
  return levels.flatMap((level, i) => {
    const cell = series.cells.find((item) => item.level === level && item.modality === modality);
    if (cell === undefined || cell.accuracy.total === 0) return [];
    const { correct, total, low, high } = cell.accuracy;
    const share = correct / total;
    const text = `${series.label}, ${level} ${modality}: ${percent(share)} (95 % interval ${percent(low)} to ${percent(high)}, n = ${total})`;
    return [{ x: PANEL.left + band * (i + 0.5) + shift, y: yOf(share), low: yOf(low), high: yOf(high), text }];
  });
}

/** The levels that any run was evaluated on, easiest first. */
export function levelsOf(series: readonly AccuracySeries[]): Level[] {
  return LEVELS.filter((level) => series.some(({ cells }) => cells.some((cell) => cell.level === level)));
}

/** `93.5 %`, without a needless `.0`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}

@customElement('accuracy-chart')
export class AccuracyChart extends LitElement {
  static override styles = [
    prose,
    runStyles,
    css`
      :host {
        display: block;
      }
      .panels {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr));
        gap: 1rem 1.5rem;
      }
      figure {
        margin: 0;
      }
      figcaption {
        font-weight: 600;
        font-size: 0.93rem;
      }
      svg {
        display: block;
        width: 100%;
        height: auto;
        overflow: visible;
      }
      text {
        fill: var(--ink-soft);
        font: 13px var(--sans);
      }
      .grid {
        stroke: var(--line);
        stroke-width: 1;
      }
      .whisker,
      .path {
        fill: none;
        stroke: var(--run);
      }
      .whisker {
        stroke-width: 2;
      }
      .path {
        stroke-width: 1.5;
        opacity: 0.75;
      }
      circle {
        fill: var(--surface);
        stroke: var(--run);
        stroke-width: 2.5;
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem 1.2rem;
        margin: 0.6rem 0 0;
        padding: 0;
        list-style: none;
        font-size: 0.9rem;
      }
      li svg {
        display: inline-block;
        width: 34px;
        height: 12px;
        margin-right: 0.4em;
        vertical-align: middle;
      }
    `,
  ];

  @property({ attribute: false }) series: readonly AccuracySeries[] = [];

  override render() {
    const levels = levelsOf(this.series);
    return html`<div class="panels">${MODALITIES.map((modality) => this.#panel(modality, levels))}</div>
      <ul>
        ${this.series.map(
          ({ label, style }) =>
            html`<li class=${`run-${style}`}>
              <svg viewBox="0 0 34 12" aria-hidden="true">
                <path class="path" d="M0 6H34" stroke-dasharray=${(RUN_DASHES[style] ?? []).join(' ')} />
                <circle cx="17" cy="6" r="4" /></svg
              >${label}
            </li>`,
        )}
      </ul>`;
  }

  #panel(modality: Modality, levels: readonly Level[]) {
    const { width, height, left, right, top, bottom } = PANEL;
    const band = (width - left - right) / levels.length;
    const all = this.series.map((series, place) => ({ style: series.style, dots: dotsOf(series, modality, levels, place, this.series.length) }));
    const summary = all.flatMap(({ dots }) => dots.map(({ text }) => text)).join('; ');
    return html`<figure>
      <figcaption>${modality === 'text' ? 'Problem given as text' : 'Problem given as a picture'}</figcaption>
      <svg viewBox="0 0 ${width} ${height}" role="img" aria-label=${summary === '' ? `${modality}: no results yet` : summary}>
        ${[0, 0.25, 0.5, 0.75, 1].map(
          (share) => svg`<line class="grid" x1=${left} x2=${width - right} y1=${yOf(share)} y2=${yOf(share)} />
            <text x=${left - 8} y=${yOf(share) + 4} text-anchor="end">${share * 100}${share === 1 ? ' %' : ''}</text>`,
        )}
        ${levels.map((level, i) => svg`<text x=${left + band * (i + 0.5)} y=${height - 8} text-anchor="middle">${level}</text>`)}
        ${all.map(
          ({ style, dots }) => svg`<g class=${`run-${style}`}>
            <path class="path" d=${dots.map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('')} stroke-dasharray=${(RUN_DASHES[style] ?? []).join(' ')} />
            ${dots.map(
              ({ x, y, low, high, text }) => svg`<path class="whisker" d=${`M${x} ${low}V${high}M${x - 4} ${low}h8M${x - 4} ${high}h8`} />
                <circle cx=${x} cy=${y} r="4.5"><title>${text}</title></circle>`,
            )}
          </g>`,
        )}
        <line class="grid" x1=${left} x2=${left} y1=${top} y2=${height - bottom} />
      </svg>
    </figure>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'accuracy-chart': AccuracyChart;
  }
}
