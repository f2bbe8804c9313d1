/**
 * The queue of figures that this browser makes, in its order, with what can be done to each. Draws what it is given.
 *
 * @fires job-action - `CustomEvent<JobAction>` when a button is pressed.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { FigureProgress } from '../../../workers/figure-protocol.ts';
import { choiceText } from '../../study/figures/figure-choice.ts';
import type { FigureJob } from '../../study/figures/figure-jobs.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import { controls, prose } from '../styles/shared.ts';
import { roundTime } from './figure-maker.ts';
import { count, duration } from './format.ts';

export interface JobAction {
  readonly action: 'show' | 'pause' | 'resume' | 'up' | 'cancel' | 'remove';
  readonly key: string;
}

/** A figure of the queue as it is shown. */
export interface ShownJob {
  readonly job: FigureJob;
  readonly title: string;
  readonly isRunning: boolean;
  /** What it made so far; null before its first run is done. */
  readonly result: FigureResult | null;
}

const LABELS: Readonly<Record<JobAction['action'], string>> = {
  show: 'Show',
  pause: 'Pause',
  resume: 'Resume',
  up: 'Up',
  cancel: 'Cancel',
  remove: 'Remove',
};

@customElement('figure-jobs')
export class FigureJobs extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      ol {
        display: grid;
        gap: 0.7rem;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        overflow-wrap: anywhere;
      }
      p {
        margin-bottom: 0.4rem;
      }
      progress {
        width: 100%;
        margin-bottom: 0.3rem;
        accent-color: var(--accent);
      }
      .row {
        gap: 0.4rem;
      }
      .row button {
        min-height: 1.75rem;
        padding: 0 0.6rem;
      }
    `,
  ];

  @property({ attribute: false }) jobs: readonly ShownJob[] = [];
  @property({ attribute: false }) progress: FigureProgress | null = null;
  /** Name of the visitor's run that has the device; '' = none. */
  @property() busyRun = '';

  override render() {
    if (this.jobs.length === 0) return nothing;
    return html`<ol aria-label="Figures of this browser">
      ${this.jobs.map((shown, i) => this.#line(shown, i))}
    </ol>`;
  }

  #line({ job, title, isRunning, result }: ShownJob, index: number) {
    const { choice, state, message } = job;
    const key = choiceText(choice);
    const name = `${title}, ${choice.scale}, seed${choice.seeds.length === 1 ? '' : 's'} ${choice.seeds.join(', ')}`;
    const isOpen = state === 'waiting' || state === 'running' || state === 'paused' || state === 'failed';
    const actions: readonly JobAction['action'][] = [
      ...(result === null ? [] : (['show'] as const)),
      ...(state === 'waiting' || state === 'running' ? (['pause'] as const) : state === 'done' ? [] : (['resume'] as const)),
      ...(isOpen && index > 0 && !isRunning ? (['up'] as const) : []),
      ...(isOpen ? (['cancel'] as const) : []),
      ...(isOpen ? [] : (['remove'] as const)),
    ];
    const { progress } = this;
    return html`<li class="panel">
      <p><strong>${name}</strong></p>
      ${
        isRunning && progress !== null ? html`<progress aria-label=${`Progress of ${title}`} .max=${1} .value=${progress.share}></progress>` : nothing
      }
      <p class="small">${this.#stateText(job, isRunning, result)}</p>
      ${message === '' ? nothing : html`<p class=${`small note ${state === 'failed' ? 'bad' : ''}`} role=${state === 'failed' ? 'alert' : nothing}>${message}</p>`}
      <p class="row">
        ${actions.map(
          (action) => html`<button aria-label=${`${LABELS[action]}: ${name}`} @click=${() => this.#tell({ action, key })}>${LABELS[action]}</button>`,
        )}
      </p>
    </li>`;
  }

  #stateText({ state, estimate }: FigureJob, isRunning: boolean, result: FigureResult | null): string {
    const about = estimate.ms === 0 ? '' : `, estimated ${roundTime(estimate.ms)}`;
    const finished = result === null ? '' : ` ${result.runs.length} of ${result.plannedRuns ?? result.runs.length} runs are done.`;
    switch (state) {
      case 'running':
        return isRunning ? runningText(this.progress, about) : 'Starting…';
      case 'waiting':
        return `Waits ${this.busyRun === '' ? 'for its turn' : `until the run ${this.busyRun} pauses or ends: your own runs come first`}${about}.${finished}`;
      case 'paused':
        return `Paused${about}.${finished}`;
      case 'failed':
        return `Stopped by a fault.${finished}`;
      case 'cancelled':
        return `Cancelled.${finished}`;
      case 'done': {
        const cost = result?.cost;
        return cost === undefined || cost.estimatedMs === 0
          ? 'Finished.'
          : `Finished in ${duration(cost.actualMs)}, estimated ${roundTime(cost.estimatedMs)}.`;
      }
      default:
        return state satisfies never;
    }
  }

  #tell(detail: JobAction): void {
    this.dispatchEvent(new CustomEvent<JobAction>('job-action', { detail }));
  }
}

function runningText(progress: FigureProgress | null, about: string): string {
  if (progress === null) return `Starting${about}…`;
  const { run, runs, series, examples, seed, step, totalSteps, isEvaluating, elapsedMs, leftMs } = progress;
  const what = isEvaluating ? 'evaluating' : `step ${count(step)} of ${count(totalSteps)}`;
  return `Run ${run} of ${runs}: ${series}, N ${count(examples)}, seed ${seed}, ${what}. ${duration(elapsedMs)} so far, ≈ ${roundTime(leftMs)} left${about}.`;
}

declare global {
  interface HTMLElementTagNameMap {
    'figure-jobs': FigureJobs;
  }
}
