/** Share: a link to what is on the page, its size, and runs as files, out and in. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { InputError } from '../../lib/errors.ts';
import { MAX_SHARED_RUNS } from '../../study/notebook-state.ts';
import type { SharedRun } from '../../study/notebook-state.ts';
import { copyToClipboard } from '../elements/clipboard.ts';
import { count } from '../elements/format.ts';
import '../elements/run-export.ts';
import { stateLink } from '../services/files.ts';
import { saveRun } from '../services/run-files.ts';
import type { RunView } from '../services/run-view.ts';
import { keptOf } from '../services/timeline.ts';
import { controls, dialogs, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

/** Chat tools and mail clients break longer links (design/product 3.6). */
const SAFE_CHARACTERS = 2000;

@customElement('share-dialog')
export class ShareDialog extends CellElement {
  static override styles = [
    controls,
    prose,
    dialogs,
    css`
      dialog {
        width: min(38rem, calc(100vw - 2rem));
      }
      input[type='file'] {
        max-width: 100%;
      }
      input.link {
        width: 100%;
        margin-bottom: 0.6rem;
        font-family: var(--mono);
        font-size: 0.82rem;
      }
      fieldset {
        margin: 0.9rem 0;
        padding: 0;
        border: 0;
      }
      fieldset label {
        display: flex;
        align-items: center;
        gap: 0.5em;
      }
      .files {
        margin-top: 1.2rem;
        padding-top: 1rem;
        border-top: 1px solid var(--line);
      }
      .foot {
        display: flex;
        justify-content: flex-end;
        margin-top: 1rem;
      }
    `,
  ];

  @state() private left: ReadonlySet<string> = new Set();
  @state() private outcome = '';

  open(): void {
    this.outcome = '';
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  protected override watch({ notebook, runs }: PageServices): unknown {
    return [notebook.state.value, runs.runs.value, runs.isWorking.value];
  }

  protected override draw(services: PageServices) {
    const local = services.runs.runs.value;
    const { link, fault } = this.#link(services, local);
    return html`<dialog aria-labelledby="share-title">
      <h2 id="share-title">Share this notebook</h2>
      <p class="small soft">
        The link holds settings: the example, the form, what the figures show, the words and the step that are looked at, and the settings of runs.
        Not the weights and not the results: whoever opens it trains them again from the same seeds. It is read by the browser only and never sent to
        a server.
      </p>
      <input
        class="link"
        readonly
        aria-label="Link to this notebook"
        .value=${link}
        @focus=${(event: Event) => (event.target as HTMLInputElement).select()}
      />
      <p class="row">
        <button class="primary" ?disabled=${link === ''} @click=${() => void this.#copy(link)}>Copy link</button>
        <span class="small soft" role="status">${fault !== '' ? fault : this.outcome !== '' ? this.outcome : sizeText(link.length)}</span>
      </p>
      ${local.length === 0 ? nothing : this.#choice(local)}
      <section class="files" aria-label="Runs as files">
        <h3>Runs as files</h3>
        <p class="small soft">
          A file holds a whole run: weights, optimiser, curves and results (safetensors). With its timeline, also the weights that were kept along the
          way.
        </p>
        ${local.map(
          (view) =>
            html`<run-export
              .summary=${view.summary}
              .kept=${keptOf(view)}
              ?isWaiting=${services.runs.isWorking.value}
              @export-run=${({ detail }: CustomEvent<{ isWithTimeline: boolean }>) => void this.#export(services, view.summary.runId, detail.isWithTimeline)}
            ></run-export>`,
        )}
        <label class="small"
          >Import a run from a file
          <input type="file" accept=".safetensors,.parallax" @change=${(event: Event) => void this.#import(services, event)}
        /></label>
      </section>
      <form method="dialog" class="foot"><button>Close</button></form>
    </dialog>`;
  }

  #choice(local: readonly RunView[]) {
    return html`<fieldset>
      <legend class="small soft">Runs in the link</legend>
      ${local.map(
        ({ summary: { runId, name } }) =>
          html`<label><input type="checkbox" .checked=${!this.left.has(runId)} @change=${() => this.#toggle(runId)} />${name}</label>`,
      )}
    </fieldset>`;
  }

  #link({ notebook }: PageServices, local: readonly RunView[]): { link: string; fault: string } {
    const mine = local.filter(({ summary }) => !this.left.has(summary.runId)).map(({ summary: { name, spec } }): SharedRun => ({ name, spec }));
    const all = notebook.state.value;
    const names = new Set(mine.map(({ name }) => name));
    const runs = [...mine, ...all.runs.filter(({ name }) => !names.has(name))].slice(0, MAX_SHARED_RUNS);
    try {
      return { link: stateLink({ ...all, runs }), fault: '' };
    } catch (thrown) {
      if (!(thrown instanceof InputError)) throw thrown;
      return { link: '', fault: thrown.message };
    }
  }

  #toggle(runId: string): void {
    const left = new Set(this.left);
    if (!left.delete(runId)) left.add(runId);
    this.left = left;
  }

  async #copy(link: string): Promise<void> {
    if (await copyToClipboard(link)) this.outcome = 'Copied.';
    else {
      this.renderRoot.querySelector<HTMLInputElement>('.link')?.select();
      this.outcome = 'Copying is not allowed here: press Ctrl+C.';
    }
  }

  async #export({ runs }: PageServices, runId: string, isWithTimeline: boolean): Promise<void> {
    const name = await saveRun(runs, runId, isWithTimeline);
    this.outcome = name === null ? (runs.problem.value?.message ?? 'The export failed.') : `${name} was saved.`;
  }

  async #import({ runs }: PageServices, event: Event): Promise<void> {
    const input = event.target as HTMLInputElement; // the listener is on the file input only
    const file = input.files?.item(0);
    if (file === null || file === undefined) return;
    const imported = await runs.importRun(new Uint8Array(await file.arrayBuffer()));
    input.value = '';
    this.outcome = imported === null ? (runs.problem.value?.message ?? 'The import failed.') : `${file.name} was imported. ${imported.note ?? ''}`;
  }
}

function sizeText(characters: number): string {
  const size = `${count(characters)} characters`;
  return characters > SAFE_CHARACTERS ? `${size}: some chat and mail programs cut links this long; leave runs out or send a file.` : size;
}

declare global {
  interface HTMLElementTagNameMap {
    'share-dialog': ShareDialog;
  }
}
