/**
 * Why: losses, gradients and failures of the open run, measured when asked for (S2H section 5, appendices H and K). What is measured is kept with the run, so
 * that curves over steps come together press by press; a list of failures is shown and not kept.
 */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { toWireError } from '../../lib/errors.ts';
import type { RunSummary } from '../../../workers/protocol.ts';
import type { FailureSummary } from '../../study/analysis/failure-modes.ts';
import { measureMs } from '../../study/analysis/measurement-cost.ts';
import { NO_MEASUREMENTS } from '../../study/analysis/measurements.ts';
import type { MeasureKind } from '../../study/analysis/measurements.ts';
import type { CellQuestion } from '../../study/evaluate.ts';
import type { LiveRun } from '../../study/figures/live-figures.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import { LEVELS } from '../../tasks/task.ts';
import type { Level } from '../../tasks/task.ts';
import '../elements/choice-group.ts';
import '../elements/failure-list.ts';
import type { OpenExample } from '../elements/failure-list.ts';
import { duration } from '../elements/format.ts';
import '../elements/number-stepper.ts';
import '../elements/why-charts.ts';
import type { SaveText } from '../elements/why-charts.ts';
import { saveFile } from '../services/files.ts';
import type { RunView } from '../services/run-view.ts';
import { colourVersion, isDark } from '../services/theme.ts';
import { timelineOf } from '../services/timeline.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

/** What is asked of the worker now. */
interface Asked {
  readonly what: MeasureKind | 'failures';
  readonly runId: string;
  readonly name: string;
}

interface Listed {
  readonly runId: string;
  readonly name: string;
  readonly step: number;
  readonly summary: FailureSummary;
}

/** How an answer is asked for, as one choice: text has no conversion. */
const FORMS = ['text', 'image', 'convert'] as const;
type Form = (typeof FORMS)[number];
const FORM_LABELS: Readonly<Record<Form, string>> = { text: 'text', image: 'picture', convert: 'picture, converted first' };

/** Steps whose median time estimates go by. Ours. */
const RECENT_STEPS = 20;
/** Ours: the paper does not say how many; 200 are advised, a first look needs fewer. */
const FEW = 20;
const MOST = 2000;

