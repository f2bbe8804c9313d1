/** What the training of the smarterVLM cell solves, and a look inside: its answers one by one, and what each word of a question looks at. Wires elements to its state. */
import { html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { AnsweredItem } from '../../../workers/smarter-protocol.ts';
import { FAMILIES } from '../../tasks/puzzles/families.ts';
import '../elements/smarter-answers.ts';
import '../elements/smarter-look.ts';
import '../elements/smarter-scores.ts';
import { saveFile } from '../services/files.ts';
import { SignalController } from '../services/signal-controller.ts';
import type { SmarterRuns } from '../services/smarter-runs.ts';
import { sections } from '../styles/sections.ts';
import { controls, prose } from '../styles/shared.ts';

const NAMES: ReadonlyMap<number, string> = new Map(FAMILIES.map(({ id, name }) => [id, `${name} (${id})`]));
const nameOf = (puzzle: number): string => NAMES.get(puzzle) ?? `puzzle ${puzzle}`;

@customElement('smarter-results')
export class SmarterResults extends LitElement {
  static override styles = [controls, prose, sections];

  @property({ attribute: false }) trainings: SmarterRuns | null = null;
  readonly #state = new SignalController(this, () => {
    const { live, liveName, work, answers, looked } = this.trainings ?? {};
    return [live, liveName, work, answers, looked].map((each) => each?.value);
  });

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('trainings')) this.#state.restart();
  }

  override render() {
    const { trainings } = this;
    return trainings === null ? nothing : html`${this.#result(trainings)} ${this.#look(trainings)}`;
  }

  #result({ live, liveName }: SmarterRuns) {
    const progress = live.value?.progress;
    const scores = progress?.test ?? progress?.epochs.at(-1)?.val ?? null;
    const save = ({ detail }: CustomEvent<{ text: string }>): void =>
      saveFile(`smarter-${liveName.value.replaceAll(' ', '-')}.csv`, new TextEncoder().encode(detail.text));
    return html`<section aria-labelledby="result">
      <h3 id="result">Result</h3>
      ${
        scores === null
          ? html`<p class="soft">
              How many puzzles a training solves, by skill, appears here after its first epoch, beside what guessing would solve.
            </p>`
          : html`<smarter-scores
              .scores=${scores}
              items=${progress?.test === null ? 'validation' : 'test'}
              .nameOf=${nameOf}
              @save-csv=${save}
            ></smarter-scores>`
      }
    </section>`;
  }

  #look(trainings: SmarterRuns) {
    const { live, work, answers, looked } = trainings;
    const run = live.value;
    const isAsked = work.value === 'answering' || work.value === 'looking';
    return html`<section aria-labelledby="look-inside">
      <h3 id="look-inside">Look</h3>
      <p class="explain">Its answers to puzzles it never saw, one by one: where it is sure and wrong, and what each word of the question looks at.</p>
      ${
        run === null || run.progress.step === 0
          ? html`<p class="soft">Train a model, or open a kept training, then list its answers here.</p>`
          : html`<p class="row">
              <button ?disabled=${work.value !== null} @click=${() => void trainings.askAnswers()}>
                ${answers.value === null ? 'List its answers to the test items' : 'List them anew'}
              </button>
              <span class="small soft" role="status">${isAsked ? 'Asking the model…' : ''}</span>
            </p>`
      }
      ${
        answers.value === null
          ? nothing
          : html`<smarter-answers
              .answers=${answers.value}
              .nameOf=${nameOf}
              .openItem=${looked.value?.answered.item ?? -1}
              ?disabled=${work.value !== null}
              @choose-answer=${({ detail }: CustomEvent<{ answered: AnsweredItem }>) => void this.#lookAt(trainings, detail.answered)}
            ></smarter-answers>`
      }
      <smarter-look .looked=${looked.value}></smarter-look>
    </section>`;
  }

  /** The picture comes below the table of answers, which may fill the window. */
  async #lookAt(trainings: SmarterRuns, answered: AnsweredItem): Promise<void> {
    await trainings.look(answered);
    await this.updateComplete;
    this.renderRoot.querySelector('smarter-look')?.scrollIntoView({ block: 'nearest' });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-results': SmarterResults;
  }
}
