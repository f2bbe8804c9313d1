/** Example: one example of the task in every form, any level, seed and size; what makes it simple or hard. */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { ExampleForms, RecordForms } from '../../study/example-forms.ts';
import type { ExampleView } from '../../study/notebook-state.ts';
import { VIEW_RANGES } from '../../study/notebook-state.ts';
import { pathCellRange } from '../../tasks/consecutive-table-readout/truth.ts';
import { LEVELS } from '../../tasks/task.ts';
import type { Level, Profile, RecordKind, Split } from '../../tasks/task.ts';
import '../elements/choice-group.ts';
import '../elements/copy-text.ts';
import '../elements/number-stepper.ts';
import '../elements/svg-picture.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

const RECORDS = [
  { value: 'text', label: 'Text', hint: 'The table is given as text.' },
  { value: 'image', label: 'Image', hint: 'The table is given as a picture.' },
  { value: 'image-via-text', label: 'Image-via-text', hint: 'A picture is given; the answer first writes it out as text.' },
] as const;

@customElement('example-cell')
export class ExampleCell extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      .controls {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.8rem 1.2rem;
        margin: 0.9rem 0 0.5rem;
      }
      .path {
        margin: 0.8rem 0 1.4rem;
      }
      .ends b {
        font-weight: 600;
      }
      .first {
        color: var(--run-1);
      }
      .last {
        color: var(--run-2);
      }
      .forms {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr));
        gap: 1.2rem 1.6rem;
        margin-top: 0.8rem;
      }
      .size {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.8rem 1.2rem;
        padding-block: 0.6rem;
      }
      .explain {
        max-width: 44em;
      }
      .check {
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
        min-height: 2.1rem;
        font-size: 0.93rem;
      }
      .compact {
        max-width: 34rem;
      }
    `,
  ];

  @state() private forms: ExampleForms | null = null;
  @state() private fault = '';
  @state() private marksEnds = false;
  #asked = '';

  protected override watch({ notebook }: PageServices): unknown {
    return notebook.state.value.example;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (this.services !== null) void this.#load(this.services);
  }

  protected override draw({ notebook }: PageServices) {
    const view = notebook.state.value.example;
    if (this.forms === null && this.fault === '') return html`<slot></slot>`;
    const { forms, fault } = this;
    return html`${this.#explain(view)}
    ${fault === '' ? html`<svg-picture class=${view.profile} .picture=${forms?.picture ?? null}></svg-picture>` : nothing} ${this.#controls(view)}
    ${
      fault === ''
        ? forms === null
          ? nothing
          : this.#example(forms, view)
        : html`<div class="note bad" role="alert"><p>This example cannot be made: ${fault}</p></div>`
    }`;
  }

  #explain({ level, rows, columns }: ExampleView) {
    const range = (of: Level): string => pathCellRange(of, rows, columns).join(' to ');
    return html`<p class="explain">
      Some cells of the table are yellow: they form a path along the rows, left to right or right to left. The question names its first and its last
      cell. The answer walks along the path, reads every digit and adds them up. All levels share the same kind of table; only the path gets longer:
      ${LEVELS.map((of, i) => html`${i === 0 ? '' : ', '}<b>${of}</b> ${of === level ? html`(shown)` : nothing} ${range(of)}`)} cells.
    </p>`;
  }

  #controls(view: ExampleView) {
    const set = (changes: Partial<ExampleView>): void => this.services?.notebook.setExample(changes);
    const pick = (key: keyof ExampleView) => (event: CustomEvent<{ value: string }>) => set({ [key]: event.detail.value } as Partial<ExampleView>); // the options below are the values of the field
    const number = (key: keyof ExampleView) => (event: CustomEvent<{ value: number }>) => set({ [key]: event.detail.value });
    return html`<div class="controls">
        <choice-group
          label="Level"
          .value=${view.level}
          .options=${LEVELS.map((value) => ({ value, label: value }))}
          @choose=${pick('level')}
        ></choice-group>
        <number-stepper label="Example" .value=${view.index} .max=${VIEW_RANGES.index.max} @change-number=${number('index')}></number-stepper>
        <choice-group
          label="Format"
          .value=${view.profile}
          .options=${[
            { value: 'paper' satisfies Profile, label: 'paper', hint: 'The published formats, to the character.' },
            { value: 'compact' satisfies Profile, label: 'compact', hint: 'The same content with one token per cell, for small models.' },
          ]}
          @choose=${pick('profile')}
        ></choice-group>
        <label class="check"
          ><input type="checkbox" .checked=${this.marksEnds} @change=${() => (this.marksEnds = !this.marksEnds)} />Mark start and end</label
        >
      </div>
      <details>
        <summary>Seed, split and table size</summary>
        <div class="size">
          <number-stepper label="Seed" .value=${view.seed} .max=${VIEW_RANGES.seed.max} @change-number=${number('seed')}></number-stepper>
          <choice-group
            label="Split"
            .value=${view.split}
            .options=${[
              { value: 'train' satisfies Split, label: 'training' },
              { value: 'eval' satisfies Split, label: 'held out' },
            ]}
            @choose=${pick('split')}
          ></choice-group>
          <number-stepper
            label="Rows"
            .value=${view.rows}
            .min=${1}
            .max=${VIEW_RANGES.rows.max}
            @change-number=${(event: CustomEvent<{ value: number }>) =>
              set({ rows: event.detail.value, rowNames: Math.max(view.rowNames, event.detail.value) })}
          ></number-stepper>
          <number-stepper
            label="Columns"
            .value=${view.columns}
            .min=${1}
            .max=${VIEW_RANGES.columns.max}
            @change-number=${number('columns')}
          ></number-stepper>
          <number-stepper
            label="Row names"
            .value=${view.rowNames}
            .min=${view.rows}
            .max=${VIEW_RANGES.rowNames.max}
            @change-number=${number('rowNames')}
          ></number-stepper>
          <button @click=${() => this.#useTrainingTable()}>Table of the training form</button>
        </div>
      </details>`;
  }

  #example(forms: ExampleForms, view: ExampleView) {
    const record = forms.records[view.record];
    const [start, end] = [forms.path[0], forms.path.at(-1)];
    return html`<div class="path">
        <p class="ends">
          From <b class="first">${start?.rowName}, ${start?.columnName}</b> to <b class="last">${end?.rowName}, ${end?.columnName}</b>,
          ${forms.path.length} ${forms.path.length === 1 ? 'cell' : 'cells'}: ${forms.path.map(({ digit }) => digit).join(' + ')} =
          <b>${forms.sum}</b>
        </p>
      </div>
      <choice-group
        label="Training record made from it"
        .value=${view.record}
        .options=${RECORDS}
        @choose=${(event: CustomEvent<{ value: RecordKind }>) => this.services?.notebook.setExample({ record: event.detail.value })}
      ></choice-group>
      ${this.#record(record)}`;
  }

  #record(record: RecordForms) {
    const block = (label: string, text: string, wraps: boolean) =>
      text === '' ? nothing : html`<copy-text label=${label} .text=${text} ?wrap=${wraps}></copy-text>`;
    return html`<div class="forms">
      ${record.hasImage ? nothing : block('Given: table as text, x(t)', record.table, false)}
      ${block(record.hasImage ? 'Given: the picture above, and this question' : 'Given: question', record.question, true)}
      ${block('Written: the table as text', record.convert, false)} ${block('Written: chain of thought, CoT(x)', record.chainOfThought, false)}
      ${block('Written: answer, f(x)', record.answer, true)}
    </div>`;
  }

  #useTrainingTable(): void {
    const notebook = this.services?.notebook;
    const task = notebook?.state.value.draft.task;
    if (task !== undefined) notebook?.setExample({ rows: task.rows, columns: task.columns, rowNames: task.rowNames });
  }

  /** Asks for the example in view; an answer that comes after a newer question is dropped. */
  async #load({ notebook, examples }: PageServices): Promise<void> {
    const { level, split, seed, index, rows, columns, rowNames, profile } = notebook.state.value.example;
    const key = { task: 'consecutive-table-readout', level, split, seed, index } as const;
    const args = { key, config: { rows, columns, rowNames }, profile, marksEnds: this.marksEnds };
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
}

declare global {
  interface HTMLElementTagNameMap {
    'example-cell': ExampleCell;
  }
}
