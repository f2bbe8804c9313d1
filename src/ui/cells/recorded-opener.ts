/** Where there is no run to look at: the recorded ones that ship with their timeline, each a button that brings it into this browser. Nothing where there are none. */
import { html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toWireError } from '../../lib/errors.ts';
import type { RecordedEntry } from '../../study/recorded-index.ts';
import { bytes } from '../elements/format.ts';
import { loadRecordedRuns, openRecordedRun } from '../services/recorded-runs.ts';
import { controls, prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

@customElement('recorded-opener')
export class RecordedOpener extends CellElement {
  static override styles = [prose, controls];

  /** Address of the list of runs that ship with their weights. */
  @property() list = new URL('runs/weights/index.json', document.baseURI).href;
  @state() private entries: readonly RecordedEntry[] = [];
  @state() private fault = '';
  @state() private isOpening = false;

  override connectedCallback(): void {
    super.connectedCallback();
    loadRecordedRuns(this.list).then(
      (all) => (this.entries = [...all.values()].filter(({ earlierSteps = 0 }) => earlierSteps > 0)),
      (thrown: unknown) => (this.fault = toWireError(thrown).message),
    );
  }

  protected override watch({ runs }: PageServices): unknown {
    return runs.isWorking.value;
  }

  protected override draw(services: PageServices) {
    return html`${this.entries.map(
      (entry) =>
        html`<p>
          <button
            ?disabled=${this.isOpening || services.runs.isWorking.value}
            @click=${(event: Event) => void this.#open(services, entry, event.currentTarget as HTMLElement)}
          >
            Open “${entry.name}” with ${(entry.earlierSteps ?? 0) + 1} steps of its training
          </button>
          <span class="soft small"
            >${bytes(entry.bytes)}: the slider at the bottom then walks through them, here and in Train; in Result and Why once they are evaluated or
            measured.</span
          >
        </p>`,
    )}
    ${this.fault === '' ? nothing : html`<p class="note bad" role="alert">${this.fault}</p>`}`;
  }

  /** The button that was pressed is disabled meanwhile and then gone, and the focus with it: it goes to the heading of Look, or comes back after a fault. */
  async #open({ runs }: PageServices, entry: RecordedEntry, pressed: HTMLElement): Promise<void> {
    [this.isOpening, this.fault] = [true, ''];
    try {
      await openRecordedRun(runs, entry, this.list);
    } catch (thrown) {
      this.fault = toWireError(thrown).message;
    } finally {
      this.isOpening = false;
    }
    await this.updateComplete;
    const next = runs.active() === undefined ? pressed : document.querySelector<HTMLElement>('#look > h2');
    if (document.activeElement === document.body || pressed.matches(':focus')) next?.focus({ preventScroll: true });
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'recorded-opener': RecordedOpener;
  }
}
