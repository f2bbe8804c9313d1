/**
 * What will be trained: presets first, every switch folded below. Draws what it is given.
 *
 * @fires change-draft - `CustomEvent<{ draft: unknown }>`; the values may be wrong, `checkedDraft` says so.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { CORE_PUZZLES } from '../../study/smarter/figures/tables.ts';
import { downloadBytes, HUB_HOST, hubModels, unpinnedFiles } from '../../study/smarter/hub-models.ts';
import { hubChoice } from '../../study/smarter/smarter-spec.ts';
import type { SmarterSpec } from '../../study/smarter/smarter-spec.ts';
import { SKILLS } from '../../tasks/puzzles/puzzle.ts';
import type { PuzzleHead } from '../../study/smart/puzzle-item.ts';
import { controls, prose } from '../styles/shared.ts';
import './choice-group.ts';
import { bytes } from './format.ts';
import { checkedDraft, fieldValue, SMARTER_FIELDS, SMARTER_PRESETS, withEmphasis, withFieldValue } from './smarter-fields.ts';
import type { SmarterField, SmarterFieldGroup } from './smarter-fields.ts';
import { idleReason } from './smarter-idle.ts';
import './spec-field.ts';

/** A family that can be chosen. */
export interface NamedPuzzle extends Pick<PuzzleHead, 'puzzle' | 'skill'> {
  readonly name: string;
}

const OWN = 'own';

