/** Look: where in the picture the open run looks while it writes each token (S2H Appendix J). */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { Calls } from '../../../workers/protocol.ts';
import type { ExamplePixels } from '../../study/example-forms.ts';
import type { ExampleView, LookView } from '../../study/notebook-state.ts';
import { VIEW_RANGES } from '../../study/notebook-state.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import type { TaskSpec } from '../../tasks/task-spec.ts';
import type { Level, TaskId } from '../../tasks/task.ts';
import '../elements/choice-group.ts';
import '../elements/number-stepper.ts';
import '../elements/token-strip.ts';
import { levelOf } from '../services/notebook.ts';
import type { RunView } from '../services/run-view.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import '../elements/look-map.ts';
import type { PageServices } from './page-services.ts';

type Looked = Calls['look']['out'];
type LookArgs = Calls['look']['in'];
type Maps = Calls['attribute']['out'];

/** Maps kept per example; one of 13 x 13 patches is 173 kB. */
const MAX_MAPS = 200;

@customElement('look-cell')
export class LookCell extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      .controls {
        display: flex;
        flex-wrap: wrap;
        align-items: end;
        gap: 0.8rem 1.2rem;
        margin-bottom: 1.1rem;
      }
      .split {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr));
        gap: 1.2rem 1.8rem;
        align-items: start;
      }
      .explain {
        max-width: 44em;
      }
    `,
  ];

  @state() private looked: Looked | null = null;
  @state() private pixels: ExamplePixels | null = null;
  @state() private fault = '';
  @state() private preview: number | null = null;
  @state() private isComputing = false;
  /** Level chosen here while the Example cell shows another task, which may not have it. */
  @state() private ownLevel: Level | null = null;
  readonly #maps = new Map<number, Maps>();
  /** What `looked` and the maps belong to; an answer to anything older is dropped. */
  #args: LookArgs | null = null;
  #asked = '';
  /** What `looked` answers; until it is `#asked`, the tokens on show are of the example before and ask for nothing. */
  #answered = '';
  #wanted: number | null = null;

  protected override watch({ notebook, runs }: PageServices): unknown {
    const { example, look } = notebook.state.value;
    return [example, look, runs.runs.value, runs.activeId.value];
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
    return html`<p class="explain">
        Pick a word of the answer. The picture shows how much each pixel moves the model’s loss on that word: the gradient of the loss with respect to
        the pixel, times the pixel’s value, summed over the colours (Appendix J of the paper). Pixel values are counted from paper white, so white
        paper scores 0.
      </p>
      ${this.#controls(run.summary.spec.task.id, example, look)}
      ${this.fault === '' ? nothing : html`<div class="note bad" role="alert"><p>${this.fault}</p></div>`}
      ${this.looked === null || this.pixels === null ? (this.fault === '' ? html`<p class="soft" role="status">Reading the run…</p>` : nothing) : this.#body(this.looked, this.pixels, look)}`;
  }

  /** The example is the one of the Example cell, of the run's own task and settings; only its level is told apart where the tasks differ. */
  #controls(task: TaskId, example: ExampleView, look: LookView) {
    const notebook = this.services?.notebook;
    const { levels, title } = taskInfo(task);
    return html`<div class="controls">
      <choice-group
        label=${task === example.task.id ? 'Level' : `Level of ${title}`}
        .value=${this.#levelOf(task, example)}
        .options=${levels.map((value) => ({ value, label: value }))}
        @choose=${(event: CustomEvent<{ value: Level }>) => this.#setLevel(task, example, event.detail.value)}
      ></choice-group>
      <number-stepper
        label="Example"
        .value=${example.index}
        .max=${VIEW_RANGES.index.max}
        @change-number=${(event: CustomEvent<{ value: number }>) => notebook?.setExample({ index: event.detail.value })}
      ></number-stepper>
      <choice-group
        label="Record"
        .value=${look.record}
        .options=${[
          { value: 'image', label: 'Image' },
          { value: 'image-via-text', label: 'Image-via-text' },
        ]}
        @choose=${(event: CustomEvent<{ value: LookView['record'] }>) => notebook?.setLook({ record: event.detail.value, token: null })}
      ></choice-group>
      <choice-group
        label="Answer"
        .value=${look.response}
        .options=${[
          { value: 'gold', label: 'correct one', hint: 'The model reads the correct answer, word by word.' },
          { value: 'generated', label: 'its own', hint: 'The model writes its own answer.' },
        ]}
        @choose=${(event: CustomEvent<{ value: LookView['response'] }>) => notebook?.setLook({ response: event.detail.value, token: null })}
      ></choice-group>
    </div>`;
  }

  #body(looked: Looked, pixels: ExamplePixels, look: LookView) {
    const shown = this.preview ?? this.#pinned(looked, look);
    const map = shown === null ? undefined : this.#maps.get(shown);
    const verdict =
      looked.correct === null ? nothing : html`<p class="small">${looked.correct ? 'This answer is right.' : 'This answer is wrong.'}</p>`;
    return html`<div class="split">
      <div>
        <h3>Words of the answer</h3>
        ${verdict}
        <token-strip
          .tokens=${looked.tokens}
          .pinned=${this.#pinned(looked, look)}
          @token-preview=${(event: CustomEvent<{ index: number | null }>) => (this.preview = event.detail.index)}
          @token-pin=${(event: CustomEvent<{ index: number | null }>) => this.services?.notebook.setLook({ token: event.detail.index })}
        ></token-strip>
        <p class="small soft">
          Hover to preview, click to pin, arrow keys to move. Underlined: the model gives this word less than one chance in two.
        </p>
      </div>
      <look-map
        .pixels=${pixels}
        .scores=${map?.maps[0] ?? null}
        .view=${look}
        .token=${shown === null ? '' : (looked.tokens[shown]?.text ?? '')}
        .isComputing=${this.isComputing}
        @look-change=${(event: CustomEvent<Partial<LookView>>) => this.services?.notebook.setLook(event.detail)}
      ></look-map>
    </div>`;
  }

  /** The level of the Example cell, unless the visitor chose another here while that cell shows another task. */
  #levelOf(task: TaskId, example: ExampleView): Level {
    return levelOf(task, task === example.task.id ? example.level : (this.ownLevel ?? example.level));
  }

  #setLevel(task: TaskId, example: ExampleView, level: Level): void {
    this.ownLevel = level;
    if (task === example.task.id) this.services?.notebook.setExample({ level });
  }

  #pinned(looked: Looked, { token }: LookView): number | null {
    return token !== null && looked.tokens[token]?.isPrompt === false ? token : null;
  }

  /** Keeps tokens, pixels and the map in step with what is chosen. */
  #follow(services: PageServices): void {
    const { example, look } = services.notebook.state.value;
    const run = lookable(services.runs.active());
    if (run === null) return;
    const { runId, spec, step } = run.summary;
    const { split, seed, index } = example;
    const key = { task: spec.task.id, level: this.#levelOf(spec.task.id, example), split, seed, index };
    const args = { runId, key, record: look.record, response: look.response };
    const asked = JSON.stringify([args, step]);
    if (asked !== this.#asked) {
      this.#asked = asked;
      this.#args = args;
      this.#maps.clear();
      this.#wanted = null;
      void this.#look(services, args, asked, spec.task);
    }
    const wanted = this.looked === null || this.#answered !== this.#asked ? null : (this.preview ?? this.#pinned(this.looked, look));
    if (wanted !== this.#wanted) {
      this.#wanted = wanted;
      void this.#map(services);
    }
  }

  async #look({ client, examples }: PageServices, args: LookArgs, asked: string, spec: TaskSpec): Promise<void> {
    [this.fault, this.preview] = ['', null];
    try {
      const [looked, pixels] = await Promise.all([client.call('look', args), examples.call('pixels', { key: args.key, spec })]);
      if (asked !== this.#asked) return;
      [this.looked, this.pixels, this.preview, this.fault] = [looked, pixels, null, ''];
      this.#answered = asked;
    } catch (thrown) {
      if (asked !== this.#asked) return;
      [this.looked, this.fault] = [null, `This example cannot be looked at: ${thrown instanceof Error ? thrown.message : String(thrown)}`];
    }
  }

  /** Computes the wanted map unless one is being computed; then again for what is wanted by that time. */
  async #map({ client }: PageServices): Promise<void> {
    if (this.isComputing) return;
    this.isComputing = true;
    let failed: number | null = null;
    while (this.#wanted !== null && this.#args !== null && this.#wanted !== failed && !this.#maps.has(this.#wanted)) {
      const wanted: number = this.#wanted;
      const asked = this.#asked;
      try {
        const maps = await client.call('attribute', { ...this.#args, positions: [wanted] });
        if (asked !== this.#asked) continue;
        if (this.#maps.size >= MAX_MAPS) this.#maps.clear();
        this.#maps.set(wanted, maps);
        [this.fault, failed] = ['', null];
      } catch (thrown) {
        if (asked !== this.#asked) continue; // of an example that nobody looks at any more
        this.fault = `No map for this word: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
        failed = wanted;
      }
    }
    this.isComputing = false;
  }
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
