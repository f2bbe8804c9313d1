/**
 * Estimate, train, pause, resume, one step, stop; how far it is, and what it said. Draws what it is given.
 *
 * @fires smarter-act - `CustomEvent<{ action: SmarterAction }>`.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { SmarterCost } from '../../study/smarter/smarter-cost.ts';
import type { SmarterRunState } from '../../study/smarter/smarter-session.ts';
import type { DownloadProgress, FeatureProgress, LiveSmarter, SmarterWork } from '../services/smarter-runs.ts';
import { controls, prose } from '../styles/shared.ts';
import { shortNumber } from './curves.ts';
import { roundTime } from './figure-maker.ts';
import { bytes, count, duration } from './format.ts';
import { solvedText } from './smarter-rows.ts';

export type SmarterAction = 'estimate' | 'start' | 'pause' | 'resume' | 'step' | 'stop';

const STATES: Readonly<Record<SmarterRunState, string>> = {
  running: 'trains',
  paused: 'is paused',
  finished: 'is finished',
  stopped: 'was stopped; open it again to go on',
  failed: 'failed',
};
const PARTS = { train: 'training', val: 'validation', test: 'test' } as const;

@customElement('smarter-transport')
export class SmarterTransport extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      progress {
        width: min(24rem, 100%);
        accent-color: var(--accent);
      }
      .row {
        margin: 0.8rem 0;
      }
    `,
  ];

  @property({ attribute: false }) live: LiveSmarter | null = null;
  @property() name = '';
  @property({ attribute: false }) features: FeatureProgress | null = null;
  @property({ attribute: false }) download: DownloadProgress | null = null;
  @property({ attribute: false }) work: SmarterWork | null = null;
  /** Of the draft as it is; null: not asked yet, or the draft changed. */
  @property({ attribute: false }) cost: SmarterCost | null = null;
  /** Why nothing can be started; '' = it can. */
  @property() blocked = '';

  override render() {
    const { live, work, features, blocked, cost } = this;
    const isWorking = work !== null;
    const isLoading = work === 'starting' || work === 'opening';
    const canStart = !isWorking && blocked === '' && live?.state !== 'running';
    const press = (action: SmarterAction, label: string, isOn: boolean, kind = '') =>
      html`<button class=${kind} ?disabled=${!isOn} @click=${() => this.#tell(action)}>${label}</button>`;
    return html`<div class="row">
        ${press('estimate', work === 'estimating' ? 'Measuring…' : 'Estimate', canStart)} ${press('start', 'Train', canStart, 'primary')}
        ${press('pause', 'Pause', live?.state === 'running')} ${press('resume', 'Resume', live?.state === 'paused')}
        ${press('step', 'Step', live?.state === 'paused')}
        ${press('stop', 'Stop', isLoading || work === 'estimating' || live?.state === 'running' || live?.state === 'paused')}
      </div>
      ${blocked === '' ? nothing : html`<p class="small soft">${blocked}</p>`}
      ${cost === null ? nothing : html`<p class="small">${costText(cost)}</p>`} ${this.download === null ? nothing : this.#downloading(this.download)}
      <div role="status" class="small">${isLoading ? this.#loading(features) : live === null ? nothing : this.#running(live)}</div>`;
  }

  #downloading({ file, loadedBytes, totalBytes }: DownloadProgress) {
    return html`<p class="small">
      <progress aria-label="Download" .max=${totalBytes} .value=${loadedBytes}></progress><br />
      Downloading encoders: ${bytes(loadedBytes)} of about ${bytes(totalBytes)} (${file}).
    </p>`;
  }

  #loading(features: FeatureProgress | null) {
    if (features === null) return html`<p>Getting ready: encoders, puzzles…</p>`;
    const { split, done, total } = features;
    return html`<p>
      <progress aria-label="Features" .max=${total} .value=${done}></progress><br />
      Pictures and questions through the frozen encoders, ${PARTS[split]} items: ${count(done)} of ${count(total)}. They are kept for next time.
    </p>`;
  }

  #running({ state, message, progress }: LiveSmarter) {
    const { step, totalSteps, losses, epochs, trainedMs } = progress;
    const left = step === 0 ? null : (trainedMs / step) * (totalSteps - step);
    const last = epochs.at(-1);
    const isOver = state === 'finished'; // a full bar says nothing, and looks cut off
    return html`<p>
        ${isOver ? nothing : html`<progress aria-label="Training" .max=${totalSteps} .value=${step}></progress><br />`}
        <b>${this.name}</b> ${STATES[state]}: step ${count(step)} of ${count(totalSteps)}, loss
        ${shortNumber(losses.at(-1) ?? Number.NaN)}${
          last === undefined ? '' : `, ${solvedText(last.val.overall)} of the validation items solved after epoch ${last.epoch}`
        }.
        ${duration(trainedMs)} so far${state === 'running' && left !== null ? `, ≈ ${roundTime(left)} left` : ''}.
      </p>
      ${message === null ? nothing : html`<p class="note bad">${message}</p>`}`;
  }

  #tell(action: SmarterAction): void {
    this.dispatchEvent(new CustomEvent('smarter-act', { detail: { action } }));
  }
}

/** `≈ 4 min on this device: features 3 min, 33 steps of training 40 s; 5,400 items, 120 MB of features`. */
export function costText({ items, steps, featureSeconds, trainingSeconds, featureBytes }: SmarterCost): string {
  const [features, training] = [featureSeconds * 1000, trainingSeconds * 1000];
  return `≈ ${roundTime(features + training)} on this device: features at most ${roundTime(features)} (less where they are kept already), ${count(steps)} steps of training ${roundTime(training)}; ${count(items)} items, ${bytes(featureBytes)} of features.`;
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-transport': SmarterTransport;
  }
}
