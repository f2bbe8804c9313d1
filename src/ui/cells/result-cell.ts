/** Result: the runs, their accuracy by level and modality with intervals, evaluation on demand, and the paper's numbers beside it. */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { JOINTLY, taskOfRun } from '../../study/joint.ts';
import { changesBetween, DEFAULT_SPEC } from '../../study/run-spec-schema.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import { MOST_SNAPSHOTS, SNAPSHOT_BUDGET_BYTES } from '../../study/snapshots.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import type { TaskId } from '../../tasks/task.ts';
import { TASK_IDS } from '../../tasks/task.ts';
import '../elements/accuracy-chart.ts';
import { percent } from '../elements/accuracy-chart.ts';
import '../elements/accuracy-table.ts';
import '../elements/chart-files.ts';
import { bytes } from '../elements/format.ts';
import '../elements/number-stepper.ts';
import '../elements/mixed-settings.ts';
import '../elements/page-part.ts';
import '../elements/paper-numbers.ts';
import type { ComparableRun } from '../elements/run-comparable.ts';
import '../elements/run-table.ts';
import type { RunAction, RunRow } from '../elements/run-table.ts';
import type { ChartFormat } from '../services/chart-files.ts';
import { PagePart } from '../services/page-part.ts';
import { bestOf } from '../services/run-best.ts';
import { saveRun } from '../services/run-files.ts';
import type { Notebook } from '../services/notebook.ts';
import type { RunList } from '../services/run-list.ts';
import { evaluatingText } from '../services/run-view.ts';
import type { RunView } from '../services/run-view.ts';
import { stopsOf, timelineOf } from '../services/timeline.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';
import type { ShownEvaluation } from './run-charts.ts';
import './run-dialog.ts';
import { sizeOf } from './run-dialog.ts';
import type { RunQuestion } from './run-dialog.ts';

const SWITCH = new PagePart(() => import('../elements/run-switch.ts'));
const COMPARABLE = new PagePart(() => import('../elements/run-comparable.ts'));

