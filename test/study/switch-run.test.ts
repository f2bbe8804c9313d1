/** Specs of runs that go on from another: what they say, and what is refused. Their bytes are tested in phased-session.test.ts. */
import { describe, expect, test } from 'vitest';
import { batchAt } from '../../src/study/batcher.ts';
import { checkParent } from '../../src/study/phases.ts';
import { changesBetween, parseRunSpec } from '../../src/study/run-spec-schema.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import { isStartOf, runDigest, switchedSpec, switchRun } from '../../src/study/switch-run.ts';
import { baseRun, study } from './specs.ts';
import { makeCheckpoint } from '../support/checkpoint.ts';

const MIX = parseRunSpec(study({ supervision: 'mix', examples: 24, batchSize: 4 }));

describe('a child', () => {
  const child = switchedSpec(MIX, 2, { supervision: 'mix+' });

  test('names its parent, its step and what changed, and is its parent in all else', () => {
    const { parent, ...rest } = child;
    expect(parent).toEqual({ run: runDigest(MIX), step: 2, supervision: 'mix' });
    expect(rest).toEqual({ ...MIX, supervision: 'mix+' });
    expect(changesBetween(MIX, child)).toEqual(['supervision mix -> mix+', 'goes on from step 2 of mix']);
    expect(changesBetween(child, { ...MIX, supervision: 'mix+' })).toEqual(['begins by itself']);
    expect(changesBetween(child, child)).toEqual([]);
  });

  test('passes the gate as it is, and a spec without a parent has none', () => {
    expect(parseRunSpec(JSON.parse(JSON.stringify(child)))).toEqual(child);
    expect(parseRunSpec({ ...MIX, parent: null })).toEqual(MIX);
    expect('parent' in parseRunSpec({ ...MIX, parent: undefined })).toBe(false);
  });

  test('has the rows of its parent before the switch and of a fresh run after it', () => {
    for (let step = 0; step < 6; step++) {
      expect(batchAt(child, step)).toEqual(batchAt(step < 2 ? MIX : { ...MIX, supervision: 'mix+' }, step));
    }
  });

  test('may come from any phase of a run with the same phases', () => {
    const aligned = parseRunSpec(study({ supervision: 'align-mix', alignRows: 8, examples: 8, batchSize: 4 }));
    for (const step of [1, 2, 3])
      expect(switchedSpec(aligned, step, { supervision: 'align-mix+' })).toMatchObject({ alignRows: 8, parent: { step } });
  });

  test('knows its parent’s checkpoint', () => {
    const progress = { step: 2, tokens: 0, trainedMs: 0, points: [], evaluations: [] };
    const { optimizer } = makeCheckpoint(2);
    const start = { spec: MIX, progress, optimizer };
    expect(isStartOf(child, start)).toBe(true);
    expect(isStartOf(child, { ...start, progress: { ...progress, step: 3 } })).toBe(false);
    expect(isStartOf(child, { ...start, spec: { ...MIX, seed: 9 } })).toBe(false);
    expect(isStartOf(MIX, start)).toBe(false);
  });

  test('does not go on from a recorded run, which has no moments', () => {
    const checkpoint = { ...makeCheckpoint(2), spec: MIX };
    const v = Object.fromEntries(Object.entries(checkpoint.optimizer.v).map(([name, data]) => [name, new Float32Array(data.length)]));
    const recorded = { ...checkpoint, optimizer: { ...checkpoint.optimizer, v } };
    expect(isStartOf(child, recorded)).toBe(false);
    expect(() => switchRun(recorded, { supervision: 'mix+' })).toThrow("expected a run with its optimiser's state");
  });

  test('has another name than its parent, and the same content the same name', () => {
    expect(runDigest(child)).toMatch(/^[0-9a-f]{16}$/);
    expect(runDigest(child)).not.toBe(runDigest(MIX));
    expect(runDigest(parseRunSpec(structuredClone(MIX)))).toBe(runDigest(MIX));
  });
});

test.each<[Partial<RunSpec>, RegExp]>([
  [{}, /expected another supervision, got no change/],
  [{ supervision: 'mix' }, /expected another supervision, got mix/],
  [{ supervision: 'mix+', learningRate: 0.01 }, /another supervision alone, got learning rate 0\.001 -> 0\.01: anything else is a new run/],
  [{ supervision: 'mix+', examples: 48 }, /got training rows 24 -> 48/],
  [{ supervision: 'mix+', seed: 2 }, /got seed 1 -> 2/],
  [{ supervision: 'align-mix+' }, /parent: expected a step from 1 to \d+ of a run with the phases of align-mix\+, got step 2 of mix/],
  [{ supervision: 'tw' }, /the phases of tw, got step 2 of mix/],
  [{ supervision: 'mix-to-mix+' }, /the phases of mix-to-mix\+, got step 2 of mix/],
])('a switch with %j is refused', (changes, words) => {
  expect(() => switchedSpec(MIX, 2, changes)).toThrow(words);
});

test.each([0, 6, 7, -1, 1.5])('a switch at step %d of 6 is refused', (step) => {
  expect(() => switchedSpec(MIX, step, { supervision: 'mix+' })).toThrow(/parent: expected a step from 1 to 5 of/);
});

test.each([
  [{ run: 'x', step: 1, supervision: 'mix' }, /parent: expected its digest, a step and its supervision/],
  [{ run: '0'.repeat(16), step: '1', supervision: 'mix' }, /parent: expected its digest/],
  [{ run: '0'.repeat(16), step: 1, supervision: 'mixed' }, /parent: expected its digest/],
  [
    { run: '0'.repeat(16), step: 2, supervision: 'mix', parent: { run: '0'.repeat(16), step: 2, supervision: 'text' } },
    /from 1 to 1 of .*got step 2 of text/,
  ],
  [7, /parent: expected its digest/],
])('the parent %j is refused', (parent, words) => {
  expect(() => checkParent(parseRunSpec({ ...MIX, supervision: 'mix+', parent }))).toThrow(words);
});

test('no batch is made of a run that cannot go on from its parent', () => {
  const parent = { run: '0'.repeat(16), step: 6, supervision: 'mix' } as const;
  expect(() => batchAt({ ...MIX, supervision: 'mix+', parent }, 5)).toThrow(/parent: expected a step from 1 to 5/);
});

test('a base run does not go on as another', () => {
  const parent = { run: '0'.repeat(16), step: 1, supervision: 'text' };
  expect(parseRunSpec({ ...baseRun(), parent })).toEqual(baseRun());
  expect(() => switchedSpec(baseRun(), 1, { supervision: 'text' })).toThrow(/switch: expected a study run, got a base run/);
});
