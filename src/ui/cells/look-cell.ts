/** Look: where in the picture the open run looks while it writes each token (S2H Appendix J). */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { MapOf } from '../../../workers/protocol.ts';
import type { ExamplePixels } from '../../study/example-forms.ts';
import type { ExampleView, LookView, TokenSpan } from '../../study/notebook-state.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import type { ExampleKey, Level, TaskId } from '../../tasks/task.ts';
import '../elements/choice-group.ts';
import '../elements/look-example.ts';
import '../elements/look-map.ts';
import type { LookSubject } from '../elements/look-files.ts';
import type { MapFile } from '../elements/look-map.ts';
import type { NamedMap } from '../elements/map-view.ts';
import '../elements/page-part.ts';
import { isSame, positionsOf, snapped } from '../elements/token-span.ts';
import '../elements/look-words.ts';
import { pngOfSvg, saveFile, stateLink } from '../services/files.ts';
import { LookReader } from '../services/look-reader.ts';
import type { Looked } from '../services/look-reader.ts';
import type { AttributeArgs } from '../services/map-queue.ts';
import { levelOf } from '../services/notebook.ts';
import { PagePart } from '../services/page-part.ts';
import type { RunView } from '../services/run-view.ts';
import { stopsOf, timelineOf } from '../services/timeline.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import { besideOf, besideOfValue, besideOptions, valueOfBeside } from './look-beside.ts';
import type { Beside, BesideChoice } from './look-beside.ts';
import type { PageServices } from './page-services.ts';

const FILM = new PagePart(() => import('./look-film.ts'));
const OPENER = new PagePart(() => import('./recorded-opener.ts'));

