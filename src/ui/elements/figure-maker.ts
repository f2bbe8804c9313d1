/**
 * Making a figure in this browser: scale and seeds, what it will cost, and the button that puts it into the queue. Nothing runs before its cost was shown. Draws
 * what it is given.
 *
 * @fires choose-figure - `CustomEvent<{ choice: FigureChoice }>` when scale or seeds are changed.
 * @fires estimate-figure - when the device is to be timed.
 * @fires stop-estimate - when that is to be cut off.
 * @fires run-figure - `CustomEvent<{ estimate: FigureEstimate }>` when the visitor wants it after all.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { adapterText } from '../../study/adapter-text.ts';
import type { FigureChoice } from '../../study/figures/figure-choice.ts';
import type { FigureEstimate } from '../../study/figures/figure-cost.ts';
import { SCALES } from '../../study/figures/scale.ts';
import type { Scale } from '../../study/figures/scale.ts';
import { controls, prose } from '../styles/shared.ts';
import type { Asked } from '../services/figure-queue.ts';
import './choice-group.ts';
import { bytes, duration } from './format.ts';

const SEEDS: readonly { readonly value: string; readonly label: string }[] = [
  { value: '1', label: '1' },
  { value: '1,2,3', label: '1 to 3' },
];

@customElement('figure-maker')
export class FigureMaker extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .row {
        align-items: end;
        margin-bottom: 0.7rem;
      }
      .cost {
        max-width: 46em;
        margin-bottom: 0.7rem;
      }
    `,
  ];

  @property({ attribute: false }) choice: FigureChoice | null = null;
  /** What each scale is for this figure. */
  @property({ attribute: false }) hints: Readonly<Record<Scale, string>> = { nano: '', micro: '' };
  /** Runs of the choice. */
  @property({ type: Number }) runs = 0;
  @property({ attribute: false }) asked: Asked | null = null;
  /** The choice is in the queue, where it can be paused and resumed. */
  @property({ type: Boolean }) isQueued = false;

  override render() {
    const { choice, hints, asked, runs } = this;
    if (choice === null) return nothing;
    const seeds = choice.seeds.join(',');
    const options = SEEDS.some(({ value }) => value === seeds) ? SEEDS : [...SEEDS, { value: seeds, label: choice.seeds.join(', ') }];
    const choose = (change: Partial<FigureChoice>): void => void this.#tell('choose-figure', { choice: { ...choice, ...change } });
    return html`<div class="row">
        <choice-group
          label="Scale"
          .value=${choice.scale}
          .options=${SCALES.map((value) => ({ value, label: value, hint: hints[value] }))}
          @choose=${({ detail }: CustomEvent<{ value: Scale }>) => choose({ scale: detail.value })}
        ></choice-group>
        <choice-group
          label="Seeds"
          .value=${seeds}
          .options=${options}
          @choose=${({ detail }: CustomEvent<{ value: string }>) => choose({ seeds: detail.value.split(',').map(Number) })}
        ></choice-group>
        ${
          asked?.kind === 'timing'
            ? html`<button @click=${() => this.#tell('stop-estimate', null)}>Stop timing</button>`
            : html`<button ?disabled=${this.isQueued} @click=${() => this.#tell('estimate-figure', null)}>Estimate the time</button>`
        }
      </div>
      <p class="small soft">${hints[choice.scale]}. ${runs === 1 ? '1 run' : `${runs} runs, one after the other`}.</p>
      <div role="status">${this.isQueued ? html`<p class="cost small soft">This choice is in the list below.</p>` : this.#answer(asked)}</div>`;
  }

  #answer(asked: Asked | null) {
    switch (asked?.kind) {
      case undefined:
        return nothing;
      case 'timing':
        return html`<p class="cost">Timing some steps and answers on this device…</p>`;
      case 'failed':
        return html`<p class="cost note bad">${asked.message}</p>`;
      case 'estimated':
        return html`<p class="cost"><strong>${costText(asked.estimate)}</strong></p>
          <p class="row"><button class="primary" @click=${() => this.#tell('run-figure', { estimate: asked.estimate })}>Run this figure</button></p>`;
      default:
        asked satisfies never;
        return nothing;
    }
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

/** `≈ 7 min on this GPU (nvidia ampere), 6 runs, about 350 MB of GPU memory, 18 MB of storage meanwhile`. */
export function costText({ backend, adapter, runs, knownRuns, ms, memoryBytes, storedBytes }: FigureEstimate): string {
  const known = knownRuns === 0 ? '' : `, ${knownRuns} more ${knownRuns === 1 ? 'is' : 'are'} here already`;
  if (runs.length === 0) return `Nothing to train: all ${knownRuns} runs are here already.`;
  const text = adapterText(adapter);
  const place = backend === 'webgpu' ? `this GPU${text === '' ? '' : ` (${text})`}` : `this processor (${text === '' ? backend : text})`;
  const memory = memoryBytes === null ? '' : `, about ${bytes(memoryBytes)} of GPU memory`;
  const count = `${runs.length} ${runs.length === 1 ? 'run' : 'runs'}${known}`;
  return `≈ ${roundTime(ms)} on ${place}, ${count}${memory}, ${bytes(storedBytes)} of storage meanwhile`;
}

/** No more exact than an estimate is: whole minutes from two on. */
export function roundTime(ms: number): string {
  return duration(ms >= 120_000 ? Math.round(ms / 60_000) * 60_000 : ms).replace(/ 0 s$/, '');
}

declare global {
  interface HTMLElementTagNameMap {
    'figure-maker': FigureMaker;
  }
}
