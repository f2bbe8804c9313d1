/**
 * The film strip of the Look cell: how the map of the pinned words came to be, step by step. Computed when asked for; a click sets the timeline.
 *
 * @fires save-map - `CustomEvent<MapFile>` when a file is wanted.
 */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { ExamplePixels } from '../../study/example-forms.ts';
import type { LookView } from '../../study/notebook-state.ts';
import '../elements/film-strip.ts';
import type { LookSubject } from '../elements/look-files.ts';
import type { MapFile } from '../elements/look-map.ts';
import { nameOfSpan } from '../elements/token-span.ts';
import { Film } from '../services/film.ts';
import type { AttributeArgs } from '../services/map-queue.ts';
import { timelineOf } from '../services/timeline.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

@customElement('look-film')
export class LookFilm extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
        margin-top: 1.2rem;
      }
      .row {
        align-items: center;
      }
      p {
        max-width: 46em;
      }
      progress {
        width: min(12rem, 100%);
        accent-color: var(--accent);
      }
    `,
  ];

  /** The answer and the words whose maps are wanted. */
  @property({ attribute: false }) about: Omit<AttributeArgs, 'of'> | null = null;
  @property({ attribute: false }) pixels: ExamplePixels | null = null;
  @property({ attribute: false }) view: LookView | null = null;
  /** What is saved with the maps. */
  @property({ attribute: false }) subject: LookSubject | null = null;
  #film: Film | null = null;
  #filmed = '';
  /** What the pictures are of. */
  #title = '';

  protected override watch(services: PageServices): unknown {
    return [services.runs.runs.value, timelineOf(services).at()];
  }

  /** No words are pinned any more, or the run goes on: nobody waits for what is left. */
  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#film?.cancel();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (this.services === null || this.about === null) return;
    this.#film ??= new Film(this.services.client, () => this.requestUpdate());
    // Where the timeline stands does not matter: a film of a model's own answer keeps the answer that it was made of.
    const { at: _, ...rest } = this.about;
    const filmed = JSON.stringify([rest, this.services.runs.active()?.summary.step]);
    if (filmed !== this.#filmed) this.#film.forget();
    this.#filmed = filmed;
  }

  protected override draw(services: PageServices) {
    const { about, pixels, view } = this;
    const film = this.#film;
    const run = services.runs.active();
    const timeline = timelineOf(services);
    if (about === null || film === null || run === undefined) return nothing;
    const steps = [...timeline.stops(), null];
    return html`<h3>Over the steps</h3>
      <p class="soft">How the map of ${this.#words()} came to be: one answer, by the weights of ${steps.length} steps.</p>
      <p class="row">
        ${
          film.isRunning
            ? html`<label>Maps <progress .max=${film.total} .value=${film.frames.length}></progress></label>
                <span class="soft">${film.frames.length} of ${film.total}</span>
                <button @click=${() => film.cancel()}>Cancel</button>`
            : html`<button @click=${() => this.#make(film, about, steps)}>Show the maps of all steps</button>`
        }
        <span class="small soft" role="status">${this.#said(film)}</span>
      </p>
      ${film.fault === '' ? nothing : html`<div class="note bad" role="alert"><p>Not all maps could be made: ${film.fault}</p></div>`}
      ${
        film.frames.length === 0
          ? nothing
          : html`<film-strip
              .frames=${film.frames}
              .pixels=${pixels}
              .view=${view}
              .step=${timeline.at()}
              .newest=${run.summary.step}
              heading=${this.#title}
              .subject=${this.subject}
              @save-map=${({ detail }: CustomEvent<MapFile>) => this.dispatchEvent(new CustomEvent('save-map', { detail }))}
              @choose-step=${({ detail }: CustomEvent<{ step: number | null }>) => timeline.choose(detail.step)}
            ></film-strip>`
      }`;
  }

  #make(film: Film, about: Omit<AttributeArgs, 'of'>, steps: readonly (number | null)[]): void {
    const newest = this.services?.runs.active()?.summary.step ?? 0;
    const whose = about.response === 'gold' ? 'the correct answer' : `the answer that it writes at step ${about.at ?? newest}`;
    this.#title = `Maps of ${this.#words()} of ${whose}`;
    void film.make(about, steps);
  }

  /** For people. */
  #words(): string {
    return this.subject === null ? '' : nameOfSpan(this.subject.tokens, this.subject.span);
  }

  /** Said aloud at the end only. */
  #said({ isRunning, frames, total }: Film): string {
    if (isRunning || total === 0) return '';
    return frames.length === total ? 'All maps are there.' : `Stopped after ${frames.length} of ${total}.`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'look-film': LookFilm;
  }
}