@customElement('result-cell')
export class ResultCell extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      .evaluate {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.7rem 1rem;
        margin: 1.3rem 0;
      }
      .keeping {
        display: flex;
        align-items: baseline;
        gap: 0.5em;
        margin-top: 0.6rem;
        font-size: 0.93rem;
      }
      progress {
        width: 12rem;
        accent-color: var(--accent);
      }
      .figures {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1.5rem;
      }
      paper-numbers {
        max-width: 46em;
      }
      h3 {
        margin-top: 0.4rem;
      }
    `,
  ];

  @state() private examples = 200;
  @state() private isConvertAsked = false;
  @state() private asked: RunQuestion | null = null;

  protected override watch(services: PageServices): unknown {
    const { runs, notebook } = services;
    return [
      timelineOf(services).isKeeping.value,
      timelineOf(services).at(),
      notebook.state.value.draft.task.id,
      runs.runs.value,
      runs.activeId.value,
      runs.isWorking.value,
      runs.isReady.value,
    ];
  }

  protected override draw(services: PageServices) {
    const { runs, notebook } = services;
    const views = runs.runs.value;
    const task = runs.active()?.summary.spec.task.id ?? notebook.state.value.draft.task.id;
    if (views.length === 0) {
      return html`<p class="soft">Accuracy on simple and harder examples appears here once a run is evaluated. No runs in this browser yet.</p>
        <paper-numbers .task=${task}></paper-numbers>`;
    }
    const at = timelineOf(services).at();
    const then = (view: RunView): number | null => (view.summary.runId === runs.activeId.value ? at : null);
    const groups = TASK_IDS.flatMap((id) => {
      const series = views.filter(({ isVisible }) => isVisible).flatMap((view) => seriesOf(view, id, then(view)));
      return series.length === 0 ? [] : [{ id, series }];
    });
    return html`<run-table
        .rows=${views.map((view, i) => rowOf(view, views[i + 1], views, runs))}
        @run-action=${(event: CustomEvent<RunAction>) => void this.#act(services, event.detail)}
      ></run-table>
      ${keeping(services)} ${this.#evaluation(runs, at)} ${this.#switch(runs, at)} ${this.#comparable(services)}
      <div class="figures">
        ${
          groups.length === 0
            ? html`<p class="note">
                ${at === null ? 'No evaluation yet. A run is evaluated when it ends; or press “Evaluate”.' : `Not evaluated at step ${at}: press “Evaluate”, or go back to the newest step with the slider below.`}
              </p>`
            : groups.map(({ id, series }) => accuracies(notebook, id, series))
        }
        <paper-numbers .task=${task}></paper-numbers>
      </div>
      <run-dialog .runs=${runs} .asked=${this.asked} @close-dialog=${() => (this.asked = null)}></run-dialog>`;
  }

  #evaluation(runs: RunList, at: number | null) {
    const active = runs.active() ?? runs.runs.value[0];
    if (active === undefined) return nothing;
    const { runId, name, state: runState } = active.summary;
    const { progress } = active;
    if (active.measuring !== null) return html`<p class="soft">Nothing is evaluated while ${name} is measured: see Why.</p>`;
    if (runState === 'evaluating' || progress !== null) {
      const where = progress === null ? '' : evaluatingText(progress);
      return html`<div class="evaluate">
        <label>Evaluating ${name}<br /><progress .max=${progress?.total ?? 1} .value=${progress?.done ?? 0}></progress></label>
        <span class="soft">${where}</span>
        <button @click=${() => void runs.cancelEvaluation(runId)}>Cancel</button>
      </div>`;
    }
    return html`<div class="evaluate">
      <number-stepper
        label="Examples per level and form"
        .value=${this.examples}
        .min=${1}
        .max=${2000}
        @change-number=${(event: CustomEvent<{ value: number }>) => (this.examples = event.detail.value)}
      ></number-stepper>
      <label title="Appendix I.6: the first word of the answer is given, so that the model writes the picture as text before it reasons.">
        <input
          type="checkbox"
          .checked=${this.isConvertAsked}
          @change=${(event: Event) => (this.isConvertAsked = (event.target as HTMLInputElement).checked)}
        />
        ask pictures with “Convert” too
      </label>
      <button
        ?disabled=${runs.isWorking.value}
        @click=${() => void runs.evaluate(runId, this.examples, this.isConvertAsked ? ['direct', 'convert'] : ['direct'], at)}
      >
        Evaluate ${name} ${at === null ? 'now' : `as it was at step ${at}`}
      </button>
    </div>`;
  }

  /** A run that stands still may go on with other data, as a run of its own: from where it is, or from where it is looked at. */
  #switch(runs: RunList, at: number | null) {
    const summary = runs.active()?.summary;
    if (summary === undefined || !STILL.some((state) => state === summary.state)) return nothing;
    const { runId, name, spec, totalSteps } = summary;
    const step = at ?? summary.step;
    if (step < 1 || step >= totalSteps) return nothing;
    return html`<page-part .of=${SWITCH}
      ><run-switch
        .name=${name}
        .spec=${spec}
        .step=${step}
        ?isAgain=${step !== summary.step}
        ?isWaiting=${runs.isWorking.value}
        @switch-run=${({ detail }: CustomEvent<RunSpec>) => void runs.start(detail, runId)}
      ></run-switch
    ></page-part>`;
  }

  /** Another supervision on equal terms, once the run stands still. */
  #comparable({ runs, client }: PageServices) {
    const summary = runs.active()?.summary;
    if (summary === undefined || !STILL.some((state) => state === summary.state)) return nothing;
    return html`<page-part .of=${COMPARABLE}
      ><run-comparable
        .client=${client}
        .name=${summary.name}
        .spec=${summary.spec}
        ?isWaiting=${runs.isWorking.value}
        @comparable-run=${({ detail }: CustomEvent<ComparableRun>) => void this.#beside(runs, summary.runId, detail)}
      ></run-comparable
    ></page-part>`;
  }

  async #beside(runs: RunList, runId: string, { spec, words }: ComparableRun): Promise<void> {
    await runs.start(spec, runId);
    runs.milestone.value = words;
  }

  async #act({ runs, notebook }: PageServices, action: RunAction): Promise<void> {
    switch (action.kind) {
      case 'show':
        runs.setVisible(action.runId, action.isVisible);
        return;
      case 'use':
        await runs.open(action.runId);
        return;
      case 'settings': {
        const spec = runs.find(action.runId)?.summary.spec;
        if (spec !== undefined) notebook.setDraft(spec);
        runs.draftOf = action.runId;
        document.querySelector('#train-title')?.scrollIntoView();
        return;
      }
      case 'export': {
        const view = runs.find(action.runId);
        if (view === undefined || stopsOf(view).length === 0) await saveRun(runs, action.runId, false);
        else this.asked = { kind: 'export', view };
        return;
      }
      case 'rename':
      case 'remove': {
        const view = runs.find(action.runId);
        this.asked = view === undefined ? null : { kind: action.kind, view };
        return;
      }
      default:
        action satisfies never;
    }
  }
}

const STILL = ['paused', 'stopped', 'finished'] as const;

/** What counts as right, in words (spec/s2h 2.10, 3.10, 4.14). */
const RIGHT: Readonly<Record<TaskId, string>> = {
  'consecutive-table-readout': 'whose list of values is right in every place',
  'table-readout': 'whose list of values is right in every place',
  'grid-navigation': 'whose moves reach the destination, collect every object and touch no obstacle',
  'visual-analogy': 'whose patterns and option are all right',
  'pattern-heldout-visual-analogy': 'whose patterns and option are all right',
};

/** Runs of one task: accuracies of different tasks say nothing about each other. */
function accuracies({ state }: Notebook, id: TaskId, series: readonly ShownEvaluation[]) {
  const about = {
    title: `Accuracy by level, ${taskInfo(id).title}`,
    question: `Share of examples ${RIGHT[id]}. Whiskers: 95 % Wilson intervals. Trained on simple examples; strategies with a plus have seen hard text too.`,
  };
  const save = async (format: ChartFormat): Promise<string> => (await import('./run-charts.ts')).saveAccuracies(state.value, about, series, format);
  return html`<div>
    <h3>${about.title}</h3>
    <p class="soft small">${about.question}</p>
    <mixed-settings .tasks=${series.map(({ of }) => taskOfRun(of.spec, id))}></mixed-settings>
    <accuracy-chart .series=${series}></accuracy-chart>
    <chart-files of=${about.title} .save=${save}></chart-files>
    <details>
      <summary>Show data</summary>
      <accuracy-table .series=${series}></accuracy-table>
    </details>
  </div>`;
}

/** What the newest evaluation, or the one of the step that the run is looked at, has of a task; nothing of a task that the run was not asked. */
function seriesOf({ summary, style }: RunView, id: TaskId, at: number | null): ShownEvaluation[] {
  const { name, evaluations, spec } = summary;
  const evaluation = at === null ? evaluations.at(-1) : evaluations.findLast((each) => each.step === at);
  const cells = evaluation?.cells.filter(({ task = spec.task.id }) => task === id) ?? [];
  const label = `${name}${spec.joint === undefined ? '' : ', jointly'}${at === null ? '' : `, step ${at}`}`;
  return evaluation === undefined || cells.length === 0 ? [] : [{ of: summary, step: evaluation.step, label, style, cells }];
}

/** A row of the run table; changes are told against the parent, else against the run started before it, else against the form's defaults, by name. */
function rowOf(view: RunView, older: RunView | undefined, all: readonly RunView[], runs: RunList): RunRow {
  const { summary, style, isVisible } = view;
  const parent = all.find(({ summary: { runId } }) => runId === summary.parentId);
  const against = parent ?? older;
  const best = bestOf(summary);
  const { joint, parent: origin } = summary.spec;
  const changes = changesBetween(against?.summary.spec ?? DEFAULT_SPEC, summary.spec);
  const isTold = joint === undefined || changes.includes(JOINTLY); // else beside another joint run
  return {
    runId: summary.runId,
    name: summary.name,
    style,
    isVisible,
    isActive: runs.activeId.value === summary.runId,
    changes: [...(isTold ? [] : [JOINTLY]), ...changesText(changes, against?.summary.name, parent !== undefined, origin !== undefined)],
    state: summary.state,
    step: summary.step,
    totalSteps: summary.totalSteps,
    best: best === null ? '–' : `${percent(best.accuracy)}, ${best.label}`,
    sizeText: sizeOf(view) === 0 ? '–' : bytes(sizeOf(view)),
    isLockedElsewhere: summary.lockedElsewhere,
  };
}

/** Whether runs get a timeline, and what that takes. */
function keeping(services: PageServices) {
  const timeline = timelineOf(services);
  return html`<label class="keeping"
    ><input
      type="checkbox"
      .checked=${timeline.isKeeping.value}
      @change=${(event: Event) => timeline.keep((event.target as HTMLInputElement).checked)}
    />
    <span
      >Keep weights along the way
      <span class="soft">(new runs: up to ${MOST_SNAPSHOTS} steps, at most ${bytes(SNAPSHOT_BUDGET_BYTES)} each; for the timeline)</span></span
    ></label
  >`;
}

function changesText(changes: readonly string[], against: string | undefined, isParent: boolean, isGoingOn: boolean): string[] {
  if (changes.length === 0) return [against === undefined ? 'the form’s defaults' : `same settings as ${against}`];
  const from =
    against === undefined
      ? 'against the form’s defaults:'
      : isParent
        ? `child of ${against} (${isGoingOn ? 'goes on from its weights' : 'its settings, changed; not its weights'}):`
        : `against ${against}:`;
  return changes.map((change, i) => `${i === 0 ? `${from} ` : ''}${change.replace(' -> ', ' → ')}`);
}

declare global {
  interface HTMLElementTagNameMap {
    'result-cell': ResultCell;
  }
}
