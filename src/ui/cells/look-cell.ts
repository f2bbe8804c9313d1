/** Look: where in the picture the open run looks while it writes each token (S2H Appendix J). */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Calls, MapOf } from '../../../workers/protocol.ts';
import type { ExamplePixels } from '../../study/example-forms.ts';
import type { ExampleView, LookView } from '../../study/notebook-state.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import type { TaskSpec } from '../../tasks/task-spec.ts';
import type { ExampleKey, Level, TaskId } from '../../tasks/task.ts';
import '../elements/choice-group.ts';
import '../elements/look-example.ts';
import '../elements/look-map.ts';
import type { MapFile } from '../elements/look-map.ts';
import { FIRST_SETTINGS } from '../elements/look-settings.ts';
import type { LookSettings } from '../elements/look-settings.ts';
import type { NamedMap } from '../elements/map-view.ts';
import { groupAt, isSame, nameOfSpan, positionsOf } from '../elements/token-span.ts';
import type { TokenSpan } from '../elements/token-span.ts';
import '../elements/look-words.ts';
import { saveFile } from '../services/files.ts';
import { MapQueue } from '../services/map-queue.ts';
import type { AttributeArgs } from '../services/map-queue.ts';
import { levelOf } from '../services/notebook.ts';
import { pngOfSvg } from '../services/picture-file.ts';
import type { RunView } from '../services/run-view.ts';
import { stopsOf, timelineOf } from '../services/timeline.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

