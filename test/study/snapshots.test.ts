import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRESET_NAMES, PRESET_PARAMETERS } from '../../src/study/preset-sizes.ts';
import { affordedSnapshots, MOST_SNAPSHOTS, SNAPSHOT_BUDGET_BYTES, snapshotSteps, stepsToKeep } from '../../src/study/snapshots.ts';

describe('steps of snapshots', () => {
  test('hold the beginning and the end, ascend, and are as many as allowed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200_000 }), fc.integer({ min: 3, max: MOST_SNAPSHOTS }), (total, most) => {
        const steps = snapshotSteps(total, most);
        expect(steps[0]).toBe(0);
        expect(steps.at(-1)).toBe(total);
        expect(steps).toHaveLength(Math.min(most, total + 1));
        for (let i = 1; i < steps.length; i++) expect(steps[i]).toBeGreaterThan(steps[i - 1] ?? 0);
      }),
    );
  });

  test('grow by one ratio once whole numbers leave room for it', () => {
    const steps = snapshotSteps(10_000);
    const late = steps.slice(-8);
    const ratios = late.slice(1).map((step, i) => step / (late[i] ?? 1));
    for (const ratio of ratios) expect(ratio).toBeCloseTo(ratios[0] ?? 0, 1);
    expect(snapshotSteps(10_000, 3)).toEqual([0, 100, 10_000]);
    expect(snapshotSteps(1000, 4)).toEqual([0, 10, 100, 1000]);
  });

  test('are all steps of a short run, and none where none are afforded', () => {
    expect(snapshotSteps(4)).toEqual([0, 1, 2, 3, 4]);
    expect(snapshotSteps(1000, 0)).toEqual([]);
  });

  test('are as many as the budget holds: all of micro and nano, three of small, none of a model that is larger still', () => {
    const most = PRESET_NAMES.map((name) => affordedSnapshots(4 * Math.max(...Object.values(PRESET_PARAMETERS[name]))));
    expect(most).toEqual([24, 24, 3]);
    expect(affordedSnapshots(SNAPSHOT_BUDGET_BYTES / 2)).toBe(0);
  });

  test('that lie ahead are made anew, this one if it is not there, and what was missed is missed', () => {
    const kept = [0, 2, 8].map((step) => ({ step, bytes: 1 }));
    expect(stepsToKeep([0, 1, 2, 4, 8], 2, kept)).toEqual([4, 8]);
    expect(stepsToKeep([0, 1, 2, 4, 8], 2, [])).toEqual([2, 4, 8]);
    expect(stepsToKeep([0, 1, 2, 4, 8], 3, kept)).toEqual([4, 8]);
  });
});
