/** The sections of the smarterVLM cell in a newcomer's order: puzzles, training, result, a look inside, the paper's tables, SMART-101. Wires elements to one state. */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { SmartSource } from '../../../workers/smarter-protocol.ts';
import { toWireError } from '../../lib/errors.ts';
import { keptTrainings } from '../../study/stored-parts.ts';
import type { KeptSmarter } from '../../study/smarter/smarter-store.ts';
import type { SmarterSpec } from '../../study/smarter/smarter-spec.ts';
import { FAMILIES } from '../../tasks/puzzles/families.ts';
import { copyToClipboard } from '../elements/clipboard.ts';
import '../elements/smarter-curves.ts';
import { checkedDraft, SMARTER_PRESETS } from '../elements/smarter-fields.ts';
import '../elements/smarter-folder.ts';
import '../elements/smarter-form.ts';
import type { NamedPuzzle } from '../elements/smarter-form.ts';
import '../elements/smarter-kept.ts';
import { familiesBySkill } from '../elements/smarter-puzzles.ts';
import '../elements/smarter-transport.ts';
import type { SmarterAction } from '../elements/smarter-transport.ts';
import { openTrainer } from '../services/app-worker.ts';
import { currentCell } from '../services/current-cell.ts';
import { pageLink } from '../services/files.ts';
import { openTrainings } from '../services/open-trainings.ts';
import { isBusy } from '../services/run-view.ts';
import { SignalController } from '../services/signal-controller.ts';
import { smarterAnchor, specOfAnchor } from '../services/smarter-link.ts';
import { SmarterRuns } from '../services/smarter-runs.ts';
import { measureStorage } from '../services/storage-size.ts';
import { colourVersion } from '../services/theme.ts';
import { sections } from '../styles/sections.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';
import './smarter-downloads.ts';
import './smarter-paper.ts';
import './smarter-results.ts';
import { smarterTransportRun } from './smarter-target.ts';
import { transportTarget } from './page-transport.ts';
import type { TransportTarget } from './page-transport.ts';

/** Id of this cell of the notebook. */
const CELL = 'smarter';
const NONE_KEPT: readonly KeptSmarter[] = [];
const FIRST = SMARTER_PRESETS[0]?.spec ?? null;
const PUZZLES: readonly NamedPuzzle[] = FAMILIES.map(({ id, name, skill }) => ({ puzzle: id, name, skill }));
/** `order` is a class of SMART-101 that belongs to none of the paper's skills. */
const SKILL_COUNT = familiesBySkill().filter(([skill]) => skill !== 'order').length;

/** The trainings of this page, over the smarterVLM worker. */
export function openSmarterRuns(): SmarterRuns {
  if (FIRST === null) throw new Error('internal: no presets');
  return new SmarterRuns({ open: () => openTrainer('smarter'), now: () => new Date(), draft: FIRST });
}

@customElement('smarter-desk')
export class SmarterDesk extends CellElement {
  static override styles = [
    controls,
    prose,
    sections,
    css`
      details {
        margin-top: 0.6rem;
      }
      .note {
        max-width: 46em;
        overflow-wrap: anywhere;
        white-space: pre-line;
      }
    `,
  ];

  @property({ attribute: false }) trainings: SmarterRuns | null = null;
  @property({ attribute: false }) recorded = '';
  /** Of the address; one of this cell names a spec. */
  @property() anchor = '';
  @state() private said = '';
  /** Trainings in the store when the cell was drawn first. */
  @state() private kept: number | null = null;
  readonly #state = new SignalController(this, () => this.trainings !== null && allOf(this.trainings));
  #followed = '';
  /** What was under way when the storage was measured. */
  #measured = '';
  /** What this cell told the bar at the bottom. */
  #target: TransportTarget | null = null;

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    if (changed.has('trainings')) this.#state.restart();
    if (this.trainings === null || this.anchor === this.#followed) return;
    this.#followed = this.anchor;
    try {
      const spec = specOfAnchor(this.anchor);
      if (spec !== null) this.#train(this.trainings, spec);
    } catch (thrown) {
      this.trainings.problem.value = toWireError(thrown).message;
    }
  }