@customElement('why-cell')
export class WhyCell extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .ask {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.7rem 1rem;
        margin: 0.8rem 0;
      }
      .ask div {
        display: grid;
      }
      progress {
        width: min(14rem, 100%);
        accent-color: var(--accent);
      }
      .explain,
      .note {
        max-width: 46em;
      }
      .note {
        overflow-wrap: anywhere;
      }
      h3 {
        margin-top: 1.4rem;
      }
    `,
  ];

  @state() private examples = FEW;
  @state() private failureExamples = 50;
  @state() private level: Level = 'hard';
  @state() private form: Form = 'image';
  @state() private asked: Asked | null = null;
  @state() private fault = '';
  @state() private listed: Listed | null = null;
  /** Of the last measurement of each kind: its time over what was estimated, run by run. */
  readonly #pace = new Map<string, number>();
  #isCancelled = false;

  protected override watch(services: PageServices): unknown {
    const { runs } = services;
    return [runs.runs.value, runs.activeId.value, runs.isWorking.value, colourVersion.value, timelineOf(services).at()];
  }

  protected override draw(services: PageServices) {
    const { runs } = services;
    const active = runs.active();
    if (active === undefined) {
      const hasRuns = runs.runs.value.length > 0;
      return html`<p class="soft">
          ${
            hasRuns
              ? 'No run is open: press “Use” beside one in the table of runs (Result), or train a new one.'
              : 'Losses, gradients and failures of a run appear here. No runs in this browser yet: train one first.'
          }
        </p>
        ${hasRuns ? this.#charts(runs.runs.value, runs.runs.value[0]?.summary, null) : nothing}`;
    }
    const levels = taskInfo(active.summary.spec.task.id).levels;
    const problem = this.fault === '' ? nothing : html`<div class="note bad" role="alert"><p>${this.fault}</p></div>`;
    return html`${this.asked === null ? this.#controls(services, active) : this.#progress(services, this.asked)} ${problem}
    ${this.#charts(runs.runs.value, active.summary, timelineOf(services).at())} ${this.#failures(services, active, levels)}`;
  }

  /**
   * @param about - whose task the runs that are shown together have.
   * @param at - step of that run that is marked; null = none.
   */
  #charts(views: readonly RunView[], about: RunSummary | undefined, at: number | null) {
    if (about === undefined) return nothing;
    const { id } = about.spec.task;
    const shown = views.filter(({ isVisible, summary }) => isVisible && summary.spec.task.id === id).map(({ summary }) => liveRun(summary));
    const measured = shown.filter(({ measured: { losses, gradients } }) => losses.length + gradients.length > 0);
    const isMixed = new Set(measured.map(({ spec }) => JSON.stringify(spec.task))).size > 1;
    const look = isDark() ? 'dark' : 'light';
    const mark = at === null ? null : { run: about.name, step: at };
    const save = ({ detail: { name, text } }: CustomEvent<SaveText>): void => saveFile(name, new TextEncoder().encode(text));
    return html`${
        isMixed
          ? html`<p class="note">The runs below have different settings of ${taskInfo(id).title}, so they were measured on different examples.</p>`
          : nothing
      }
      <why-charts what="losses" .runs=${shown} .mark=${mark} theme=${look} @save-text=${save}></why-charts>
      <why-charts what="gradients" .runs=${shown} .mark=${mark} theme=${look} @save-text=${save}></why-charts>`;
  }

  #controls(services: PageServices, active: RunView) {
    const { name, step } = active.summary;
    const at = timelineOf(services).at();
    const blocked = whyBlocked(services, active);
    const press = (what: MeasureKind, label: string) =>
      html`<div>
        <button ?disabled=${blocked !== ''} aria-describedby=${`cost-${what}`} @click=${() => void this.#measure(services, active.summary, what)}>
          ${label}
        </button>
        <span id=${`cost-${what}`} class="small soft">${this.#estimate(active.summary, what)}</span>
      </div>`;
    return html`<p class="explain">
        Measures <b>${name}</b> as it ${at === null ? `is at step ${step}` : `was at step ${at} (the timeline below)`}, on held-out simple and hard
        examples; training waits meanwhile. The numbers are kept with the run.
      </p>
      <div class="ask">
        <number-stepper
          label="Examples per level"
          .value=${this.examples}
          .min=${2}
          .max=${MOST}
          @change-number=${({ detail }: CustomEvent<{ value: number }>) => (this.examples = detail.value)}
        ></number-stepper>
        ${press('losses', 'Measure losses')} ${press('gradients', 'Measure gradients')}
      </div>
      ${blocked === '' ? nothing : html`<p class="soft">${blocked}</p>`}`;
  }

  #progress({ runs, client }: PageServices, { what, runId, name }: Asked) {
    const view = runs.find(runId);
    const progress = (what === 'failures' ? view?.progress : view?.measuring) ?? null;
    const title = what === 'failures' ? `Answers of ${name}` : `${what === 'losses' ? 'Losses' : 'Gradients'} of ${name}`;
    const cancel = (): void => {
      this.#isCancelled = true;
      client.call('cancelEvaluation', { runId }).catch((thrown: unknown) => (this.fault = toWireError(thrown).message));
    };
    return html`<div class="ask">
      <label>${title}<br /><progress .max=${progress?.total ?? 1} .value=${progress?.done ?? 0}></progress></label>
      <span class="soft">${progress === null ? 'waiting for the end of a step' : `${progress.done} of ${progress.total}`}</span>
      <button @click=${cancel}>Cancel</button>
    </div>`;
  }

  #failures(services: PageServices, active: RunView, levels: readonly Level[]) {
    const { name, runId } = active.summary;
    const level = levels.includes(this.level) ? this.level : (levels.at(-1) ?? 'hard');
    const blocked = whyBlocked(services, active);
    const { listed } = this;
    return html`<h3>Failure modes</h3>
      <p class="soft explain">
        What to look for: a run that read the picture wrong fails otherwise than one that reasoned too short; open an example to see which it was.
      </p>
      <div class="ask">
        <choice-group
          label="Level"
          .value=${level}
          .options=${LEVELS.filter((each) => levels.includes(each)).map((value) => ({ value, label: value }))}
          @choose=${({ detail }: CustomEvent<{ value: Level }>) => (this.level = detail.value)}
        ></choice-group>
        <choice-group
          label="Asked as"
          .value=${this.form}
          .options=${FORMS.map((value) => ({ value, label: FORM_LABELS[value] }))}
          @choose=${({ detail }: CustomEvent<{ value: Form }>) => (this.form = detail.value)}
        ></choice-group>
        <number-stepper
          label="Examples"
          .value=${this.failureExamples}
          .min=${1}
          .max=${MOST}
          @change-number=${({ detail }: CustomEvent<{ value: number }>) => (this.failureExamples = detail.value)}
        ></number-stepper>
        <button ?disabled=${blocked !== '' || this.asked !== null} @click=${() => void this.#list(services, active.summary, level)}>
          List failures
        </button>
      </div>
      ${
        listed === null
          ? html`<p class="soft">Press “List failures”: ${name} answers anew, and its wrong answers are sorted by kind.</p>`
          : html`<p>${listedText(listed)}${listed.runId === runId ? nothing : ' Another run is open now.'}</p>
              <failure-list
                .summary=${listed.summary}
                @open-example=${({ detail }: CustomEvent<OpenExample>) => void this.#open(services, listed, detail)}
              ></failure-list>`
      }`;
  }

  #estimate(summary: RunSummary, what: MeasureKind): string {
    const ms = estimateMs(summary, what, this.examples);
    if (ms === null) return 'time not known before the first step';
    const expected = ms * this.#paceOf(summary.runId, what);
    return expected < 1000 ? 'less than a second' : `about ${duration(expected)}`;
  }

  #paceOf(runId: string, what: MeasureKind): number {
    return this.#pace.get(`${what} ${runId}`) ?? 1;
  }

  async #measure(services: PageServices, summary: RunSummary, what: MeasureKind): Promise<void> {
    const { examples } = this;
    const { runId, name } = summary;
    const startedMs = performance.now();
    const asked = { runId, what, examples, at: timelineOf(services).at() };
    const { probe } = (await this.#ask(services, { what, runId, name }, () => services.client.call('measure', asked))) ?? {};
    if (probe === undefined) return;
    const estimated = estimateMs(summary, what, examples);
    if (estimated !== null && estimated > 0) this.#pace.set(`${what} ${runId}`, (performance.now() - startedMs) / estimated);
    services.runs.milestone.value = `${what === 'losses' ? 'Losses' : 'Gradients'} of ${name} measured at step ${probe.step}.`;
  }

  async #list(services: PageServices, { runId, name }: RunSummary, level: Level): Promise<void> {
    const { failureExamples: examples } = this;
    const question: CellQuestion = {
      level,
      modality: this.form === 'text' ? 'text' : 'image',
      prompt: this.form === 'convert' ? 'convert' : 'direct',
    };
    const at = timelineOf(services).at();
    const listed = await this.#ask(services, { what: 'failures', runId, name }, () =>
      services.client.call('failures', { runId, question, examples, at }),
    );
    if (listed === null) return;
    const { summary } = listed;
    this.listed = { runId, name, ...listed };
    services.runs.milestone.value = `${summary.wrong.correct} of ${summary.wrong.total} answers of ${name} are wrong.`;
  }

  /** The answer, or null when there is none: what went wrong is shown, unless a person cancelled. */
  async #ask<T>({ runs }: PageServices, asked: Asked, call: () => Promise<T>): Promise<T | null> {
    if (this.asked !== null) return null;
    [this.asked, this.fault, this.#isCancelled] = [asked, '', false];
    try {
      return (await runs.ensureLoaded(asked.runId)) ? await call() : null;
    } catch (thrown) {
      if (this.#isCancelled) runs.milestone.value = 'Cancelled.';
      else this.fault = toWireError(thrown).message;
      return null;
    } finally {
      this.asked = null;
    }
  }

  /** Shows a failing example in another cell, as the run was asked it. */
  async #open({ notebook, runs }: PageServices, { runId, summary }: Listed, { key, where }: OpenExample): Promise<void> {
    const spec = runs.find(runId)?.summary.spec;
    if (spec === undefined) {
      this.fault = 'The run of this list is not here any more; list the failures of another.';
      return;
    }
    const { level, split, seed, index } = key;
    const image = formOf(summary) === 'convert' ? 'image-via-text' : 'image';
    const record = summary.modality === 'text' ? 'text' : image;
    notebook.setExample({ task: spec.task, level, split, seed, index, profile: 'compact', record });
    if (where === 'look') {
      notebook.setLook({ record: image, response: 'generated', token: null });
      if (runs.activeId.value !== runId) await runs.open(runId);
    }
    const title = document.querySelector<HTMLElement>(`#${where}-title`);
    title?.scrollIntoView();
    title?.focus({ preventScroll: true });
  }
}

