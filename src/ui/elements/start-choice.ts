/**
 * The two ways to begin, told apart for someone who is here for the first time: a tiny model that shows how the parts work, and the study itself,
 * from a base, in the words of the base itself: not all of them read well. Draws what it is given.
 *
 * @fires choose-start - `CustomEvent<{ start: StartKind }>`.
 */
import { css, html, LitElement } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { controls, prose } from '../styles/shared.ts';

export type StartKind = 'parts' | 'study';

@customElement('start-choice')
export class StartChoice extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        margin-bottom: 1.3rem;
      }
      .ways {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr));
        gap: 0.8rem;
      }
      .way {
        display: flex;
        flex-direction: column;
        align-items: start;
        gap: 0.6rem;
        padding: 0.8rem 1rem;
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      .way.chosen {
        border-color: var(--accent);
        background: var(--accent-wash);
      }
      p {
        flex: 1;
        margin: 0;
        font-size: 0.93rem;
      }
    `,
  ];

  /** What the form holds now; null = something of the visitor's own. */
  @property({ attribute: false }) chosen: StartKind | null = null;
  /** Title of the task of the base. */
  @property() task = '';
  /** Title of the form's task, where there is no base for it; '' = there is. */
  @property() withoutBase = '';
  /** Preset of the base of the study. */
  @property() preset = '';
  /** What the base can do, as its list says: `reads Grid Navigation (37,120 rows)`; '' = it says nothing. */
  @property() ability = '';

  override render() {
    const ability = this.ability === '' ? `was made for ${this.task}` : this.ability;
    return html`<div class="ways" role="group" aria-label="Two ways to begin">
      ${this.#way(
        'parts',
        html`<b>See the parts work: micro.</b> A tiny model from scratch. Every part runs within minutes and the loss falls, but that is too little
          training to look anything up: do not expect right answers.`,
        'Set up micro',
      )}
      ${this.#way(
        'study',
        html`<b>Run the study: ${this.preset} from its base.</b> Like the paper’s model it does not start from nothing: its base ${ability}. It is
          trained on simple examples and then asked harder
          ones.${this.withoutBase === '' ? '' : ` There is no base for ${this.withoutBase}, so this changes the task to ${this.task}.`}`,
        `Set up ${this.preset} from its base`,
      )}
    </div>`;
  }

  #way(start: StartKind, text: unknown, label: string) {
    const isChosen = this.chosen === start;
    return html`<div class="way ${isChosen ? 'chosen' : ''}">
      <p>${text}</p>
      <button aria-pressed=${isChosen} @click=${() => this.dispatchEvent(new CustomEvent('choose-start', { detail: { start } }))}>${label}</button>
    </div>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'start-choice': StartChoice;
  }
}
