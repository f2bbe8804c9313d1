/**
 * One example with all its forms side by side: picture, x(t), CoT, answer. Pointing at a part of one lights up what belongs to it in the others, a click
 * holds it, Escape lets go; the buttons below the picture walk through the CoT. Draws what it is given; the slot stands below the picture, the slot
 * `record` above the texts.
 */
import { css, html, LitElement, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ExampleForms } from '../../study/example-forms.ts';
import type { RecordKind } from '../../tasks/task.ts';
import { controls, prose } from '../styles/shared.ts';
import { describeSource, indexLinks, isSameSource, linkedParts, NO_LINKS } from './link-index.ts';
import type { LinkedParts, LinkIndex, LinkSource } from './link-index.ts';
import './linked-picture.ts';
import './linked-text.ts';
import type { LinkedText } from './linked-text.ts';

/** Ours: long enough to find the place in the picture and to read the line. */
const PLAY_LINE_MS = 1100;
/** Pictures wider than this stand over the larger part of the width: the words in their cells are small. */
const WIDE = 1.5;

type Usage = 'given' | 'to be written' | 'not in this record';
type Usages = Readonly<Record<'picture' | 'text', Usage>>;

const USAGE: Readonly<Record<RecordKind, Usages>> = {
  text: { picture: 'not in this record', text: 'given' },
  image: { picture: 'given', text: 'not in this record' },
  'image-via-text': { picture: 'given', text: 'to be written' },
};

