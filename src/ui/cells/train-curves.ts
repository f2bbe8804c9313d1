/** The live curves of the Train cell: loss of every shown run, or the losses per token kind of the open one; with the numbers behind them. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { CurveSeries } from '../../study/notebook-state.ts';
import { TOKEN_KINDS } from '../../tasks/task.ts';
import type { TaskId } from '../../tasks/task.ts';
import '../elements/chart-files.ts';
import '../elements/choice-group.ts';
import { copyToClipboard } from '../elements/clipboard.ts';
import { describeCurve, joinCurves, sampleRows, shortNumber, toCsv } from '../elements/curves.ts';
import type { Curve } from '../elements/curves.ts';
import type { ChartFormat } from '../services/chart-files.ts';
import '../elements/page-part.ts';
import { PagePart } from '../services/page-part.ts';
import type { RunView } from '../services/run-view.ts';
import { colourVersion } from '../services/theme.ts';
import { timelineOf } from '../services/timeline.ts';
import { controls, prose, RUN_DASHES, tables } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';
import type { ShownCurve } from './run-charts.ts';

const CHART = new PagePart(() => import('../elements/curve-chart.ts'));
const MAX_ROWS = 40;

const LOOK_UP =
  'the format is learned within the first steps. A look-up is learned when names fall from the log of their number (12 names: 2.48) and values from ln 10 ≈ 2.30; that comes much later, and until then the model guesses.';
const ANALOGY =
  'the format is learned within the first steps. Then see whether the relation falls from ln 4 ≈ 1.39, and the option too: both have four choices, and until then the model guesses.';
const LOOK_FOR: Readonly<Record<TaskId, string>> = {
  'consecutive-table-readout': LOOK_UP,
  'table-readout': LOOK_UP,
  'grid-navigation':
    'the format is learned within the first steps. Then see the reasons: a move can only be judged by a model that finds the square next to it. Moves fall with them.',
  'visual-analogy': ANALOGY,
  'pattern-heldout-visual-analogy': ANALOGY,
};

@customElement('train-curves')
export class TrainCurves extends CellElement {
  static override styles = [
    controls,
    prose,
    tables,
    css`
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        justify-content: space-between;
        gap: 0.6rem 1rem;
        margin-bottom: 0.7rem;
      }
      .empty {
        display: grid;
        place-items: center;
        min-height: 9rem;
        border: 1px dashed var(--line-strong);
        border-radius: var(--radius);
        text-align: center;
      }
      .scroll {
        max-height: 20rem;
        overflow: auto;
      }
      .look-for {
        max-width: 46em;
        margin-top: 0.9rem;
      }
    `,
  ];

  @state() private isDataOpen = false;
  @state() private copied = '';

  protected override watch(services: PageServices): unknown {
    const { notebook, runs } = services;
    const { curves, draft } = notebook.state.value;
    return [curves, draft.task.id, runs.runs.value, runs.activeId.value, colourVersion.value, timelineOf(services).at()];
  }

  protected override draw(services: PageServices) {
    const { notebook, runs } = services;
    const { series, isLogarithmic } = notebook.state.value.curves;
    const shown = runs.runs.value.filter((view) => view.isVisible && view.summary.points.length > 0);
    const active = runs.active() ?? shown[0];
    const drawn = series === 'total' ? shown.map(totalCurve) : active === undefined ? [] : kindCurves(active);
    const curves = drawn.map(({ curve }) => curve);
    const save = async (format: ChartFormat): Promise<string> => (await import('./run-charts.ts')).saveCurves(notebook.state.value, drawn, format);
    return html`<div class="head">
        <h3>${series === 'total' ? 'Loss' : html`Loss per kind of token${active === undefined ? nothing : html`, ${active.summary.name}`}`}</h3>
        <div class="row">
          <choice-group
            label="Curves"
            .value=${series}
            .options=${[
              { value: 'total', label: 'all runs' },
              { value: 'kinds', label: 'token kinds' },
            ]}
            @choose=${(event: CustomEvent<{ value: CurveSeries }>) => notebook.setCurves({ series: event.detail.value })}
          ></choice-group>
          <choice-group
            label="Scale"
            .value=${isLogarithmic ? 'log' : 'linear'}
            .options=${[
              { value: 'linear', label: 'linear' },
              { value: 'log', label: 'log' },
            ]}
            @choose=${(event: CustomEvent<{ value: string }>) => notebook.setCurves({ isLogarithmic: event.detail.value === 'log' })}
          ></choice-group>
        </div>
      </div>
      ${
        curves.length === 0
          ? html`<div class="empty soft"><p>Press Train: the loss appears here from the first steps.</p></div>`
          : html`<page-part .of=${CHART}
                ><curve-chart
                  .curves=${curves}
                  .logarithmic=${isLogarithmic}
                  .mark=${timelineOf(services).at()}
                  .colourVersion=${colourVersion.value}
                  unit="nats per token"
                  .summary=${curves.map(describeCurve).join(' ')}
                ></curve-chart
              ></page-part>
              <chart-files of="the curves" .save=${save}></chart-files>
              ${this.#data(curves)}`
      }
      <p class="look-for soft small">What to look for: ${LOOK_FOR[active?.summary.spec.task.id ?? notebook.state.value.draft.task.id]}</p>`;
  }

  #data(curves: readonly Curve[]) {
    return html`<details @toggle=${(event: Event) => (this.isDataOpen = (event.target as HTMLDetailsElement).open)}>
      <summary>Show data</summary>
      ${this.isDataOpen ? this.#table(curves) : nothing}
    </details>`;
  }

  #table(curves: readonly Curve[]) {
    const { steps, columns } = joinCurves(curves.map(({ steps: own, values }) => ({ steps: [...own], values: [...values] })));
    const rows = sampleRows(steps, MAX_ROWS);
    return html`<p class="row">
        <span class="soft small">${rows.length} of ${steps.length} steps.</span>
        <button @click=${() => void this.#copy(curves)}>${this.copied === '' ? 'Copy all as CSV' : this.copied}</button>
      </p>
      <div class="scroll" tabindex="0" role="region" aria-label="Data of the curves">
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              ${curves.map(({ label }) => html`<th scope="col" class="number">${label}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) =>
                html`<tr>
                  <th scope="row">${steps[row]}</th>
                  ${columns.map((column) => html`<td class="number">${shortNumber(column[row] ?? NaN)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`;
  }

  async #copy(curves: readonly Curve[]): Promise<void> {
    this.copied = (await copyToClipboard(toCsv(curves))) ? 'Copied' : 'Copying is not allowed here';
    setTimeout(() => (this.copied = ''), 2000);
  }
}

function totalCurve({ summary: of, style }: RunView): ShownCurve {
  return { of, curve: { label: of.name, style, steps: of.points.map(({ step }) => step), values: of.points.map(({ loss }) => loss) } };
}

/** One curve per token kind that occurs, and the reading objective of base runs. A task has at most as many kinds as there are styles. */
function kindCurves({ summary: of }: RunView): ShownCurve[] {
  const { points } = of;
  const steps = points.map(({ step }) => step);
  const kinds = TOKEN_KINDS.map((kind) => ({ label: kind, values: points.map(({ lossByKind }) => lossByKind[kind] ?? NaN) }));
  const reading = { label: 'reading (per patch)', values: points.map(({ readingLoss }) => readingLoss ?? NaN) };
  return [...kinds, reading]
    .filter(({ values }) => !values.every(Number.isNaN))
    .map(({ label, values }, i) => ({ of, curve: { label, style: i % RUN_DASHES.length, ...present(steps, values) } }));
}

function present(steps: readonly number[], values: readonly number[]): { steps: number[]; values: number[] } {
  const kept = values.flatMap((value, i) => (Number.isNaN(value) ? [] : [i]));
  return { steps: kept.map((i) => steps[i] ?? NaN), values: kept.map((i) => values[i] ?? NaN) };
}

declare global {
  interface HTMLElementTagNameMap {
    'train-curves': TrainCurves;
  }
}
