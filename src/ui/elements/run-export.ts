/**
 * Offers a run as a file: with its timeline or without, and how large that is. Draws what it is given.
 *
 * @fires export-run - `CustomEvent<{ isWithTimeline: boolean }>`.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { RunSummary } from '../../../workers/protocol.ts';
import type { SnapshotEntry } from '../../study/snapshots.ts';
import { controls } from '../styles/shared.ts';
import { bytes } from './format.ts';

@customElement('run-export')
export class RunExport extends LitElement {
  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.3rem 0.9rem;
        margin: 0.5rem 0;
        font-size: 0.93rem;
      }
      button {
        max-width: 100%;
        overflow-wrap: anywhere;
      }
      label {
        display: flex;
        align-items: baseline;
        gap: 0.5em;
      }
      .size {
        color: var(--ink-soft);
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
    `,
  ];

  @property({ attribute: false }) summary: RunSummary | null = null;
  /** Its timeline; empty = it has none. */
  @property({ attribute: false }) kept: readonly SnapshotEntry[] = [];
  @property({ type: Boolean }) isWaiting = false;
  @state() private isWithTimeline = false;

  override render() {
    const { summary, kept } = this;
    if (summary === null) return nothing;
    const timelineBytes = kept.reduce((sum, entry) => sum + entry.bytes, 0);
    const isWithTimeline = this.isWithTimeline && kept.length > 0;
    return html`<button ?disabled=${this.isWaiting} @click=${() => this.#export(kept.length > 0)}>Export ${summary.name}</button>
      ${summary.bytes === 0 ? nothing : html`<span class="size">about ${bytes(summary.bytes + (isWithTimeline ? timelineBytes : 0))}</span>`}
      ${
        kept.length === 0
          ? nothing
          : html`<label
              ><input
                type="checkbox"
                .checked=${this.isWithTimeline}
                @change=${(event: Event) => (this.isWithTimeline = (event.target as HTMLInputElement).checked)}
              /><span
                >with its timeline <span class="size">(${kept.length} ${kept.length === 1 ? 'step' : 'steps'}, ${bytes(timelineBytes)})</span></span
              ></label
            >`
      }`;
  }

  #export(hasTimeline: boolean): void {
    this.dispatchEvent(new CustomEvent('export-run', { detail: { isWithTimeline: hasTimeline && this.isWithTimeline } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'run-export': RunExport;
  }
}
