/** The maps of a figure over the picture of the example that they were made on, which is drawn here. */
import { css, html, nothing } from 'lit';
import type { PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { toWireError } from '../../lib/errors.ts';
import type { ExamplePixels } from '../../study/example-forms.ts';
import type { FigureResult } from '../../study/figures/figure-result.ts';
import type { TaskSpec } from '../../tasks/task-spec.ts';
import '../elements/figure-maps.ts';
import { prose } from '../styles/shared.ts';
import { CellElement } from './cell-element.ts';
import type { PageServices } from './page-services.ts';

/** The first held-out HARD example, which all maps are of (src/study/analysis/attribution-probe.ts). */
const MAPPED = { level: 'hard', split: 'eval', seed: 0, index: 0 } as const;

@customElement('figure-looks')
export class FigureLooks extends CellElement {
  static override styles = [
    prose,
    css`
      :host {
        display: block;
        min-width: 0;
      }
    `,
  ];

  @property({ attribute: false }) result: FigureResult | null = null;
  @state() private pixels: ExamplePixels | null = null;
  @state() private fault = '';
  #drawn = '';

  protected override watch(): unknown {
    return null;
  }

  override willUpdate(changed: PropertyValues<this>): void {
    super.willUpdate(changed);
    const task = this.result?.runs[0]?.spec.task;
    const wanted = JSON.stringify(task ?? null);
    if (this.services === null || task === undefined || wanted === this.#drawn) return;
    this.#drawn = wanted;
    [this.pixels, this.fault] = [null, ''];
    void this.#picture(this.services, task, wanted);
  }

  protected override draw() {
    const { maps = [] } = this.result ?? {};
    if (this.fault !== '') return html`<p class="note bad" role="alert">${this.fault}</p>`;
    return this.pixels === null ? nothing : html`<figure-maps .maps=${maps} .pixels=${this.pixels}></figure-maps>`;
  }

  async #picture({ examples }: PageServices, task: TaskSpec, wanted: string): Promise<void> {
    try {
      const pixels = await examples.call('pixels', { key: { task: task.id, ...MAPPED }, spec: task });
      if (wanted === this.#drawn) this.pixels = pixels;
    } catch (thrown) {
      if (wanted === this.#drawn) this.fault = `The picture of these maps could not be drawn: ${toWireError(thrown).message}`;
    }
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'figure-looks': FigureLooks;
  }
}
