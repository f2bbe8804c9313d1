/** The transport bar, wired to the open run, or to the training of the cell that the visitor is at (`transportTarget`). */
import { signal } from '@preact/signals-core';
import { html, nothing } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { DeviceInfo } from '../../model/device-info.ts';
import type { RunState } from '../../study/events.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import { bytes, count, duration } from '../elements/format.ts';
import { shortNumber } from '../elements/curves.ts';
import '../elements/transport-bar.ts';
import type { TransportAction, TransportRun } from '../elements/transport-bar.ts';
import { checkDraft } from '../services/draft-form.ts';
import { memoryLabel } from '../services/memory-label.ts';
import { canRecover, evaluatingText, isBusy } from '../services/run-view.ts';
import type { RunView } from '../services/run-view.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';
import './timeline-bar.ts';

/** A training that is not the notebook's own run, of a cell that has its own. */
export interface TransportTarget {
  readonly run: TransportRun | null;
  /** Said where there is none. */
  readonly idle: string;
  /** Of the button that starts one: whether it is the same once more. */
  readonly startLabel?: string;
  /** Why a new training cannot be started now; '' = it can. */
  readonly blocked: string;
  /** A command is under way. */
  readonly isWorking: boolean;
  act(action: TransportAction): void;
}

/**
 * What the bar and the space bar act on: null is the notebook's own run. A cell with trainings of its own says so here while the visitor is at it (current-cell.ts), and takes its word
 * back when they leave; a run of the notebook that is under way goes before (`isNotebooks`). Here and not in a file of its own, which would be one more chunk that the start of the page has to name.
 */
export const transportTarget = signal<TransportTarget | null>(null);

@customElement('page-transport')
export class PageTransport extends CellElement {
  protected override watch({ notebook, runs, device }: PageServices): unknown {
    return [transportTarget.value, notebook.state.value.draft, runs.runs.value, runs.activeId.value, runs.isWorking.value, device.state.value];
  }

  protected override draw(services: PageServices) {
    const { run, idle, startLabel = 'Train', blocked, isWorking } = targetOf(services);
    return html`<transport-bar
      .run=${run}
      .idle=${idle}
      startLabel=${startLabel}
      .blocked=${blocked}
      .working=${isWorking}
      @transport=${(event: CustomEvent<{ action: TransportAction }>) => this.act(event.detail.action)}
      >${isNotebooks(services) ? html`<timeline-bar .services=${services}></timeline-bar>` : nothing}</transport-bar
    >`;
  }

  /** Does what a button or a key asks for. Keys pass the same gate as the buttons; pausing and stopping are possible while a command is under way. */
  act(action: TransportAction): void {
    if (this.services === null) return;
    const target = targetOf(this.services);
    const isFree = !target.isWorking || action === 'pause' || action === 'stop';
    const canAct = action === 'start' ? target.blocked === '' : target.run !== null && isPossible(action, target.run);
    if (isFree && canAct) target.act(action);
  }

  /** The space bar does what the first button of the bar shows: start, pause or resume; nothing while a run is prepared or evaluated. */
  playPause(): void {
    const run = this.services === null ? null : targetOf(this.services).run;
    this.act(run !== null && isBusy(run.state) ? 'pause' : run?.canResume === true ? 'resume' : 'start');
  }
}

/** What the bar and the keys act on now. */
function targetOf(services: PageServices): TransportTarget {
  const target = transportTarget.value;
  return target === null || isNotebooks(services) ? notebookTarget(services) : target;
}

/** Whether the bar acts on the notebook's own run: a run under way keeps it, whatever cell comes under the window, unless that cell has a training under way too. */
function isNotebooks({ runs }: PageServices): boolean {
  const target = transportTarget.value;
  return target === null || (isUnderWay(runs.active()?.summary.state) && !isUnderWay(target.run?.state));
}

function isUnderWay(state?: RunState): boolean {
  return state === 'paused' || (state !== undefined && isBusy(state));
}

/** The notebook's own run. */
function notebookTarget(services: PageServices): TransportTarget {
  const { runs, notebook, device } = services;
  const active = runs.active();
  return {
    run: active === undefined ? null : transportRun(active, device.info()),
    idle: idleText(runs.runs.value.length),
    startLabel: active !== undefined && isSame(active.summary.spec, notebook.state.value.draft) ? 'Train again' : 'Train',
    blocked: whyBlocked(services),
    isWorking: runs.isWorking.value,
    act(action) {
      if (action === 'start') {
        const { spec } = checkDraft(notebook.state.value.draft, {});
        if (spec !== null) void runs.start(spec, null);
      } else if (active !== undefined) {
        if (action === 'resume') void runs.resume(active.summary.runId);
        else void runs.command(action, active.summary.runId);
      }
    },
  };
}

function idleText(kept: number): string {
  return kept === 0 ? 'No run yet.' : `No run open; ${kept} kept: open one with “Open” under Result.`;
}

function isSame(a: RunSpec, b: RunSpec): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Why a new run cannot be started now; '' = it can. */
function whyBlocked({ notebook, device }: PageServices): string {
  const { kind } = device.state.value;
  if (kind === 'failed') return 'No device to train on.';
  return kind === 'opening' ? 'Opening the device…' : checkDraft(notebook.state.value.draft, {}).reason;
}

/** Whether a run in this state takes the command, as its button shows. */
function isPossible(action: Exclude<TransportAction, 'start'>, run: Pick<TransportRun, 'state' | 'canResume'>): boolean {
  switch (action) {
    case 'pause':
      return run.state === 'running';
    case 'resume':
      return run.canResume;
    case 'step':
      return run.state === 'paused';
    case 'stop':
      return isBusy(run.state) || run.state === 'paused';
    default:
      return action satisfies never;
  }
}

function canResume(summary: RunView['summary']): boolean {
  return summary.state === 'paused' || canRecover(summary);
}

function deviceText(info: DeviceInfo | null): string {
  if (info === null) return '–';
  return info.backend === 'webgpu' && info.webgpu === 'lost' ? 'GPU lost' : info.backend;
}

function transportRun({ summary, live, progress }: RunView, device: DeviceInfo | null): TransportRun {
  const last = summary.points.at(-1);
  const isGoing = summary.state === 'running';
  return {
    name: summary.name,
    state: summary.state,
    step: summary.step,
    totalSteps: summary.totalSteps,
    canResume: canResume(summary),
    figures: [
      ['loss', last === undefined ? '–' : shortNumber(last.loss)],
      ['tokens/s', live === null || !isGoing ? '–' : count(live.tokensPerSecond)],
      progress === null
        ? ['time left', live === null || live.etaMs === null || !isGoing ? '–' : duration(live.etaMs)]
        : ['evaluating', evaluatingText(progress)],
      [memoryLabel(device?.backend), live === null ? '–' : bytes(live.deviceBytes)],
      ['device', deviceText(device)],
    ],
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'page-transport': PageTransport;
  }
}
