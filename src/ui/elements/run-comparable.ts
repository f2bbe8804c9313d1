/**
 * Another supervision beside a run, on equal terms: the same N, the same rows in all phases, or the same FLOPs (S2H section 4, Figure 15). The worker finds N;
 * whoever listens starts the run.
 *
 * @fires comparable-run - `CustomEvent<ComparableRun>`.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toWireError } from '../../lib/errors.ts';
import type { Budget } from '../../study/flops.ts';
import { SUPERVISIONS } from '../../study/run-spec.ts';
import type { RunSpec, Supervision } from '../../study/run-spec.ts';
import { STRATEGY_GROUPS, titleOf } from '../../study/strategies/ids.ts';
import type { WorkerClient } from '../services/worker-client.ts';
import { ask } from '../styles/ask.ts';
import { controls, prose } from '../styles/shared.ts';
import { groupedOptions } from './grouped-options.ts';

export interface ComparableRun {
  readonly spec: RunSpec;
  /** Its N, and what both runs cost. */
  readonly words: string;
}

const BUDGETS: readonly { readonly id: Budget; readonly label: string }[] = [
  { id: 'samples', label: 'the same N' },
  { id: 'all rows', label: 'the same rows, all phases counted' },
  { id: 'flops', label: 'the same FLOPs' },
];

@customElement('run-comparable')
export class RunComparable extends LitElement {
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

  @property({ attribute: false }) client: WorkerClient | null = null;
  @property() name = '';
  @property({ attribute: false }) spec: RunSpec | null = null;
  @property({ type: Boolean }) isWaiting = false;
  @state() private supervision: Supervision = 'mix+';
  @state() private budget: Budget = 'flops';
  /** Why there is no such run. */
  @state() private fault = '';

  override render() {
    const { spec, supervision } = this;
    if (spec === null || spec.curriculum !== null) return nothing;
    const choices = SUPERVISIONS.filter((id) => id !== spec.supervision);
    const wanted = choices.find((id) => id === supervision) ?? choices[0];
    return html`<div class="ask">
      <label
        >Beside ${this.name}, train<br />
        <select @change=${(event: Event) => this.#chooseSupervision(choices, event)}>
          ${groupedOptions(STRATEGY_GROUPS, choices, wanted, titleOf)}
        </select></label
      >
      <label
        >with<br />
        <select @change=${(event: Event) => this.#chooseBudget(event)}>
          ${BUDGETS.map(({ id, label }) => html`<option value=${id} ?selected=${id === this.budget}>${label}</option>`)}
        </select></label
      >
      <button ?disabled=${this.isWaiting || wanted === undefined} @click=${() => void this.#go(spec, wanted)}>Train on equal terms</button>
      <span class="reason" role="status">${this.fault}</span>
    </div>`;
  }

  #chooseSupervision(choices: readonly Supervision[], event: Event): void {
    const { value } = event.target as HTMLSelectElement; // the listener is on the select
    this.supervision = choices.find((id) => id === value) ?? this.supervision;
  }

  #chooseBudget(event: Event): void {
    const { value } = event.target as HTMLSelectElement; // the listener is on the select
    this.budget = BUDGETS.find(({ id }) => id === value)?.id ?? this.budget;
  }

  async #go(spec: RunSpec, supervision: Supervision | undefined): Promise<void> {
    const { client, budget } = this;
    if (client === null || supervision === undefined) return;
    this.fault = '';
    try {
      const found = await client.call('comparable', { spec, supervision, budget });
      const words = `N = ${found.spec.examples.toLocaleString('en')}: ${teraText(found.flops)}, ${this.name} ${teraText(found.beside)}.`;
      this.dispatchEvent(new CustomEvent<ComparableRun>('comparable-run', { detail: { spec: found.spec, words } }));
    } catch (thrown) {
      this.fault = toWireError(thrown).message;
    }
  }
}

function teraText(flops: number): string {
  return `${(flops / 1e12).toPrecision(3)} TFLOP`;
}

declare global {
  interface HTMLElementTagNameMap {
    'run-comparable': RunComparable;
  }
}
