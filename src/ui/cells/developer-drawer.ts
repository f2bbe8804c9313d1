/**
 * For developers: what computes and why, what it holds in memory, how the open run's steps are made, and what each kernel costs. Loaded when its fold at the
 * end of the page is opened for the first time (start.ts).
 */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { DeviceInfo } from '../../model/device-info.ts';
import type { RunNeeds } from '../../study/device-fit.ts';
import type { StepProfile } from '../../study/step-profile.ts';
import { bytes, count } from '../elements/format.ts';
import '../elements/profile-table.ts';
import { memoryLabel } from '../services/memory-label.ts';
import type { RunView } from '../services/run-view.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

/** Name and value, as a line of a list. */
type Fact = readonly [name: string, value: string];

@customElement('developer-drawer')
export class DeveloperDrawer extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
        padding-block: 0.4rem 1.6rem;
        font-size: 0.93rem;
      }
      h3 {
        margin-top: 1.4rem;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(0, max-content) minmax(0, 1fr);
        gap: 0.2rem 1.2rem;
        margin: 0;
      }
      dt {
        color: var(--ink-soft);
      }
      dt,
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .ask {
        margin-block: 0.8rem;
      }
      p {
        max-width: 44em;
      }
    `,
  ];

  @state() private profile: StepProfile | null = null;
  @state() private needs: RunNeeds | null = null;
  /** The run that `profile` is of. */
  #profiledId: string | null = null;
  /** Run and state that were asked about last: a run that starts or stops has other programs. */
  #askedAbout = '';
  @state() private isTiming = false;
  @state() private fault = '';

  protected override watch({ device, runs }: PageServices): unknown {
    return [device.state.value, runs.runs.value, runs.activeId.value];
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const run = this.services?.runs.active();
    const about = run === undefined ? '' : `${run.summary.runId} ${run.summary.state}`;
    if (about === this.#askedAbout) return;
    this.#askedAbout = about;
    if (run?.summary.runId !== this.#profiledId) this.profile = this.needs = null;
    if (run !== undefined) void this.#ask(run, false);
  }

  protected override draw({ device, runs }: PageServices) {
    const state = device.state.value;
    const run = runs.active();
    return html`<h3>Device</h3>
      ${
        state.kind === 'open'
          ? deviceFacts(state.info)
          : html`<p class="soft">${state.kind === 'opening' ? 'The device is being opened.' : state.message}</p>`
      }
      <h3>Steps of the open run</h3>
      ${run === undefined ? html`<p class="soft">No run is open: train one, or open one in the table of runs.</p>` : this.#run(run)}
      ${this.fault === '' ? nothing : html`<div class="note bad" role="alert"><p>${this.fault}</p></div>`}`;
  }

  #run(run: RunView) {
    const { profile } = this;
    const { summary, live } = run;
    return html`${facts([
        ['run', `${summary.name}, step ${summary.step}`],
        ...(profile === null ? [] : stepFacts(profile)),
        [memoryLabel(this.services?.device.info()?.backend), bytes(live?.deviceBytes ?? profile?.deviceBytes ?? 0)],
        ...needsFacts(this.needs),
      ])}
      <div class="row ask">
        <button ?disabled=${this.isTiming} @click=${() => void this.#ask(run, true)}>Profile the next step</button>
        <span class="soft" role="status">${this.isTiming ? 'Timing every kernel…' : ''}</span>
      </div>
      ${profile?.missing == null ? nothing : html`<p class="soft">${profile.missing}</p>`}
      <profile-table .profile=${profile?.kernels ?? null}></profile-table>`;
  }

  /** Asks the worker; an answer about a run that is open no more is dropped, and kernel times stay until newer ones come. */
  async #ask({ summary: { runId, spec } }: RunView, isTimed: boolean): Promise<void> {
    const { services } = this;
    if (services === null) return;
    const { client } = services;
    if (isTimed) this.isTiming = true;
    this.fault = '';
    try {
      const [profile, needs] = await Promise.all([client.call('profile', { runId, isTimed }), client.call('prepare', { spec })]);
      if (services.runs.activeId.value !== runId) return;
      const kernels = profile.kernels ?? (this.#profiledId === runId ? (this.profile?.kernels ?? null) : null);
      this.#profiledId = runId;
      this.profile = { ...profile, kernels };
      this.needs = needs;
    } catch (thrown) {
      if (services.runs.activeId.value === runId) this.fault = thrown instanceof Error ? thrown.message : String(thrown);
    } finally {
      if (isTimed) this.isTiming = false;
    }
  }
}

function facts(lines: readonly Fact[]) {
  return html`<dl>
    ${lines.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}

function deviceFacts({ backend, webgpu, adapter, reason, features, limits }: DeviceInfo) {
  const allLimits = Object.entries(limits).map(([name, value]): Fact => [name, name.endsWith('Size') && value >= 1e6 ? bytes(value) : count(value)]);
  return html`${facts([
    ['backend', backend],
    ['adapter', adapter === '' ? 'none' : adapter],
    ['WebGPU', webgpu],
    ['why', reason ?? 'It is the fastest that works here.'],
    ['features', features.length === 0 ? 'none' : features.join(', ')],
  ])}
  ${
    allLimits.length === 0
      ? nothing
      : html`<details>
          <summary>Limits</summary>
          ${facts(allLimits)}
        </details>`
  }`;
}

function stepFacts({ passes, submits }: StepProfile): Fact[] {
  const { mode, reason, programs, sharedBytes } = passes;
  if (mode === 'eager')
    return [['steps', reason === null ? 'run by tfjs, operation by operation' : `run by tfjs, operation by operation. ${reason}`]];
  const own = programs.reduce((sum, program) => sum + program.bytes, 0);
  return [
    ['steps', `recorded and played: ${programs.length} ${programs.length === 1 ? 'recording' : 'recordings'}`],
    ...(submits === null ? [] : [['submits', `${submits} per step`] as const]),
    ['memory of recordings', `${bytes(sharedBytes)} shared, ${bytes(own)} their own`],
    ...programs.map(({ label, dispatches, bytes: size }): Fact => [label, `${count(dispatches)} dispatches, ${bytes(size)}`]),
  ];
}

function needsFacts(needs: RunNeeds | null): Fact[] {
  if (needs?.memory == null) return [];
  const { memory, budgetBytes } = needs;
  return [
    ['needs at most', `${bytes(memory.bytes)}: ${memory.parts.map(({ what, bytes: size }) => `${what} ${bytes(size)}`).join(', ')}`],
    ['may take', bytes(budgetBytes ?? 0)],
  ];
}

declare global {
  interface HTMLElementTagNameMap {
    'developer-drawer': DeveloperDrawer;
  }
}