@customElement('linked-example')
export class LinkedExample extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      /* One column: the picture stays in view while something in it is lit, and takes less than half of the window. */
      .picture {
        display: contents;
      }
      .lit linked-picture {
        position: sticky;
        top: 0;
        z-index: 1;
        background: var(--ground);
      }
      linked-picture {
        --widest: calc(38vh * var(--aspect, 1));
      }
      .texts {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 1.1rem;
        margin-top: 1.1rem;
      }
      @container (min-width: 50rem) {
        .sides {
          display: grid;
          grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
          gap: 1.2rem 1.8rem;
          align-items: start;
        }
        .sides.wide {
          grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
        }
        .picture {
          position: sticky;
          top: 1rem;
          display: block;
        }
        .lit linked-picture {
          position: static;
        }
        linked-picture {
          --widest: calc(68vh * var(--aspect, 1));
        }
        .texts {
          margin-top: 0;
        }
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.1rem 0.6rem;
        min-height: 2.1rem;
      }
      h3 {
        margin: 0;
        font-size: 0.93rem;
      }
      .usage {
        padding: 0 0.5rem;
        border: 1px solid var(--line-strong);
        border-radius: 1rem;
        color: var(--ink-soft);
        font-size: 0.78rem;
        line-height: 1.5;
      }
      .legend {
        display: flex;
        gap: 0.9rem;
        margin-left: auto;
        font-size: 0.85rem;
      }
      .legend span::before {
        content: '';
        display: inline-block;
        width: 0.9em;
        height: 0.9em;
        margin-right: 0.4em;
        border: 3px solid #0072b2;
        background: #fff;
        vertical-align: -0.1em;
      }
      .legend .end::before {
        border-color: #c04f00;
        border-style: dashed;
      }
      .summary {
        margin: 0.5rem 0 0;
        font-size: 0.93rem;
        line-height: 1.45;
        overflow-wrap: anywhere;
      }
      .walk {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem;
        margin-top: 0.6rem;
      }
      /* Two lines whatever it says: the picture must not move under the pointer. */
      .says {
        display: -webkit-box;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        height: 2.8em;
        margin: 0.4rem 0 0.6rem;
        overflow: hidden;
        font-size: 0.88rem;
        line-height: 1.4;
        overflow-wrap: anywhere;
      }
      .held {
        color: var(--link);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) forms: ExampleForms | null = null;
  @property() record: RecordKind = 'image';
  @property({ type: Boolean }) hasMarks = false;
  @state() private source: LinkSource | null = null;
  /** Held by a click or by the buttons: pointing elsewhere does not change it. */
  @state() private isHeld = false;
  @state() private isPlaying = false;

  #index: LinkIndex = indexLinks(NO_LINKS);
  #parts: LinkedParts = linkedParts(this.#index, null);
  #timer: ReturnType<typeof setTimeout> | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('keydown', this.#onKey);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.#onKey);
    this.#stop();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('forms')) {
      this.#index = indexLinks(this.forms?.links ?? NO_LINKS);
      this.#free();
    }
    this.#parts = linkedParts(this.#index, this.source);
  }

  override render() {
    const { forms, record, source } = this;
    if (forms === null) return nothing;
    const { links, picture, records, summary } = forms;
    const { regions, text, cot } = this.#parts;
    const usage = USAGE[record];
    const lockedOf = (kind: 'cot' | 'text'): number | null => (this.isHeld && source?.kind === kind ? source.index : null);
    const plain = records.text.text;
    const lead = record === 'image-via-text' ? records[record].convert.slice(0, -plain.length) : '';
    return html`<div class="sides ${picture.widthPx > WIDE * picture.heightPx ? 'wide' : ''} ${source === null ? '' : 'lit'}">
      <div class="picture">
        <div class="head">
          <h3>Picture, x(i)</h3>
          <span class="usage">${usage.picture}</span>
          ${this.hasMarks && links.marks.length > 0 ? html`<div class="legend"><span>start</span><span class="end">end</span></div>` : nothing}
        </div>
        <linked-picture
          .picture=${picture}
          .links=${links}
          .lit=${regions}
          .hasMarks=${this.hasMarks}
          @region-point=${({ detail: { id } }: CustomEvent<{ id: string | null }>) => this.#point(id === null ? null : { kind: 'region', id })}
          @region-pick=${({ detail: { id } }: CustomEvent<{ id: string }>) => this.#pick({ kind: 'region', id })}
        ></linked-picture>
        <p class="summary">${summary}</p>
        ${links.cot.length === 0 ? nothing : this.#walk()}
        <slot></slot>
      </div>
      <div class="texts">
        <slot name="record"></slot>
        <linked-text
          id="text"
          label="Text, x(t)"
          usage=${usage.text}
          .lead=${lead}
          .text=${plain}
          .spans=${links.text}
          .lit=${text}
          .locked=${lockedOf('text')}
          @span-point=${({ detail: { index } }: CustomEvent<{ index: number | null }>) => this.#point(index === null ? null : { kind: 'text', index })}
          @span-walk=${({ detail: { index } }: CustomEvent<{ index: number }>) => this.#walkTo({ kind: 'text', index })}
          @span-pick=${({ detail: { index } }: CustomEvent<{ index: number }>) => this.#pick({ kind: 'text', index })}
        ></linked-text>
        <linked-text
          id="cot"
          label="Chain of thought, CoT(x)"
          usage=${'to be written' satisfies Usage}
          .text=${records.text.cot}
          .spans=${links.cot}
          .lit=${cot}
          .locked=${lockedOf('cot')}
          @span-point=${({ detail: { index } }: CustomEvent<{ index: number | null }>) => this.#point(index === null ? null : { kind: 'cot', index })}
          @span-walk=${({ detail: { index } }: CustomEvent<{ index: number }>) => this.#walkTo({ kind: 'cot', index })}
          @span-pick=${({ detail: { index } }: CustomEvent<{ index: number }>) => this.#pick({ kind: 'cot', index })}
        ></linked-text>
        <linked-text label="Answer, f(x)" usage=${'to be written' satisfies Usage} .text=${records.text.answer} wrap></linked-text>
      </div>
    </div>`;
  }

  #walk() {
    const lines = this.#index.links.cot.length;
    const at = this.source?.kind === 'cot' ? this.source.index : null;
    const says = this.source === null ? null : describeSource(this.#index, this.source);
    return html`<div class="walk">
        <button ?disabled=${at === null || at === 0} @click=${() => this.#step(-1)} aria-label="Line before">◂</button>
        ${
          isMotionReduced()
            ? nothing
            : html`<button @click=${() => (this.isPlaying ? this.#stop() : this.#play())}>${this.isPlaying ? 'Pause' : 'Play the lines'}</button>`
        }
        <button ?disabled=${at === lines - 1} @click=${() => this.#step(1)} aria-label="Next line">▸</button>
        ${this.isHeld && !this.isPlaying ? html`<button class="plain" @click=${() => this.#free()}>Let go (Esc)</button>` : nothing}
      </div>
      <p class="says ${says === null ? 'soft' : this.isHeld ? 'held' : ''}" aria-live=${this.isPlaying ? 'off' : 'polite'} title=${says ?? ''}>
        ${says ?? 'Point at a line, a word of x(t) or a place in the picture. A click holds it.'}
      </p>`;
  }

  protected override updated(changed: PropertyValues): void {
    const { widthPx = 1, heightPx = 1 } = this.forms?.picture ?? {};
    this.style.setProperty('--aspect', String(widthPx / heightPx));
    if (!changed.has('source')) return;
    const kind = this.source?.kind;
    for (const own of ['text', 'cot'] as const) {
      const box = this.renderRoot.querySelector<LinkedText>(`#${own}`);
      // What is pointed at stays under the pointer. The box has its new lights only after its own update.
      if (kind !== own || this.isHeld) void box?.updateComplete.then(() => box.reveal());
      if (kind === own && this.isHeld) this.#uncover(box);
    }
  }

  /** In one column the picture that now stays in view may lie over the line that was tapped: the page moves so that both can be seen. */
  #uncover(box: LinkedText | null): void {
    const picture = this.renderRoot.querySelector('linked-picture');
    const line = this.source === null || this.source.kind === 'region' ? undefined : box?.boxOf(this.source.index);
    if (picture === null || line === undefined || getComputedStyle(picture).position !== 'sticky') return;
    const covered = picture.getBoundingClientRect().bottom + line.height - line.top;
    if (covered > 0) scrollBy(0, -covered);
  }

  #point(source: LinkSource | null): void {
    if (this.isHeld || isSameSource(source, this.source)) return;
    this.source = source;
  }

  #pick(source: LinkSource): void {
    this.#stop();
    if (this.isHeld && isSameSource(source, this.source)) this.isHeld = false;
    else [this.source, this.isHeld] = [source, true];
  }

  /** The arrow keys move what is held. */
  #walkTo(source: LinkSource): void {
    if (this.isHeld) this.source = source;
  }

  #free(): void {
    this.#stop();
    [this.source, this.isHeld] = [null, false];
  }

  /** Holds the line before or after the one in view; from elsewhere the first one. */
  #step(by: 1 | -1): void {
    this.#stop();
    this.#hold(by);
  }

  #hold(by: 1 | -1): void {
    const last = this.#index.links.cot.length - 1;
    const next = this.source?.kind === 'cot' ? this.source.index + by : 0;
    [this.source, this.isHeld] = [{ kind: 'cot', index: Math.min(last, Math.max(0, next)) }, true];
  }

  #play(): void {
    const last = this.#index.links.cot.length - 1;
    if (this.source?.kind !== 'cot' || this.source.index >= last) this.source = null;
    this.isPlaying = true;
    const tick = (): void => {
      this.#hold(1);
      const isAtEnd = this.source?.kind === 'cot' && this.source.index >= last;
      if (isAtEnd) this.#stop();
      else this.#timer = setTimeout(tick, PLAY_LINE_MS);
    };
    tick();
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.isPlaying = false;
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || event.defaultPrevented || !(this.isHeld || this.source !== null)) return;
    const isInDialog = event.composedPath().some((target) => target instanceof Element && target.matches('dialog[open]'));
    if (!isInDialog) this.#free();
  };
}

function isMotionReduced(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}

declare global {
  interface HTMLElementTagNameMap {
    'linked-example': LinkedExample;
  }
}
