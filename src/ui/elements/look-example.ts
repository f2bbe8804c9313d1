/**
 * Which example is looked at, which of its records, and whose answer. Draws what it is given.
 *
 * @fires level-change - `CustomEvent<{ level: Level }>`.
 * @fires index-change - `CustomEvent<{ index: number }>`.
 * @fires look-change - `CustomEvent<Partial<LookView>>`.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { LookView } from '../../study/notebook-state.ts';
import { VIEW_RANGES } from '../../study/notebook-state.ts';
import type { Level } from '../../tasks/task.ts';
import './choice-group.ts';
import './number-stepper.ts';

@customElement('look-example')
export class LookExample extends LitElement {
  static override styles = css`
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: end;
      gap: 0.8rem 1.2rem;
      margin-bottom: 1.1rem;
    }
  `;

  @property({ attribute: false }) levels: readonly Level[] = [];
  @property() level: Level = 'simple';
  /** Name of the group of levels. */
  @property() levelLabel = 'Level';
  @property({ attribute: false }) index = 0;
  @property({ attribute: false }) view: LookView | null = null;

  override render() {
    const { view } = this;
    if (view === null) return nothing;
    return html`<choice-group
        label=${this.levelLabel}
        .value=${this.level}
        .options=${this.levels.map((value) => ({ value, label: value }))}
        @choose=${(event: CustomEvent<{ value: Level }>) => this.#say('level-change', { level: event.detail.value })}
      ></choice-group>
      <number-stepper
        label="Example"
        .value=${this.index}
        .max=${VIEW_RANGES.index.max}
        @change-number=${(event: CustomEvent<{ value: number }>) => this.#say('index-change', { index: event.detail.value })}
      ></number-stepper>
      <choice-group
        label="Record"
        .value=${view.record}
        .options=${[
          { value: 'image', label: 'Image' },
          { value: 'image-via-text', label: 'Image-via-text' },
        ]}
        @choose=${(event: CustomEvent<{ value: LookView['record'] }>) => this.#say('look-change', { record: event.detail.value, span: null })}
      ></choice-group>
      <choice-group
        label="Answer"
        .value=${view.response}
        .options=${[
          { value: 'gold', label: 'correct one', hint: 'The model reads the correct answer, word by word.' },
          { value: 'generated', label: 'its own', hint: 'The model writes its own answer.' },
        ]}
        @choose=${(event: CustomEvent<{ value: LookView['response'] }>) => this.#say('look-change', { response: event.detail.value, span: null })}
      ></choice-group>`;
  }

  #say(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'look-example': LookExample;
  }
}