@customElement('smarter-form')
export class SmarterForm extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .fields {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 13rem), 1fr));
        gap: 1rem 1.4rem;
      }
      fieldset {
        margin: 1rem 0 0;
        padding: 0;
        border: 0;
        min-width: 0;
      }
      legend {
        padding: 0 0 0.5rem;
        font-weight: 600;
      }
      .checks {
        display: flex;
        flex-wrap: wrap;
        gap: 0.2rem 1rem;
        margin-bottom: 0.6rem;
      }
      .checks label {
        display: inline-flex;
        align-items: center;
        gap: 0.4em;
        min-height: 1.75rem;
        font-size: 0.9rem;
      }
      .idle input {
        width: 100%;
        max-width: 22rem;
      }
      .idle::first-letter {
        text-transform: uppercase;
      }
      details {
        margin-top: 0.7rem;
      }
      .note {
        max-width: 46em;
        margin-top: 0.7rem;
        overflow-wrap: anywhere;
      }
      textarea {
        box-sizing: border-box;
        width: 100%;
        min-height: 5rem;
        font: 0.82rem/1.5 var(--mono);
        color: var(--ink);
        background: var(--surface);
        border: 1px solid var(--line-strong);
        border-radius: var(--radius);
      }
    `,
  ];

  @property({ attribute: false }) draft: unknown = null;
  @property({ attribute: false }) puzzles: readonly NamedPuzzle[] = [];
  @property({ type: Boolean }) disabled = false;
  @state() private pasteFault = '';

  override render() {
    const { draft } = this;
    const checked = checkedDraft(draft);
    const [error, spec] = 'spec' in checked ? [null, checked.spec] : [checked, null];
    const preset = SMARTER_PRESETS.find((each) => JSON.stringify(each.spec) === JSON.stringify(spec))?.id ?? OWN;
    return html`<choice-group
        label="What to train"
        ?disabled=${this.disabled}
        .value=${preset}
        .options=${[...SMARTER_PRESETS.map(({ id, label }) => ({ value: id, label })), ...(preset === OWN ? [{ value: OWN, label: 'own settings' }] : [])]}
        @choose=${({ detail }: CustomEvent<{ value: string }>) => this.#give(SMARTER_PRESETS.find(({ id }) => id === detail.value)?.spec ?? draft)}
      ></choice-group>
      <details ?open=${error !== null}>
        <summary>All settings</summary>
        ${SMARTER_FIELDS.map((group) => this.#group(group, error, spec))} ${this.#puzzles()} ${this.#skills()} ${this.#json(spec)}
      </details>
      ${spec === null ? nothing : this.#hub(spec)}
      ${error === null ? nothing : html`<p class="note bad" role="alert">${error.key === '' ? '' : `${error.key}: `}${error.message}</p>`}`;
  }

  /** Encoders of the hub are downloaded: what, from where, and which files nobody has a digest of. */
  #hub({ backbone }: SmarterSpec) {
    const choice = hubChoice(backbone);
    if (choice === null) return nothing;
    const models = hubModels(choice.vision);
    const unpinned = unpinnedFiles(models, choice.dtype);
    return html`<div class="note small">
      <p>
        These encoders are downloaded from ${HUB_HOST} at the first Estimate or Train: about ${bytes(downloadBytes(models, choice.dtype))}, kept in
        this browser. Puzzles and trainings stay here.
      </p>
      ${
        unpinned.length === 0
          ? nothing
          : html`<details>
              <summary>No digest is known in advance of ${unpinned.length} of their files</summary>
              <p>What comes first is taken, and must stay the same: ${unpinned.join(', ')}.</p>
            </details>`
      }
    </div>`;
  }

  #group({ title, fields }: SmarterFieldGroup, error: { readonly key: string; readonly message: string } | null, spec: SmarterSpec | null) {
    const source = read<string>(this.draft, 'data', 'source');
    const asked = fields.filter((each) => each.source === null || each.source === source);
    return html`<fieldset ?disabled=${this.disabled}>
      <legend>${title}</legend>
      <div class="fields">
        ${asked.map((each: SmarterField) => {
          const reason = spec === null ? '' : idleReason(each.field.key, spec);
          if (reason !== '') return this.#idle(each, reason);
          return html`<spec-field
            .field=${each.field}
            .labels=${each.labels}
            .value=${fieldValue(this.draft, each)}
            .error=${error?.key === each.field.key ? error.message : ''}
            @field-change=${({ detail }: CustomEvent<{ value: unknown }>) => this.#give(withFieldValue(this.draft, each, detail.value))}
          ></spec-field>`;
        })}
      </div>
    </fieldset>`;
  }

  /** A field that changes nothing beside the others. */
  #idle(each: SmarterField, reason: string) {
    const value = String(fieldValue(this.draft, each));
    return html`<label class="idle soft"
      >${each.field.label}<input disabled .value=${each.labels[value] ?? value} /><span class="small">No effect here: ${reason}.</span></label
    >`;
  }

  #puzzles() {
    const chosen = read<readonly number[]>(this.draft, 'data', 'puzzles') ?? [];
    const set = (puzzles: readonly number[]): void => this.#give(put(this.draft, 'data', { puzzles }));
    const has = (puzzle: number): boolean => chosen.length === 0 || chosen.includes(puzzle);
    const toggle = (puzzle: number): void => {
      const next = this.puzzles.map((each) => each.puzzle).filter((each) => has(each) !== (each === puzzle));
      set(next.length === this.puzzles.length ? [] : next);
    };
    const many = chosen.length === 0 ? `all ${this.puzzles.length}` : `${chosen.length}`;
    return html`<details>
      <summary>Which puzzles: ${many}</summary>
      <p class="row">
        <button @click=${() => set([])}>All</button>
        <button @click=${() => set(CORE_PUZZLES)}>The ${CORE_PUZZLES.length} of the presets</button>
        ${SKILLS.map((skill) => {
          const own = this.puzzles.filter((each) => each.skill === skill).map(({ puzzle }) => puzzle);
          return own.length === 0 ? nothing : html`<button @click=${() => set(own)}>Only ${skill}</button>`;
        })}
      </p>
      <div class="checks">
        ${this.puzzles.map(
          ({ puzzle, name }) =>
            html`<label
              ><input type="checkbox" .checked=${has(puzzle)} @change=${() => toggle(puzzle)} />${name} <span class="soft">${puzzle}</span></label
            >`,
        )}
      </div>
    </details>`;
  }

  /** One switch per skill: twice the weight in the loss. */
  #skills() {
    const weights = read<Readonly<Record<string, number>> | null>(this.draft, 'skillWeights') ?? {};
    const isOn = (skill: string): boolean => (weights[skill] ?? 1) !== 1;
    const toggle = (skill: string): void => {
      this.#give(put(this.draft, null, { skillWeights: withEmphasis(weights, skill) }));
    };
    return html`<details>
      <summary>Emphasis on skills: ${SKILLS.filter(isOn).join(', ') || 'none'}</summary>
      <p class="small soft">Puzzles of these skills count twice in the loss.</p>
      <div class="checks">
        ${SKILLS.map((skill) => html`<label><input type="checkbox" .checked=${isOn(skill)} @change=${() => toggle(skill)} />${skill}</label>`)}
      </div>
    </details>`;
  }

  /** The spec as text, for the command line and for other people. */
  #json(spec: SmarterSpec | null) {
    const paste = (event: Event): void => {
      const { value } = event.target as HTMLTextAreaElement; // the listener is on the text area only
      try {
        const draft: unknown = JSON.parse(value);
        const checked = checkedDraft(draft);
        this.pasteFault = 'spec' in checked ? '' : `${checked.key} ${checked.message}`;
        if ('spec' in checked) this.#give(checked.spec);
      } catch {
        this.pasteFault = 'This is no JSON.';
      }
    };
    return html`<details>
      <summary>The settings as JSON</summary>
      <label class="small soft"
        >Change or paste a spec here <textarea spellcheck="false" .value=${JSON.stringify(spec ?? this.draft, null, 1)} @change=${paste}></textarea>
      </label>
      ${this.pasteFault === '' ? nothing : html`<p class="note bad" role="alert">${this.pasteFault}</p>`}
    </details>`;
  }

  #give(draft: unknown): void {
    this.dispatchEvent(new CustomEvent('change-draft', { detail: { draft } }));
  }
}

/** A part of a draft that the form itself keeps well-formed. */
function read<T>(draft: unknown, ...path: readonly string[]): T | undefined {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], draft) as T | undefined;
}

function put(draft: unknown, part: string | null, change: Readonly<Record<string, unknown>>): unknown {
  const own = draft as Record<string, unknown>;
  return part === null ? { ...own, ...change } : { ...own, [part]: { ...(own[part] as Record<string, unknown>), ...change } };
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-form': SmarterForm;
  }
}
