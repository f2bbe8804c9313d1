/** Learning curves of a recorded sweep, one chart per skill, of the rows that are chosen, and their files. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { TableResult } from '../../study/smarter/figures/table-result.ts';
import { curveRows, skillCsv, skillFigure } from '../../study/smarter/figures/skill-figure.ts';
import '../elements/chart-files.ts';
import '../elements/figure-panels.ts';
import { saveChart } from '../services/chart-files.ts';
import type { ChartFormat } from '../services/chart-files.ts';
import { isDark } from '../services/theme.ts';
import { controls, prose } from '../styles/shared.ts';

/** Rows that are drawn before somebody chooses. */
const FIRST_ROWS = 2;

@customElement('smarter-skills')
export class SmarterSkills extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      figure-panels {
        margin: 0.7rem 0;
      }
    `,
  ];

  @property({ attribute: false }) table: TableResult | null = null;
  /** S_acc of the majority answer on validation items, by skill. */
  @property({ attribute: false }) floors: Readonly<Record<string, number>> = {};
  /** Another number when the colours change. */
  @property({ type: Number }) colourVersion = 0;
  @state() private chosen: readonly string[] | null = null;

  override render() {
    const { table } = this;
    if (table === null) return nothing;
    const rows = curveRows(table).map(({ id }) => id);
    const chosen = this.chosen ?? rows.slice(0, FIRST_ROWS);
    const result = skillFigure(table, this.floors, chosen);
    const toggle = (id: string): void => void (this.chosen = rows.filter((row) => chosen.includes(row) !== (row === id)));
    return html`<p class="small soft">On validation items; majority: always the most frequent answer.</p>
      <p class="row small">
        ${rows.map((id) => html`<label><input type="checkbox" .checked=${chosen.includes(id)} @change=${() => toggle(id)} />${id}</label>`)}
      </p>
      <figure-panels .result=${result} theme=${isDark() ? 'dark' : 'light'}></figure-panels>
      <chart-files
        of=${result.title}
        .save=${(format: ChartFormat) => saveChart(result.id, { figure: result, links: [result.command], csv: () => skillCsv(result) }, format)}
      ></chart-files>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-skills': SmarterSkills;
  }
}
