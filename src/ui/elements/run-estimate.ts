/** What a run will take: steps, weights, memory on a GPU and, where a run like it was timed on this device, the time. Draws what it is given. */
import { LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { DeviceInfo } from '../../model/device-info.ts';
import type { RunNeeds } from '../../study/device-fit.ts';
import { tasksOfRun } from '../../study/joint.ts';
import { PRESET_PARAMETERS } from '../../study/preset-sizes.ts';
import { totalSteps } from '../../study/run-spec-schema.ts';
import type { RunSpec } from '../../study/run-spec.ts';
import type { RunView } from '../services/run-view.ts';
import { stepTimeHere } from '../services/step-time.ts';
import type { StepTime } from '../services/step-time.ts';
import { bytes, count, duration } from './format.ts';

@customElement('run-estimate')
export class RunEstimate extends LitElement {
  @property({ attribute: false }) spec: RunSpec | null = null;
  /** Null while they are not known. */
  @property({ attribute: false }) needs: RunNeeds | null = null;
  @property({ attribute: false }) runs: readonly RunView[] = [];
  /** The one that is open; null = none yet. */
  @property({ attribute: false }) device: DeviceInfo | null = null;

  override render() {
    const { spec, needs, runs, device } = this;
    return spec === null ? nothing : estimateText(spec, needs, stepTimeHere(spec, runs, device));
  }
}

/** `80 steps of 8 rows, 99,000 weights, at most 310 MB on the GPU, about 3.2 s at the speed of amber fox.` */
export function estimateText(spec: RunSpec, needs: RunNeeds | null, time: StepTime | null): string {
  const steps = totalSteps(spec);
  const parts = [
    `${count(steps)} ${steps === 1 ? 'step' : 'steps'} of ${spec.batchSize} rows`,
    `${count(Math.max(...tasksOfRun(spec).map(({ id }) => PRESET_PARAMETERS[spec.preset][id])))} weights`,
  ];
  if (needs?.memory != null) parts.push(`at most ${bytes(needs.memory.bytes)} on the GPU${isTight(needs) ? ' (it may not have that much)' : ''}`);
  parts.push(
    time === null
      ? 'time not known yet: no run of this size was timed on this device'
      : `about ${duration(time.stepMs * steps)} at the speed of ${time.run}`,
  );
  return `${parts.join(', ')}.`;
}

function isTight({ memory, budgetBytes }: RunNeeds): boolean {
  return memory !== null && memory.leastBytes > (budgetBytes ?? Infinity);
}

declare global {
  interface HTMLElementTagNameMap {
    'run-estimate': RunEstimate;
  }
}
