/**
 * The answers of a training to its test items, filtered: the surest mistakes first. Draws what it is given.
 *
 * @fires choose-answer - `CustomEvent<{ answered: AnsweredItem }>`.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { AnsweredItem } from '../../../workers/smarter-protocol.ts';
import { controls, prose, tables } from '../styles/shared.ts';
import './choice-group.ts';
import { count } from './format.ts';
import { filtered, shown } from './smarter-rows.ts';
import type { AnswerFilter } from './smarter-rows.ts';

/** Rows at a time. */
const SHOWN = 25;
const OUTCOMES: readonly { readonly value: AnswerFilter['outcome']; readonly label: string }[] = [
  { value: 'wrong', label: 'wrong' },
  { value: 'right', label: 'right' },
  { value: 'all', label: 'all' },
];

@customElement('smarter-answers')
export class SmarterAnswers extends LitElement {
  static override styles = [
    controls,
    prose,
    tables,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .filter {
        align-items: end;
        margin-bottom: 0.8rem;
      }
      .filter label {
        display: grid;
        max-width: 100%;
        color: var(--ink-soft);
        font-size: 0.86rem;
      }
      select {
        max-width: 100%;
        color: var(--ink);
      }
      .scroll {
        max-height: 22rem;
        overflow: auto;
      }
      td.question {
        min-width: 14rem;
      }
      tr[aria-current] {
        background: var(--accent-wash);
      }
    `,
  ];

  @property({ attribute: false }) answers: readonly AnsweredItem[] = [];
  @property({ attribute: false }) nameOf: (puzzle: number) => string = String;
  /** Item that is looked at; -1: none. */
  @property({ type: Number }) openItem = -1;
  @property({ type: Boolean }) disabled = false;
  @state() private filter: AnswerFilter = { outcome: 'wrong', skill: '', puzzle: 0 };
  @state() private most = SHOWN;

  override render() {
    const { answers, filter } = this;
    const found = filtered(answers, filter);
    const skills = [...new Set(answers.map(({ skill }) => skill))];
    const puzzles = [...new Set(answers.filter(({ skill }) => filter.skill === '' || skill === filter.skill).map(({ puzzle }) => puzzle))];
    const select = (label: string, value: string, options: readonly (readonly [value: string, label: string])[], set: (value: string) => void) =>
      html`<label
        >${label}
        <select @change=${(event: Event) => set((event.target as HTMLSelectElement).value)}>
          ${options.map(([option, text]) => html`<option value=${option} ?selected=${option === value}>${text}</option>`)}
        </select></label
      >`;
    return html`<div class="row filter">
        <choice-group
          label="Answers"
          .value=${filter.outcome}
          .options=${OUTCOMES}
          @choose=${({ detail }: CustomEvent<{ value: AnswerFilter['outcome'] }>) => this.#set({ outcome: detail.value })}
        ></choice-group>
        ${select('Skill', filter.skill, [['', 'all skills'], ...skills.map((skill) => [skill, skill] as const)], (skill) => this.#set({ skill, puzzle: 0 }))}
        ${select(
          'Family',
          String(filter.puzzle),
          [['0', 'all families'], ...puzzles.map((puzzle) => [String(puzzle), this.nameOf(puzzle)] as const)],
          (puzzle) => this.#set({ puzzle: Number(puzzle) }),
        )}
      </div>
      <p class="small soft" role="status">
        ${count(found.length)} of ${count(answers.length)}
        answers${filter.outcome === 'wrong' ? ', the surest mistakes (highest probability of what was said) first' : ''}.
      </p>
      ${found.length === 0 ? nothing : this.#table(found.slice(0, this.most))}
      ${found.length > this.most ? html`<p><button @click=${() => (this.most += SHOWN)}>Show more</button></p>` : nothing}`;
  }

  #table(answers: readonly AnsweredItem[]) {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Answers">
      <table>
        <thead>
          <tr>
            <td></td>
            <th scope="col">Family</th>
            <th scope="col">Question</th>
            <th scope="col">Answer</th>
            <th scope="col">Model says</th>
            <th scope="col" class="number" title="Probability that the model gives what it says">Sure, %</th>
            <th scope="col" class="number" title="Of the right answer, in nats">Loss</th>
          </tr>
        </thead>
        <tbody>
          ${answers.map(
            (answered) =>
              html`<tr aria-current=${answered.item === this.openItem ? 'true' : nothing}>
                <td>
                  <button ?disabled=${this.disabled} aria-label=${`Look at item ${answered.item}`} @click=${() => this.#choose(answered)}>
                    Look
                  </button>
                </td>
                <td>${this.nameOf(answered.puzzle)}</td>
                <td class="question">${answered.question}</td>
                <td>${answered.answer}</td>
                <td>${answered.isSolved ? '✓' : '✗'} ${answered.said}</td>
                <td class="number">${shown(answered.chance)}</td>
                <td class="number">${answered.loss.toFixed(2)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #set(change: Partial<AnswerFilter>): void {
    this.filter = { ...this.filter, ...change };
    this.most = SHOWN;
  }

  #choose(answered: AnsweredItem): void {
    this.dispatchEvent(new CustomEvent('choose-answer', { detail: { answered } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-answers': SmarterAnswers;
  }
}
