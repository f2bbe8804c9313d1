/** A word beside charts whose runs have one task in different settings: their examples are not the same, and neither is what is asked of them. Nothing where they are one. */
import { html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { taskInfo } from '../../tasks/task-spec.ts';
import type { TaskSpec } from '../../tasks/task-spec.ts';
import { prose } from '../styles/shared.ts';

@customElement('mixed-settings')
export class MixedSettings extends LitElement {
  static override styles = prose;

  /** Settings of one task, of the runs that are drawn together. */
  @property({ attribute: false }) tasks: readonly TaskSpec[] = [];

  override render() {
    const [first] = this.tasks;
    if (first === undefined || new Set(this.tasks.map((task) => JSON.stringify(task))).size === 1) return nothing;
    return html`<p class="note">
      The runs below have different settings of ${taskInfo(first.id).title}, so they were measured on different examples: compare them with care.
    </p>`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'mixed-settings': MixedSettings;
  }
}
