/**
 * One answered puzzle from inside: what a clicked word of the question looks at, among the words and in the picture, and which pixels the right answer hangs on. Draws what it is
 * given. For each layer of the picture one overlay at a time.
 */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { keptPixels, scaleTop, topMask } from '../../study/attribution-map.ts';
import type { Sign } from '../../study/attribution-map.ts';
import type { ItemAttention } from '../../study/smarter/look-at-item.ts';
import { SIGNS } from '../../study/notebook-state.ts';
import { letterOf } from '../../tasks/puzzles/answers.ts';
import type { LookedAt } from '../services/smarter-runs.ts';
import { controls, prose } from '../styles/shared.ts';
import './choice-group.ts';
import type { ChoiceOption } from './choice-group.ts';
import './heat-picture.ts';
import type { Heat } from './heat-picture.ts';
import { isUniform, placesAsPixels, spreadText, wordView } from './smarter-attention-view.ts';
import type { WordView } from './smarter-attention-view.ts';

type Layer = 'none' | 'attention' | 'pixels';
type Marked = 'top' | 'all';

const SIDE_PX = 224;
/** The highest 1 % of the pixels, as in the other cells. */
const TOP_PERCENT = 1;
const MEAN = 'mean';
const SIGN_HINTS: Readonly<Record<Sign, string>> = {
  signed: 'above 0 orange: the pixel raises the loss of the right answer; below 0 blue',
  absolute: 'whichever way',
  positive: 'raises the loss of the right answer',
  negative: 'lowers it',
};

