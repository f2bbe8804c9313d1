/**
 * In what ways a run fails in one cell of the evaluation (S2H, Appendix K): shares with intervals, and the wrong answers, by kind. Draws what it is given.
 *
 * @fires open-example - `CustomEvent<{ key: ExampleKey; where: 'example' | 'look' }>` when one is to be shown elsewhere.
 */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { FailingExample, FailureSummary } from '../../study/analysis/failure-modes.ts';
import type { FailureResult } from '../../study/data/read/report.ts';
import type { ReportTable } from '../../study/data/read/report-tables.ts';
import type { Proportion } from '../../study/events.ts';
import type { ExampleKey } from '../../tasks/task.ts';
import { controls, prose } from '../styles/shared.ts';
import './report-table.ts';

export interface OpenExample {
  readonly key: ExampleKey;
  readonly where: 'example' | 'look';
}

/** Answers shown at once, and added by each press. Ours. */
const PAGE = 10;
const ALL = 'all';

@customElement('failure-list')
export class FailureList extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      report-table {
        display: block;
        margin-bottom: 1rem;
      }
      .pick {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        color: var(--ink-soft);
        font-size: 0.86rem;
      }
      select {
        justify-self: start;
        max-width: 100%;
        color: var(--ink);
      }
      ol {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 0.6rem;
        margin: 0.8rem 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding: 0.6rem 0.8rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      li p {
        margin: 0 0 0.4rem;
        overflow-wrap: anywhere;
      }
      pre {
        margin: 0.3rem 0 0;
        font: 0.88rem/1.5 var(--mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) summary: FailureSummary | null = null;
  @state() private kind = ALL;
  @state() private shown = PAGE;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('summary')) [this.kind, this.shown] = [ALL, PAGE];
  }

  override render() {
    const { summary, kind } = this;
    if (summary === null) return nothing;
    if (summary.examples.length === 0) return html`<p>${wrongText(summary)} There is nothing to list: try a harder level, or the other form.</p>`;
    const found = summary.examples.filter(({ kinds }) => kind === ALL || kinds.includes(kind));
    const present = summary.kinds.flatMap(({ key, label, count }) =>
      count === null || count.correct === 0 ? [] : [{ key, label, found: count.correct }],
    );
    return html`<p>${wrongText(summary)}</p>
      <report-table .table=${kindTable(summary)}></report-table>
      <details>
        <summary>Metrics of Appendix K</summary>
        <report-table .table=${metricTable(summary)}></report-table>
      </details>
      <label class="pick"
        >Show
        <select @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
          <option value=${ALL} ?selected=${kind === ALL}>all wrong answers (${summary.examples.length})</option>
          ${present.map(({ key, label, found: many }) => html`<option value=${key} ?selected=${kind === key}>${label} (${many})</option>`)}
        </select></label
      >
      <ol aria-label="Wrong answers">
        ${found.slice(0, this.shown).map((example) => this.#example(example, summary))}
      </ol>
      ${
        found.length <= this.shown
          ? nothing
          : html`<button @click=${() => (this.shown += PAGE)}>Show ${Math.min(PAGE, found.length - this.shown)} more of ${found.length}</button>`
      }`;
  }

  #choose(kind: string): void {
    [this.kind, this.shown] = [kind, PAGE];
  }

  #example({ key, kinds, response, score, isTruncated }: FailingExample, { kinds: known, modality }: FailureSummary) {
    const labels = kinds.map((kind) => known.find((each) => each.key === kind)?.label ?? kind);
    const name = `Example ${key.index}`;
    const show = (where: OpenExample['where']) => this.dispatchEvent(new CustomEvent<OpenExample>('open-example', { detail: { key, where } }));
    return html`<li>
      <p><b>${name}</b>: ${[...labels, ...(isTruncated ? ['cut off for its length'] : [])].join(', ')}</p>
      <p class="small soft">Right: ${score.gold}<br />${readText(score)}</p>
      <div class="row">
        <button aria-label=${`Show in Example: ${name}`} @click=${() => show('example')}>Show in Example</button>
        ${modality === 'text' ? nothing : html`<button aria-label=${`Look at it: ${name}`} @click=${() => show('look')}>Look at it</button>`}
      </div>
      <details>
        <summary>The whole response</summary>
        <pre>${response === '' ? '(empty)' : response}</pre>
      </details>
    </li>`;
  }
}

/** What was read, and where: of tables the steps are read too (spec/s2h 2.10). */
function readText({ prediction, cotPrediction }: FailingExample['score']): string {
  if (prediction === '' && cotPrediction !== null && cotPrediction !== '') return `Read in its steps: ${cotPrediction} (in the answer nothing)`;
  return `Read in the answer: ${prediction === '' ? 'nothing' : prediction}`;
}

function wrongText({ wrong }: FailureSummary): string {
  return `${wrong.correct} of ${wrong.total} answers are wrong: ${shareText(wrong)}.`;
}

function kindTable({ kinds }: FailureSummary): ReportTable {
  return {
    key: 'kinds',
    caption: 'Ways to be wrong, of the answers that can tell (–: none can), with 95 % Wilson intervals; an answer may be wrong in several',
    columns: ['Kind', 'Answers', 'Share'],
    rows: kinds.map(({ label, count }) => ({
      head: label,
      cells: count === null ? ['–', '–'] : [`${count.correct} of ${count.total}`, shareText(count)],
    })),
  };
}

function metricTable({ metrics }: FailureSummary): ReportTable {
  return {
    key: 'metrics',
    caption: 'Metrics over all answers that have them, right ones too, with 95 % intervals where there are any',
    columns: ['Metric', 'Value'],
    rows: metrics.map((metric) => ({
      head: metric.unit === 'share' ? metric.label : `${metric.label} (${metric.unit})`,
      help: metric.help,
      cells: [metricText(metric)],
    })),
  };
}

function metricText({ value, unit, interval, numerator, denominator }: FailureResult): string {
  if (value === null) return '–';
  const isCount = unit === 'share' && Number.isInteger(numerator); // a mean of shares has none
  const of = isCount ? ` (${numerator} of ${denominator})` : ` (over ${denominator})`;
  const shown = (number: number): string => (unit === 'share' ? `${(100 * number).toFixed(1)} %` : number.toFixed(2));
  return interval === null ? shown(value) + of : `${shown(value)}${of} [${shown(interval.low)}, ${shown(interval.high)}]`;
}

function shareText({ correct, total, low, high }: Proportion): string {
  const percent = (share: number): string => (100 * share).toFixed(1);
  return total === 0 ? '–' : `${percent(correct / total)} % [${percent(low)}, ${percent(high)}]`;
}

declare global {
  interface HTMLElementTagNameMap {
    'failure-list': FailureList;
  }
}
