/**
 * The settings of a task as a form drawn from the task's own description of them. Keeps what was typed until it can be used: settings that do not go
 * together are told and change nothing else.
 *
 * @fires task-change - `CustomEvent<{ task: TaskSpec }>` with settings that passed the task's own check.
 */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { InputError } from '../../lib/errors.ts';
import type { TaskSpec } from '../../tasks/task-spec.ts';
import { describeTaskField, isInTaskField, parseTaskSpec, taskInfo } from '../../tasks/task-spec.ts';
import { controls, prose } from '../styles/shared.ts';
import { plainMessage } from './plain-message.ts';
import './spec-field.ts';

type Typed = Readonly<Record<string, unknown>>;

/** Messages by field; '' is for what is wrong with all together. */
type Errors = Readonly<Record<string, string>>;

/** Settings with what was typed over them: the spec, or what is wrong. Some tasks try out whether examples exist, which takes up to 0.1 s. */
export function checkSettings(task: TaskSpec, typed: Typed): { readonly task: TaskSpec | null; readonly errors: Errors } {
  const candidate: Record<string, unknown> = { ...task, ...typed };
  const errors: Record<string, string> = {};
  for (const field of taskInfo(task.id).fields) {
    if (!isInTaskField(field, candidate[field.key])) errors[field.key] = `Give ${describeTaskField(field)}.`;
  }
  if (Object.keys(errors).length > 0) return { task: null, errors };
  try {
    return { task: parseTaskSpec(candidate, 'settings'), errors };
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    return { task: null, errors: { '': plainMessage(thrown.message, task.id) } };
  }
}

@customElement('task-settings')
export class TaskSettings extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 15rem), 1fr));
        gap: 1rem 1.4rem;
      }
      .note {
        margin-top: 0.8rem;
      }
    `,
  ];

  @property({ attribute: false }) task: TaskSpec | null = null;
  @state() private typed: Typed = {};
  @state() private errors: Errors = {};

  override willUpdate(changed: PropertyValues<this>): void {
    // Other settings (another task, a link, a button) make what was typed over the old ones meaningless.
    if (changed.has('task')) [this.typed, this.errors] = [{}, {}];
  }

  override render() {
    const { task, typed, errors } = this;
    if (task === null) return nothing;
    const values: Typed = { ...task, ...typed };
    const together = errors[''];
    return html`<div class="fields">
        ${taskInfo(task.id).fields.map(
          (field) =>
            html`<spec-field
              .field=${{ ...field, group: 'task' as const }}
              .value=${values[field.key]}
              .settings=${values}
              .error=${errors[field.key] ?? ''}
              @field-change=${({ detail }: CustomEvent<{ key: string; value: unknown }>) => this.#set(task, detail.key, detail.value)}
            ></spec-field>`,
        )}
      </div>
      ${
        together === undefined
          ? nothing
          : html`<div class="note bad" role="alert">
              <p>These settings do not go together, so the example below still has the old ones. ${together}</p>
              <p><button @click=${() => ([this.typed, this.errors] = [{}, {}])}>Back to the settings of the example</button></p>
            </div>`
      }`;
  }

  #set(task: TaskSpec, key: string, value: unknown): void {
    const typed = { ...this.typed, [key]: value };
    const checked = checkSettings(task, typed);
    [this.typed, this.errors] = [typed, checked.errors];
    if (checked.task !== null) this.dispatchEvent(new CustomEvent('task-change', { detail: { task: checked.task } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'task-settings': TaskSettings;
  }
}