  override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    this.#measure();
    openTrainings.value = this.trainings;
    this.#aim(currentCell.value === CELL ? this.trainings : null);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    keptTrainings().then(
      ({ length }) => (this.kept = length),
      () => undefined, // the list itself says why, where it is asked for
    );
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    openTrainings.value = null;
    this.#aim(null);
  }

  /** What is kept has grown or shrunk when a command or a training has ended. */
  #measure(): void {
    const now = `${this.trainings?.work.value ?? ''} ${this.trainings?.live.value?.state ?? ''}`;
    if (now === this.#measured) return;
    this.#measured = now;
    if (this.services !== null) void measureStorage(this.services.runs);
  }

  /** Lets the bar at the bottom act on these trainings; null: not any more. */
  #aim(trainings: SmarterRuns | null): void {
    const isOurs = this.#target !== null && transportTarget.value === this.#target;
    this.#target =
      trainings === null
        ? null
        : {
            run: smarterTransportRun(trainings),
            idle: idlePuzzles(trainings.listed.value?.runs.length ?? this.kept),
            blocked: whyBlocked(trainings),
            isWorking: trainings.work.value !== null,
            act: (action) => this.#act(trainings, action),
          };
    if (this.#target !== null || isOurs) transportTarget.value = this.#target;
  }

  #act(trainings: SmarterRuns, action: SmarterAction): void {
    const checked = checkedDraft(trainings.draft.value);
    if (action !== 'estimate' && action !== 'start') void trainings.steer(action);
    else if ('spec' in checked) void trainings[action](checked.spec);
  }

  protected override watch({ runs }: PageServices): unknown {
    return [runs.runs.value, colourVersion.value, currentCell.value];
  }

  protected override draw(services: PageServices) {
    const { trainings } = this;
    if (trainings === null) return nothing;
    return html`${this.#puzzles()} ${this.#training(services, trainings)} <smarter-results .trainings=${trainings}></smarter-results>
      <smarter-paper
        .recorded=${this.recorded}
        .colourVersion=${colourVersion.value}
        .kept=${trainings.listed.value?.runs ?? NONE_KEPT}
        .waiting=${trainings.queue.value.length}
        ?isBusy=${trainings.isTraining.value || trainings.work.value !== null}
        @open-table=${() => trainings.listed.value === null && void trainings.list()}
        @train-table=${({ detail }: CustomEvent<{ specs: readonly SmarterSpec[] }>) => trainings.sweep(detail.specs)}
        @train-spec=${({ detail }: CustomEvent<{ spec: SmarterSpec }>) => this.#train(trainings, detail.spec)}
      ></smarter-paper>
      ${this.#smart101(trainings)}`;
  }

  #puzzles() {
    return html`<section aria-labelledby="puzzles">
      <h3 id="puzzles">Puzzles</h3>
      <p class="explain">
        Children’s puzzles after SMART-101: one picture, one question, five options; ${FAMILIES.length} families of ${SKILL_COUNT} skills and of
        order, each with as many instances as you like. Try some.
      </p>
      <smarter-puzzles></smarter-puzzles>
    </section>`;
  }

  #training({ runs }: PageServices, trainings: SmarterRuns) {
    const { draft, live, work, cost, note, problem, listed } = trainings;
    const checked = checkedDraft(draft.value);
    const spec = 'spec' in checked ? checked.spec : null;
    const busy = runs.runs.value.find(({ isLoaded, summary }) => isLoaded && isBusy(summary.state));
    const known = cost.value?.of === JSON.stringify(spec) ? (cost.value?.cost ?? null) : null;
    return html`<section aria-labelledby="training">
      <h3 id="training" tabindex="-1">Train</h3>
      <p class="explain">
        Frozen encoders turn pictures and questions into features once; then a small net with the paper’s QF layer (words attend to words, then to the
        picture) learns to answer, never seeing the options.
      </p>
      <smarter-form
        .draft=${draft.value}
        .puzzles=${PUZZLES}
        @change-draft=${({ detail }: CustomEvent<{ draft: unknown }>) => (draft.value = detail.draft)}
      ></smarter-form>
      <smarter-downloads ?disabled=${work.value !== null}></smarter-downloads>
      ${busy === undefined ? nothing : html`<p class="small soft">Your run ${busy.summary.name} trains on this device too: both take longer.</p>`}
      <smarter-transport
        .live=${live.value}
        .name=${trainings.liveName.value}
        .features=${trainings.features.value}
        .download=${trainings.download.value}
        .work=${work.value}
        .cost=${known}
        .blocked=${whyBlocked(trainings)}
        @smarter-act=${({ detail }: CustomEvent<{ action: SmarterAction }>) => this.#act(trainings, detail.action)}
      ></smarter-transport>
      ${problem.value === '' ? nothing : html`<p class="note bad" role="alert">${problem.value}</p>`}
      ${note.value === '' ? nothing : html`<p class="note" role="status">${note.value}</p>`}
      <smarter-curves .progress=${live.value?.progress ?? null} .colourVersion=${colourVersion.value}></smarter-curves>
      <details @toggle=${(event: Event) => isOpen(event) && listed.value === null && void trainings.list()}>
        <summary>Kept trainings</summary>
        <smarter-kept
          .listed=${listed.value}
          openId=${trainings.openId.value}
          ?disabled=${work.value !== null}
          @open-kept=${({ detail }: CustomEvent<{ run: KeptSmarter }>) => void trainings.open(detail.run)}
          @remove-kept=${({ detail }: CustomEvent<{ run: KeptSmarter }>) => void trainings.remove(detail.run)}
          @clear-features=${() => void trainings.clearFeatures()}
        ></smarter-kept>
      </details>
      ${spec === null ? nothing : html`<p class="row"><button class="plain" @click=${() => void this.#copyLink(spec)}>Copy link to these settings</button><span class="small soft" role="status">${this.said}</span></p>`}
    </section>`;
  }

  #smart101(trainings: SmarterRuns) {
    const { folder, draft } = trainings;
    const train = (): void => {
      const checked = checkedDraft(draft.value);
      const spec = 'spec' in checked ? checked.spec : FIRST;
      if (spec !== null) this.#train(trainings, { ...spec, data: { ...spec.data, source: 'smart-101', puzzles: [] } });
    };
    return html`<section aria-labelledby="smart-101">
      <h3 id="smart-101">SMART-101</h3>
      <p class="explain">
        Have you downloaded the data set itself? Open its folder and train on it; its files are read in this tab, and nothing leaves your machine.
      </p>
      <smarter-folder
        @choose-folder=${({ detail }: CustomEvent<{ folder: SmartSource | null }>) => (folder.value = detail.folder)}
        @train-folder=${train}
      ></smarter-folder>
    </section>`;
  }

  #train({ draft }: SmarterRuns, spec: SmarterSpec): void {
    draft.value = spec;
    void this.updateComplete.then(() => {
      const title = this.renderRoot.querySelector<HTMLElement>('#training');
      title?.scrollIntoView();
      title?.focus({ preventScroll: true });
    });
  }

  async #copyLink(spec: SmarterSpec): Promise<void> {
    const link = pageLink(smarterAnchor(spec));
    this.said = (await copyToClipboard(link)) ? 'Copied' : link;
  }
}

/** Why no training can be started; '' = it can. */
function whyBlocked({ draft, folder }: SmarterRuns): string {
  const checked = checkedDraft(draft.value);
  if (!('spec' in checked)) return 'A setting is out of range.';
  const needsFolder = checked.spec.data.source === 'smart-101' && folder.value === null;
  return needsFolder ? 'Choose the folder of SMART-101 at the end of this cell first.' : '';
}

/** What the bar says while none is open; null = not known how many are kept. */
export function idlePuzzles(kept: number | null): string {
  if (kept === 0) return 'No puzzle training yet.';
  return kept === null ? 'No puzzle training open.' : `No puzzle training open; ${kept} kept: open one in Kept trainings.`;
}

/** Reads every signal of the state. */
function allOf(trainings: SmarterRuns): unknown {
  const { draft, folder, listed, live, liveName, features, download, work, cost, note, problem, queue } = trainings;
  return [draft, folder, listed, live, liveName, features, download, work, cost, note, problem, queue].map(({ value }) => value);
}

function isOpen(event: Event): boolean {
  return (event.target as HTMLDetailsElement).open; // the listener is on details only
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-desk': SmarterDesk;
  }
}
