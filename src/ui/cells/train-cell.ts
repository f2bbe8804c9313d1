/** Train: the settings of a run, what it will cost, the button, and the live curves. */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { DeviceInfo } from '../../model/device-info.ts';
import type { RunNeeds } from '../../study/device-fit.ts';
import { DEFAULT_SPEC, valueAt } from '../../study/run-spec-schema.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import { plainMessage } from '../elements/plain-message.ts';
import '../elements/spec-form.ts';
import type { StartKind } from '../elements/start-choice.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import type { TaskId } from '../../tasks/task.ts';
import { BASE_TASK } from '../services/bases.ts';
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
    const fitting = bases.bases.value
      .filter((base) => base.preset === draft.preset && taskOf(base) === task)
      .map((base) => ({ digest: base.digest, title: [base.name, base.title].filter((part) => part !== '').join(': ') || base.digest.slice(0, 8) }));
    return html`<div class="panel">
        ${this.#starts(draft, newestFor(bases.bases.value, draft.task.id) ?? newestFor(bases.bases.value, BASE_TASK))}
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
    return html`<start-choice
      .chosen=${draft.base === base.digest ? 'study' : draft.preset === 'micro' && draft.base === null ? 'parts' : null}
      .preset=${base.preset}
      .task=${taskInfo(taskOf(base)).title}
      .withoutBase=${taskOf(base) === draft.task.id ? '' : taskInfo(draft.task.id).title}
      .ability=${base.title.replace(`${base.preset}, `, '')}
      @choose-start=${(event: CustomEvent<{ start: StartKind }>) =>
        event.detail.start === 'study'
          ? this.#setUp({ ...STUDY, 'task.id': taskOf(base), preset: base.preset })
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

  /** Sets fields. A task brings its settings for small models, a preset the newest base for both, a base its table. */
  #setUp(values: RawValues): void {
    const services = this.services;
    if (services === null) return;
    const { draft } = services.notebook.state.value;
    const { 'task.id': id, ...others } = values;
    const newTask = id === undefined ? {} : { task: smallTask(taskIn({ task: { id } })) };
    const kept = id === undefined ? this.raw : Object.fromEntries(Object.entries(this.raw).filter(([key]) => !key.startsWith('task'))); // of the old task
    let raw: RawValues = { ...newTask, ...kept, ...others };
    const candidate = withValues(draft, raw);
    if ('preset' in values && !('base' in values)) raw = { ...raw, base: this.#baseFor(values['preset'], taskIn(candidate)) };
    else if (!this.#isBaseOf(valueAt(candidate, 'base'), taskIn(candidate))) raw = { ...raw, base: null };
    if ('preset' in values || 'base' in values) raw = { ...raw, ...this.#tableOf(raw['base']) };
    const { spec } = checkDraft(draft, raw);
    this.raw = spec === null ? raw : {};
    if (spec !== null) services.notebook.setDraft(spec);
  }

  /** The newest base of a preset for a task, or scratch. */
  #baseFor(preset: unknown, task: TaskId): string | null {
    return this.services?.bases.bases.value.findLast((base) => base.preset === preset && taskOf(base) === task)?.digest ?? null;
  }

  /** Whether a base may stay when the task is `task`; one that is not in the list may be anything that a base is made for. */
  #isBaseOf(digest: unknown, task: TaskId): boolean {
    if (digest === null) return true;
    const base = this.services?.bases.bases.value.find((known) => known.digest === digest);
    return (base === undefined ? BASE_TASK : taskOf(base)) === task;
  }

  /** A base was made for one size of its task; the form follows its settings. */
  #tableOf(digest: unknown): RawValues {
    const task = this.services?.bases.bases.value.find((base) => base.digest === digest)?.task;
    if (task === undefined) return {};
    return Object.fromEntries(Object.entries(task).flatMap(([key, value]) => (key === 'id' ? [] : [[`task.${key}`, value]])));
  }

  #start(spec: RunSpec | null): void {
    const runs = this.services?.runs;
    if (spec !== null && runs !== undefined) void runs.start(spec, runs.draftOf);
  }
}

/** The base that a study begins from: the newest for a task, but for `micro`, which is for a quick look. */
function newestFor(bases: readonly BaseEntry[], id: TaskId): BaseEntry | undefined {
  return bases.findLast((base) => taskOf(base) === id && base.preset !== 'micro');
}

function taskOf({ task }: BaseEntry): TaskId {
  return task?.id ?? BASE_TASK;
}

declare global {
  interface HTMLElementTagNameMap {
    'train-cell': TrainCell;
  }
}
