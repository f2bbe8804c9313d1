/**
 * The runs that a figure was made of: each can be trained here, and those that ship with their weights can be opened at once.
 *
 * @fires train-run - `CustomEvent<{ spec: RunSpec }>`, from the table.
 */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toWireError } from '../../lib/errors.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import type { RecordedEntry } from '../../study/recorded-index.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import { runDigest } from '../../study/switch-run.ts';
import '../elements/figure-runs.ts';
import { bytes } from '../elements/format.ts';
import { loadRecordedRuns, openRecordedRun } from '../services/recorded-runs.ts';
import { prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

@customElement('figure-origins')
export class FigureOrigins extends CellElement {
  static override styles = [
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
    `,
  ];

  @property({ attribute: false }) runs: FigureResult['runs'] = [];
  /** Address of the list of runs that ship with their weights. */
  @property({ attribute: false }) list = new URL('runs/weights/index.json', document.baseURI).href;
  @state() private recorded: ReadonlyMap<string, RecordedEntry> = new Map();
  @state() private said = '';
  @state() private fault = '';
  @state() private isOpening = false;

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (!changed.has('list')) return;
    loadRecordedRuns(this.list).then(
      (recorded) => (this.recorded = recorded),
      (thrown: unknown) => (this.fault = toWireError(thrown).message),
    );
  }

  protected override watch({ runs }: PageServices): unknown {
    return runs.isWorking.value;
  }

  protected override draw(services: PageServices) {
    const ready = new Map(this.runs.flatMap(({ spec }) => this.#entryOf(spec) ?? []).map(({ run, bytes: size }) => [run, bytes(size)]));
    const open = ({ detail: { spec } }: CustomEvent<{ spec: RunSpec }>): void => void this.#openRun(services, spec);
    return html`${
        ready.size === 0
          ? nothing
          : html`<p class="soft small">
              “Open” brings a run of this table into this browser as it was trained, weights in half precision: ask it, look inside it, measure it.
            </p>`
      }
      <figure-runs
        .runs=${this.runs}
        .openable=${new Map(this.runs.flatMap(({ spec }): [RunSpec, string][] => [[spec, ready.get(runDigest(spec)) ?? '']]))}
        ?isWaiting=${this.isOpening || services.runs.isWorking.value}
        @open-run=${open}
      ></figure-runs>
      <p class="small soft" role="status">${this.said}</p>
      ${this.fault === '' ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}`;
  }

  #entryOf(spec: RunSpec): RecordedEntry | undefined {
    return this.recorded.get(runDigest(spec));
  }

  async #openRun(services: PageServices, spec: RunSpec): Promise<void> {
    const entry = this.#entryOf(spec);
    if (entry === undefined || this.isOpening) return;
    [this.isOpening, this.fault, this.said] = [true, '', `Reading ${entry.name}…`];
    try {
      await openRecordedRun(services.runs, entry, this.list);
      this.said = services.runs.problem.value === null ? `${entry.name} is open: see Result, Why and Look.` : '';
    } catch (thrown) {
      [this.said, this.fault] = ['', toWireError(thrown).message];
    } finally {
      this.isOpening = false;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'figure-origins': FigureOrigins;
  }
}
