/** Our own puzzle families to leaf through and to try: skill, family, instance; a click on an option says whether it is right. All is made here, from the seed. */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { answerText, letterOf } from '../../tasks/puzzles/answers.ts';
import { FAMILIES } from '../../tasks/puzzles/families.ts';
import { puzzleAt } from '../../tasks/puzzles/instance.ts';
import type { Puzzle } from '../../tasks/puzzles/instance.ts';
import type { PuzzleFamily, Skill } from '../../tasks/puzzles/puzzle.ts';
import { SKILLS } from '../../tasks/puzzles/puzzle.ts';
import { sceneToSvg } from '../../tasks/render/svg.ts';
import { controls, prose } from '../styles/shared.ts';
import './number-stepper.ts';
import './svg-picture.ts';
import type { SvgDocument } from './svg-picture.ts';

const MODE = 'uniform-rank';
const MORE = 4;
const LAST_INDEX = 19_999;
const LAST_SEED = 900_000;

/** Families by skill, skills without one left out. */
export function familiesBySkill(): readonly (readonly [skill: Skill, families: readonly PuzzleFamily[]])[] {
  return SKILLS.map((skill) => [skill, FAMILIES.filter((family) => family.skill === skill)] as const).filter(([, families]) => families.length > 0);
}

@customElement('smarter-puzzles')
export class SmarterPuzzles extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .pick {
        align-items: end;
        margin-bottom: 1rem;
      }
      .pick label {
        display: grid;
        max-width: 100%;
        color: var(--ink-soft);
        font-size: 0.86rem;
      }
      select {
        max-width: 100%;
        color: var(--ink);
      }
      .puzzle {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 16rem), 1fr));
        gap: 1rem 1.5rem;
        max-width: 52rem;
      }
      .picture {
        align-self: start;
        max-width: 22rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
        overflow: hidden;
      }
      .question {
        font-size: 1.05rem;
      }
      .options {
        display: grid;
        gap: 0.4rem;
        margin-bottom: 0.8rem;
      }
      .options button {
        justify-content: start;
      }
      .right {
        border-color: var(--good);
        border-width: 2px;
      }
      .wrong {
        border-color: var(--bad);
        border-width: 2px;
      }
      .more {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(8rem, 1fr));
        gap: 0.7rem;
        margin-top: 0.7rem;
        max-width: 52rem;
      }
      .more button {
        padding: 2px;
      }
      .more svg-picture {
        width: 100%;
      }
    `,
  ];

  @state() private family: PuzzleFamily | null = FAMILIES.find(({ id }) => id === 19) ?? FAMILIES[0] ?? null;
  @state() private seed = 0;
  @state() private index = 0;
  @state() private chosen: number | null = null;
  @state() private isMoreOpen = false;

  override render() {
    const { family, seed, index } = this;
    if (family === null) return nothing;
    const groups = familiesBySkill();
    const own = groups.find(([skill]) => skill === family.skill)?.[1] ?? [];
    const puzzle = puzzleAt(family, { seed, index, mode: MODE });
    return html`<div class="row pick">
        <label
          >Skill
          <select @change=${(event: Event) => this.#show({ family: groups.find(([skill]) => skill === valueOf(event))?.[1][0] ?? family })}>
            ${groups.map(
              ([skill, families]) =>
                html`<option value=${skill} ?selected=${skill === family.skill}>
                  ${skill}: ${families.length} ${families.length === 1 ? 'family' : 'families'}
                </option>`,
            )}
          </select></label
        >
        <label
          >Family
          <select @change=${(event: Event) => this.#show({ family: own.find(({ id }) => String(id) === valueOf(event)) ?? family })}>
            ${own.map(({ id, name }) => html`<option value=${id} ?selected=${id === family.id}>${name} (${id})</option>`)}
          </select></label
        >
        <number-stepper
          label="Instance"
          .value=${index}
          .max=${LAST_INDEX}
          @change-number=${({ detail }: CustomEvent<{ value: number }>) => this.#show({ index: detail.value })}
        ></number-stepper>
        <number-stepper
          label="Seed"
          .value=${seed}
          .max=${LAST_SEED}
          @change-number=${({ detail }: CustomEvent<{ value: number }>) => this.#show({ seed: detail.value })}
        ></number-stepper>
      </div>
      <div class="puzzle">
        <svg-picture class="picture" .picture=${documentOf(puzzle)}></svg-picture>
        <div>
          <p class="question">${puzzle.question}</p>
          <div class="options" role="group" aria-label="Options">${puzzle.options.map((_, place) => this.#option(puzzle, place))}</div>
          <p role="status">${this.#verdict(puzzle)}</p>
        </div>
      </div>
      <details @toggle=${(event: Event) => (this.isMoreOpen = (event.target as HTMLDetailsElement).open)}>
        <summary>Four more of this family</summary>
        ${this.isMoreOpen ? this.#more(family) : nothing}
      </details>`;
  }

  #option({ family, options, right }: Puzzle, place: number) {
    const { chosen } = this;
    const mark = chosen === null ? '' : place === right ? 'right' : place === chosen ? 'wrong' : '';
    const value = options[place] ?? 0;
    return html`<button class=${mark} aria-pressed=${place === chosen} @click=${() => (this.chosen = place)}>
      <b>${letterOf(place)}</b> ${answerText(family.answer, value)} ${mark === 'right' ? '✓' : mark === 'wrong' ? '✗' : nothing}
    </button>`;
  }

  #verdict({ family, right, answer }: Puzzle) {
    const { chosen } = this;
    if (chosen === null) return html`<span class="soft">Choose an option.</span>`;
    const text = `the answer is ${answerText(family.answer, answer)} (${letterOf(right)})`;
    return chosen === right ? html`<b>Right</b>: ${text}.` : html`<b>Wrong</b>: ${text}.`;
  }

  #more(family: PuzzleFamily) {
    const { seed, index } = this;
    const places = Array.from({ length: MORE }, (_, i) => index + 1 + i).filter((place) => place <= LAST_INDEX);
    return html`<div class="more">
      ${places.map((place) => {
        const puzzle = puzzleAt(family, { seed, index: place, mode: MODE });
        return html`<button
          aria-label=${`Instance ${place}: ${puzzle.question}`}
          title=${puzzle.question}
          @click=${() => this.#show({ index: place })}
        >
          <svg-picture isNamedOutside .picture=${documentOf(puzzle)}></svg-picture>
        </button>`;
      })}
    </div>`;
  }

  #show({ family = this.family, seed = this.seed, index = this.index }: { family?: PuzzleFamily | null; seed?: number; index?: number }): void {
    [this.family, this.seed, this.index, this.chosen] = [family, seed, index, null];
  }
}

function documentOf({ scene }: Puzzle): SvgDocument {
  const drawn = scene();
  return { svg: sceneToSvg(drawn), widthPx: drawn.widthPx, heightPx: drawn.heightPx, description: drawn.description };
}

/** The listener is on selects only. */
function valueOf(event: Event): string {
  return (event.target as HTMLSelectElement).value;
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-puzzles': SmarterPuzzles;
  }
}
