/** A word beside charts whose runs have one task in different settings: their examples are not the same, and neither is what is asked of them. */
import { html, nothing } from 'lit';
import type { RunSpec } from '../../study/run-spec.ts';
import { taskInfo } from '../../tasks/task-spec.ts';

export function mixedSettings(specs: readonly RunSpec[]) {
  const [first] = specs;
  if (first === undefined || new Set(specs.map(({ task }) => JSON.stringify(task))).size === 1) return nothing;
  return html`<p class="note">
    The runs below have different settings of ${taskInfo(first.task.id).title}, so they were measured on different examples: compare them with care.
  </p>`;
}