function listedText({ name, step, summary }: Listed): string {
  return `${name}, step ${step}: ${summary.level}, ${FORM_LABELS[formOf(summary)]}.`;
}

function formOf({ modality, prompt }: CellQuestion): Form {
  return modality === 'text' ? 'text' : prompt === 'convert' ? 'convert' : 'image';
}

/** Why nothing can be asked of the run now; '' = it can. */
function whyBlocked({ runs }: PageServices, { summary: { state, lockedElsewhere } }: RunView): string {
  if (lockedElsewhere) return 'This run is open in another tab: measure it there.';
  if (state === 'failed') return 'This run has failed: resume it from its last checkpoint first.';
  if (state === 'evaluating') return 'Wait for the end of the evaluation, or cancel it in Result.';
  return runs.isWorking.value || state === 'preparing' ? 'Wait until the run is ready.' : '';
}

function liveRun({ name, spec, step, adapter, points, measured }: RunSummary): LiveRun {
  const ms = points.reduce((sum, { stepMs }) => sum + stepMs, 0);
  return { name, spec, step, adapter: adapter === '' ? 'this device' : adapter, ms, measured: measured ?? NO_MEASUREMENTS };
}

/** Null before the first step. */
function estimateMs({ points, spec }: RunSummary, what: MeasureKind, examples: number): number | null {
  const times = points
    .slice(-RECENT_STEPS)
    .map(({ stepMs }) => stepMs)
    .sort((a, b) => a - b);
  const stepMs = times[Math.floor(times.length / 2)];
  return stepMs === undefined ? null : measureMs(what, examples, { stepMs, batchSize: spec.batchSize });
}

declare global {
  interface HTMLElementTagNameMap {
    'why-cell': WhyCell;
  }
}
