/**
 * The words of an answer, how they are chosen and how several of them are put together. Draws what it is given.
 *
 * @fires span-preview - `CustomEvent<{ span: TokenSpan | null }>`, from the strip inside.
 * @fires span-pin - `CustomEvent<{ span: TokenSpan | null }>`, from the strip inside.
 * @fires look-change - `CustomEvent<Partial<LookView>>`.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Calls } from '../../../workers/protocol.ts';
import type { LookView, TokenSpan } from '../../study/notebook-state.ts';
import { controls, prose } from '../styles/shared.ts';
import './choice-group.ts';
import { AGGREGATE_OPTIONS, GRANULARITY_OPTIONS } from './look-settings.ts';
import './token-strip.ts';

@customElement('look-words')
export class LookWords extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .row {
        margin-bottom: 0.7rem;
      }
      .hint {
        margin-top: 0.5rem;
      }
    `,
  ];

  @property({ attribute: false }) looked: Calls['look']['out'] | null = null;
  @property({ attribute: false }) view: LookView | null = null;
  @property({ attribute: false }) pinned: TokenSpan | null = null;

  override render() {
    const { looked, view } = this;
    if (looked === null || view === null) return nothing;
    const { tokens, verdict, parts } = looked;
    return html`<h3>Words of the answer</h3>
      ${verdict === null ? nothing : html`<p class="small">${verdict}</p>`}
      <div class="row">
        <choice-group
          label="Choose by"
          .value=${view.granularity}
          .options=${GRANULARITY_OPTIONS}
          @choose=${(event: CustomEvent<{ value: LookView['granularity'] }>) => this.#say('look-change', { granularity: event.detail.value })}
        ></choice-group>
        <choice-group
          label="Of several words"
          .value=${view.aggregate}
          .options=${AGGREGATE_OPTIONS}
          @choose=${(event: CustomEvent<{ value: LookView['aggregate'] }>) => this.#say('look-change', { aggregate: event.detail.value })}
        ></choice-group>
      </div>
      <token-strip
        .tokens=${tokens}
        .starts=${parts.starts[view.granularity]}
        .pinned=${this.pinned}
        @span-preview=${(event: CustomEvent<object>) => this.#say('span-preview', event.detail)}
        @span-pin=${(event: CustomEvent<object>) => this.#say('span-pin', event.detail)}
      ></token-strip>
      <p class="small soft hint">
        Hover to preview, click to pin; drag, or hold Shift, for more. Arrow keys move. Underlined: the model gives this word less than one chance in
        two.
      </p>`;
  }

  #say(name: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'look-words': LookWords;
  }
}
