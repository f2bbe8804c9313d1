/** What this browser keeps of the page, how much room each part takes, and how to be rid of it: one by one, or all of it. What cannot be had again goes only at a second click. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { toWireError } from '../../lib/errors.ts';
import { clearDownloads, clearFeatures, clearFigures, clearStored, readStored, removeTraining } from '../../study/stored-parts.ts';
import type { StoredParts } from '../../study/stored-parts.ts';
import { bytes } from '../elements/format.ts';
import { isBusy } from '../services/run-view.ts';
import { openTrainings } from '../services/open-trainings.ts';
import { measureStorage } from '../services/storage-size.ts';
import { controls, dialogs, prose, tables } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';
import { sizeOf } from './run-dialog.ts';

/** No id of a row is empty or has a blank at its end. */
const ALL = 'all ';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly label: 'Delete' | 'Clear';
  /** Why it cannot be deleted now; '' = it can. */
  readonly blocked: string;
  remove(): Promise<void>;
}

@customElement('storage-dialog')
export class StorageDialog extends CellElement {
  static override styles = [
    controls,
    prose,
    tables,
    dialogs,
    css`
      dialog {
        width: min(40rem, calc(100vw - 2rem));
      }
      .scroll {
        max-height: 45vh;
        overflow: auto;
      }
      .foot {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0.6rem;
        margin-top: 1rem;
      }
    `,
  ];

  @state() private parts: StoredParts | null = null;
  @state() private fault = '';
  @state() private isWorking = false;
  /** What Delete was pressed once for: `id` of a row, or `ALL`. */
  @state() private asked = '';

  open(): void {
    this.asked = '';
    this.renderRoot.querySelector('dialog')?.showModal();
    void this.#do(() => Promise.resolve());
  }

  protected override watch({ runs }: PageServices): unknown {
    return [runs.runs.value, runs.storage.value];
  }

  protected override draw(services: PageServices) {
    const { usageBytes = null } = services.runs.storage.value ?? {};
    const groups = this.#groups(services);
    const listed = groups.flatMap(([, rows]) => rows).reduce((sum, row) => sum + row.bytes, 0);
    return html`<dialog aria-labelledby="storage-title">
      <h2 id="storage-title">What this browser keeps</h2>
      <p>
        ${usageBytes === null ? 'The browser does not say how much it keeps.' : `${bytes(usageBytes)} in all; nothing of it leaves this machine.`}
      </p>
      ${this.fault === '' ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}
      <div class="scroll" tabindex="0" role="region" aria-label="What is kept">
        <table>
          ${groups.map(([title, rows]) => (rows.length === 0 ? nothing : this.#group(title, rows)))}
        </table>
        ${listed === 0 ? html`<p class="soft">No runs, puzzle trainings, figures, features or downloads.</p>` : nothing}
        ${usageBytes !== null && usageBytes - listed > 1e5 ? html`<p class="small soft">The rest, about ${bytes(usageBytes - listed)}, is what the browser adds.</p>` : nothing}
      </div>
      <div class="foot">
        <button ?disabled=${this.isWorking} @click=${() => this.#ask(ALL, () => this.#clearAll(services))}>
          ${this.asked === ALL ? 'Yes, delete all runs, puzzle trainings, figures and downloaded files' : 'Delete everything…'}
        </button>
        <form method="dialog"><button autofocus>Close</button></form>
      </div>
      ${this.asked === ALL ? html`<p class="small soft" role="status">The settings of the form and the theme stay.</p>` : nothing}
    </dialog>`;
  }

