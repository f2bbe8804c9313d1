/**
 * Figures: the paper's figures as they were measured again on small models, ours beside the paper's numbers and never mixed with them. Recorded ones
 * (`runs/index.json`) are there at once; each can be made in this browser too (figure-desk.ts), and what was made here is shown apart. All is read when the cell
 * comes near the window, or when a link names a figure.
 */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toWireError } from '../../lib/errors.ts';
import { choiceOf, choiceText, parseChoice } from '../../study/figures/figure-choice.ts';
import type { FigureChoice } from '../../study/figures/figure-choice.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import type { FigureEntry } from '../../study/figures/figure-schema.ts';
import { madeText } from '../../study/figures/words.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import '../elements/choice-group.ts';
import { copyToClipboard } from '../elements/clipboard.ts';
import '../elements/copy-text.ts';
import '../elements/figure-claims.ts';
import '../elements/figure-data.ts';
import '../elements/figure-panels.ts';
import { bytes } from '../elements/format.ts';
import { reloadButton } from '../elements/page-part.ts';
import { ANCHOR, fileOf, FORMATS, linkTo } from '../services/figure-files.ts';
import type { Format } from '../services/figure-files.ts';
import type { FigureQueue } from '../services/figure-queue.ts';
import { loadFigure, loadFigureIndex } from '../services/figure-shelf.ts';
import type { RecordedFigure } from '../services/figure-shelf.ts';
import { saveFile } from '../services/files.ts';
import { NearWindow } from '../services/near-window.ts';
import { PagePart } from '../services/page-part.ts';
import { SignalController } from '../services/signal-controller.ts';
import { colourVersion, isDark, readSetting, writeSetting } from '../services/theme.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type * as Desk from './figure-desk.ts';
import type { PageServices } from './page-services.ts';

/** Whose numbers are drawn: those that ship with the page, or those of this browser. */
type View = 'recorded' | 'here';
/** Where the figure that stands here is noted, for a reload. */
const KEPT = 'parallax.figure';

const MARGIN_PX = 800;

interface Shown {
  readonly figure: RecordedFigure;
  readonly view: View;
  /** The other one is there too. */
  readonly hasBoth: boolean;
}

const DESK = new PagePart(() => import('./figure-desk.ts'));
const ORIGINS = new PagePart(() => import('./figure-origins.ts'));
const LOOKS = new PagePart(() => import('./figure-looks.ts'));

