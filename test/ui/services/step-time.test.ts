/** Which runs say how long a step takes here. */
import { describe, expect, test } from 'vitest';
import type { DeviceInfo } from '../../../src/model/device-info.ts';
import { DEFAULT_SPEC } from '../../../src/study/run-spec-schema.ts';
import { smallTask } from '../../../src/study/small-tasks.ts';
import { viewOf } from '../../../src/ui/services/run-view.ts';
import type { RunView } from '../../../src/ui/services/run-view.ts';
import { stepTimeHere } from '../../../src/ui/services/step-time.ts';
import type { RunSummary } from '../../../workers/protocol.ts';
import { pointAt } from '../../support/fake-trainer.ts';

const WASM: DeviceInfo = { backend: 'wasm', webgpu: 'missing', adapter: '', isSoftware: true, limits: {}, features: [], reason: null };
const GPU: DeviceInfo = { ...WASM, backend: 'webgpu', webgpu: 'ready', adapter: 'nvidia ampere' };

function timed(stepMs: number, about: Partial<RunSummary> = {}): RunView {
  const points = [1, 2, 3, 4, 5].map((step) => ({ ...pointAt(step, 8), stepMs }));
  const summary: RunSummary = {
    ...{ runId: 'a', name: 'amber fox', parentId: null, spec: DEFAULT_SPEC, state: 'finished', step: 5, totalSteps: 5 },
    ...{ createdAt: '', updatedAt: '', adapter: 'wasm', points, evaluations: [], bytes: 0, lockedElsewhere: false },
    ...about,
  };
  return viewOf(summary, 0);
}

describe('the time of a step', () => {
  test('comes from a run of this device, not from a file that was trained elsewhere, not from another device', () => {
    const recorded = timed(4, { name: 'recorded', adapter: 'nvidia NVIDIA: 580.159.04', isImported: true });
    const fromFile = timed(5, { name: 'of a friend', isImported: true });
    const onGpu = timed(6, { name: 'on the GPU', adapter: 'webgpu: nvidia ampere' });
    const here = timed(800);
    expect(stepTimeHere(DEFAULT_SPEC, [recorded, fromFile, onGpu], WASM)).toBeNull();
    expect(stepTimeHere(DEFAULT_SPEC, [recorded, fromFile, onGpu, here], WASM)).toEqual({ stepMs: 800, run: 'amber fox' });
    expect(stepTimeHere(DEFAULT_SPEC, [recorded, here, onGpu], GPU)).toEqual({ stepMs: 6, run: 'on the GPU' });
    expect(stepTimeHere(DEFAULT_SPEC, [here], null)).toBeNull();
  });

  test('comes from the steps since the run came to this device, and not from those of the run that it goes on from', () => {
    const points = Array.from({ length: 12 }, (_, i) => ({ ...pointAt(i + 1, 12), stepMs: i < 6 ? 4 : 800 }));
    expect(stepTimeHere(DEFAULT_SPEC, [timed(0, { points, adapterSince: 6 })], WASM)?.stepMs).toBe(800);
    expect(stepTimeHere(DEFAULT_SPEC, [timed(0, { points: points.slice(0, 10), adapterSince: 6 })], WASM)).toBeNull(); // 4 steps are too few
    const child = { ...DEFAULT_SPEC, parent: { run: 'b', step: 6, supervision: 'text' } as const };
    expect(stepTimeHere(DEFAULT_SPEC, [timed(0, { points, spec: child })], WASM)?.stepMs).toBe(800);
    expect(stepTimeHere(DEFAULT_SPEC, [timed(0, { points: points.slice(0, 10), adapterSince: 6 }), timed(700)], WASM)?.stepMs).toBe(700);
  });

  test('needs the same model, rows and task, and more than the first steps', () => {
    const here = timed(800);
    expect(stepTimeHere({ ...DEFAULT_SPEC, preset: 'nano' }, [here], WASM)).toBeNull();
    expect(stepTimeHere({ ...DEFAULT_SPEC, batchSize: 3 }, [here], WASM)).toBeNull();
    const [task, grid, analogy] = (['table-readout', 'grid-navigation', 'visual-analogy'] as const).map((id) => smallTask(id));
    const alone = timed(800, { spec: { ...DEFAULT_SPEC, task: task! } });
    expect(stepTimeHere(alone.summary.spec, [alone], WASM)?.stepMs).toBe(800);
    expect(stepTimeHere({ ...alone.summary.spec, joint: [grid!, analogy!] }, [alone], WASM)).toBeNull();
    expect(stepTimeHere(DEFAULT_SPEC, [timed(800, { points: here.summary.points.slice(1) })], WASM)).toBeNull();
  });
});
