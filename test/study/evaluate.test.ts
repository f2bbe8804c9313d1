import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import * as tf from '../../src/model/tf.ts';
import { answersOf, EVALUATION_SEED, evaluateModel, summarise } from '../../src/study/evaluate.ts';
import type { Answer, EvaluateOptions } from '../../src/study/evaluate.ts';
import type { SessionEvent } from '../../src/study/events.ts';
import { disposeModel, makeModel } from '../../src/study/model-setup.ts';
import type { TrainedModel } from '../../src/study/model-setup.ts';
import { exampleAt } from '../../src/tasks/examples.ts';
import { study } from './specs.ts';

const SPEC = study({ supervision: 'mix' });
let engine: Engine;
let model: TrainedModel;
const options = (changes: Partial<EvaluateOptions> = {}): EvaluateOptions => ({ model, spec: SPEC, step: 7, examples: 3, engine, ...changes });

beforeAll(async () => {
  engine = await openBackend('wasm');
  model = makeModel(SPEC, null);
});
afterAll(() => disposeModel(model));

/** An answer as a perfect or a mistaken model would give it. */
function answer(index: number, change: (gold: string) => string, isTruncated = false): Answer {
  const example = exampleAt({ task: 'consecutive-table-readout', level: 'medium', split: 'eval', seed: EVALUATION_SEED, index }, SPEC.task);
  const response = change(example.response('image', 'compact'));
  return { example, response, generatedTokens: response.split(' ').length, isTruncated, score: example.score(response, 'compact') };
}

test('counts both predictions apart and takes the better one', () => {
  const answers = [
    answer(0, (gold) => gold),
    answer(1, (gold) => gold.slice(gold.indexOf('total'))), // list right, no CoT
    answer(2, (gold) => gold.slice(0, gold.indexOf('total') - 1)), // CoT right, no list
    answer(3, (gold) => gold.slice(0, gold.indexOf('total') - 1)),
    answer(4, () => 'table', true),
  ];
  const cell = summarise('medium', 'image', answers);
  expect(cell).toMatchObject({
    level: 'medium',
    modality: 'image',
    accuracy: { correct: 3, total: 5 }, // not 4: one prediction or the other for all of them
    exactMatch: { correct: 2, total: 5 },
    cotExactMatch: { correct: 3, total: 5 },
    truncated: 1,
  });
  expect(cell.accuracy.low).toBeCloseTo(0.2307, 3); // Wilson, 3 of 5
  expect(cell.accuracy.high).toBeCloseTo(0.8824, 3);
});

test('covers every level in both modalities, in order, with progress, and leaves no tensor', async () => {
  const events: Extract<SessionEvent, { kind: 'evaluation-progress' }>[] = [];
  const before = tf.memory().numTensors;
  const result = await evaluateModel(options({ onProgress: (event) => events.push(event) }));
  expect(tf.memory().numTensors).toBe(before);
  expect(result?.step).toBe(7);
  expect(result?.cells.map(({ modality, level }) => `${modality} ${level}`)).toEqual([
    'text simple',
    'text medium',
    'text hard',
    'image simple',
    'image medium',
    'image hard',
  ]);
  expect(result?.cells.every(({ accuracy }) => accuracy.total === 3)).toBe(true);
  expect(events.filter(({ done }) => done === 3)).toHaveLength(6);
}, 30_000);

test('gives the same answers each time', async () => {
  const responses = async () => (await answersOf(options(), 'simple', 'image')).map(({ response }) => response);
  expect(await responses()).toEqual(await responses());
}, 30_000);

test('can make the response to a picture begin with the conversion', async () => {
  const [first] = await answersOf(options({ isConversionForced: true, examples: 1 }), 'simple', 'image');
  expect(first?.response).toMatch(/^convert /);
  const [text] = await answersOf(options({ isConversionForced: true, examples: 1 }), 'simple', 'text');
  expect(text?.response).not.toMatch(/^convert /);
}, 30_000);

test('gives nothing when it is cancelled', async () => {
  const controller = new AbortController();
  const pending = evaluateModel(options({ examples: 200, signal: controller.signal }));
  setTimeout(() => controller.abort(), 30);
  expect(await pending).toBeNull();
}, 30_000);
