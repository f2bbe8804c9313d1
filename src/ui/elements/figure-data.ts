/** The numbers behind a recorded figure, ours and the paper's in tables of their own. Draws what it is given. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ReportTable } from '../../study/data/read/report-tables.ts';
import { seriesPoints } from '../../study/figures/figure-result.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import { boundText, valueLabel, valueText, whoseText, xText } from '../../study/figures/words.ts';
import './report-table.ts';

@customElement('figure-data')
export class FigureData extends LitElement {
  static override styles = css`
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: 1.4rem;
    }
  `;

  @property({ attribute: false }) result: FigureResult | null = null;

  override render() {
    if (this.result === null) return nothing;
    const paper = paperTable(this.result);
    return html`<report-table .table=${ourTable(this.result)}></report-table>
      ${paper.rows.length === 0 ? nothing : html`<report-table .table=${paper}></report-table>`}`;
  }
}

function ourTable(result: FigureResult): ReportTable {
  const points = seriesPoints(result.readings);
  const rows = result.panels.flatMap((panel) =>
    points
      .filter((point) => point.panel === panel.id)
      .map(({ series, x, at, mean, low, high, seeds }) => {
        const interval = low === null || high === null ? '–' : `${boundText(low, panel.unit)} – ${boundText(high, panel.unit)}`;
        return {
          head: `${panel.title}: ${series}${at === undefined ? '' : `, step ${xText(at)}`}`,
          cells: [xText(x), valueText(mean, panel.unit), interval, String(seeds)],
        };
      }),
  );
  return {
    key: 'ours',
    caption: sentence(whoseText(result, 'ours')),
    columns: ['Panel and series', ...axes(result), '95 % interval', 'Seeds'],
    rows,
  };
}

function paperTable(result: FigureResult): ReportTable {
  const rows = result.panels.flatMap((panel) =>
    result.paper
      .filter((reading) => reading.panel === panel.id)
      .map(({ series, x, value }) => ({ head: `${panel.title}: ${series}`, cells: [xText(x), valueText(value, panel.unit)] })),
  );
  return { key: 'paper', caption: sentence(whoseText(result, 'paper')), columns: ['Panel and series', ...axes(result)], rows };
}

/** The names of the axes; panels that differ are told apart by their unit in the row only. */
function axes({ panels }: FigureResult): readonly [string, string] {
  const names = (read: (panel: FigureResult['panels'][number]) => string): string => [...new Set(panels.map(read))].join(' or ');
  return [names(({ xLabel }) => xLabel), names(valueLabel)];
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

declare global {
  interface HTMLElementTagNameMap {
    'figure-data': FigureData;
  }
}
