/** A word beside charts whose runs have one task in different settings: their examples are not the same, and neither is what is asked of them. Nothing where they are one. */
import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RunSpec } from '../../study/run-spec.ts';
import { taskInfo } from '../../tasks/task-spec.ts';
import { prose } from '../styles/shared.ts';

@customElement('mixed-settings')
export class MixedSettings extends LitElement {
  static override styles = prose;

  /** Of the runs that are drawn together, all of one task. */
  @property({ attribute: false }) specs: readonly RunSpec[] = [];

  override render() {
    const [first] = this.specs;
    if (first === undefined || new Set(this.specs.map(({ task }) => JSON.stringify(task))).size === 1) return nothing;
    return html`<p class="note">
      The runs below have different settings of ${taskInfo(first.task.id).title}, so they were measured on different examples: compare them with care.
    </p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mixed-settings': MixedSettings;
  }
}
