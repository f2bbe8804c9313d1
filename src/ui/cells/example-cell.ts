/** Example: one example of any task in every form, at any level, seed and setting; what makes it simple or hard; and its neighbours. */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { ExampleForms, ExampleThumbnail } from '../../study/example-forms.ts';
import type { ExampleView } from '../../study/notebook-state.ts';
import { VIEW_RANGES } from '../../study/notebook-state.ts';
import type { TaskSpec } from '../../tasks/task-spec.ts';
import { defaultTaskSpec, describeLevels, taskInfo } from '../../tasks/task-spec.ts';
import { TASK_IDS } from '../../tasks/task.ts';
import type { ExampleKey, Level, Profile, RecordKind, Split, TaskId } from '../../tasks/task.ts';
import '../elements/choice-group.ts';
import { count } from '../elements/format.ts';
import '../elements/linked-example.ts';
import '../elements/linked-text.ts';
import '../elements/number-stepper.ts';
import '../elements/task-settings.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

const RECORDS = [
  { value: 'text', label: 'Text', hint: 'The problem is given as text.' },
  { value: 'image', label: 'Image', hint: 'The problem is given as a picture.' },
  { value: 'image-via-text', label: 'Image-via-text', hint: 'A picture is given; the answer first writes it out as text.' },
] as const satisfies readonly { value: RecordKind; label: string; hint: string }[];

/** Examples of one page of the gallery. */
const GALLERY = 12;