  #groups({ runs }: PageServices): readonly (readonly [title: string, rows: readonly Row[]])[] {
    const { trainings = [], figureBytes = 0, featureBytes = 0, downloadBytes = 0 } = this.parts ?? {};
    const one = (name: string, size: number, remove: () => Promise<void>, label: Row['label'] = 'Clear'): readonly Row[] =>
      size === 0 ? [] : [{ id: name, name, bytes: size, label, blocked: '', remove }];
    return [
      [
        'Runs',
        runs.runs.value.map((view) => ({
          ...{ id: view.summary.runId, name: view.summary.name, bytes: sizeOf(view), label: 'Delete' },
          blocked: isBusy(view.summary.state) ? 'It is training.' : view.summary.lockedElsewhere ? 'It is open in another tab.' : '',
          remove: () => removedRun(runs, view.summary.runId),
        })),
      ],
      [
        'Puzzle trainings',
        trainings.map(({ id, name, bytes: size }) => ({
          ...{ id, name, bytes: size, label: 'Delete' },
          blocked: openTrainings.value?.openId.value === id && openTrainings.value.isTraining.value ? 'It is training.' : '',
          remove: () => removedTraining(id),
        })),
      ],
      ['Figures', one('All figures made here', figureBytes, removedFigures, 'Delete')],
      [
        'Made anew or downloaded again when needed',
        [...one('Features of puzzles', featureBytes, clearFeatures), ...one('Downloaded encoders', downloadBytes, clearDownloads)],
      ],
    ];
  }

  #group(title: string, rows: readonly Row[]) {
    return html`<tbody>
      <tr>
        <th scope="rowgroup" colspan="3">${title}</th>
      </tr>
      ${rows.map((row) => {
        const label = this.asked === row.id ? 'Yes, delete' : row.label;
        return html`<tr>
          <th scope="row">${row.name}</th>
          <td class="number">${row.bytes === 0 ? '–' : bytes(row.bytes)}</td>
          <td>
            <button
              class="plain"
              ?disabled=${this.isWorking || row.blocked !== ''}
              title=${row.blocked}
              aria-label=${`${label} ${row.name}`}
              @click=${() => this.#ask(row.label === 'Clear' ? '' : row.id, row.remove)}
            >
              ${label}
            </button>
          </td>
        </tr>`;
      })}
    </tbody>`;
  }

  /** Does it at the second click in a row for the same id; at once where the id is ''. */
  #ask(id: string, work: () => Promise<void>): void {
    if (id === '' || id === this.asked) void this.#do(work);
    else this.asked = id;
  }

  /** Workers hold what they opened, so the page opens anew. A run that cannot be deleted, as another tab trains it, is kept and named; all else goes. */
  async #clearAll({ runs }: PageServices): Promise<void> {
    const kept: string[] = [];
    for (const { summary } of runs.runs.value)
      await removedRun(runs, summary.runId).catch((thrown: unknown) => kept.push(toWireError(thrown).message));
    await clearStored();
    if (kept.length > 0) throw new Error(`All else is deleted; reload the page. Kept: ${kept.join(' ')}`);
    location.reload();
  }

  async #do(work: () => Promise<void>): Promise<void> {
    this.isWorking = true;
    this.fault = this.asked = '';
    try {
      await work();
      this.parts = await readStored();
      if (this.services !== null) await measureStorage(this.services.runs);
    } catch (thrown) {
      this.fault = toWireError(thrown).message;
    } finally {
      this.isWorking = false;
    }
  }
}

/** Throws what the list of runs would say on the page, behind this dialog. */
async function removedRun(runs: PageServices['runs'], runId: string): Promise<void> {
  await runs.remove(runId);
  const { value: problem } = runs.problem;
  if (problem !== null && runs.runs.value.some(({ summary }) => summary.runId === runId)) throw new Error(problem.message);
}

/** By its worker where that runs, which would else keep it again. */
async function removedTraining(id: string): Promise<void> {
  const open = openTrainings.value;
  if (open === null) return removeTraining(id);
  await open.remove({ id });
  if (open.problem.value !== '') throw new Error(open.problem.value);
}

/** By the queue where the page has it, which stops what is being made and forgets what it shows; then what no figure of the queue has. */
async function removedFigures(): Promise<void> {
  await document.querySelector('figures-cell')?.queue?.removeAll();
  await clearFigures();
}

declare global {
  interface HTMLElementTagNameMap {
    'storage-dialog': StorageDialog;
  }
}
