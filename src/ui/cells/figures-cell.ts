/**
 * Figures: the paper's figures as they were measured again on small models, ours beside the paper's numbers and never mixed with them. What is shown was
 * recorded (`runs/index.json`); it is read when the cell comes near the window, or when a link names a figure.
 */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toWireError } from '../../lib/errors.ts';
import { figureCsv } from '../../study/figures/figure-csv.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import type { FigureEntry } from '../../study/figures/figure-schema.ts';
import { sheetSvg } from '../../study/figures/plot.ts';
import { madeText } from '../../study/figures/words.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import { copyToClipboard } from '../elements/copy-text.ts';
import '../elements/copy-text.ts';
import '../elements/figure-claims.ts';
import '../elements/figure-data.ts';
import '../elements/figure-panels.ts';
import '../elements/figure-runs.ts';
import { bytes } from '../elements/format.ts';
import { loadFigure, loadFigureIndex } from '../services/figure-shelf.ts';
import type { RecordedFigure } from '../services/figure-shelf.ts';
import { saveFile } from '../services/files.ts';
import { pngOfSvg } from '../services/picture-file.ts';
import { colourVersion, isDark } from '../services/theme.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

/** Of the exported picture: two charts of the page's usual size side by side. */
const SHEET_PX = 960;
const PNG_SCALE = 2;
/** A link to a figure: the address of the page, this, and the figure's id. */
const ANCHOR = '#figures=';
const FORMATS = ['SVG', 'PNG', 'CSV', 'JSON'] as const;
type Format = (typeof FORMATS)[number];

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
    `,
  ];

  /** Address of the list; the figures stand beside it. */
  @property({ attribute: false }) list = new URL('runs/index.json', document.baseURI).href;
  @state() private entries: readonly FigureEntry[] | null = null;
  @state() private chosen = '';
  @state() private figure: RecordedFigure | null = null;
  @state() private fault = '';
  @state() private said = '';
  @state() private isRunsOpen = false;
  @state() private isDataOpen = false;
  #isOpen = false;
  /** The link's figure that was followed last. */
  #followed = '';
  readonly #sight = new IntersectionObserver((entries) => entries.some(({ isIntersecting }) => isIntersecting) && this.#open(), {
    rootMargin: '800px',
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#sight.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#sight.disconnect();
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
    const { entries, fault } = this;
    const problem =
      fault === ''
        ? nothing
        : html`<div class="note bad" role="alert">
            <p>${fault}</p>
            <p class="row"><button @click=${() => this.#again()}>Try again</button></p>
          </div>`;
    if (entries === null) return fault === '' ? html`<p class="soft">Looking for recorded figures…</p>` : problem;
    if (entries.length === 0) return html`<p class="soft">No recorded figures yet.</p>`;
    const { figure } = this;
    return html`${this.#picker(entries)} ${problem}
    ${figure === null ? (fault === '' ? html`<p class="soft" role="status">Reading the figure…</p>` : nothing) : this.#body(services, figure)}`;
  }

  #picker(entries: readonly FigureEntry[]) {
    return html`<label class="picker"
      >Figure of the paper
      <select @change=${(event: Event) => void this.#choose((event.target as HTMLSelectElement).value)}>
        ${entries.map(
          ({ id, title, source, scale, bytes: size }) =>
            html`<option value=${id} ?selected=${id === this.chosen} title=${`${scale}, ${bytes(size)}`}>${source}: ${title}</option>`,
        )}
      </select></label
    >`;
  }

  #body({ notebook }: PageServices, figure: RecordedFigure) {
    const { result } = figure;
    const { title, source, question, lookFor, command, runs, readings } = result;
    const train = ({ detail: { spec } }: CustomEvent<{ spec: RunSpec }>): void => {
      notebook.setDraft(spec);
      goToCell('train');
    };
    return html`<div class="explain">
        <h3>${title}</h3>
        <p><span class="soft">${source}.</span> ${question}</p>
        <p class="soft">What to look for: ${lookFor}</p>
      </div>
      <p class="note small">This is a ${madeText(result)}.</p>
      <figure-claims .result=${result}></figure-claims>
      <figure-panels .result=${result} theme=${isDark() ? 'dark' : 'light'}></figure-panels>
      <p class="row">
        ${FORMATS.map((format) => html`<button @click=${() => void this.#export(figure, format)}>Export ${format}</button>`)}
        <button @click=${() => void this.#copyLink(result)}>Copy link</button>
        <span class="small soft" role="status">${this.said}</span>
      </p>
      <details @toggle=${(event: Event) => (this.isDataOpen = isOpen(event))}>
        <summary>Show data (${readings.length} readings)</summary>
        ${this.isDataOpen ? html`<figure-data .result=${result}></figure-data>` : nothing}
      </details>
      <details @toggle=${(event: Event) => (this.isRunsOpen = isOpen(event))}>
        <summary>The runs behind it (${runs.length})</summary>
        ${this.isRunsOpen ? html`<figure-runs .runs=${runs} @train-run=${train}></figure-runs>` : nothing}
      </details>
      <copy-text wrap label="The command that makes it again" .text=${command}></copy-text>`;
  }

  /** Reads the list, once; then the figure that a link names, or the first. */
  #open(): void {
    if (this.#isOpen || this.services === null) return;
    this.#isOpen = true;
    this.#sight.disconnect();
    loadFigureIndex(this.list).then(
      (entries) => {
        this.entries = entries;
        const [first] = entries;
        if (first !== undefined) void (this.#followed === '' ? this.#choose(first.id) : this.#follow(this.#followed));
      },
      (thrown: unknown) => {
        this.#isOpen = false;
        this.fault = toWireError(thrown).message;
      },
    );
  }

  #again(): void {
    this.fault = '';
    if (this.entries === null) this.#open();
    else void this.#choose(this.chosen);
  }

  async #choose(wanted: string): Promise<void> {
    const { list, entries } = this;
    const entry = entries?.find(({ id }) => id === wanted) ?? entries?.[0];
    if (entry === undefined) return;
    const { id } = entry;
    this.chosen = id;
    this.said = id === wanted ? '' : `No figure “${wanted}” is recorded here; this is another one.`;
    this.fault = '';
    const isLate = (): boolean => this.chosen !== id;
    try {
      const figure = await loadFigure(list, id);
      if (!isLate()) this.figure = figure;
    } catch (thrown) {
      if (isLate()) return;
      this.figure = null;
      this.fault = toWireError(thrown).message;
    }
  }

  /** Shows what a link names, and goes there. */
  async #follow(wanted: string): Promise<void> {
    await this.#choose(wanted);
    await this.updateComplete;
    goToCell('figures');
  }

  async #export({ result, text }: RecordedFigure, format: Format): Promise<void> {
    const fileName = `parallax-${result.id}-${result.scale}.${format.toLowerCase()}`;
    try {
      saveFile(fileName, await fileOf(result, text, format));
      this.said = `${fileName} was saved.`;
    } catch (thrown) {
      this.said = `${fileName} could not be made: ${toWireError(thrown).message}`;
    }
  }

  async #copyLink({ id }: FigureResult): Promise<void> {
    const link = location.origin + location.pathname + ANCHOR + id;
    this.said = (await copyToClipboard(link)) ? 'The link is copied.' : `Copying is not allowed here. The link: ${link}`;
  }
}

async function fileOf(result: FigureResult, text: string, format: Format): Promise<Uint8Array<ArrayBuffer>> {
  const bytesOf = (words: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(words);
  const sheet = sheetSvg(result, { theme: 'print', widthPx: SHEET_PX });
  switch (format) {
    case 'SVG':
      return bytesOf(sheet.svg);
    case 'PNG':
      return pngOfSvg(sheet.svg, sheet.widthPx, sheet.heightPx, PNG_SCALE);
    case 'CSV':
      return bytesOf(figureCsv(result));
    case 'JSON':
      return bytesOf(text);
    default:
      return format satisfies never;
  }
}

function goToCell(id: 'figures' | 'train'): void {
  const title = document.querySelector<HTMLElement>(`#${id}-title`);
  title?.scrollIntoView();
  title?.focus({ preventScroll: true });
}

function isOpen(event: Event): boolean {
  return event.currentTarget instanceof HTMLDetailsElement && event.currentTarget.open;
}

declare global {
  interface HTMLElementTagNameMap {
    'figures-cell': FiguresCell;
  }
}