type Looked = Calls['look']['out'];
type LookArgs = Calls['look']['in'];

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

  @state() private looked: Looked | null = null;
  @state() private pixels: ExamplePixels | null = null;
  @state() private fault = '';
  @state() private preview: TokenSpan | null = null;
  /** The span that is pinned; a link holds its first token only. */
  @state() private span: TokenSpan | null = null;
  @state() private settings: LookSettings = FIRST_SETTINGS;
  /** Level chosen here while the Example cell shows another task, which may not have it. */
  @state() private ownLevel: Level | null = null;
  #queue: MapQueue | null = null;
  /** What `looked` and the maps belong to; an answer to anything older is dropped. */
  #args: LookArgs | null = null;
  #asked = '';
  /** The example and the run without the step of the timeline: maps of it are kept while the timeline moves. */
  #place = '';
  /** What `looked` answers; until it is `#asked`, the tokens on show are of the example before and ask for nothing. */
  #answered = '';

  protected override watch(services: PageServices): unknown {
    const { notebook, runs } = services;
    const { example, look } = notebook.state.value;
    return [example, look, runs.runs.value, runs.activeId.value, timelineOf(services).at()];
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (this.services !== null) this.#follow(this.services);
  }

  protected override draw({ notebook, runs }: PageServices) {
    const { example, look } = notebook.state.value;
    const run = lookable(runs.active());
    if (run === null) {
      return html`<p class="soft">
        ${runs.active() === undefined ? 'Train a run, or open one of the table above; then click a word of its answer.' : runs.active()?.summary.state === 'failed' ? 'This run failed. Resume it from its last checkpoint, then pause it, to look inside.' : 'Pause the run, or wait until it ends, to look inside.'}
      </p>`;
    }
    const unmade = this.#queue?.fault() ?? null;
    const fault = this.fault === '' && unmade !== null ? `No map for these words: ${unmade.message}` : this.fault;
    return html`<p class="explain">
        Pick words of the answer. The picture shows how much each pixel moves the model’s loss on them: the gradient of the loss with respect to the
        pixel, times the pixel’s value, summed over the colours (Appendix J of the paper), or another measure. Pixel values are counted from paper
        white, so white paper scores 0.
      </p>
      ${this.#controls(run.summary.spec.task.id, example, look)} ${this.#then(run)}
      ${fault === '' ? nothing : html`<div class="note bad" role="alert"><p>${fault}</p></div>`}
      ${this.looked === null || this.pixels === null ? (this.fault === '' ? html`<p class="soft" role="status">Reading the run…</p>` : nothing) : this.#body(run, this.looked, this.pixels, look)}`;
  }

  /** That the answer and the maps are not those of the run as it is. */
  #then({ summary: { name, step } }: RunView) {
    const at = this.#args?.at ?? null;
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

  #body(run: RunView, looked: Looked, pixels: ExamplePixels, look: LookView) {
    const { settings } = this;
    const shown = this.#shown(looked, look);
    const [own, other, untrained] = this.#wishes(looked, look).map((wish) => this.#queue?.get(wish) ?? null);
    const { name, step } = run.summary;
    const at = this.#args?.at ?? step;
    const otherName = this.#otherName();
    const maps: NamedMap[] = own == null ? [] : [{ name: at === step ? name : `${name}, step ${at}`, map: own }];
    if (own != null && other != null && otherName !== undefined) maps.push({ name: otherName, map: other });
    return html`<div class="split">
        <look-words
          .looked=${looked}
          .settings=${settings}
          .pinned=${this.#pinned(looked, look)}
          @span-preview=${(event: CustomEvent<{ span: TokenSpan | null }>) => (this.preview = event.detail.span)}
          @span-pin=${(event: CustomEvent<{ span: TokenSpan | null }>) => this.#pin(event.detail.span)}
          @settings-change=${this.#set}
        ></look-words>
        <look-map
          .pixels=${pixels}
          .maps=${maps}
          .untrained=${untrained == null ? null : { name: 'untrained', map: untrained }}
          .view=${look}
          .settings=${{ ...settings, sign: this.#sign(look) }}
          .parts=${looked.parts}
          .subject=${shown === null ? null : { run: `${name}, step ${at}`, ...this.#exampleInWords(look), tokens: looked.tokens, span: shown }}
          .others=${this.#others(run)}
          @look-change=${(event: CustomEvent<Partial<LookView>>) => this.services?.notebook.setLook(event.detail)}
          @settings-change=${this.#set}
          @save-map=${(event: CustomEvent<MapFile>) => void this.#save(`${name}-look`, event.detail)}
        ></look-map>
      </div>
      ${this.#film(run, looked, pixels, look)}`;
  }

  /** Of pinned words of a run with a timeline. */
  #film(run: RunView, looked: Looked, pixels: ExamplePixels, look: LookView) {
    const pinned = this.#pinned(looked, look);
    if (pinned === null || stopsOf(run).length === 0) return nothing;
    void import('./look-film.ts');
    return html`<look-film
      .services=${this.services}
      .about=${this.#aboutMaps(pinned)}
      .pixels=${pixels}
      .view=${look}
      .settings=${{ ...this.settings, sign: this.#sign(look) }}
      words=${nameOfSpan(looked.tokens, pinned)}
    ></look-film>`;
  }

  readonly #set = (event: CustomEvent<Partial<LookSettings>>): void => {
    this.settings = { ...this.settings, ...event.detail };
  };

  #pin(span: TokenSpan | null): void {
    this.span = span;
    this.services?.notebook.setLook({ token: span?.from ?? null });
  }

  /** The level of the Example cell, unless the visitor chose another here while that cell shows another task. */
  #levelOf(task: TaskId, example: ExampleView): Level {
    return levelOf(task, task === example.task.id ? example.level : (this.ownLevel ?? example.level));
  }

  #setLevel(task: TaskId, example: ExampleView, level: Level): void {
    this.ownLevel = level;
    if (task === example.task.id) this.services?.notebook.setExample({ level });
  }

  /** The pinned span; where a link or another example left only its first token, the group of that. */
  #pinned({ tokens, parts }: Looked, { token }: LookView): TokenSpan | null {
    if (token === null || tokens[token]?.isPrompt !== false) return null;
    const isOwn = this.span?.from === token && this.span.to <= tokens.length;
    return isOwn ? this.span : groupAt(parts.starts[this.settings.granularity], tokens.length, token);
  }

  /** The span whose map is on show. Costly methods wait for a click. */
  #shown(looked: Looked, look: LookView): TokenSpan | null {
    const isQuick = this.settings.method === 'gradient' || this.settings.method === 'gradient-input';
    return (isQuick ? this.preview : null) ?? this.#pinned(looked, look);
  }

  /** A link knows whether sizes are meant; the rest is told here. */
  #sign({ isSigned }: LookView): LookSettings['sign'] {
    const { sign } = this.settings;
    return isSigned === (sign !== 'absolute') ? sign : isSigned ? 'signed' : 'absolute';
  }

  #others(run: RunView) {
    const runs = this.services?.runs.runs.value ?? [];
    const isOther = ({ summary }: RunView): boolean =>
      summary.runId !== run.summary.runId && summary.step > 0 && summary.spec.task.id === run.summary.spec.task.id;
    const others = runs.filter(isOther).map(({ summary }) => ({ value: summary.runId, label: `${summary.name}, step ${summary.step}` }));
    const { runId, step: newest } = run.summary;
    const own = [...stopsOf(run), newest].filter((step) => step !== (this.#args?.at ?? newest));
    return [...others, ...own.map((step) => ({ value: step === newest ? runId : `${runId}@${step}`, label: `this run, step ${step}` }))];
  }

  /** What stands beside: another run, or this one at another step (`id@step`). Null when it is not there (any more), or what is looked at anyway. */
  #other(): { readonly runId: string; readonly at: number | null } | null {
    const [id, step] = this.settings.otherId?.split('@') ?? [];
    const runId = this.services?.runs.find(id ?? null)?.summary.runId;
    if (runId === undefined) return null;
    const at = step === undefined ? null : Number(step);
    return runId === this.#args?.runId && at === (this.#args.at ?? null) ? null : { runId, at };
  }

  #otherName(): string | undefined {
    const other = this.#other();
    const summary = this.services?.runs.find(other?.runId ?? null)?.summary;
    return summary === undefined ? undefined : `${summary.name}${summary.runId === this.#args?.runId ? `, step ${other?.at ?? summary.step}` : ''}`;
  }

  #aboutMaps(span: TokenSpan): Omit<AttributeArgs, 'of'> | null {
    const { method, aggregate } = this.settings;
    return this.#args === null ? null : { ...this.#args, asked: { positions: positionsOf(span), method, aggregate } };
  }

  #exampleInWords({ record, response }: LookView) {
    const { task, level, split, seed, index }: Partial<ExampleKey> = this.#args?.key ?? {};
    return { example: `${task}, ${level}, ${split}, seed ${seed}, example ${index}`, record, response };
  }

  async #save(fileName: string, { kind, content, widthPx, heightPx }: MapFile): Promise<void> {
    try {
      const bytes = kind === 'png' ? await pngOfSvg(content, widthPx, heightPx, 1) : new TextEncoder().encode(content);
      saveFile(`${fileName.replaceAll(/[^\w-]+/g, '-')}.${kind}`, bytes);
    } catch (thrown) {
      this.fault = `No file: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
    }
  }

  /** Maps of the words on show: of the run, of what it is compared with (or none), and, once they are pinned, of an untrained model. */
  #wishes(looked: Looked, look: LookView): AttributeArgs[] {
    const shown = this.#shown(looked, look);
    const about = shown === null ? null : this.#aboutMaps(shown);
    if (shown === null || about === null || this.#answered !== this.#asked) return [];
    const other = this.#other();
    const own: AttributeArgs = { ...about, of: { kind: 'run' } };
    if (!isSame(shown, this.#pinned(looked, look))) return [own];
    return [own, other === null ? own : { ...about, of: storedMap(other) }, { ...about, of: { kind: 'untrained' } }];
  }

  /** Keeps tokens, pixels and the maps in step with what is chosen. */
  #follow(services: PageServices): void {
    const { example, look } = services.notebook.state.value;
    const run = lookable(services.runs.active());
    if (run === null) return;
    const { runId, spec, step } = run.summary;
    const { split, seed, index } = example;
    const key = { task: spec.task.id, level: this.#levelOf(spec.task.id, example), split, seed, index };
    const question = { runId, key, record: look.record, response: look.response };
    const at = timelineOf(services).at();
    const args = at === null ? question : { ...question, at };
    const place = JSON.stringify([question, step]);
    const asked = JSON.stringify([args, step]);
    this.#queue ??= new MapQueue(services.client, () => this.requestUpdate());
    if (asked !== this.#asked) {
      this.#asked = asked;
      this.#args = args;
      if (place !== this.#place) {
        this.span = null;
        this.#queue.forget();
      }
      this.#place = place;
      void this.#look(services, args, asked, spec.task);
    }
    this.#queue.want(this.looked === null ? [] : this.#wishes(this.looked, look));
  }

  async #look(services: PageServices, args: LookArgs, asked: string, spec: TaskSpec): Promise<void> {
    const { client, examples } = services;
    const { isWaiting } = timelineOf(services);
    [this.fault, this.preview, isWaiting.value] = ['', null, true];
    try {
      const [looked, pixels] = await Promise.all([client.call('look', args), examples.call('pixels', { key: args.key, spec })]);
      if (asked !== this.#asked) return;
      [this.looked, this.pixels, this.preview, this.fault] = [looked, pixels, null, ''];
      this.#answered = asked;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      [this.looked, this.fault] = [null, `This example cannot be looked at: ${thrown instanceof Error ? thrown.message : String(thrown)}`];
    } finally {
      if (asked === this.#asked) isWaiting.value = false;
    }
  }
}

function storedMap({ runId, at }: { readonly runId: string; readonly at: number | null }): MapOf {
  return at === null ? { kind: 'stored', runId } : { kind: 'stored', runId, at };
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
