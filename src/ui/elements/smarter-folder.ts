/**
 * A local copy of SMART-101: the folder is chosen, its names and sizes are looked at, and what was found is said. Nothing of it leaves the machine.
 *
 * @fires choose-folder - `CustomEvent<{ folder: SmartSource | null }>`; null: the one before was no release.
 * @fires train-folder - the chosen one is to be trained on.
 */
import { css, html, LitElement, nothing } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import type { SmartSource } from '../../../workers/smarter-protocol.ts';
import { toWireError } from '../../lib/errors.ts';
import { handleFolder, uploadedFolder } from '../../study/smart/browser-folder.ts';
import { openSmartFolder } from '../../study/smart/smart-folder.ts';
import type { SmartFolder } from '../../study/smart/smart-folder.ts';
import { canPickFolder, pickFolder } from '../services/smart-directory.ts';
import { controls, prose } from '../styles/shared.ts';
import { bytes, count } from './format.ts';
import { ranges } from './smarter-rows.ts';

const MOST_PROBLEMS = 8;

@customElement('smarter-folder')
export class SmarterFolder extends LitElement {
  static override styles = [
    controls,
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
      .note {
        overflow-wrap: anywhere;
      }
      input[type='file'] {
        max-width: 100%;
      }
    `,
  ];

  @state() private found: SmartFolder | null = null;
  @state() private isReading = false;
  @state() private fault = '';

  override render() {
    return html`<p class="row">
        ${
          canPickFolder()
            ? html`<button ?disabled=${this.isReading} @click=${() => void this.#pick()}>Choose the folder…</button>`
            : html`<label
                >Choose the folder
                <input type="file" webkitdirectory multiple ?disabled=${this.isReading} @change=${(event: Event) => void this.#upload(event)}
              /></label>`
        }
        <span class="small soft">SMART101-release-v1, unpacked, or the folder SMART101-Data in it.</span>
      </p>
      <div role="status">${this.isReading ? html`<p class="soft">Looking at the folder…</p>` : this.#summary()}</div>
      ${this.fault === '' ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}`;
  }

  #summary() {
    const { found } = this;
    if (found === null) return nothing;
    const { puzzles, missing, problems, csvBytes, source } = found;
    return html`<p>
        <b>${source.name}</b>: ${count(puzzles.length)} of 101 puzzles, tables of ${bytes(csvBytes)}.
        ${missing.length === 0 ? 'None is missing.' : `Not there: ${ranges(missing)}.`}
      </p>
      <p class="row"><button @click=${() => this.dispatchEvent(new CustomEvent('train-folder'))}>Set it up under Train</button></p>
      ${
        problems.length === 0
          ? nothing
          : html`<div class="note warn small">
              <p>${problems.length} ${problems.length === 1 ? 'folder has a problem' : 'folders have problems'} and will be left out:</p>
              <ul>
                ${problems.slice(0, MOST_PROBLEMS).map((problem) => html`<li>${problem}</li>`)}
                ${problems.length > MOST_PROBLEMS ? html`<li>…</li>` : nothing}
              </ul>
            </div>`
      }`;
  }

  async #pick(): Promise<void> {
    try {
      const handle = await pickFolder();
      if (handle !== null) await this.#read(handle);
    } catch (thrown) {
      this.fault = toWireError(thrown).message;
    }
  }

  async #upload(event: Event): Promise<void> {
    const { files } = event.target as HTMLInputElement; // the listener is on the file field only
    if (files !== null && files.length > 0) await this.#read([...files]);
  }

  async #read(folder: SmartSource): Promise<void> {
    [this.isReading, this.fault, this.found] = [true, '', null];
    try {
      this.found = await openSmartFolder(folder instanceof FileSystemDirectoryHandle ? handleFolder(folder) : uploadedFolder(folder));
    } catch (thrown) {
      this.fault = toWireError(thrown).message;
    } finally {
      this.isReading = false;
    }
    this.dispatchEvent(new CustomEvent('choose-folder', { detail: { folder: this.found === null ? null : folder } }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'smarter-folder': SmarterFolder;
  }
}