@customElement('figures-cell')
export class FiguresCell extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .picker {
        display: grid;
        grid-template-columns: minmax(0, 1fr); /* a long title in the list must not widen the page */
        margin-bottom: 1.2rem;
        color: var(--ink-soft);
        font-size: 0.86rem;
      }
      select {
        justify-self: start;
        max-width: 100%;
        color: var(--ink);
      }
      .explain {
        max-width: 46em;
      }
      .explain p {
        margin-bottom: 0.5rem;
      }
      .note {
        max-width: 46em;
        margin-bottom: 1.1rem;
        overflow-wrap: anywhere;
      }
      figure-claims,
      figure-panels {
        margin-bottom: 1.1rem;
      }
      details,
      copy-text {
        margin-top: 0.7rem;
      }
      .view {
        margin-bottom: 1rem;
      }
      .desk {
        margin: 0 0 1.1rem;
      }
      .desk figure-desk {
        margin: 0.6rem 0 1.2rem;
      }
    `,
  ];

  /** Address of the list; the figures stand beside it. */
  @property({ attribute: false }) list = new URL('runs/index.json', document.baseURI).href;
  /** What makes figures here; by default that of this page. */
  @property({ attribute: false }) queue: FigureQueue | null = null;
  @state() private entries: readonly FigureEntry[] | null = null;
  @state() private figures: readonly Desk.KnownFigure[] = [];
  @state() private choice: FigureChoice | null = null;
  @state() private view: View = 'recorded';
  @state() private recorded: RecordedFigure | null = null;
  @state() private isReading = false;
  @state() private fault = '';
  @state() private said = '';
  @state() private isRunsOpen = false;
  @state() private isDeskOpen = false;
  @state() private isDataOpen = false;
  #isOpen = false;
  #desk: typeof Desk | null = null;
  readonly #made = new SignalController(this, () => this.queue?.results.value);
  /** The link's figure that was followed last. */
  #followed = '';

  constructor() {
    super();
    new NearWindow(this, MARGIN_PX, () => this.#open());
  }

  protected override watch({ url }: PageServices): unknown {
    return [url.anchor.value, colourVersion.value];
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const anchor = this.services?.url.anchor.value ?? '';
    const wanted = anchor.startsWith(ANCHOR) ? anchor.slice(ANCHOR.length) : '';
    if (wanted === this.#followed) return;
    this.#followed = wanted;
    if (wanted === '') return;
    if (this.entries === null) this.#open();
    else void this.#follow(wanted);
  }

  protected override draw(services: PageServices) {
    const { entries, fault, choice } = this;
    const problem =
      fault === ''
        ? nothing
        : html`<div class="note bad" role="alert">
            <p>${fault}</p>
            <p class="row"><button @click=${() => this.#again()}>Try again</button>${reloadButton()}</p>
          </div>`;
    if (entries === null || choice === null) return fault === '' ? html`<p class="soft">Looking for figures…</p>` : problem;
    const shown = this.#shown(choice);
    const waiting = this.isReading ? html`<p class="soft" role="status">Reading the figure…</p>` : nothing;
    return html`${this.#picker(entries, choice)} ${problem}
    ${shown === null ? html`${waiting} ${this.#deskOf(services, choice)}` : this.#body(services, choice, shown)}`;
  }

  /** Making it here: open by itself where there is nothing recorded to look at first, or something is in the queue. */
  #deskOf(services: PageServices, choice: FigureChoice) {
    const show = ({ detail }: CustomEvent<{ choice: FigureChoice }>): void => void this.#choose(detail.choice.id, detail.choice);
    return html`<details class="desk" ?open=${this.isDeskOpen} @toggle=${(event: Event) => (this.isDeskOpen = isOpen(event))}>
      <summary>Make it in this browser</summary>
      <figure-desk
        .services=${services}
        .queue=${this.queue}
        .choice=${choice}
        .figures=${this.figures}
        .recorded=${(this.entries ?? []).map(({ id }) => id)}
        @show-figure=${show}
      ></figure-desk>
    </details>`;
  }

  /** What is drawn for a choice: made here or recorded, as wanted where both are there; else the paper's numbers alone. */
  #shown(choice: FigureChoice): Shown | null {
    const { recorded, view } = this;
    const here = this.queue?.results.value.get(choiceText(choice)) ?? null;
    if (here !== null && (view === 'here' || recorded === null)) return { figure: here, view: 'here', hasBoth: recorded !== null };
    if (recorded !== null) return { figure: recorded, view: 'recorded', hasBoth: here !== null };
    const empty = this.isReading || this.fault !== '' ? null : (this.#desk?.emptyFigure(choice) ?? null);
    return empty === null ? null : { figure: { result: empty, text: JSON.stringify(empty) }, view: 'here', hasBoth: false };
  }

  #picker(entries: readonly FigureEntry[], choice: FigureChoice) {
    const isRecorded = (id: string): boolean => entries.some((entry) => entry.id === id);
    const option = ({ id, title, source, isPartial }: Pick<FigureEntry, 'id' | 'title' | 'source' | 'isPartial'>, hint = '') =>
      html`<option value=${id} ?selected=${id === choice.id} title=${hint}>${source}: ${title}${isPartial === true ? ' (in part)' : ''}</option>`;
    return html`<label class="picker"
      >Figure of the paper
      <select @change=${(event: Event) => void this.#choose((event.target as HTMLSelectElement).value)}>
        ${
          entries.length === 0
            ? nothing
            : html`<optgroup label="Recorded">${entries.map((entry) => option(entry, `${entry.scale}, ${bytes(entry.bytes)}`))}</optgroup>`
        }
        <optgroup label="Not recorded: can be made here">
          ${this.figures.filter(({ id }) => !isRecorded(id)).map((figure) => option(figure))}
        </optgroup>
      </select></label
    >`;
  }

  #body(services: PageServices, choice: FigureChoice, { figure, view, hasBoth }: Shown) {
    const { result } = figure;
    const { title, source, question, lookFor, command, runs, readings } = result;
    const train = ({ detail: { spec } }: CustomEvent<{ spec: RunSpec }>): void => {
      services.notebook.setDraft(spec);
      services.runs.draftOf = null;
      goToCell('train');
    };
    const isEmpty = runs.length === 0;
    const own = view === 'here' ? choice : (choiceOf(result) ?? choice);
    return html`<div class="explain">
        <h3>${title}</h3>
        <p><span class="soft">${source}.</span> ${question}</p>
        <p class="soft">What to look for: ${lookFor}</p>
      </div>
      ${
        hasBoth
          ? html`<choice-group
              class="view"
              label="Our numbers"
              .value=${view}
              .options=${VIEWS}
              @choose=${({ detail }: CustomEvent<{ value: View }>) => (this.view = detail.value)}
            ></choice-group>`
          : nothing
      }
      <p class="note small">${isEmpty ? emptyText(result) : `${view === 'here' ? 'Made in this browser' : 'Recorded'}: a ${madeText(result)}.`}</p>
      ${this.#deskOf(services, choice)}
      <figure-claims .result=${result}></figure-claims>
      <figure-panels .result=${result} theme=${isDark() ? 'dark' : 'light'}></figure-panels>
      ${this.#maps(services, result)}
      <p class="row">
        ${isEmpty ? nothing : FORMATS.map((format) => html`<button @click=${() => void this.#export(figure, own, format)}>Export ${format}</button>`)}
        <button @click=${() => void this.#copyLink(linkTo(own))}>Copy link</button>
        <span class="small soft" role="status">${this.said}</span>
      </p>
      ${
        isEmpty
          ? nothing
          : html`<details @toggle=${(event: Event) => (this.isDataOpen = isOpen(event))}>
                <summary>Show data (${readings.length} readings)</summary>
                ${this.isDataOpen ? html`<figure-data .result=${result}></figure-data>` : nothing}
              </details>
              <details @toggle=${(event: Event) => (this.isRunsOpen = isOpen(event))}>
                <summary>The runs behind it (${runs.length})</summary>
                ${this.isRunsOpen ? this.#origins(services, runs, train) : nothing}
              </details>`
      }
      <copy-text wrap label="The command that makes it again" .text=${command}></copy-text>`;
  }

  #origins(services: PageServices, runs: FigureResult['runs'], train: (event: CustomEvent<{ spec: RunSpec }>) => void) {
    const list = new URL('weights/index.json', new URL(this.list, document.baseURI)).href;
    return html`<page-part .of=${ORIGINS}
      ><figure-origins .services=${services} .runs=${runs} .list=${list} @train-run=${train}></figure-origins
    ></page-part>`;
  }

  #maps(services: PageServices, result: FigureResult) {
    if (result.maps === undefined) return nothing;
    return html`<page-part .of=${LOOKS}><figure-looks .services=${services} .result=${result}></figure-looks></page-part>`;
  }

  /** Reads the list and the code of the figures, once; then the figure that a link names, or the first. */
  #open(): void {
    const { services } = this;
    if (this.#isOpen || services === null) return;
    this.#isOpen = true;
    Promise.all([loadFigureIndex(this.list), DESK.load()]).then(
      ([entries, desk]) => {
        this.#desk = desk;
        this.figures = desk.knownFigures();
        this.queue ??= desk.openFigureQueue(services);
        this.#made.restart();
        this.entries = entries;
        void this.#begin(this.queue);
      },
      (thrown: unknown) => {
        this.#isOpen = false;
        addEventListener('online', () => void (this.entries === null && this.#again()), { once: true });
        this.fault = toWireError(thrown).message;
      },
    );
  }

  /** What a link names; else what was being made when the page was closed; else what stood here before a reload; else the first. */
  async #begin(queue: FigureQueue): Promise<void> {
    const reading = queue.isReady.value ? Promise.resolve() : queue.load();
    if (this.#followed !== '') return this.#follow(this.#followed);
    await reading;
    const open = queue.jobs.value.find(({ state }) => state !== 'done' && state !== 'cancelled');
    const first = this.entries?.[0] ?? this.figures[0];
    if (open !== undefined) await this.#choose(open.choice.id, open.choice);
    else if (first !== undefined) {
      const { id, choice } = parseChoice(readSetting(KEPT, 'sessionStorage') ?? first.id);
      await this.#choose(id, choice);
    }
  }

  #again(): void {
    this.fault = '';
    if (this.entries === null) this.#open();
    else if (this.choice !== null) void this.#choose(this.choice.id, this.choice);
  }

  /** Shows a figure, recorded where it is; with a choice of scale and seeds, what was made of it here. */
  async #choose(wanted: string, choice: FigureChoice | null = null): Promise<void> {
    const { list, entries, figures } = this;
    const known = figures.find(({ id }) => id === wanted) ?? entries?.find(({ id }) => id === wanted) ?? entries?.[0] ?? figures[0];
    if (known === undefined) return;
    const { id } = known;
    const isSame = id === this.choice?.id && this.recorded?.result.id === id;
    const next: FigureChoice = choice?.id === id ? choice : { id, scale: 'nano', seeds: [1] };
    this.choice = next;
    writeSetting(KEPT, choice === null ? id : choiceText(next), 'sessionStorage');
    this.view = choice === null ? 'recorded' : 'here';
    this.isDeskOpen ||= choice !== null || entries?.some((entry) => entry.id === id) !== true;
    this.said = id === wanted ? '' : `There is no figure “${wanted}” here; this is another one.`;
    this.fault = '';
    if (isSame) return;
    this.recorded = null;
    if (entries?.some((entry) => entry.id === id) !== true) return;
    this.isReading = true;
    const isLate = (): boolean => this.choice?.id !== id;
    try {
      const figure = await loadFigure(list, id);
      if (isLate()) return;
      this.recorded = figure;
      // A link to what was recorded means the recorded one.
      const own = choiceOf(figure.result);
      if (own !== null && choiceText(own) === choiceText(next)) this.view = 'recorded';
    } catch (thrown) {
      if (!isLate()) this.fault = toWireError(thrown).message;
    } finally {
      if (!isLate()) this.isReading = false;
    }
  }

  /** Shows what a link names, and goes there. */
  async #follow(wanted: string): Promise<void> {
    const { id, choice } = parseChoice(wanted);
    await this.#choose(id, choice);
    await this.updateComplete;
    goToCell('figures');
  }

  async #export({ result, text }: RecordedFigure, choice: FigureChoice, format: Format): Promise<void> {
    const fileName = `parallax-${choiceText(choice)}.${format.toLowerCase()}`;
    try {
      saveFile(fileName, await fileOf(result, text, linkTo(choice), format));
      this.said = `${fileName} was saved.`;
    } catch (thrown) {
      this.said = `${fileName} could not be made: ${toWireError(thrown).message}`;
    }
  }

  async #copyLink(link: string): Promise<void> {
    this.said = (await copyToClipboard(link)) ? 'The link is copied.' : `Copying is not allowed here. The link: ${link}`;
  }
}

const VIEWS: readonly { readonly value: View; readonly label: string }[] = [
  { value: 'recorded', label: 'recorded' },
  { value: 'here', label: 'made in this browser' },
];

function goToCell(id: 'figures' | 'train'): void {
  const title = document.querySelector<HTMLElement>(`#${id}-title`);
  title?.scrollIntoView();
  title?.focus({ preventScroll: true });
}

function isOpen(event: Event): boolean {
  return event.currentTarget instanceof HTMLDetailsElement && event.currentTarget.open;
}

function emptyText({ paper }: FigureResult): string {
  return `Nothing is made of it yet${paper.length === 0 ? ', and the paper states no numbers for it.' : ': the charts have the paper’s numbers alone.'}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'figures-cell': FiguresCell;
  }
}
