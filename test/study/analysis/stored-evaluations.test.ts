import { expect, test } from 'vitest';
import type { EvaluationResult } from '../../../src/study/events.ts';
import { manifestOf } from '../../../src/study/checkpoint-codec.ts';
import { openManifest, seal } from '../../../src/study/run-record.ts';
import type { Manifest } from '../../../src/study/run-record.ts';
import { makeCheckpoint } from '../../support/checkpoint.ts';

const PROPORTION = { correct: 1, total: 4, low: 0.05, high: 0.7 };
const OLD_CELL = {
  ...{ level: 'hard', modality: 'image', accuracy: PROPORTION, exactMatch: PROPORTION, cotExactMatch: null },
  ...{ meanGeneratedTokens: 40.5, truncated: 1 },
};
const NEW_CELL = { ...OLD_CELL, prompt: 'convert', conversion: PROPORTION, robustness: { ...PROPORTION, correct: 0 } };

/** What is read of a manifest that was written with these cells. */
async function readBack(...cells: object[]): Promise<EvaluationResult['cells'] | string> {
  const manifest = await manifestOf(makeCheckpoint(2), {
    ...{ runId: 'run-1', generation: 1, owner: 'me', build: 'test', savedAt: '2026-01-01T00:00:00.000Z' },
  });
  const written = { ...manifest, progress: { ...manifest.progress, evaluations: [{ step: 2, cells }] } } as unknown as Manifest; // as an older program would
  const opened = await openManifest(await seal(written));
  return 'value' in opened ? (opened.value.progress.evaluations[0]?.cells ?? []) : opened.problem;
}

test('an evaluation stored before there were prompts is one of direct cells without conversions', async () => {
  expect(await readBack(OLD_CELL)).toEqual([{ ...OLD_CELL, prompt: 'direct', conversion: null, robustness: null }]);
});

test('prompts, conversions and robustness come back as they were written', async () => {
  expect(await readBack(NEW_CELL)).toEqual([NEW_CELL]);
});

test('a prompt that does not exist spoils the record', async () => {
  expect(await readBack({ ...NEW_CELL, prompt: 'shout' })).toMatch(/prompt is not valid/);
});
