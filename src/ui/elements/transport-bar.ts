/**
 * The bar at the bottom: start, pause or resume, one step, stop; and how the run is doing. Draws what it is given.
 *
 * @slot - below: what else belongs to the open run.
 * @fires transport - `CustomEvent<{ action: TransportAction }>`.
 */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RunState } from '../../study/events.ts';
import { controls, prose } from '../styles/shared.ts';

export type TransportAction = 'start' | 'pause' | 'resume' | 'step' | 'stop';

/** The run in the bar; null = none yet. */
export interface TransportRun {
  readonly name: string;
  readonly state: RunState;
  readonly step: number;
  readonly totalSteps: number;
  /** It can go on: paused, or failed with a checkpoint. */
  readonly canResume: boolean;
  /** Label and text of each figure: loss, tokens/s, time left, memory. */
  readonly figures: readonly (readonly [label: string, text: string])[];
}

@customElement('transport-bar')
export class TransportBar extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        position: fixed;
        inset: auto 0 0;
        z-index: 10;
        border-top: 1px solid var(--line-strong);
        background: var(--surface);
        box-shadow: 0 -2px 10px rgb(0 0 0 / 7%);
      }
      .progress {
        height: 3px;
        background: var(--line);
      }
      .progress div {
        width: calc(var(--share, 0) * 100%);
        height: 100%;
        background: var(--accent);
      }
      .bar {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 1.2rem;
        width: min(76rem, 100%);
        margin-inline: auto;
        padding: 0.45rem clamp(1rem, 4vw, 2.5rem);
      }
      .below {
        width: min(76rem, 100%);
        margin-inline: auto;
        padding: 0 clamp(1rem, 4vw, 2.5rem) env(safe-area-inset-bottom);
      }
      ::slotted(*) {
        display: block;
      }
      .buttons {
        display: flex;
        gap: 0.35rem;
      }
      button {
        min-width: 2.6rem;
      }
      svg {
        width: 14px;
        height: 14px;
        fill: currentColor;
      }
      .run {
        min-width: 0;
        line-height: 1.25;
        font-size: 0.93rem;
      }
      .run b {
        overflow-wrap: anywhere;
        unicode-bidi: isolate;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 0.1rem 1.3rem;
        margin: 0 0 0 auto;
        line-height: 1.25;
      }
      dl div {
        display: flex;
        flex-direction: column;
      }
      dt {
        color: var(--ink-soft);
        font-size: 0.76rem;
      }
      dd {
        margin: 0;
        font-size: 0.93rem;
        white-space: nowrap;
      }
      @media (max-width: 40rem) {
        .bar {
          gap: 0.3rem 0.8rem;
        }
        .run {
          flex: 1 1 8rem;
          font-size: 0.86rem;
        }
        dl {
          width: 100%;
          margin-left: 0;
          gap: 0 0.9rem;
        }
        dl div {
          flex-direction: row;
          gap: 0.35em;
          align-items: baseline;
        }
        dt {
          font-size: 0.72rem;
        }
        dd {
          font-size: 0.8rem;
        }
      }
    `,
  ];

  @property({ attribute: false }) run: TransportRun | null = null;
  /** Said where there is no run. */
  @property() idle = 'No run yet.';
  /** Of the button that starts one. */
  @property() startLabel = 'Train';
  /** Why a new run cannot be started now; '' = it can. */
  @property() blocked = '';
  /** A command is under way. */
  @property({ type: Boolean }) working = false;

  override render() {
    const { run } = this;
    const state = run?.state ?? 'idle';
    const isGoing = state === 'running' || state === 'preparing' || state === 'evaluating';
    const isPaused = state === 'paused';
    return html`<div class="progress" aria-hidden="true"><div></div></div>
      <section class="bar" aria-label="Training controls">
        <div class="buttons">
          ${
            isGoing
              ? this.#button('pause', 'Pause', ICONS.pause, state !== 'running', false)
              : run?.canResume === true
                ? this.#button('resume', 'Resume', ICONS.play, this.working, true)
                : this.#button('start', this.startLabel, ICONS.play, this.working || this.blocked !== '', true)
          }
          ${this.#button('step', 'One step', ICONS.step, this.working || !isPaused, false)}
          ${this.#button('stop', 'Stop', ICONS.stop, !(isGoing || isPaused), false)}
        </div>
        <div class="run">
          ${
            run === null
              ? html`<span class="soft">${this.blocked === '' ? this.idle : this.blocked}</span>`
              : html`<b>${run.name}</b> <span class="soft">${state}</span><br />step ${run.step} / ${run.totalSteps}`
          }
        </div>
        ${
          run === null
            ? nothing
            : html`<dl>
                ${run.figures.map(
                  ([label, text]) =>
                    html`<div>
                      <dt>${label}</dt>
                      <dd>${text}</dd>
                    </div>`,
                )}
              </dl>`
        }
      </section>
      <div class="below"><slot></slot></div>`;
  }

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has('run')) return;
    const share = this.run === null || this.run.totalSteps === 0 ? 0 : this.run.step / this.run.totalSteps;
    this.style.setProperty('--share', share.toFixed(4));
  }

  #button(action: TransportAction, label: string, icon: string, isDisabled: boolean, isMain: boolean) {
    return html`<button
      class=${isMain ? 'primary' : ''}
      ?disabled=${isDisabled}
      title=${action !== 'start' ? label : this.blocked !== '' ? this.blocked : label === 'Train' ? label : `${label}: the same settings once more, as a new run`}
      aria-label=${label}
      @click=${() => this.dispatchEvent(new CustomEvent('transport', { detail: { action } }))}
    >
      <svg viewBox="0 0 14 14" aria-hidden="true"><path d=${icon} /></svg>${isMain ? label : nothing}
    </button>`;
  }
}

const ICONS = {
  play: 'M3 1.5v11l9-5.5z',
  pause: 'M3 1.5h3v11H3zM8 1.5h3v11H8z',
  step: 'M2 1.5v11l7-5.5zM10 1.5h2.2v11H10z',
  stop: 'M2 2h10v10H2z',
} as const;

declare global {
  interface HTMLElementTagNameMap {
    'transport-bar': TransportBar;
  }
}
