/**
 * Go on with a run on other data (S2H Figure 8): from one of its steps, optimiser and schedule as they are. Makes the spec of the child; whoever listens starts it.
 *
 * @fires switch-run - `CustomEvent<RunSpec>`, the child.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { SUPERVISIONS } from '../../study/run-spec.ts';
import type { RunSpec, Supervision } from '../../study/run-spec.ts';
import { phaseKindsOf, STRATEGY_GROUPS, titleOf } from '../../study/strategies/ids.ts';
import { switchedSpec } from '../../study/switch-run.ts';
import { ask } from '../styles/ask.ts';
import { controls, prose } from '../styles/shared.ts';
import { groupedOptions } from './grouped-options.ts';

/** The supervisions that a run may go on with: of one phase, as its own, and another. */
export function switchesOf({ supervision, curriculum }: RunSpec): readonly Supervision[] {
  if (curriculum !== null || phaseKindsOf(supervision).length > 1) return [];
  return SUPERVISIONS.filter((id) => id !== supervision && phaseKindsOf(id).length === 1 && phaseKindsOf(id)[0]?.name === 'main');
}

@customElement('run-switch')
export class RunSwitch extends LitElement {
  static override styles = [
    controls,
    prose,
    ask,
    css`
      select {
        max-width: 100%;
      }
    `,
  ];

  @property() name = '';
  @property({ attribute: false }) spec: RunSpec | null = null;
  @property({ type: Number }) step = 0;
  /** The store has the weights of this step, but not the optimiser: the steps before it are trained again. */
  @property({ type: Boolean }) isAgain = false;
  @property({ type: Boolean }) isWaiting = false;
  @state() private wanted: Supervision | null = null;

  override render() {
    const { spec } = this;
    const choices = spec === null ? [] : switchesOf(spec);
    if (spec === null || choices.length === 0) return nothing;
    const usual = choices.find((id) => id === `${spec.supervision}+`) ?? choices[0];
    const wanted = choices.find((id) => id === this.wanted) ?? usual;
    return html`<div class="ask">
      <label
        >From step ${this.step} on, train a copy of ${this.name} with<br />
        <select @change=${(event: Event) => this.#choose(choices, event)}>
          ${groupedOptions(STRATEGY_GROUPS, choices, wanted, titleOf)}
        </select></label
      >
      <button ?disabled=${this.isWaiting} @click=${() => this.#go(spec, wanted)}>Go on with other data</button>
      <span class="soft"
        >Optimiser and schedule go on; ${this.name} stays as it
        is.${
          this.isAgain ? ` The optimiser of step ${this.step} is not kept, so the steps up to it are trained again, to the same weights.` : ''
        }</span
      >
    </div>`;
  }

  #choose(choices: readonly Supervision[], event: Event): void {
    const { value } = event.target as HTMLSelectElement; // the listener is on the select
    this.wanted = choices.find((id) => id === value) ?? null;
  }

  #go(spec: RunSpec, supervision: Supervision | undefined): void {
    if (supervision === undefined) return;
    this.dispatchEvent(new CustomEvent<RunSpec>('switch-run', { detail: switchedSpec(spec, this.step, { supervision }) }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'run-switch': RunSwitch;
  }
}