@customElement('example-cell')
export class ExampleCell extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      .explain {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr));
        gap: 0.3rem 2rem;
        margin: 0.8rem 0 0.3rem;
      }
      .explain p {
        margin: 0;
      }
      .levels {
        margin: 0;
        padding-left: 1.2rem;
      }
      .controls {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.6rem 1.2rem;
        margin: 0.6rem 0;
      }
      .controls > details {
        padding-bottom: 0.2rem;
        font-size: 0.93rem;
      }
      .controls > details[open] {
        flex: 1 1 100%;
      }
      .fold {
        padding: 0.3rem 0 0.6rem;
      }
      .check {
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
        min-height: 2.1rem;
        font-size: 0.93rem;
      }
      .size {
        margin: 0.5rem 0 0.2rem;
        font-size: 0.93rem;
        line-height: 1.45;
      }
      linked-example {
        margin-top: 0.4rem;
      }
    `,
  ];

  @state() private forms: ExampleForms | null = null;
  @state() private fault = '';
  @state() private hasMarks = false;
  @state() private isGallerySeen = false;
  /** First index of the gallery's page; null = the page with the example in view. */
  @state() private galleryFrom: number | null = null;
  @state() private thumbnails: ReadonlyMap<number, ExampleThumbnail> = new Map();
  #asked = '';
  #galleryAsked = '';
  #galleryKind = '';
  #shownIndex = 0;

  protected override watch({ notebook }: PageServices): unknown {
    return notebook.state.value.example;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (this.services === null) return;
    const { index } = this.services.notebook.state.value.example;
    if (index !== this.#shownIndex && !this.#galleryIndices(index).includes(index)) this.galleryFrom = null;
    this.#shownIndex = index;
    void this.#load(this.services);
    void this.#loadGallery(this.services);
  }

  protected override draw({ notebook }: PageServices) {
    const view = notebook.state.value.example;
    const { forms, fault } = this;
    if (forms === null && fault === '') return html`<slot></slot>`;
    return html`${this.#controls(view)}
    ${fault === '' ? nothing : html`<div class="note bad" role="alert"><p>This example cannot be made: ${fault}</p></div>`}
    ${fault !== '' || forms === null ? nothing : this.#example(forms, view)}`;
  }

  #controls(view: ExampleView) {
    const { task, level } = view;
    const info = taskInfo(task.id);
    const says = describeLevels(task);
    return html`<choice-group
        label="Task"
        .value=${task.id}
        .options=${TASK_IDS.map((id) => ({ value: id, label: taskInfo(id).title, hint: taskInfo(id).summary }))}
        @choose=${({ detail }: CustomEvent<{ value: TaskId }>) => this.services?.notebook.showTask(detail.value)}
      ></choice-group>
      <div class="explain">
        <p>${info.summary}</p>
        <ul class="levels">
          ${info.levels.map((of) => html`<li><b>${of}</b>${of === level ? ' (shown)' : nothing}: ${says[of]}</li>`)}
        </ul>
      </div>
      <div class="controls">
        <choice-group
          label="Level"
          .value=${level}
          .options=${info.levels.map((value) => ({ value, label: value }))}
          @choose=${({ detail }: CustomEvent<{ value: Level }>) => this.#set({ level: detail.value })}
        ></choice-group>
        <number-stepper
          label="Example"
          .value=${view.index}
          .max=${VIEW_RANGES.index.max}
          @change-number=${({ detail }: CustomEvent<{ value: number }>) => this.#set({ index: detail.value })}
        ></number-stepper>
        <choice-group
          label="Format"
          .value=${view.profile}
          .options=${[
            { value: 'paper' satisfies Profile, label: 'paper', hint: 'The published formats, to the character.' },
            { value: 'compact' satisfies Profile, label: 'compact', hint: 'The same content in fewer words and a small picture, for small models.' },
          ]}
          @choose=${({ detail }: CustomEvent<{ value: Profile }>) => this.#set({ profile: detail.value })}
        ></choice-group>
        ${
          this.forms === null || this.forms.links.marks.length === 0
            ? nothing
            : html`<label class="check"
                ><input type="checkbox" .checked=${this.hasMarks} @change=${() => (this.hasMarks = !this.hasMarks)} />Mark start and end</label
              >`
        }
        <details>
          <summary>Seed, split and settings</summary>
          <div class="fold">${this.#settings(view)}</div>
        </details>
      </div>`;
  }

  #settings({ task, seed, split }: ExampleView) {
    const draftTask = this.services?.notebook.state.value.draft.task;
    return html`<div class="controls">
        <number-stepper
          label="Seed"
          .value=${seed}
          .max=${VIEW_RANGES.seed.max}
          @change-number=${({ detail }: CustomEvent<{ value: number }>) => this.#set({ seed: detail.value })}
        ></number-stepper>
        <choice-group
          label="Split"
          .value=${split}
          .options=${[
            { value: 'train' satisfies Split, label: 'training' },
            { value: 'eval' satisfies Split, label: 'held out' },
          ]}
          @choose=${({ detail }: CustomEvent<{ value: Split }>) => this.#set({ split: detail.value })}
        ></choice-group>
        <button @click=${() => this.#set({ task: defaultTaskSpec(task.id) })}>Authors’ settings</button>
        <button @click=${() => draftTask !== undefined && this.#set({ task: draftTask })}>Settings of the training form</button>
      </div>
      <task-settings
        .task=${task}
        @task-change=${({ detail }: CustomEvent<{ task: TaskSpec }>) => this.#set({ task: detail.task })}
      ></task-settings>`;
  }

  #example(forms: ExampleForms, view: ExampleView) {
    const { record, profile, index } = view;
    const indices = this.#galleryIndices(index);
    return html`<linked-example .forms=${forms} .record=${record} .hasMarks=${this.hasMarks}>
      <div slot="record">
        <choice-group
          label="Training record made from it"
          .value=${record}
          .options=${RECORDS}
          @choose=${({ detail }: CustomEvent<{ value: RecordKind }>) => this.#set({ record: detail.value })}
        ></choice-group>
        <p class="size">${recordText(record, profile, forms.sizes[record])}</p>
        <details>
          <summary>The question, word for word</summary>
          <linked-text label="Question" usage="given" .text=${forms.records[record].question} wrap></linked-text>
        </details>
      </div>
      <example-gallery
        .indices=${indices}
        .thumbnails=${this.thumbnails}
        .current=${index}
        .hasNext=${(indices.at(-1) ?? 0) < VIEW_RANGES.index.max}
        @gallery-seen=${() => (this.isGallerySeen = true)}
        @gallery-page=${({ detail }: CustomEvent<{ from: number }>) => (this.galleryFrom = detail.from)}
        @gallery-pick=${({ detail }: CustomEvent<{ index: number }>) => this.#set({ index: detail.index })}
      ></example-gallery>
    </linked-example>`;
  }

  #set(changes: Partial<ExampleView>): void {
    this.services?.notebook.setExample(changes);
  }

  #galleryIndices(index: number): number[] {
    const from = this.galleryFrom ?? index - (index % GALLERY);
    return Array.from({ length: Math.min(GALLERY, VIEW_RANGES.index.max + 1 - from) }, (_, i) => from + i);
  }

  /** Asks for the example in view; an answer that comes after a newer question is dropped. */
  async #load({ notebook, examples }: PageServices): Promise<void> {
    const view = notebook.state.value.example;
    const args = { key: keyOf(view), spec: view.task, profile: view.profile };
    const asked = JSON.stringify(args);
    if (asked === this.#asked) return;
    this.#asked = asked;
    try {
      const forms = await examples.call('forms', args);
      if (asked === this.#asked) [this.forms, this.fault] = [forms, ''];
    } catch (thrown) {
      if (asked === this.#asked) this.fault = thrown instanceof Error ? thrown.message : String(thrown);
    }
  }

  /** Asks for the gallery's page once it has been in view, after the example itself. */
  async #loadGallery({ notebook, examples }: PageServices): Promise<void> {
    const view = notebook.state.value.example;
    const indices = this.#galleryIndices(view.index);
    const key = { ...keyOf(view), index: indices[0] ?? 0 };
    const args = { key, spec: view.task, count: indices.length };
    const [asked, kind] = [JSON.stringify(args), JSON.stringify({ ...args, key: { ...key, index: 0 }, count: 0 })];
    if (kind !== this.#galleryKind) [this.thumbnails, this.#galleryKind] = [new Map(), kind]; // pictures of other settings
    if (!this.isGallerySeen || asked === this.#galleryAsked) return;
    this.#galleryAsked = asked;
    try {
      const found = await examples.call('gallery', args);
      if (asked === this.#galleryAsked) this.thumbnails = new Map(found.map((thumbnail) => [thumbnail.key.index, thumbnail]));
    } catch {
      if (asked === this.#galleryAsked) this.thumbnails = new Map(); // the example in view says what is wrong
    }
  }
}

function keyOf({ task, level, split, seed, index }: ExampleView): ExampleKey {
  return { task: task.id, level, split, seed, index };
}

/** What a record gives and what must be written, with sizes. */
function recordText(record: RecordKind, profile: Profile, { prompt, response }: { readonly prompt: number; readonly response: number }): string {
  const unit = profile === 'paper' ? 'character' : 'token';
  const size = (length: number): string => `${count(length)} ${unit}${length === 1 ? '' : 's'}`;
  const given = record === 'text' ? `the problem as text and a question, ${size(prompt)}` : `the picture and a question of ${size(prompt)}`;
  const written = record === 'image-via-text' ? 'the picture as text, then chain of thought and answer' : 'chain of thought and answer';
  return `Given: ${given}. To be written: ${written}, ${size(response)}.`;
}

declare global {
  interface HTMLElementTagNameMap {
    'example-cell': ExampleCell;
  }
}
