/** The tools in the masthead: what computes, what is stored, share, theme, help. */
import { css, html } from 'lit';
import { customElement } from 'lit/decorators.js';
import { bytes } from '../elements/format.ts';
import type { DeviceState } from '../services/device.ts';
import type { StorageInfo } from '../services/run-list.ts';
import { nextTheme, theme } from '../services/theme.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

/** Text of a badge, and more for those who hover. */
interface Badge {
  readonly tone: 'good' | 'warn' | 'bad' | 'plain';
  readonly text: string;
  readonly title: string;
}

@customElement('page-tools')
export class PageTools extends CellElement {
  static override styles = [
    controls,
    prose,
    css`
      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0.4rem 0.5rem;
        font-size: 0.88rem;
      }
      .badge {
        display: inline-flex;
        align-items: center;
        gap: 0.45em;
        min-height: 1.7rem;
        padding: 0 0.65rem;
        border: 1px solid var(--line);
        border-radius: 2rem;
        color: var(--ink-soft);
        white-space: nowrap;
      }
      .badge::before {
        content: '';
        width: 0.55em;
        height: 0.55em;
        border-radius: 50%;
        background: var(--tone, var(--line-strong));
      }
      .good {
        --tone: var(--good);
      }
      .warn {
        --tone: var(--warn);
      }
      .bad {
        --tone: var(--bad);
      }
      button {
        min-height: 1.9rem;
        padding: 0 0.7rem;
        font-size: 0.88rem;
      }
    `,
  ];

  protected override watch({ device, runs }: PageServices): unknown {
    return [device.state.value, runs.storage.value, runs.runs.value.length, theme.value];
  }

  protected override draw(services: PageServices) {
    const { device, runs } = services;
    const stored = storageBadge(runs.storage.value, runs.runs.value.length);
    return html`<div class="tools">
        ${badge(deviceBadge(device.state.value))}
        <button
          class="badge ${stored.tone === 'plain' ? '' : stored.tone}"
          title=${stored.title}
          aria-haspopup="dialog"
          @click=${() => void this.#open('storage-dialog')}
        >
          ${stored.text}
        </button>
        <button @click=${() => this.openShare()} aria-haspopup="dialog">Share</button>
        <button @click=${() => nextTheme()} aria-label=${`Theme: ${theme.value}. Switch`}>Theme: ${theme.value}</button>
        <button @click=${() => this.openHelp()} aria-haspopup="dialog" aria-label="Help and keyboard shortcuts">?</button>
      </div>
      <share-dialog .services=${services}></share-dialog><help-dialog></help-dialog><storage-dialog .services=${services}></storage-dialog>`;
  }

  openShare(): void {
    void this.#open('share-dialog');
  }

  openHelp(): void {
    void this.#open('help-dialog');
  }

  /** The dialogs load after the page has opened (start.ts); whoever presses before that waits for them. */
  async #open(tag: 'share-dialog' | 'help-dialog' | 'storage-dialog'): Promise<void> {
    await customElements.whenDefined(tag);
    const dialog = this.renderRoot.querySelector(tag);
    await dialog?.updateComplete;
    dialog?.open();
  }
}

function badge({ tone, text, title }: Badge) {
  return html`<span class="badge ${tone}" title=${title}>${text}</span>`;
}

function deviceBadge(state: DeviceState): Badge {
  if (state.kind === 'opening') return { tone: 'plain', text: 'device: opening', title: 'Looking for the best device.' };
  if (state.kind === 'failed') return { tone: 'bad', text: 'no device', title: state.message };
  const { backend, webgpu, adapter, reason } = state.info;
  const title = [adapter, reason].filter((part) => part !== null && part !== '').join('. ');
  if (backend === 'webgpu') {
    if (webgpu === 'lost') return { tone: 'bad', text: 'GPU lost', title: `${title}. Resume a run to open it again.` };
    const text = webgpu === 'software' || state.info.isSoftware ? 'WebGPU in software (slow)' : 'WebGPU ready';
    return { tone: state.info.isSoftware ? 'warn' : 'good', text, title };
  }
  return { tone: 'warn', text: backend === 'wasm' ? 'CPU (WebAssembly)' : 'CPU', title };
}

function storageBadge(storage: StorageInfo | null, runs: number): Badge {
  if (storage === null) return { tone: 'plain', text: 'storage: opening', title: 'Reading the runs of this browser.' };
  if (storage.problem !== null) return { tone: 'bad', text: 'not stored', title: storage.problem };
  const size = storage.usageBytes === null ? '' : `, ${bytes(storage.usageBytes)} in all`;
  const title = storage.persisted
    ? 'Stored in this browser, protected from being cleared automatically.'
    : 'Stored in this browser. The browser may clear it when space runs out; export runs that matter.';
  return {
    tone: storage.persisted ? 'good' : 'plain',
    text: `${runs} ${runs === 1 ? 'run' : 'runs'} stored${size}`,
    title: `${title} Open what is kept.`,
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'page-tools': PageTools;
  }
}
