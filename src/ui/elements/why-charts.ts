/** The measurements of some runs as charts, tables and files: losses over steps, or gradient alignment against gradient norms. Draws what it is given. */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { MeasureKind } from '../../study/analysis/measurements.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import { gradientFigure, gradientTable, lossFigure, lossTable, measurementsCsv } from '../../study/figures/live-figures.ts';
import type { LiveRun } from '../../study/figures/live-figures.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import type { ChartFormat, ChartSource } from '../services/chart-files.ts';
import './chart-files.ts';
import './figure-panels.ts';
import './report-table.ts';
import { controls, prose } from '../styles/shared.ts';

const TEXTS: Readonly<Record<MeasureKind, { readonly title: string; readonly empty: string }>> = {
  losses: {
    title: 'Losses over steps',
    empty: 'No losses measured yet. Press “Measure losses” now and again while the run learns: each press adds a point.',
  },
  gradients: {
    title: 'Gradient alignment',
    empty: 'No gradients measured yet. Press “Measure gradients” early in the run, where norms are large, and again later.',
  },
};

@customElement('why-charts')
export class WhyCharts extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
        margin-top: 1.4rem;
      }
      p {
        max-width: 46em;
      }
      figure-panels {
        margin-bottom: 0.7rem;
      }
      .check {
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
        font-size: 0.93rem;
      }
    `,
  ];

  @property() what: MeasureKind = 'losses';
  /** Those that are shown; some of them may have no measurement. */
  @property({ attribute: false }) runs: readonly LiveRun[] = [];
  /** A step of one of the runs that is to stand out; null = none. */
  @property({ attribute: false }) mark: { readonly run: string; readonly step: number } | null = null;
  @property() theme: 'light' | 'dark' = 'light';
  /** The address that opens the page with a run's settings. */
  @property({ attribute: false }) linkOf: (spec: RunSpec) => string = () => '';
  /** Saves a chart as a file; resolves to its name. */
  @property({ attribute: false }) save: ((name: string, source: ChartSource, format: ChartFormat) => Promise<string>) | null = null;
  @state() private hasSimple = true;
  /** Drawn anew only when there is something new: charts are redrawn while a run trains otherwise. */
  #figure: FigureResult | null = null;
  #drawnOf = '';

  override willUpdate(changed: PropertyValues): void {
    if (!['runs', 'hasSimple', 'what', 'mark'].some((name) => changed.has(name))) return;
    const measured = [...this.#measured(), ...this.#marked()];
    const drawnOf = JSON.stringify([this.what, this.hasSimple, measured.map(({ name, measured: all }) => [name, all[this.what]])]);
    if (drawnOf === this.#drawnOf) return;
    this.#drawnOf = drawnOf;
    this.#figure = measured.length === 0 ? null : this.#draw(measured);
  }

  #draw(runs: readonly LiveRun[]): FigureResult {
    return this.what === 'losses' ? lossFigure(runs, this.hasSimple) : gradientFigure(runs);
  }

  /** The marked step as a run of its own, so that its points stand out from the line they are on; none when it was not measured. */
  #marked(): LiveRun[] {
    const { mark, what } = this;
    const run = this.runs.find(({ name }) => name === mark?.run);
    if (mark === null || run === undefined) return [];
    const isMarked = ({ step }: { readonly step: number }): boolean => step === mark.step;
    const measured = { losses: run.measured.losses.filter(isMarked), gradients: run.measured.gradients.filter(isMarked) };
    return measured[what].length === 0 ? [] : [{ ...run, name: `${run.name}, step ${mark.step}`, measured }];
  }

  #unmeasured() {
    const { mark, what } = this;
    if (mark === null || this.#marked().length > 0) return nothing;
    return html`<p class="soft" role="status">
      Not measured at step ${mark.step} of ${mark.run}, where the timeline stands: “Measure ${what}” above does it.
    </p>`;
  }

  override render() {
    const { title, empty } = TEXTS[this.what];
    const figure = this.#figure;
    if (figure === null)
      return html`<h3>${title}</h3>
        <p class="soft">${empty}</p>
        ${this.#unmeasured()}`;
    return html`<h3>${title}</h3>
      <p class="soft">What to look for: ${figure.lookFor}</p>
      ${
        this.what === 'gradients'
          ? nothing
          : html`<p>
              <label class="check"
                ><input type="checkbox" .checked=${this.hasSimple} @change=${() => (this.hasSimple = !this.hasSimple)} />Simple pictures too</label
              >
            </p>`
      }
      ${this.#unmeasured()}
      <figure-panels .result=${figure} theme=${this.theme}></figure-panels>
      <chart-files of=${title} .save=${this.#save}></chart-files>
      <details>
        <summary>Show data</summary>
        <report-table .table=${this.what === 'losses' ? lossTable(this.#measured()) : gradientTable(this.#measured())}></report-table>
      </details>`;
  }

  #measured(): readonly LiveRun[] {
    return this.runs.filter(({ measured }) => measured[this.what].length > 0);
  }

  readonly #save = async (format: ChartFormat): Promise<string> => {
    const runs = this.#measured();
    const links = runs.map(({ spec }) => this.linkOf(spec));
    const source = { figure: this.#draw(runs), links, csv: () => measurementsCsv(this.what, runs, this.linkOf) };
    return (await this.save?.(`parallax-${this.what}`, source, format)) ?? '';
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'why-charts': WhyCharts;
  }
}
