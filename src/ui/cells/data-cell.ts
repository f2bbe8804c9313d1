/**
 * Data in: scores what any model answered, from files of the visitor's machine. A worker reads them; sizes are shown before anything is read, and a cancelled or
 * broken reading shows no numbers at all.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toWireError } from '../../lib/errors.ts';
import type { FileLook } from '../../study/data/read/look.ts';
import type { RowOutcome, ScoreReport } from '../../study/data/read/report.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import { LEVELS, TASK_IDS } from '../../tasks/task.ts';
import type { Level, TaskId } from '../../tasks/task.ts';
import '../elements/file-drop.ts';
import { bytes } from '../elements/format.ts';
import type { DataClient, DataProgress } from '../services/data-client.ts';
import { controls, prose } from '../styles/shared.ts';
import './data-results.ts';

/** The part of the page's services that this cell needs. */
export interface DataServices {
  readonly data: DataClient;
}

const ROLES = ['data', 'predictions'] as const;
type Role = (typeof ROLES)[number];

interface Chosen {
  readonly file: File;
  /** Null while the first look is under way. */
  readonly look: FileLook | null;
  readonly fault: string;
}

@customElement('data-cell')
export class DataCell extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .explain {
        max-width: 44em;
      }
      .files {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr));
        gap: 1rem;
      }
      .options {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.8rem 1.2rem;
        margin: 1rem 0;
      }
      .options label {
        display: grid;
        max-width: 100%;
        color: var(--ink-soft);
        font-size: 0.86rem;
      }
      .options .check {
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
        min-height: 2.1rem;
        color: var(--ink);
        font-size: 0.93rem;
      }
      select {
        max-width: 100%;
        color: var(--ink);
      }
      progress {
        width: 14rem;
        max-width: 100%;
        accent-color: var(--accent);
      }
      .note p {
        overflow-wrap: anywhere;
      }
    `,
  ];

  @property({ attribute: false }) services: DataServices | null = null;
  @state() private chosen: Readonly<Record<Role, Chosen | null>> = { data: null, predictions: null };
  @state() private task: TaskId | null = null;
  @state() private level: Level | null = null;
  @state() private answerColumn: string | null = null;
  @state() private skipsBad = false;
  @state() private progress: DataProgress | null = null;
  @state() private fault = '';
  @state() private said = '';
  @state() private result: { readonly report: ScoreReport; readonly rows: readonly RowOutcome[] } | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('dragover', keepPage);
    addEventListener('drop', keepPage);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('dragover', keepPage);
    removeEventListener('drop', keepPage);
  }

  override render() {
    const { services } = this;
    if (services === null) return html`<slot></slot>`;
    return html`<p class="explain">
        Scores any model on these tasks: give a data set (VLMEvalKit TSV as the authors write it, LLaVA conversations, or an export of this notebook)
        and what the model answered (TSV, CSV or JSON lines with an id and an answer). Without predictions you see what the file holds. Files are read
        in this tab; nothing leaves your browser.
      </p>
      <div class="files">
        ${this.#drop('data', 'Data set', 'TSV, JSON or JSON lines; with a column “prediction” it needs no second file')}
        ${this.#drop('predictions', 'Predictions', 'optional: TSV, CSV, JSON or JSON lines')}
      </div>
      ${this.#options()} ${this.#start(services)}
      <p class="visually-hidden" role="status">${this.said}</p>
      ${this.fault === '' ? nothing : html`<div class="note bad" role="alert"><p>${this.fault}</p></div>`}
      ${
        this.result === null
          ? nothing
          : html`<data-results .client=${services.data} .report=${this.result.report} .rows=${this.result.rows}></data-results>`
      }`;
  }

  #drop(role: Role, label: string, hint: string) {
    const chosen = this.chosen[role];
    const look = chosen?.look ?? null;
    const found = look === null ? '' : `${look.format}: ${look.columns.join(', ')}`;
    return html`<file-drop
      label=${label}
      hint=${hint}
      .file=${chosen?.file ?? null}
      .found=${found}
      .fault=${chosen?.fault ?? ''}
      ?disabled=${this.progress !== null}
      @choose-file=${(event: CustomEvent<{ file: File | null }>) => void this.#choose(role, event.detail.file)}
    ></file-drop>`;
  }

  #options() {
    const isWorking = this.progress !== null;
    const looked = (this.chosen.predictions ?? this.chosen.data)?.look ?? null;
    const pick = <T extends string>(
      label: string,
      value: T | null,
      auto: string,
      options: readonly (readonly [T, string])[],
      set: (next: T | null) => void,
    ) => {
      const changed = (event: Event): void => {
        this.#forgetResult();
        set(((event.target as HTMLSelectElement).value || null) as T | null); // the values of the list are those of `options`
      };
      return html`<label
        >${label}
        <select ?disabled=${isWorking} @change=${changed}>
          <option value="" ?selected=${value === null}>${auto}</option>
          ${options.map(([option, text]) => html`<option value=${option} ?selected=${option === value}>${text}</option>`)}
        </select></label
      >`;
    };
    const skip = (): void => {
      this.#forgetResult();
      this.skipsBad = !this.skipsBad;
    };
    const usual =
      this.chosen.predictions === null ? (looked?.columns.includes('prediction') === true ? 'prediction' : 'none') : (looked?.answerColumn ?? 'none');
    return html`<div class="options">
      ${
        looked === null
          ? nothing
          : pick(
              'Answers in column',
              this.answerColumn,
              `as named: ${usual}`,
              looked.columns.map((name) => [name, name] as const),
              (next) => (this.answerColumn = next),
            )
      }
      ${pick(
        'Task',
        this.task,
        'as the rows say',
        TASK_IDS.map((id) => [id, taskInfo(id).title] as const),
        (next) => (this.task = next),
      )}
      ${pick(
        'Level',
        this.level,
        'as rows or file name say',
        LEVELS.map((level) => [level, level] as const),
        (next) => (this.level = next),
      )}
      <label class="check"
        ><input type="checkbox" ?disabled=${isWorking} .checked=${this.skipsBad} @change=${skip} />Leave bad rows out and name them</label
      >
    </div>`;
  }

  #start(services: DataServices) {
    const { progress } = this;
    const { data, predictions } = this.chosen;
    if (progress !== null) {
      const { file, bytesRead, bytesTotal } = progress;
      return html`<div class="row">
        <label>Reading ${file}<br /><progress .max=${Math.max(1, bytesTotal)} .value=${bytesRead}></progress></label>
        <span class="soft">${bytes(bytesRead)} of ${bytes(bytesTotal)}</span>
        <button @click=${() => services.data.cancel()}>Cancel</button>
      </div>`;
    }
    const isFaulty = ROLES.some((role) => (this.chosen[role]?.fault ?? '') !== '');
    const size = (data?.file.size ?? 0) + (predictions?.file.size ?? 0);
    return html`<div class="row">
      <button class="primary" ?disabled=${data === null || isFaulty} @click=${() => void this.#score(services)}>
        ${data === null ? 'Read and score' : `Read and score ${bytes(size)}`}
      </button>
      ${data === null || isFaulty ? html`<span class="soft">Choose ${isFaulty ? 'another file' : 'a data set'} first.</span>` : nothing}
    </div>`;
  }

  /** What is shown belongs to files and options that were chosen; the status is emptied too, so that the same words are announced again. */
  #forgetResult(): void {
    this.fault = '';
    this.said = '';
    this.result = null;
  }

  /** A first look tells form and columns; one that comes after another choice is dropped. */
  async #choose(role: Role, file: File | null): Promise<void> {
    const { services } = this;
    const set = (next: Chosen | null): void => {
      this.chosen = { ...this.chosen, [role]: next };
    };
    this.answerColumn = null;
    this.#forgetResult();
    if (file === null || services === null) return set(null);
    set({ file, look: null, fault: '' });
    const isLate = (): boolean => this.chosen[role]?.file !== file;
    try {
      const look = await services.data.call('look', { file });
      if (!isLate()) set({ file, look, fault: '' });
    } catch (thrown) {
      if (!isLate()) set({ file, look: null, fault: toWireError(thrown).message });
    }
  }

  async #score({ data: client }: DataServices): Promise<void> {
    const { data, predictions } = this.chosen;
    if (data === null || this.progress !== null) return;
    const { task, level, answerColumn, skipsBad } = this;
    const bytesTotal = data.file.size + (predictions?.file.size ?? 0);
    this.#forgetResult();
    this.progress = { file: data.file.name, bytesRead: 0, bytesTotal };
    const args = { data: data.file, predictions: predictions?.file ?? null, options: { task, level, answerColumn, skipsBad } };
    try {
      this.result = await client.call('score', args, (progress) => (this.progress = progress));
      this.said = 'The file is scored.';
    } catch (thrown) {
      const reached = this.progress.bytesRead;
      const isCancelled = thrown instanceof Error && thrown.name === 'AbortError';
      this.fault = isCancelled ? `Cancelled after ${bytes(reached)} of ${bytes(bytesTotal)}: no scores.` : toWireError(thrown).message;
    } finally {
      this.progress = null;
    }
  }
}

/** A file that is dropped beside the zones would else be opened in place of the page, and a run be lost. */
function keepPage(event: DragEvent): void {
  const { dataTransfer } = event;
  if (event.defaultPrevented || dataTransfer?.types.includes('Files') !== true) return;
  event.preventDefault();
  dataTransfer.dropEffect = 'none';
}

declare global {
  interface HTMLElementTagNameMap {
    'data-cell': DataCell;
  }
}
