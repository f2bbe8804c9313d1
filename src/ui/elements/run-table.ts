/**
 * Runs as a table: colour and name, what changed against the run above (or its parent), state, best accuracy. Draws what it is given.
 *
 * @fires run-action - `CustomEvent<RunAction>` when the visitor acts on a run.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RunState } from '../../study/events.ts';
import { controls, prose, RUN_DASHES, runStyles, tables } from '../styles/shared.ts';

export interface RunRow {
  readonly runId: string;
  readonly name: string;
  readonly style: number;
  readonly isVisible: boolean;
  readonly isActive: boolean;
  readonly changes: readonly string[];
  readonly state: RunState;
  readonly step: number;
  readonly totalSteps: number;
  readonly best: string;
  readonly sizeText: string;
  readonly isLockedElsewhere: boolean;
}

export type RunAction =
  | { readonly kind: 'show'; readonly runId: string; readonly isVisible: boolean }
  | { readonly kind: 'use' | 'export' | 'rename' | 'remove' | 'settings'; readonly runId: string };

/** More than this is folded into "and n more". */
const MAX_CHANGES = 4;

@customElement('run-table')
export class RunTable extends LitElement {
  static override styles = [
    controls,
    prose,
    tables,
    runStyles,
    css`
      :host {
        display: block;
        container-type: inline-size;
      }
      table {
        width: 100%;
      }
      svg {
        width: 30px;
        height: 10px;
        margin-inline: 0.3em 0.5em;
        vertical-align: middle;
      }
      svg,
      input {
        flex: none;
      }
      line {
        stroke: var(--run);
        stroke-width: 3;
      }
      th label {
        display: inline-flex;
        align-items: center;
        cursor: pointer;
      }
      .name {
        max-width: 12rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        unicode-bidi: isolate;
      }
      tbody th,
      tbody td {
        vertical-align: middle;
      }
      tr.active th {
        font-weight: 700;
      }
      td button {
        min-height: 1.75rem;
        padding: 0 0.5rem;
      }
      .changes {
        min-width: 10rem;
        max-width: 26rem;
        overflow-wrap: anywhere;
      }
      .actions {
        min-width: 14rem;
        padding-right: 0;
      }
      .actions button {
        margin-block: 0.1rem;
      }
      /* No room for columns: each run is a block. The roles in the markup keep it a table for those who hear it. */
      @container (max-width: 52rem) {
        thead {
          position: absolute;
          clip-path: inset(50%);
        }
        table,
        tbody {
          display: block;
        }
        tbody tr {
          display: flex;
          flex-wrap: wrap;
          gap: 0 1.2rem;
          padding-block: 0.4rem;
          border-bottom: 1px solid var(--line);
        }
        tbody th,
        tbody td {
          padding: 0.1rem 0;
          border: 0;
        }
        th,
        .changes,
        .actions {
          flex: 0 0 100%;
          max-width: none;
        }
        .best::before {
          content: 'best ';
        }
        .name {
          max-width: none;
          overflow-wrap: anywhere;
          white-space: normal;
        }
        label,
        td button {
          min-height: 44px;
        }
        td button {
          padding-inline: 0.35rem;
        }
      }
    `,
  ];

  @property({ attribute: false }) rows: readonly RunRow[] = [];

  override render() {
    return html`<div class="scroll" tabindex="0" role="region" aria-label="Runs">
      <table role="table">
        <thead role="rowgroup">
          <tr role="row">
            <th role="columnheader" scope="col">Run</th>
            <th role="columnheader" scope="col">Changes</th>
            <th role="columnheader" scope="col">State</th>
            <th role="columnheader" scope="col">Best</th>
            <th role="columnheader" scope="col" class="number">Stored</th>
            <th role="columnheader" scope="col"><span class="visually-hidden">Actions</span></th>
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${this.rows.map((row) => this.#row(row))}
        </tbody>
      </table>
    </div>`;
  }

  #row(row: RunRow) {
    const { runId, name, style, isVisible, isActive, changes, best, sizeText } = row;
    const rest = changes.length - MAX_CHANGES;
    return html`<tr role="row" class=${`run-${style} ${isActive ? 'active' : ''}`}>
      <th role="rowheader" scope="row">
        <label
          ><input
            type="checkbox"
            .checked=${isVisible}
            @change=${() => this.#act({ kind: 'show', runId, isVisible: !isVisible })}
            aria-label=${`Show ${name} in the figures`}
          />
          <svg viewBox="0 0 30 10" aria-hidden="true">
            <line x1="0" y1="5" x2="30" y2="5" stroke-dasharray=${(RUN_DASHES[style] ?? []).join(' ')} /></svg
          ><span class="name" title=${name}>${name}</span></label
        >
      </th>
      <td role="cell" class="changes">
        ${changes.slice(0, MAX_CHANGES).join(', ')}${rest > 0 ? html` <span class="soft" title=${changes.join(', ')}>and ${rest} more</span>` : nothing}
      </td>
      <td role="cell">${stateText(row)}</td>
      <td role="cell" class="best">${best}</td>
      <td role="cell" class="number">${sizeText}</td>
      <td role="cell" class="actions">
        ${isActive ? nothing : html`<button @click=${() => this.#act({ kind: 'use', runId })} aria-label=${`Open ${name}`}>Open</button>`}
        <button
          @click=${() => this.#act({ kind: 'settings', runId })}
          aria-label=${`Copy the settings of ${name} to the form`}
          title="Copy its settings to the form"
        >
          Settings
        </button>
        <button @click=${() => this.#act({ kind: 'export', runId })} aria-label=${`Export ${name} as a file`}>Export</button>
        <button @click=${() => this.#act({ kind: 'rename', runId })} aria-label=${`Rename ${name}`}>Rename</button>
        <button @click=${() => this.#act({ kind: 'remove', runId })} aria-label=${`Delete ${name}`}>Delete</button>
      </td>
    </tr>`;
  }

  #act(detail: RunAction): void {
    this.dispatchEvent(new CustomEvent<RunAction>('run-action', { detail }));
  }
}

function stateText({ state, step, totalSteps, isLockedElsewhere }: RunRow): string {
  const where = state === 'finished' ? '' : `, step ${step} of ${totalSteps}`;
  return isLockedElsewhere ? `open in another tab${where}` : `${state}${where}`;
}

declare global {
  interface HTMLElementTagNameMap {
    'run-table': RunTable;
  }
}