@customElement('smarter-look')
export class SmarterLook extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .sides {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr));
        gap: 1rem 1.5rem;
        margin-top: 1rem;
      }
      .sides > div {
        min-width: 0;
      }
      heat-picture {
        max-width: 24rem;
        margin-bottom: 0.7rem;
      }
      ol {
        margin: 0 0 0.8rem;
        padding: 0;
        list-style: none;
      }
      .chips {
        display: flex;
        flex-wrap: wrap;
        gap: 3px;
        margin-bottom: 0.8rem;
      }
      .chips button {
        min-height: 1.75rem;
        padding: 0 0.45rem;
        background: color-mix(in oklab, var(--run-2) calc(var(--weight, 0) * 70%), var(--surface));
      }
      .chips button[aria-pressed='true'] {
        outline: 2px solid var(--ink);
      }
      .settings {
        align-items: end;
        margin-bottom: 0.7rem;
      }
      .settings label {
        font-size: 0.86rem;
      }
      meter {
        width: min(14rem, 100%);
      }
      choice-group + p {
        margin-top: 0.6rem;
      }
    `,
  ];

  @property({ attribute: false }) looked: LookedAt | null = null;
  @state() private word = 0;
  @state() private head = MEAN;
  @state() private layer: Layer = 'attention';
  @state() private marked: Marked = 'top';
  @state() private sign: Sign = 'absolute';
  @state() private opacity = 0.75;

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('looked')) this.word = 0;
  }

  /** Shades by script: the policy of the page blocks style attributes. */
  override updated(): void {
    const words = this.#view()?.words ?? [];
    const most = Math.max(...words);
    this.renderRoot.querySelectorAll<HTMLElement>('.chips button').forEach((chip, i) => {
      chip.style.setProperty('--weight', String(most > 0 ? (words[i] ?? 0) / most : 0));
    });
  }

  #view(): WordView | null {
    const attention = this.looked?.seen.attention ?? null;
    return attention === null ? null : wordView(attention, this.word, this.head === MEAN ? null : Number(this.head));
  }

  override render() {
    const { looked } = this;
    if (looked === null) return nothing;
    const { answered, seen } = looked;
    const { attention } = seen;
    const view = this.#view();
    const layers: readonly ChoiceOption[] = [
      { value: 'none', label: 'picture alone' },
      ...(view === null || view.places.length === 0 ? [] : [{ value: 'attention', label: 'attention' }]),
      ...(seen.pixels === null ? [] : [{ value: 'pixels', label: 'pixels' }]),
    ];
    const layer = layers.some(({ value }) => value === this.layer) ? this.layer : 'none';
    const picture = { widthPx: SIDE_PX, heightPx: SIDE_PX, rgb: seen.picture, description: `Picture of puzzle ${answered.puzzle}` };
    return html`<div class="sides">
      <div>
        <heat-picture .picture=${picture} .heat=${this.#heat(layer, view, seen.pixels)} .summary=${this.#summary(layer, seen.tokens)}></heat-picture>
        ${this.#settings(layer, layers)}
      </div>
      <div>
        <p>${answered.question}</p>
        <ol aria-label="Options">
          ${answered.options.map(
            (option, place) =>
              html`<li>
                <b>${letterOf(place)}</b> ${option} ${place === answered.right ? '✓ right' : nothing}
                ${place === answered.chosen ? html`<b>← ${option === answered.said ? 'the model’s' : 'nearest to the model’s'}</b>` : nothing}
              </li>`,
          )}
        </ol>
        <p>
          The answer is <b>${answered.answer}</b>; the model says
          <b>${answered.said}</b>${answered.chosen < 0 ? ', which is none of the options' : ''}.
        </p>
        ${
          attention === null || view === null
            ? html`<p class="soft small">This variant has no QF layer, so there is no attention to show.</p>`
            : this.#attention(seen.tokens, attention, view)
        }
      </div>
    </div>`;
  }

  #attention(tokens: readonly string[], attention: ItemAttention, view: WordView) {
    const heads = [
      { value: MEAN, label: 'mean' },
      ...Array.from({ length: attention.heads }, (_, h) => ({ value: String(h), label: String(h + 1) })),
    ];
    const word = tokens[this.word] ?? '';
    return html`<h3>Attention of the QF layer</h3>
      <p class="small soft">
        ${
          attention.isCoded
            ? `The ${attention.tokens} places of the code’s question buffer, padding too, each filled with the mean of all words. Click one: what it looks at, as the code computes it.`
            : 'Click a word: the shade of the others says how much it looks at them; then the words look at the picture.'
        }
      </p>
      <div class="chips" role="group" aria-label="Words of the question">
        ${tokens.slice(0, attention.tokens).map((token, i) => {
          const weight = view.words[i] ?? 0;
          return html`<button
            aria-pressed=${i === this.word}
            title=${percent(weight)}
            aria-label=${`${token}: ${percent(weight)}`}
            @click=${() => (this.word = i)}
          >
            ${token}
          </button>`;
        })}
      </div>
      <choice-group
        label="Head"
        .value=${this.head}
        .options=${heads}
        @choose=${({ detail }: CustomEvent<{ value: string }>) => (this.head = detail.value)}
      ></choice-group>
      ${view.copies.length > 0 ? this.#coded(word, view) : this.#described(word, view)}`;
  }

  /** Every row is the same; said with its numbers. */
  #coded(word: string, { words, copies }: WordView) {
    return html`<p class="small">
        “${word}” looks at the places of the question: ${spreadText(words)}. At the copies of the picture’s vector: ${spreadText(copies)}.
      </p>
      <p class="note small">
        Uniform: every place of the question is the same mean of its words, every place of the picture the same vector, so all scores of a row are
        equal, whatever is asked. This layer cannot read the question; its text reaches the answer another way (r3).
      </p>`;
  }

  #described(word: string, view: WordView) {
    return html`<p class="small">
        “${word}” looks at the picture as a whole:
        <meter max="1" .value=${view.whole}>${percent(view.whole)}</meter> ${percent(view.whole)}${
          view.places.length === 0
            ? '.'
            : `, at its 16 places: ${percent(1 - view.whole)} (all alike would be ${percent(1 / (1 + view.places.length))} each).`
        }
      </p>
      ${this.#uniformText(view)}`;
  }

  #uniformText({ words, places }: WordView) {
    if (places.length === 0) return html`<p class="note small">The picture is one vector here, so there is nothing to choose from in it.</p>`;
    return words.length > 1 && isUniform(words) ? html`<p class="note small">All words get the same weight.</p>` : nothing;
  }

  #settings(layer: Layer, layers: readonly ChoiceOption[]) {
    return html`<div class="row settings">
        <choice-group
          label="On the picture"
          .value=${layer}
          .options=${layers}
          @choose=${({ detail }: CustomEvent<{ value: Layer }>) => (this.layer = detail.value)}
        ></choice-group>
        ${layer === 'pixels' ? this.#pixelSettings() : nothing}
        ${
          layer === 'none'
            ? nothing
            : html`<label
                >Opacity <br /><input
                  type="range"
                  min="0.1"
                  max="1"
                  step="0.05"
                  .value=${String(this.opacity)}
                  @input=${(event: Event) => (this.opacity = Number((event.target as HTMLInputElement).value))}
              /></label>`
        }
      </div>
      ${layer === 'pixels' ? html`<p class="small soft">How the loss of the right answer hangs on each pixel, through the frozen encoders. ${this.sign}: ${SIGN_HINTS[this.sign]}.</p>` : nothing}`;
  }

  #pixelSettings() {
    return html`<choice-group
        label="Show"
        .value=${this.marked}
        .options=${[
          { value: 'top', label: `top ${TOP_PERCENT} %` },
          { value: 'all', label: 'all' },
        ]}
        @choose=${({ detail }: CustomEvent<{ value: Marked }>) => (this.marked = detail.value)}
      ></choice-group>
      <label
        >Sign <br /><select @change=${(event: Event) => (this.sign = (event.target as HTMLSelectElement).value as Sign)}>
          ${SIGNS.map((sign) => html`<option value=${sign} ?selected=${sign === this.sign}>${sign}</option>`)}
        </select></label
      >`;
  }

  #heat(layer: Layer, view: WordView | null, pixels: Float32Array | null): Heat | null {
    const { opacity, sign } = this;
    if (layer === 'attention' && view !== null) {
      const scores = placesAsPixels(view.places, SIDE_PX);
      return { scores, mask: new Uint8Array(scores.length), overlay: 'heat', opacity, sign: 'positive', most: Math.max(...view.places) };
    }
    if (layer !== 'pixels' || pixels === null) return null;
    const mask = topMask(pixels, keptPixels(pixels, 'pixels', TOP_PERCENT, sign), sign);
    return { scores: pixels, mask, overlay: this.marked === 'top' ? 'mask' : 'heat', opacity, sign, most: scaleTop(pixels, sign) };
  }

  #summary(layer: Layer, tokens: readonly string[]): string {
    if (layer === 'attention') return `Overlay: where the word “${tokens[this.word] ?? ''}” looks`;
    return layer === 'pixels' ? 'Overlay: the pixels that the right answer hangs on' : '';
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-look': SmarterLook;
  }
}
