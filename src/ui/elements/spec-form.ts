/**
 * The settings of a run as a form drawn from the fields of its task: a few main choices, the rest folded. Draws what it is given.
 *
 * @fires field-change - from its fields, `CustomEvent<{ key: string; value: unknown }>`; `joint` comes as true or false.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { partnersOf } from '../../study/joint.ts';
import { fieldsOfTask, hasField } from '../../study/run-spec-fields.ts';
import type { FieldGroup, RunSpecField } from '../../study/run-spec-fields.ts';
import { valueAt } from '../../study/run-spec-schema.ts';
import { SUPERVISIONS } from '../../study/run-spec.ts';
import { titleOf } from '../../study/strategies/ids.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import type { TaskId } from '../../tasks/task.ts';
import { TASK_IDS } from '../../tasks/task.ts';
import { controls, prose } from '../styles/shared.ts';
import './spec-field.ts';
import type { ValueLabels } from './spec-field.ts';

/** The choices a newcomer meets; everything else is under "More settings". */
const MAIN_KEYS: readonly string[] = ['task.id', 'preset', 'base', 'supervision', 'examples', 'warmUpRows', 'alignRows', 'switchAt'];
const FOLDED: readonly { readonly title: string; readonly groups: readonly FieldGroup[] }[] = [
  { title: 'Task settings', groups: ['task'] },
  { title: 'Model and data', groups: ['model', 'data'] },
  { title: 'Optimiser', groups: ['optimiser'] },
  { title: 'Evaluation and checkpoints', groups: ['evaluation'] },
];

/** Values without a label are shown as they are written. */
const LABELS: ValueLabels = {
  micro: 'micro: shows the parts, about 0.1 M weights',
  nano: 'nano: the study, 1-2 M weights',
  small: 'small: 8-15 M weights',
  ...Object.fromEntries(SUPERVISIONS.map((id) => [id, titleOf(id)])),
  mix: 'Mix (text, image and image-via-text)',
  'image-via-text+': 'Image-via-Text+ (and hard text)',
  'mix+': 'Mix+ (Mix and hard text)',
  ...Object.fromEntries(TASK_IDS.map((id) => [id, taskInfo(id).title])),
};

@customElement('spec-form')
export class SpecForm extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 14rem), 1fr));
        gap: 1rem 1.4rem;
      }
      .main {
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr));
      }
      details,
      .joint {
        margin-top: 1rem;
      }
      .joint {
        display: block;
        font-size: 0.93rem;
      }
      fieldset {
        margin: 1rem 0 0;
        padding: 0;
        border: 0;
      }
      legend {
        padding: 0 0 0.5rem;
        font-weight: 600;
      }
    `,
  ];

  /** Whose settings are asked for. */
  @property() task: TaskId = TASK_IDS[0];
  /** The spec with what was typed over it; values may be wrong. */
  @property({ attribute: false }) values: unknown = null;
  @property({ attribute: false }) errors: Readonly<Record<string, string>> = {};
  /** Digests that may be chosen as base, and their names. */
  @property({ attribute: false }) bases: readonly { readonly digest: string; readonly title: string }[] = [];

  /** Opened by the visitor or by an error in it, and not closed by the error's end. */
  @state() private isOpen = false;

  override willUpdate(): void {
    if (Object.keys(this.errors).some((key) => !MAIN_KEYS.includes(key))) this.isOpen = true;
  }

  override render() {
    const supervision = valueAt(this.values, 'supervision');
    const all = fieldsOfTask(this.task).filter((field) => hasField(field, supervision));
    return html`<div class="fields main">${MAIN_KEYS.map((key) => this.#field(all.find((field) => field.key === key)))}</div>
      ${this.#joint()}
      <details ?open=${this.isOpen} @toggle=${(event: Event) => (this.isOpen = (event.target as HTMLDetailsElement).open)}>
        <summary>More settings</summary>
        ${FOLDED.map(({ title, groups }) => {
          const fields = all.filter((field) => groups.includes(field.group) && !MAIN_KEYS.includes(field.key));
          return html`<fieldset>
            <legend>${title}</legend>
            <div class="fields">${fields.map((field) => this.#field(field))}</div>
          </fieldset>`;
        })}
      </details>`;
  }

  /** Training with two other tasks, where the task has such and the run is a study. */
  #joint() {
    const partners = partnersOf(this.task).map((id) => taskInfo(id).title);
    if (partners.length === 0 || valueAt(this.values, 'curriculum') !== null) return nothing;
    const give = ({ target }: Event): void => {
      const value = (target as HTMLInputElement).checked; // the listener is on the checkbox
      this.dispatchEvent(new CustomEvent('field-change', { detail: { key: 'joint', value } }));
    };
    return html`<label class="joint"
      ><input type="checkbox" .checked=${valueAt(this.values, 'joint') !== undefined} @change=${give} /> Jointly with ${partners.join(' and ')}
      <span class="soft">(a third of the rows from each of the three, shuffled together; S2H section I.8)</span></label
    >`;
  }

  #field(field: RunSpecField | undefined) {
    if (field === undefined) return null;
    const isDigest = field.type === 'digest';
    const labels = isDigest ? Object.fromEntries(this.bases.map(({ digest, title }) => [digest, title])) : LABELS;
    const given = valueAt(this.values, field.key);
    const value = given === undefined ? field.standard : given;
    const known = this.bases.map(({ digest }) => digest);
    const choices = isDigest ? (typeof value === 'string' && !known.includes(value) ? [...known, value] : known) : null;
    return html`<spec-field
      .field=${field}
      .value=${value}
      .error=${this.errors[field.key] ?? ''}
      .labels=${labels}
      .settings=${valueAt(this.values, 'task') ?? {}}
      .choices=${choices}
      @field-change=${(event: CustomEvent<unknown>) => this.dispatchEvent(new CustomEvent('field-change', { detail: event.detail }))}
    ></spec-field>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'spec-form': SpecForm;
  }
}
