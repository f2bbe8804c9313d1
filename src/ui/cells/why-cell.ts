/**
 * Why: losses and gradients of the open run, measured when asked for, at one step or at all whose weights are kept (S2H section 5, Appendix H). What is measured
 * is kept with the run, so that curves over steps come together press by press. Below stand its failures (why-failures.ts).
 */
import { css, html, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { RunSummary } from '../../../workers/protocol.ts';
import { measureMs } from '../../study/analysis/measurement-cost.ts';
import { NO_MEASUREMENTS } from '../../study/analysis/measurements.ts';
import type { MeasureKind } from '../../study/analysis/measurements.ts';
import { madeRun } from '../../study/figures/live-figures.ts';
import type { LiveRun } from '../../study/figures/live-figures.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import '../elements/choice-group.ts';
import { duration } from '../elements/format.ts';
import '../elements/number-stepper.ts';
import '../elements/mixed-settings.ts';
import '../elements/page-part.ts';
import '../elements/why-charts.ts';
import { askBlocked, askingOf } from '../services/asking.ts';
import type { Asked } from '../services/asking.ts';
import { saveChart } from '../services/chart-files.ts';
import { stateLink } from '../services/files.ts';
import { PagePart } from '../services/page-part.ts';
import { stepsHere } from '../services/step-time.ts';
import type { RunView } from '../services/run-view.ts';
import { colourVersion, isDark } from '../services/theme.ts';
import { stopsOf, timelineOf } from '../services/timeline.ts';
import { ask } from '../styles/ask.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

/** Steps whose median time estimates go by. Ours. */
const RECENT_STEPS = 20;
/** Ours: the paper does not say how many; 200 are advised, a first look needs fewer. */
const FEW = 20;
/** At the step on show, or at every step whose weights are kept. */
type Where = 'here' | 'all';
const WHAT: Readonly<Record<Asked['what'], string>> = { losses: 'Losses', gradients: 'Gradients', failures: 'Answers' };
const MOST = 2000;

const FAILURES = new PagePart(() => import('./why-failures.ts'));

@customElement('why-cell')
export class WhyCell extends CellElement {
  static override styles = [
    controls,
    prose,
    ask,
    css`
      :host {
        display: block;
        min-width: 0;
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
  @state() private where: Where = 'here';
  /** Of the last measurement of each kind: its time over what was estimated, run by run. */
  readonly #pace = new Map<string, number>();

  protected override watch(services: PageServices): unknown {
    const { runs } = services;
    const { asked, fault } = askingOf(services);
    return [runs.runs.value, runs.activeId.value, runs.isWorking.value, colourVersion.value, timelineOf(services).at(), asked.value, fault.value];
  }

  protected override draw(services: PageServices) {
    const { runs } = services;
    const active = runs.active();
    if (active === undefined) {
      const hasRuns = runs.runs.value.length > 0;
      return html`<p class="soft">
          ${
            hasRuns
              ? 'No run is open: press “Open” beside one in the table of runs (Result), or train a new one.'
              : 'Losses, gradients and failures of a run appear here. No runs in this browser yet: train one first.'
          }
        </p>
        ${hasRuns ? this.#charts(runs.runs.value, runs.runs.value[0]?.summary, null) : nothing}
        <why-failures .services=${services}></why-failures>`;
    }
    const asking = askingOf(services);
    const [asked, fault] = [asking.asked.value, asking.fault.value];
    const problem = fault === '' ? nothing : html`<div class="note bad" role="alert"><p>${fault}</p></div>`;
    return html`${asked === null ? this.#controls(services, active) : this.#progress(services, asked)} ${problem}
      ${this.#charts(runs.runs.value, active.summary, timelineOf(services).at())}
      <page-part .of=${FAILURES}><why-failures .services=${services}></why-failures></page-part>`;
  }

  /**
   * @param about - whose task the runs that are shown together have.
   * @param at - step of that run that is marked; null = none.
   */
  #charts(views: readonly RunView[], about: RunSummary | undefined, at: number | null) {
    if (about === undefined) return nothing;
    const { id } = about.spec.task;
    const shown = views.filter(({ isVisible, summary }) => isVisible && summary.spec.task.id === id).map(({ summary }) => liveRun(summary, views));
    const measured = shown.filter(({ measured: { losses, gradients } }) => losses.length + gradients.length > 0);
    const look = isDark() ? 'dark' : 'light';
    const mark = at === null ? null : { run: about.name, step: at };
    const linkOf = (spec: RunSpec): string => this.#linkOf(spec);
    return html`<mixed-settings .tasks=${measured.map(({ spec }) => spec.task)}></mixed-settings>
      <why-charts what="losses" .runs=${shown} .mark=${mark} .linkOf=${linkOf} .save=${saveChart} theme=${look}></why-charts>
      <why-charts what="gradients" .runs=${shown} .mark=${mark} .linkOf=${linkOf} .save=${saveChart} theme=${look}></why-charts>`;
  }

  /** The page with the settings of a run, and else as it stands. */
  #linkOf(draft: RunSpec): string {
    const state = this.services?.notebook.state.value;
    return state === undefined ? '' : stateLink({ ...state, draft });
  }

  #controls(services: PageServices, active: RunView) {
    const { name, step } = active.summary;
    const at = timelineOf(services).at();
    const stops = stopsOf(active);
    const steps = this.where === 'all' && stops.length > 0 ? [...stops, null] : [at];
    const blocked = askBlocked(services.runs, active);
    const press = (what: MeasureKind, label: string) =>
      html`<div>
        <button
          ?disabled=${blocked !== ''}
          aria-describedby=${`cost-${what}`}
          @click=${() => void this.#measure(services, active.summary, what, steps)}
        >
          ${label}
        </button>
        <span id=${`cost-${what}`} class="small soft">${this.#estimate(active.summary, what, steps.length)}</span>
      </div>`;
    return html`<p class="explain">
        Measures
        <b>${name}</b>
        ${steps.length > 1 ? `at ${steps.length} steps` : `as it ${at === null ? `is at step ${step}` : `was at step ${at} (the timeline below)`}`},
        on held-out simple and hard examples; training waits meanwhile. The numbers are kept with the run.
      </p>
      <div class="ask">
        <number-stepper
          label="Examples per level"
          .value=${this.examples}
          .min=${2}
          .max=${MOST}
          @change-number=${({ detail }: CustomEvent<{ value: number }>) => (this.examples = detail.value)}
        ></number-stepper>
        ${
          stops.length === 0
            ? nothing
            : html`<choice-group
                label="At"
                .value=${this.where}
                .options=${[
                  { value: 'here', label: at === null ? 'this step' : `step ${at}` },
                  { value: 'all', label: `all ${stops.length + 1} kept steps` },
                ]}
                @choose=${({ detail }: CustomEvent<{ value: Where }>) => (this.where = detail.value)}
              ></choice-group>`
        }
        ${press('losses', 'Measure losses')} ${press('gradients', 'Measure gradients')}
      </div>
      ${blocked === '' ? nothing : html`<p class="soft">${blocked}</p>`}`;
  }

  #progress(services: PageServices, { what, runId, name, place }: Asked) {
    const view = services.runs.find(runId);
    const progress = (what === 'failures' ? view?.progress : view?.measuring) ?? null;
    const title = `${WHAT[what]} of ${name}${place === undefined ? '' : `, ${place.at} of ${place.of} steps`}`;
    return html`<div class="ask">
      <label>${title}<br /><progress .max=${progress?.total ?? 1} .value=${progress?.done ?? 0}></progress></label>
      <span class="soft">${progress === null ? 'waiting for the end of a step' : `${progress.done} of ${progress.total}`}</span>
      <button @click=${() => askingOf(services).cancel()}>Cancel</button>
    </div>`;
  }

  #estimate(summary: RunSummary, what: MeasureKind, steps: number): string {
    const ms = estimateMs(summary, what, this.examples);
    if (ms === null) return 'time not known before the first step';
    const expected = ms * steps * this.#paceOf(summary.runId, what);
    return expected < 1000 ? 'less than a second' : `about ${duration(expected)}`;
  }

  #paceOf(runId: string, what: MeasureKind): number {
    return this.#pace.get(`${what} ${runId}`) ?? 1;
  }

  /** At each of the steps; null = as the run is now. What is measured before a cancel or a fault is kept. */
  async #measure(services: PageServices, summary: RunSummary, what: MeasureKind, steps: readonly (number | null)[]): Promise<void> {
    const { examples } = this;
    const { runId, name } = summary;
    const startedMs = performance.now();
    const questions = steps.map((at, i) => ({
      asked: { what, runId, name, ...(steps.length > 1 ? { place: { at: i + 1, of: steps.length } } : {}) },
      call: () => services.client.call('measure', { runId, what, examples, at }),
    }));
    const measured = await askingOf(services).all(questions);
    const last = measured.at(-1);
    if (last === undefined) return;
    const estimated = estimateMs(summary, what, examples);
    if (estimated !== null && estimated > 0) this.#pace.set(`${what} ${runId}`, (performance.now() - startedMs) / (estimated * measured.length));
    if (measured.length < steps.length) return;
    services.runs.milestone.value = `${WHAT[what]} of ${name} measured at ${steps.length > 1 ? `${steps.length} steps` : `step ${last.probe.step}`}.`;
  }
}

/** What was measured before a child went on is its parent's, and is shown there where the parent is. */
function liveRun(summary: RunSummary, views: readonly RunView[]): LiveRun {
  const { spec, measured, parentId } = summary;
  const from = views.some(({ isVisible, summary: { runId } }) => isVisible && runId === parentId) ? (spec.parent?.step ?? 0) : 0;
  const isOwn = (probe: { readonly step: number }): boolean => probe.step >= from;
  const { losses, gradients } = measured ?? NO_MEASUREMENTS;
  return { ...madeRun(summary), measured: { losses: losses.filter(isOwn), gradients: gradients.filter(isOwn) } };
}

/** Null before the first step. */
function estimateMs(summary: RunSummary, what: MeasureKind, examples: number): number | null {
  const times = stepsHere(summary)
    .slice(-RECENT_STEPS)
    .map(({ stepMs }) => stepMs)
    .sort((a, b) => a - b);
  const stepMs = times[Math.floor(times.length / 2)];
  return stepMs === undefined ? null : measureMs(what, examples, { stepMs, batchSize: summary.spec.batchSize });
}

declare global {
  interface HTMLElementTagNameMap {
    'why-cell': WhyCell;
  }
}
