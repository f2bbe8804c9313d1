/**
 * What the page has to say at its top: a shared copy is open, a link is damaged, a run can be resumed, something failed. Also the live region, which
 * speaks milestones only.
 */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { changesBetween, DEFAULT_SPEC } from '../../study/run-spec-schema.ts';
import type { SharedRun } from '../../study/notebook-state.ts';
import { count } from '../elements/format.ts';
import { copyToClipboard } from '../elements/clipboard.ts';
import type { LinkProblem, Notebook } from '../services/notebook.ts';
import type { RunList } from '../services/run-list.ts';
import type { Problem } from '../services/run-problem.ts';
import { isResumable } from '../services/run-view.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

@customElement('page-notices')
export class PageNotices extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      .note {
        max-width: 52em;
        margin-bottom: 0.9rem;
      }
      .resume {
        border-left-color: var(--accent);
        background: var(--accent-wash);
      }
      .name {
        font-weight: 600;
        overflow-wrap: anywhere;
        unicode-bidi: isolate;
      }
      ul {
        margin: 0.4rem 0 0.6rem;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0.3rem 0.8rem;
        padding: 0.2rem 0;
      }
      textarea {
        width: 100%;
        min-height: 3.2rem;
        font: 0.8rem var(--mono);
        color: inherit;
        background: var(--surface);
        border: 1px solid var(--line-strong);
      }
    `,
  ];

  @state() private dismissed: ReadonlySet<string> = new Set();

  protected override watch({ notebook, runs }: PageServices): unknown {
    return [
      notebook.origin.value,
      notebook.linkProblem.value,
      notebook.state.value.runs,
      runs.runs.value,
      runs.activeId.value,
      runs.problem.value,
      runs.storage.value,
      runs.milestone.value,
      runs.isWorking.value,
    ];
  }

  protected override draw(services: PageServices) {
    const { notebook, runs } = services;
    return html`${this.#shared(services)} ${this.#linkProblem(notebook, notebook.linkProblem.value)} ${this.#resume(runs)}
      ${this.#problem(runs, runs.problem.value)} ${this.#storageProblem(runs.storage.value?.problem ?? null)}
      <div class="visually-hidden" role="status" aria-live="polite">${runs.milestone.value}</div>`;
  }

  #shared({ notebook, url, runs }: PageServices) {
    const shared = notebook.state.value.runs;
    if (notebook.origin.value === 'mine')
      return shared.length === 0 ? nothing : html`<section class="note" aria-label="Runs from a link">${this.#sharedRuns(notebook, runs)}</section>`;
    return html`<section class="note resume" aria-label="Shared notebook">
      <p><b>You are looking at a shared notebook.</b> It is shown as a copy; your own settings and runs are untouched.</p>
      ${shared.length === 0 ? nothing : this.#sharedRuns(notebook, runs)}
      <p class="row">
        <button @click=${() => url.keep()}>Keep these settings</button>
        <button @click=${() => url.backToMine()}>Back to mine</button>
      </p>
    </section>`;
  }

  /** Runs travel as settings: weights and results do not fit a link, so each is trained again here. */
  #sharedRuns(notebook: Notebook, runs: RunList) {
    return html`<p class="small">Runs in this link. A link carries settings, not weights: training one here repeats it from its seed.</p>
      <ul>
        ${notebook.state.value.runs.map((run, i) => this.#sharedRun(notebook, runs, run, i))}
      </ul>`;
  }

  #sharedRun(notebook: Notebook, runs: RunList, { name, spec }: SharedRun, index: number) {
    const changes = changesBetween(DEFAULT_SPEC, spec).map((change) => change.replace(' -> ', ' → '));
    return html`<li>
      <span class="name">${name}</span>
      <span class="soft small">${changes.length === 0 ? 'the form’s defaults' : changes.slice(0, 5).join(', ')}</span>
      <button @click=${() => void runs.start(spec, null, name)} ?disabled=${runs.isWorking.value} aria-label=${`Train ${name} here`}>
        Train here
      </button>
      <button class="plain" @click=${() => notebook.setDraft(spec)} aria-label=${`Copy the settings of ${name} to the form`}>
        Settings to the form
      </button>
      <button class="plain" @click=${() => notebook.dropSharedRun(index)} aria-label=${`Remove ${name} from this list`}>Remove</button>
    </li>`;
  }

  #linkProblem(notebook: Notebook, problem: LinkProblem | null) {
    if (problem === null) return nothing;
    return html`<section class="note bad" role="alert" aria-label="Link problem">
      <p>${problem.message}</p>
      ${
        problem.link === ''
          ? nothing
          : html`<details>
              <summary>Text of the link</summary>
              <textarea readonly aria-label="Text of the link" .value=${problem.link}></textarea>
              <button @click=${() => void copyToClipboard(problem.link)}>Copy it</button>
            </details>`
      }
      <p><button @click=${() => (notebook.linkProblem.value = null)}>Dismiss</button></p>
    </section>`;
  }

  #resume(runs: RunList) {
    const active = runs.active();
    if (active !== undefined) return nothing;
    const waiting = runs.runs.value.filter((view) => isResumable(view) && !this.dismissed.has(view.summary.runId)).slice(0, 1);
    return waiting.map(
      ({ summary }) =>
        html`<section class="note resume" aria-label="Unfinished run">
          <p>
            <b>Resume <span class="name">${summary.name}</span></b> from step ${count(summary.step)} of ${count(summary.totalSteps)}.
            ${summary.lockedElsewhere ? 'It is open in another tab.' : summary.state === 'failed' ? 'It failed; its last checkpoint is kept.' : 'Nothing was lost.'}
          </p>
          <p class="row">
            <button class="primary" ?disabled=${runs.isWorking.value} @click=${() => void runs.continue(summary.runId, summary.lockedElsewhere)}>
              ${summary.lockedElsewhere ? 'Take over here' : 'Resume'}
            </button>
            <button @click=${() => (this.dismissed = new Set([...this.dismissed, summary.runId]))}>Not now</button>
          </p>
        </section>`,
    );
  }

  #problem(runs: RunList, problem: Problem | null) {
    if (problem === null) return nothing;
    return html`<section class="note bad" role="alert" aria-label="Problem">
      <p>${problem.message}</p>
      <p class="row">
        ${problem.cure === null ? nothing : html`<button class="primary" @click=${() => problem.cure?.run()}>${problem.cure.label}</button>`}
        <button @click=${() => (runs.problem.value = null)}>Dismiss</button>
      </p>
    </section>`;
  }

  #storageProblem(problem: string | null) {
    return problem === null ? nothing : html`<section class="note warn" aria-label="Storage"><p>${problem}</p></section>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'page-notices': PageNotices;
  }
}
