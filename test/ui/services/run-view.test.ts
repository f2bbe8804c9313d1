/** How a run on the page follows the worker's events. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_SPEC } from '../../../src/study/run-spec-schema.ts';
import { checkDraft, withValue } from '../../../src/ui/services/draft-form.ts';
import { runNameOf } from '../../../src/ui/services/run-names.ts';
import { bestOf } from '../../../src/ui/services/run-best.ts';
import { appendPoints, applyEvent, evaluatingText, isResumable, viewOf } from '../../../src/ui/services/run-view.ts';
import type { RunSummary } from '../../../workers/protocol.ts';
import { evaluationOf, pointAt } from '../../support/fake-trainer.ts';

const summary: RunSummary = {
  ...{ runId: 'a', name: 'amber fox', parentId: null, spec: DEFAULT_SPEC, state: 'paused', step: 3, totalSteps: 10 },
  ...{ createdAt: '', updatedAt: '', adapter: '', points: [], evaluations: [], bytes: 0, lockedElsewhere: false },
};

describe('runs', () => {
  test('points that come again after a resume replace what followed them', () => {
    const old = [1, 2, 3, 4].map((step) => pointAt(step, 8));
    const more = [3, 4, 5].map((step) => ({ ...pointAt(step, 8), loss: 9 }));
    expect(appendPoints(old, more).map(({ step, loss }) => [step, loss === 9])).toEqual([
      [1, false],
      [2, false],
      [3, true],
      [4, true],
      [5, true],
    ]);
  });

  test('a stored run with steps left can be resumed; a finished or stopped one cannot', () => {
    const view = viewOf(summary, 0);
    expect(isResumable(view)).toBe(true);
    expect(isResumable({ ...view, isLoaded: true })).toBe(false);
    // A failed run goes on from its checkpoint, if it has one.
    expect(isResumable({ ...view, summary: { ...summary, state: 'failed', bytes: 10 } })).toBe(true);
    for (const state of ['finished', 'failed', 'stopped'] as const) expect(isResumable({ ...view, summary: { ...summary, state } })).toBe(false);
  });

  test('metrics move the step, evaluations replace the one of the same step', () => {
    let view = viewOf(summary, 0);
    view = applyEvent(view, { kind: 'metrics', points: [pointAt(4, 8)], totalSteps: 10, tokensPerSecond: 5, etaMs: 6, deviceBytes: 7 });
    expect([view.summary.step, view.live?.etaMs, view.isLoaded]).toEqual([4, 6, true]);
    view = applyEvent(view, { kind: 'evaluation', result: evaluationOf(4, 10, 10) });
    view = applyEvent(view, { kind: 'evaluation', result: evaluationOf(4, 20, 10) });
    expect(view.summary.evaluations.map(({ cells }) => cells[0]?.accuracy.total)).toEqual([20]);
    expect(bestOf(view.summary)?.label).toBe('simple text');
  });
});

describe('the form', () => {
  test('a bad field has one message and the reason names it', () => {
    const { spec, errors, reason } = checkDraft(DEFAULT_SPEC, { learningRate: Number.NaN });
    expect(spec).toBeNull();
    expect(Object.keys(errors)).toEqual(['learningRate']);
    expect(reason).toMatch(/^Check "learning rate": Give a number from/);
  });

  test('limits between fields are told at the field', () => {
    const { spec, errors, reason } = checkDraft(DEFAULT_SPEC, { 'task.rowNames': 2 });
    expect(spec).toBeNull();
    expect(errors).toEqual({ 'task.rowNames': 'Expected at least 5, one name for each row, got 2: take more names or fewer rows.' });
    expect(reason).toBe('Check "row names": Expected at least 5, one name for each row, got 2: take more names or fewer rows.');
  });

  test('a good value becomes part of the spec without touching the old one', () => {
    const { spec } = checkDraft(DEFAULT_SPEC, { 'evaluation.examples': 50 });
    expect(spec?.evaluation.examples).toBe(50);
    expect(DEFAULT_SPEC.evaluation.examples).toBe(200);
    expect(withValue({ a: { b: 1, c: 2 } }, 'a.b', 3)).toEqual({ a: { b: 3, c: 2 } });
  });
});

test('an evaluation under way tells its cell, and the other tasks of a joint run by their names', () => {
  const event = { kind: 'evaluation-progress', done: 50, total: 100, level: 'hard', modality: 'image' } as const;
  const told = [event, { ...event, task: 'visual-analogy' } as const].map((each) => applyEvent(viewOf(summary, 0), each).progress);
  expect(told.map((progress) => progress && evaluatingText(progress))).toEqual(['hard image, 50 of 100', 'Visual Analogy, hard image, 50 of 100']);
});

test('names are stable and never taken', () => {
  const first = runNameOf('2026-01-01', new Set());
  expect(runNameOf('2026-01-01', new Set())).toBe(first);
  expect(runNameOf('2026-01-01', new Set([first]))).not.toBe(first);
});
