/**
 * What is asked before something is done with a run: its new name, whether it may go, whether its timeline leaves with it.
 *
 * @fires close-dialog - once the dialog is closed, whatever was chosen.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { cutText, MAX_NAME_CHARACTERS } from '../../study/notebook-state.ts';
import { bytes } from '../elements/format.ts';
import '../elements/run-export.ts';
import { saveRun } from '../services/run-files.ts';
import type { RunList } from '../services/run-list.ts';
import type { RunView } from '../services/run-view.ts';
import { keptOf } from '../services/timeline.ts';
import { controls, dialogs, prose } from '../styles/shared.ts';

export interface RunQuestion {
  readonly kind: 'rename' | 'remove' | 'export';
  readonly view: RunView;
}

@customElement('run-dialog')
export class RunDialog extends LitElement {
  static override styles = [
    controls,
    prose,
    dialogs,
    css`
      dialog {
        max-width: 30rem;
      }
      #new-name {
        display: block;
        width: min(22rem, 100%);
        margin-top: 0.3rem;
      }
    `,
  ];

  @property({ attribute: false }) runs: RunList | null = null;
  @property({ attribute: false }) asked: RunQuestion | null = null;

  override render() {
    const { runs, asked } = this;
    if (runs === null || asked === null) return nothing;
    const { kind, view } = asked;
    switch (kind) {
      case 'rename':
        return this.#rename(runs, view);
      case 'remove':
        return this.#remove(runs, view);
      case 'export':
        return this.#export(runs, view);
      default:
        return kind satisfies never;
    }
  }

  readonly #close = (): void => void this.dispatchEvent(new CustomEvent('close-dialog'));

  #remove(runs: RunList, doomed: RunView) {
    return html`<dialog aria-labelledby="doom" @close=${this.#close}>
      <h3 id="doom">Delete ${doomed.summary.name}?</h3>
      <p>
        Its weights, curves and results (${bytes(sizeOf(doomed))}) are removed from this browser and cannot be brought back. Export it first if in
        doubt.
      </p>
      <form method="dialog" class="row">
        <button class="primary" @click=${() => void runs.remove(doomed.summary.runId)}>Delete</button>
        <button autofocus>Keep</button>
      </form>
    </dialog>`;
  }

  #rename(runs: RunList, renamed: RunView) {
    const { runId, name } = renamed.summary;
    const save = (event: SubmitEvent): void => {
      const isSaving = event.submitter?.matches('.primary') === true;
      const wanted = this.renderRoot.querySelector<HTMLInputElement>('#new-name')?.value.trim() ?? '';
      if (isSaving && wanted !== '' && wanted !== name) void runs.rename(runId, cutText(wanted, MAX_NAME_CHARACTERS));
    };
    return html`<dialog aria-labelledby="rename" @close=${this.#close}>
      <h3 id="rename">Rename ${name}</h3>
      <form method="dialog" @submit=${save}>
        <p>
          <label>New name <input id="new-name" required autofocus autocomplete="off" .value=${name} /></label>
        </p>
        <p class="row"><button class="primary">Rename</button><button formnovalidate>Keep the name</button></p>
      </form>
    </dialog>`;
  }

  /** A run with a timeline leaves with it or without. */
  #export(runs: RunList, exported: RunView) {
    const { runId, name } = exported.summary;
    const save = ({ detail }: CustomEvent<{ isWithTimeline: boolean }>): void => {
      void saveRun(runs, runId, detail.isWithTimeline);
      this.renderRoot.querySelector('dialog')?.close(); // gives the focus back, then says `close`
    };
    return html`<dialog aria-labelledby="export" @close=${this.#close}>
      <h3 id="export">${name} as a file</h3>
      <p>Weights, optimiser, curves and results (safetensors); with its timeline also the weights that were kept along the way.</p>
      <run-export .summary=${exported.summary} .kept=${keptOf(exported)} @export-run=${save}></run-export>
      <form method="dialog" class="row"><button>Close</button></form>
    </dialog>`;
  }

  override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog !== null && !dialog.open) dialog.showModal();
  }
}

/** The newest checkpoint, and the weights along the way. */
export function sizeOf({ summary: { bytes: newest, snapshots = [] } }: RunView): number {
  return snapshots.reduce((sum, entry) => sum + entry.bytes, newest);
}

declare global {
  interface HTMLElementTagNameMap {
    'run-dialog': RunDialog;
  }
}