@customElement('look-cell')
export class LookCell extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      .split {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
        gap: 1.2rem 1.8rem;
        align-items: start;
      }
      /* The words stay in sight beside the long column of the picture. */
      @media (min-width: 60rem) {
        look-words {
          position: sticky;
          top: 1rem;
        }
      }
      .explain {
        max-width: 44em;
      }
    `,
  ];

  @state() private preview: TokenSpan | null = null;
  /** Another run whose map stands beside; it cannot travel in a link. */
  @state() private otherId: string | null = null;
  /** Level chosen here while the Example cell shows another task, which may not have it. */
  @state() private ownLevel: Level | null = null;
  /** Why no file was saved. */
  @state() private fault = '';
  #reader: LookReader | null = null;
  /** Whose words `preview` means. */
  #previewed: Looked | null = null;

  protected override watch(services: PageServices): unknown {
    const { notebook, runs } = services;
    const { example, look } = notebook.state.value;
    return [example, look, runs.runs.value, runs.activeId.value, timelineOf(services).at()];
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (this.services !== null) this.#follow(this.services);
  }

  protected override draw(services: PageServices) {
    const { notebook, runs } = services;
    const { example, look } = notebook.state.value;
    const run = lookable(runs.active());
    if (run === null) {
      const opener = html`<page-part .of=${OPENER}><recorded-opener .services=${services}></recorded-opener></page-part>`;
      return html`<p class="soft">${nothingToLookAt(runs.active())}</p>
        ${runs.active() === undefined ? opener : nothing}`;
    }
    const answer = this.#reader?.answer() ?? null;
    const unread = this.#reader?.fault() ?? '';
    const fault = unread === '' ? this.fault : unread;
    return html`<p class="explain">
        Pick words of the answer. The picture shows how much each pixel moves the model’s loss on them: the gradient of the loss with respect to the
        pixel, times the pixel’s value, summed over the colours (Appendix J of the paper), or another measure. Pixel values are counted from paper
        white, so white paper scores 0.
      </p>
      ${this.#controls(run.summary.spec.task.id, example, look)} ${this.#then(run)}
      ${fault === '' ? nothing : html`<div class="note bad" role="alert"><p>${fault}</p></div>`}
      ${answer !== null ? this.#body(services, run, answer.looked, answer.pixels, unread) : unread === '' ? html`<p class="soft" role="status">Reading the run…</p>` : nothing}`;
  }

  /** That the answer and the maps are not those of the run as it is. */
  #then({ summary: { name, step } }: RunView) {
    const at = this.#reader?.args()?.at ?? null;
    return at === null
      ? nothing
      : html`<p class="soft" role="status">${name} as it was at step ${at} of ${step}: the timeline below stands there.</p>`;
  }

  /** The example is the one of the Example cell, of the run's own task and settings; only its level is told apart where the tasks differ. */
  #controls(task: TaskId, example: ExampleView, look: LookView) {
    const notebook = this.services?.notebook;
    const { levels, title } = taskInfo(task);
    return html`<look-example
      .levels=${levels}
      .level=${this.#levelOf(task, example)}
      .levelLabel=${task === example.task.id ? 'Level' : `Level of ${title}`}
      .index=${example.index}
      .view=${look}
      @level-change=${(event: CustomEvent<{ level: Level }>) => this.#setLevel(task, example, event.detail.level)}
      @index-change=${(event: CustomEvent<{ index: number }>) => notebook?.setExample(event.detail)}
      @look-change=${(event: CustomEvent<Partial<LookView>>) => notebook?.setLook(event.detail)}
    ></look-example>`;
  }

  #body(services: PageServices, run: RunView, looked: Looked, pixels: ExamplePixels, unread: string) {
    const { look } = services.notebook.state.value;
    const views = services.runs.runs.value;
    const pinned = pinnedIn(looked, look);
    const shown = this.#shown(looked, look);
    const { name, step } = run.summary;
    const at = this.#at(run);
    const beside = besideOf(this.#choice(look), run, views, at);
    const [own, other, untrained] = this.#wishes(looked, look, beside).map((wish) => this.#reader?.map(wish) ?? null);
    const maps: NamedMap[] = own == null ? [] : [{ name: at === step ? name : `${name}, step ${at}`, map: own }];
    if (own != null && other != null && beside !== null) maps.push({ name: beside.name, map: other });
    return html`<div class="split">
        <look-words
          .looked=${looked}
          .view=${look}
          .pinned=${pinned}
          @span-preview=${(event: CustomEvent<{ span: TokenSpan | null }>) => (this.preview = event.detail.span)}
          @span-pin=${(event: CustomEvent<{ span: TokenSpan | null }>) => services.notebook.setLook(event.detail)}
          @look-change=${this.#set}
        ></look-words>
        <look-map
          .pixels=${pixels}
          .maps=${maps}
          ?hasFailed=${unread !== ''}
          .untrained=${untrained == null ? null : { name: 'untrained', map: untrained }}
          .view=${look}
          .parts=${looked.parts}
          .subject=${shown === null ? null : this.#subject(services, run, looked, shown, `${name}, step ${at}`)}
          .others=${besideOptions(run, views, at)}
          beside=${valueOfBeside(this.#choice(look))}
          @look-change=${this.#set}
          @beside-change=${(event: CustomEvent<{ value: string }>) => this.#putBeside(besideOfValue(event.detail.value))}
          @save-map=${(event: CustomEvent<MapFile>) => void this.#save(`${name}-look`, event.detail)}
        ></look-map>
      </div>
      ${pinned === null || stopsOf(run).length === 0 ? nothing : this.#film(pinned, pixels, look, this.#subject(services, run, looked, pinned, name))}`;
  }

  /** Of pinned words of a run with a timeline. */
  #film(pinned: TokenSpan, pixels: ExamplePixels, look: LookView, subject: LookSubject) {
    return html`<page-part .of=${FILM}
      ><look-film
        .services=${this.services}
        .about=${this.#aboutMaps(pinned, look)}
        .pixels=${pixels}
        .view=${look}
        .subject=${subject}
        @save-map=${(event: CustomEvent<MapFile>) => void this.#save(`${subject.run}-film`, event.detail)}
      ></look-film
    ></page-part>`;
  }

  readonly #set = (event: CustomEvent<Partial<LookView>>): void => {
    this.services?.notebook.setLook(event.detail);
  };

  #choice({ besideStep }: LookView): BesideChoice {
    return { otherId: this.otherId, besideStep };
  }

  #putBeside({ otherId, besideStep }: BesideChoice): void {
    this.otherId = otherId;
    this.services?.notebook.setLook({ besideStep });
  }

  /** The level of the Example cell, unless the visitor chose another here while that cell shows another task. */
  #levelOf(task: TaskId, example: ExampleView): Level {
    return levelOf(task, task === example.task.id ? example.level : (this.ownLevel ?? example.level));
  }

  #setLevel(task: TaskId, example: ExampleView, level: Level): void {
    this.ownLevel = level;
    if (task === example.task.id) this.services?.notebook.setExample({ level });
  }

  /** The step that is looked at. */
  #at({ summary: { step } }: RunView): number {
    return this.#reader?.args()?.at ?? step;
  }

  /** The span whose map is on show. Costly methods wait for a click. */
  #shown(looked: Looked, look: LookView): TokenSpan | null {
    const isQuick = look.method === 'gradient' || look.method === 'gradient-input';
    return (isQuick ? this.preview : null) ?? pinnedIn(looked, look);
  }

  #aboutMaps(span: TokenSpan, { method, aggregate }: LookView): Omit<AttributeArgs, 'of'> | null {
    const args = this.#reader?.args() ?? null;
    return args === null ? null : { ...args, asked: { positions: positionsOf(span), method, aggregate } };
  }

  #exampleInWords({ record, response }: LookView) {
    const { task, level, split, seed, index }: Partial<ExampleKey> = this.#reader?.args()?.key ?? {};
    return { example: `${task}, ${level}, ${split}, seed ${seed}, example ${index}`, record, response };
  }

  #subject(services: PageServices, run: RunView, { tokens }: Looked, span: TokenSpan, name: string): LookSubject {
    const link = (): string => this.#link(services, run, span);
    return { run: name, ...this.#exampleInWords(services.notebook.state.value.look), tokens, span, link };
  }

  /** Opens the page at what is on show here: the run's settings, the example of its task, the words. */
  #link({ notebook }: PageServices, { summary: { spec } }: RunView, span: TokenSpan): string {
    const state = notebook.state.value;
    const example = { ...state.example, task: spec.task, level: this.#levelOf(spec.task.id, state.example) };
    return stateLink({ ...state, draft: spec, example, look: { ...state.look, span } });
  }

  async #save(fileName: string, { kind, content, widthPx, heightPx }: MapFile): Promise<void> {
    try {
      const bytes = kind === 'png' ? await pngOfSvg(content, widthPx, heightPx, 1) : new TextEncoder().encode(content);
      saveFile(`${fileName.replaceAll(/[^\w-]+/g, '-')}.${kind}`, bytes);
    } catch (thrown) {
      this.fault = `No file: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    }
  }

  /** Maps of the words on show: of the run, of what stands beside (or none), and, once they are pinned, of an untrained model. */
  #wishes(looked: Looked, look: LookView, beside: Beside | null): AttributeArgs[] {
    const shown = this.#shown(looked, look);
    const about = shown === null ? null : this.#aboutMaps(shown, look);
    if (shown === null || about === null || this.#reader?.isCurrent() !== true) return [];
    const own: AttributeArgs = { ...about, of: { kind: 'run' } };
    if (!isSame(shown, pinnedIn(looked, look))) return [own];
    return [own, beside === null ? own : { ...about, of: storedMap(beside) }, { ...about, of: { kind: 'untrained' } }];
  }

  /** Keeps tokens, pixels and the maps in step with what is chosen. */
  #follow(services: PageServices): void {
    const { client, examples, notebook, runs } = services;
    const { example, look } = notebook.state.value;
    const run = lookable(runs.active());
    if (run === null) return;
    const { runId, spec, step } = run.summary;
    const { split, seed, index } = example;
    const key = { task: spec.task.id, level: this.#levelOf(spec.task.id, example), split, seed, index };
    const timeline = timelineOf(services);
    const at = timeline.at();
    const { record, response } = look;
    this.#reader ??= new LookReader({ client, examples, timeline }, () => this.requestUpdate());
    if (this.#reader.ask({ runId, key, record, response, ...(at === null ? {} : { at }) }, step, spec.task)) [this.preview, this.fault] = [null, ''];
    const looked = this.#reader.answer()?.looked ?? null;
    if (looked !== this.#previewed) [this.#previewed, this.preview] = [looked, null];
    const beside = besideOf(this.#choice(look), run, runs.runs.value, this.#at(run));
    this.#reader.want(looked === null ? [] : this.#wishes(looked, look, beside));
  }
}

/** The pinned words of an answer, in whole groups; none where the answer does not reach so far. */
function pinnedIn({ tokens, parts }: Looked, { span, granularity }: LookView): TokenSpan | null {
  if (span === null || tokens[span.from]?.isPrompt !== false) return null;
  return snapped(parts.starts[granularity], tokens.length, { from: span.from, to: Math.min(span.to, tokens.length) });
}

function storedMap({ runId, at }: Beside): MapOf {
  return at === null ? { kind: 'stored', runId } : { kind: 'stored', runId, at };
}

function nothingToLookAt(run: RunView | undefined) {
  if (run === undefined)
    return html`Train a run, or open one of the table above; then click a word of its answer. Nothing trained yet? Some
      <a href="#figures=fig-9">recorded runs</a> open at once: “The runs behind it”, then Open.`;
  if (run.summary.state === 'failed') return 'This run failed. Resume it from its last checkpoint, then pause it, to look inside.';
  return 'Pause the run, or wait until it ends, to look inside.';
}

/** A run that can be looked at now: loaded, with some training, and not busy training. */
function lookable(run: RunView | undefined): RunView | null {
  if (run === undefined || !run.isLoaded) return null;
  const { state } = run.summary;
  return state === 'paused' || state === 'finished' || state === 'stopped' ? run : null;
}

declare global {
  interface HTMLElementTagNameMap {
    'look-cell': LookCell;
  }
}
