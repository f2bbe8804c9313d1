/**
 * The part of the Figures cell that makes figures: the choice, its cost, the queue. It also knows all figures there are, recorded or not. Loaded when the cell
 * comes near the window.
 */
import { css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { figuresAt } from '../../study/figures/catalogue.ts';
import { choiceText, MOST_SEEDS } from '../../study/figures/figure-choice.ts';
import type { FigureChoice } from '../../study/figures/figure-choice.ts';
import { commandOf } from '../../study/figures/figure-plan.ts';
import { figureResult } from '../../study/figures/figure-result.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import { openJobStore } from '../../study/figures/figure-jobs.ts';
import '../elements/figure-jobs.ts';
import type { JobAction } from '../elements/figure-jobs.ts';
import '../elements/figure-maker.ts';
import type { FigureEstimate } from '../../study/figures/figure-cost.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import type { TaskId } from '../../tasks/task.ts';
import { openTrainer } from '../services/app-worker.ts';
import { FigureQueue } from '../services/figure-queue.ts';
import { isBusy } from '../services/run-view.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

/** The queue of this page: over the figure worker, the browser's database, the chosen device and the visitor's runs. */
export function openFigureQueue({ runs, device }: Pick<PageServices, 'runs' | 'device'>): FigureQueue {
  return new FigureQueue({
    open: () => openTrainer('figures'),
    store: openJobStore(),
    prefer: () => device.info()?.backend ?? null,
    busyRun: () => runs.runs.value.find(({ isLoaded, summary }) => isLoaded && isBusy(summary.state))?.summary.name ?? null,
  });
}

export interface KnownFigure {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** Task of its runs, for which their base is; null where they are of several tasks. */
  readonly task: TaskId | null;
}

/** All figures that can be made. They are the same at every scale. */
export function knownFigures(): readonly KnownFigure[] {
  return figuresAt('nano').map(({ id, title, source, runs }) => {
    const [task, ...others] = new Set(runs(1).map(({ spec }) => spec.task.id));
    return { id, title, source, task: others.length > 0 ? null : (task ?? null) };
  });
}

/** A figure of which nothing was made: its question and the paper's numbers. Null where there is no such figure. */
export function emptyFigure(choice: FigureChoice): FigureResult | null {
  const figure = figuresAt(choice.scale).find(({ id }) => id === choice.id);
  return figure === undefined ? null : figureResult(figure, choice.scale, [], { command: commandOf(choice, 'wasm'), plannedRuns: runsOf(choice) });
}

const MICRO_HINT = '0.1 M weights and a few steps: learns nothing, to try a figure out';

/** What a nano model of the figure is: its base was made for the figure's own task. */
export function nanoHint(figure: Pick<KnownFigure, 'task'> | undefined, isRecorded: boolean): string {
  const task = figure?.task ?? null;
  const base = task === null ? '' : ` on a base for ${taskInfo(task).title}`;
  return `1.5 M weights${base}: ${isRecorded ? 'the scale of the recorded figure' : 'not recorded at this scale'}`;
}

function runsOf({ id, scale, seeds }: FigureChoice): number {
  const figure = figuresAt(scale).find((each) => each.id === id);
  return seeds.slice(0, MOST_SEEDS).reduce((sum, seed) => sum + (figure?.runs(seed).length ?? 0), 0);
}

/** @fires show-figure - `CustomEvent<{ choice: FigureChoice }>` when a figure of the queue is to be shown, or another choice is made. */
@customElement('figure-desk')
export class FigureDesk extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      figure-jobs {
        margin-top: 1rem;
      }
    `,
  ];

  @property({ attribute: false }) queue: FigureQueue | null = null;
  @property({ attribute: false }) choice: FigureChoice | null = null;
  @property({ attribute: false }) figures: readonly KnownFigure[] = [];
  /** Ids of those that were recorded. */
  @property({ attribute: false }) recorded: readonly string[] = [];

  protected override watch({ runs }: PageServices): unknown {
    const { queue } = this;
    return queue === null
      ? null
      : [
          queue.isReady.value,
          queue.jobs.value,
          queue.running.value,
          queue.progress.value,
          queue.asked.value,
          queue.results.value,
          queue.problem.value,
          runs.runs.value,
        ];
  }

  protected override draw({ runs }: PageServices) {
    const { queue, choice, figures } = this;
    if (queue === null || choice === null) return nothing;
    const problem = queue.problem.value === '' ? nothing : html`<p class="note bad" role="alert">${queue.problem.value}</p>`;
    if (!queue.isReady.value) return problem; // what is kept is being read, or cannot be
    const asked = queue.asked.value;
    const own = asked !== null && choiceText(asked.choice) === choiceText(choice) ? asked : null;
    const job = queue.find(choiceText(choice));
    const busy = runs.runs.value.find(({ isLoaded, summary }) => isLoaded && isBusy(summary.state));
    const known = figures.find(({ id }) => id === choice.id);
    const jobs = queue.jobs.value.map((each) => {
      const key = choiceText(each.choice);
      const title = figures.find(({ id }) => id === each.choice.id)?.source ?? each.choice.id;
      return { job: each, title, isRunning: queue.running.value === key, result: queue.results.value.get(key)?.result ?? null };
    });
    return html`<figure-maker
        .choice=${choice}
        .hints=${{ nano: nanoHint(known, this.recorded.includes(choice.id)), micro: MICRO_HINT }}
        .runs=${runsOf(choice)}
        .asked=${own}
        .isQueued=${job !== undefined && job.state !== 'cancelled'}
        @choose-figure=${({ detail }: CustomEvent<{ choice: FigureChoice }>) => this.#show(detail.choice)}
        @estimate-figure=${() => void queue.estimate(choice)}
        @stop-estimate=${() => void queue.stopEstimate()}
        @run-figure=${({ detail }: CustomEvent<{ estimate: FigureEstimate }>) => void queue.add(choice, detail.estimate)}
      ></figure-maker>
      ${problem}
      <figure-jobs
        .jobs=${jobs}
        .progress=${queue.progress.value}
        busyRun=${busy?.summary.name ?? ''}
        @job-action=${({ detail }: CustomEvent<JobAction>) => this.#act(queue, detail)}
      ></figure-jobs>
      <p class="visually-hidden" role="status">${queue.milestone.value}</p>`;
  }

  #act(queue: FigureQueue, { action, key }: JobAction): void {
    const job = queue.find(key);
    if (job === undefined) return;
    if (action === 'show') this.#show(job.choice);
    else void queue[action](key);
  }

  #show(choice: FigureChoice): void {
    this.dispatchEvent(new CustomEvent('show-figure', { detail: { choice } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'figure-desk': FigureDesk;
  }
}
