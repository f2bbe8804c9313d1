/** Failure modes of the open run (S2H Appendix K): its wrong answers sorted by kind, listed when asked for and not kept; each opens in Example and in Look. */
import { css, html } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { RunSummary } from '../../../workers/protocol.ts';
import type { FailureSummary } from '../../study/analysis/failure-modes.ts';
import type { CellQuestion } from '../../study/evaluate.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import { LEVELS } from '../../tasks/task.ts';
import type { Level } from '../../tasks/task.ts';
import '../elements/choice-group.ts';
import '../elements/failure-list.ts';
import type { OpenExample } from '../elements/failure-list.ts';
import '../elements/number-stepper.ts';
import { askBlocked, askingOf } from '../services/asking.ts';
import { timelineOf } from '../services/timeline.ts';
import { ask } from '../styles/ask.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

interface Listed {
  readonly runId: string;
  readonly name: string;
  readonly step: number;
  readonly summary: FailureSummary;
}

/** How an answer is asked for, as one choice: text has no conversion. */
const FORMS = ['text', 'image', 'convert'] as const;
type Form = (typeof FORMS)[number];
const FORM_LABELS: Readonly<Record<Form, string>> = { text: 'text', image: 'picture', convert: 'picture, converted first' };
const MOST = 2000;

@customElement('why-failures')
export class WhyFailures extends CellElement {
  static override styles = [
    controls,
    prose,
    ask,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .explain {
        max-width: 46em;
      }
      h3 {
        margin-top: 1.4rem;
      }
    `,
  ];

  @state() private examples = 50;
  @state() private level: Level = 'hard';
  @state() private form: Form = 'image';
  @state() private listed: Listed | null = null;

  protected override watch(services: PageServices): unknown {
    const { runs } = services;
    return [runs.runs.value, runs.activeId.value, runs.isWorking.value, askingOf(services).asked.value];
  }

  protected override draw(services: PageServices) {
    const active = services.runs.active();
    if (active === undefined) return html``;
    const { name, runId, spec } = active.summary;
    const { levels } = taskInfo(spec.task.id);
    const level = levels.includes(this.level) ? this.level : (levels.at(-1) ?? 'hard');
    const blocked = askBlocked(services.runs, active) !== '' || askingOf(services).asked.value !== null;
    const { listed } = this;
    return html`<h3>Failure modes</h3>
      <p class="soft explain">
        What to look for: a run that read the picture wrong fails otherwise than one that reasoned too short; open an example to see which it was.
      </p>
      <div class="ask">
        <choice-group
          label="Level"
          .value=${level}
          .options=${LEVELS.filter((each) => levels.includes(each)).map((value) => ({ value, label: value }))}
          @choose=${({ detail }: CustomEvent<{ value: Level }>) => (this.level = detail.value)}
        ></choice-group>
        <choice-group
          label="Asked as"
          .value=${this.form}
          .options=${FORMS.map((value) => ({ value, label: FORM_LABELS[value] }))}
          @choose=${({ detail }: CustomEvent<{ value: Form }>) => (this.form = detail.value)}
        ></choice-group>
        <number-stepper
          label="Examples"
          .value=${this.examples}
          .min=${1}
          .max=${MOST}
          @change-number=${({ detail }: CustomEvent<{ value: number }>) => (this.examples = detail.value)}
        ></number-stepper>
        <button ?disabled=${blocked} @click=${() => void this.#list(services, active.summary, level)}>List failures</button>
      </div>
      ${
        listed === null
          ? html`<p class="soft">Press “List failures”: ${name} answers anew, and its wrong answers are sorted by kind.</p>`
          : html`<p>${listedText(listed)}${listed.runId === runId ? '' : ' Another run is open now.'}</p>
              <failure-list
                .summary=${listed.summary}
                @open-example=${({ detail }: CustomEvent<OpenExample>) => void this.#open(services, listed, detail)}
              ></failure-list>`
      }`;
  }

  async #list(services: PageServices, { runId, name }: RunSummary, level: Level): Promise<void> {
    const question: CellQuestion = {
      level,
      modality: this.form === 'text' ? 'text' : 'image',
      prompt: this.form === 'convert' ? 'convert' : 'direct',
    };
    const asked = { runId, question, examples: this.examples, at: timelineOf(services).at() };
    const listed = await askingOf(services).one({ what: 'failures', runId, name }, () => services.client.call('failures', asked));
    if (listed === null) return;
    const { summary } = listed;
    this.listed = { runId, name, ...listed };
    services.runs.milestone.value = `${summary.wrong.correct} of ${summary.wrong.total} answers of ${name} are wrong.`;
  }

  /** Shows a failing example in another cell, as the run was asked it. */
  async #open(services: PageServices, { runId, step, summary }: Listed, { key, where }: OpenExample): Promise<void> {
    const { notebook, runs } = services;
    const spec = runs.find(runId)?.summary.spec;
    if (spec === undefined) {
      askingOf(services).fault.value = 'The run of this list is not here any more; list the failures of another.';
      return;
    }
    const { level, split, seed, index } = key;
    const image = formOf(summary) === 'convert' ? 'image-via-text' : 'image';
    const record = summary.modality === 'text' ? 'text' : image;
    notebook.setExample({ task: spec.task, level, split, seed, index, profile: 'compact', record });
    if (where === 'look') {
      notebook.setLook({ record: image, response: 'generated', span: null });
      if (runs.activeId.value !== runId) await runs.open(runId);
      const timeline = timelineOf(services);
      timeline.choose(timeline.stops().includes(step) ? step : null);
      if (timeline.at() === null && runs.find(runId)?.summary.step !== step) askingOf(services).fault.value = goneOn(step);
    }
    const title = document.querySelector<HTMLElement>(`#${where}-title`);
    title?.scrollIntoView();
    title?.focus({ preventScroll: true });
  }
}

function goneOn(step: number): string {
  return `The run has gone on since step ${step}, whose weights are not kept: Look shows the answer as it is now.`;
}

function listedText({ name, step, summary }: Listed): string {
  return `${name}, step ${step}: ${summary.level}, ${FORM_LABELS[formOf(summary)]}.`;
}

function formOf({ modality, prompt }: CellQuestion): Form {
  return modality === 'text' ? 'text' : prompt === 'convert' ? 'convert' : 'image';
}

declare global {
  interface HTMLElementTagNameMap {
    'why-failures': WhyFailures;
  }
}
