/** Train: the settings of a run, what it will cost, the button, and the live curves. */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { DeviceInfo } from '../../model/device-info.ts';
import type { RunNeeds } from '../../study/device-fit.ts';
import { partnersOf } from '../../study/joint.ts';
import { DEFAULT_SPEC, valueAt } from '../../study/run-spec-schema.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import { plainMessage } from '../elements/plain-message.ts';
import '../elements/spec-form.ts';
import type { StartKind } from '../elements/start-choice.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import type { TaskId } from '../../tasks/task.ts';
import { BASE_TASK, isBaseFor, taskOfBase } from '../services/bases.ts';
import type { BaseEntry } from '../services/bases.ts';
import { checkDraft, taskIn, withValues } from '../services/draft-form.ts';
import type { DraftCheck, RawValues } from '../services/draft-form.ts';
import { smallTask } from '../../study/small-tasks.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

/** Ours, as in specs/study-*.json: a study on a base is short and gentle. */
const STUDY: RawValues = { examples: 6000, batchSize: 16, learningRate: 0.0003 };
/** The form's own values, for what STUDY changes. */
const { examples, batchSize, learningRate } = DEFAULT_SPEC;
const PARTS: RawValues = { examples, batchSize, learningRate };

@customElement('train-cell')
export class TrainCell extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      .go {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.6rem 1.1rem;
        margin-top: 1.1rem;
      }
      .go .primary {
        min-height: 2.6rem;
        padding-inline: 1.6rem;
        font-size: 1rem;
      }
      .reason {
        color: var(--bad);
        font-weight: 600;
      }
      webgpu-ladder {
        margin-top: 0.9rem;
      }
      train-curves {
        display: block;
        margin-top: 1.8rem;
      }
    `,
  ];

  /** What was typed and is not valid yet; valid values go to the notebook's draft at once. */
  @state() private raw: RawValues = {};
  /** What the run of the form needs of the device; null while that is not known. */
  @state() private needs: RunNeeds | null = null;
  #asked: { readonly spec: RunSpec; readonly info: DeviceInfo } | null = null;
  #shownDraft: RunSpec | null = null;
  #judged: { readonly draft: RunSpec; readonly raw: RawValues; readonly check: DraftCheck } | null = null;

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const draft = this.services?.notebook.state.value.draft ?? null;
    // Another draft (a link, a run's settings) makes what was typed over the old one meaningless.
    if (draft !== this.#shownDraft) this.raw = {};
    this.#shownDraft = draft;
    if (draft !== null) this.#ask(draft);
  }

  protected override watch({ notebook, device, runs, bases }: PageServices): unknown {
    return [notebook.state.value.draft, device.state.value, runs.runs.value, runs.activeId.value, runs.isWorking.value, bases.bases.value];
  }

  protected override draw(services: PageServices) {
    const { notebook, device, runs, bases } = services;
    const { draft } = notebook.state.value;
    const { spec, errors, reason } = this.#check(draft);
    const values = withValues(draft, this.raw);
    const task = taskIn(values);
    const deviceState = device.state.value;
    const tooLarge = this.needs?.problem == null ? '' : plainMessage(this.needs.problem, task);
    const blocked = reason !== '' ? reason : deviceState.kind === 'failed' ? 'No device to train on.' : tooLarge;
    const studyBases = bases.bases.value.filter(({ preset }) => preset !== 'micro'); // which is for a quick look
    const fitting = bases.bases.value
      .filter((base) => base.preset === draft.preset && isBaseFor(base, task))
      .map((base) => ({ digest: base.digest, title: [base.name, base.title].filter((part) => part !== '').join(': ') || base.digest.slice(0, 8) }));
    return html`<div class="panel">
        ${this.#starts(draft, newestFor(studyBases, draft.task.id, isJoint(draft)) ?? newestFor(studyBases, BASE_TASK, false))}
        <spec-form .task=${task} .values=${values} .errors=${errors} .bases=${fitting} @field-change=${this.#change}></spec-form>
        <div class="go">
          <button
            class="primary"
            ?disabled=${blocked !== '' || runs.isWorking.value || deviceState.kind === 'opening'}
            @click=${() => this.#start(spec)}
          >
            Train
          </button>
          ${
            blocked === '' && spec !== null
              ? html`<run-estimate class="soft" .spec=${spec} .needs=${this.needs} .runs=${runs.runs.value} .device=${device.info()}></run-estimate>`
              : html`<span class="reason" role="status">${blocked}</span>`
          }
          ${deviceState.kind === 'opening' ? html`<span class="soft">Opening the device…</span>` : nothing}
          <button class="plain" @click=${this.#reset}>Reset the form</button>
        </div>
        <webgpu-ladder
          .info=${deviceState.kind === 'open' ? deviceState.info : null}
          .failure=${deviceState.kind === 'failed' ? deviceState.message : ''}
          .isMicro=${draft.preset === 'micro'}
          @use-cpu=${() => this.#set('preset', 'micro')}
          @retry=${() => void device.open(null)}
        ></webgpu-ladder>
      </div>
      <train-curves .services=${services}></train-curves>`;
  }

  /** Judged once per draft, not at every step of a run: some tasks try out whether examples exist. */
  #check(draft: RunSpec): DraftCheck {
    if (this.#judged === null || this.#judged.draft !== draft || this.#judged.raw !== this.raw) {
      this.#judged = { draft, raw: this.raw, check: checkDraft(draft, this.raw) };
    }
    return this.#judged.check;
  }

  /** Asks what the run needs, once per run and device. What cannot be told now is told when it is started. */
  #ask(draft: RunSpec): void {
    const info = this.services?.device.info() ?? null;
    const { spec } = this.#check(draft);
    if (info === null || spec === null || (this.#asked?.spec === spec && this.#asked.info === info)) return;
    const asked = { spec, info };
    this.#asked = asked;
    this.needs = null;
    this.services?.client.call('prepare', { spec }).then(
      (needs) => {
        if (this.#asked === asked) this.needs = needs;
      },
      () => undefined,
    );
  }

  /** A newcomer should see what a run from nothing can show, and that the study starts from a base. */
  #starts(draft: RunSpec, base: BaseEntry | undefined) {
    if (base === undefined) return nothing;
    const id = isBaseFor(base, draft.task.id) ? draft.task.id : taskOfBase(base);
    return html`<start-choice
      .chosen=${draft.base === base.digest ? 'study' : draft.preset === 'micro' && draft.base === null ? 'parts' : null}
      .preset=${base.preset}
      .task=${taskInfo(id).title}
      .withoutBase=${id === draft.task.id ? '' : taskInfo(draft.task.id).title}
      .ability=${base.title.replace(`${base.preset}, `, '')}
      @choose-start=${(event: CustomEvent<{ start: StartKind }>) =>
        event.detail.start === 'study'
          ? this.#setUp({ ...STUDY, 'task.id': id, preset: base.preset })
          : this.#setUp({ ...PARTS, 'task.id': this.services?.notebook.state.value.draft.task.id, preset: 'micro', base: null })}
    ></start-choice>`;
  }

  readonly #change = (event: CustomEvent<{ key: string; value: unknown }>): void => this.#set(event.detail.key, event.detail.value);

  readonly #reset = (): void => {
    this.raw = {};
    if (this.services !== null) this.services.runs.draftOf = null;
    this.services?.notebook.resetDraft();
  };

  #set(key: string, value: unknown): void {
    this.#setUp({ [key]: value });
  }

  /** Sets fields. A task brings its settings for small models and those of the tasks that it is trained jointly with, a preset the newest base, a base its table. */
  #setUp(values: RawValues): void {
    const services = this.services;
    if (services === null) return;
    const { draft } = services.notebook.state.value;
    const { 'task.id': id, joint, ...others } = values;
    const newTask = id === undefined ? {} : { task: smallTask(taskIn({ task: { id } })) };
    const kept = id === undefined ? this.raw : Object.fromEntries(Object.entries(this.raw).filter(([key]) => !key.startsWith('task'))); // of the old task
    let raw: RawValues = { ...newTask, ...kept, ...others };
    const task = taskIn(withValues(draft, raw));
    if (id !== undefined || joint !== undefined) {
      const partners = (joint ?? isJoint(withValues(draft, raw))) ? partnersOf(task) : [];
      raw = { ...raw, joint: partners.length === 0 ? undefined : partners.map((partner) => smallTask(partner)) };
    }
    const candidate = withValues(draft, raw);
    const base = valueAt(candidate, 'base');
    const isOtherBase = 'preset' in values ? !('base' in values) : joint !== undefined && base !== null;
    if (isOtherBase) raw = { ...raw, base: this.#baseFor(valueAt(candidate, 'preset'), task, isJoint(candidate)) };
    else if (!this.#isBaseOf(base, task)) raw = { ...raw, base: null };
    if (isOtherBase || 'base' in values) raw = { ...raw, ...this.#tableOf(raw['base'], task) };
    const { spec } = checkDraft(draft, raw);
    this.raw = spec === null ? raw : {};
    if (spec !== null) services.notebook.setDraft(spec);
  }

  /** The newest base of a preset for a task, or scratch. */
  #baseFor(preset: unknown, task: TaskId, isJoint: boolean): string | null {
    const known = this.services?.bases.bases.value.filter((base) => base.preset === preset) ?? [];
    return newestFor(known, task, isJoint)?.digest ?? null;
  }

  /** Whether a base may stay when the task is `task`; one that is not in the list may be anything that a base is made for. */
  #isBaseOf(digest: unknown, task: TaskId): boolean {
    if (digest === null) return true;
    const base = this.services?.bases.bases.value.find((known) => known.digest === digest);
    return base === undefined ? task === BASE_TASK : isBaseFor(base, task);
  }

  /** A base was made for one size of its task; the form follows its settings. */
  #tableOf(digest: unknown, id: TaskId): RawValues {
    const base = this.services?.bases.bases.value.find((known) => known.digest === digest);
    const own = base?.joint.find((task) => task.id === id) ?? base?.task;
    return Object.fromEntries(Object.entries(own ?? {}).flatMap(([key, value]) => (key === 'id' ? [] : [[`task.${key}`, value]])));
  }

  #start(spec: RunSpec | null): void {
    const runs = this.services?.runs;
    if (spec !== null && runs !== undefined) void runs.start(spec, runs.draftOf);
  }
}

/** The base that a study begins from: the newest that reads its task; one of several tasks for a joint run alone, which takes another where there is none. */
function newestFor(bases: readonly BaseEntry[], id: TaskId, isJoint: boolean): BaseEntry | undefined {
  const own = bases.filter((base) => isBaseFor(base, id));
  return (isJoint ? own.findLast(({ joint }) => joint.length > 0) : undefined) ?? own.findLast(({ joint }) => joint.length === 0);
}

function isJoint(candidate: object): boolean {
  return valueAt(candidate, 'joint') !== undefined;
}

declare global {
  interface HTMLElementTagNameMap {
    'train-cell': TrainCell;
  }
}
