import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import * as tf from '../../src/model/tf.ts';
import { answersOf, EVALUATION_SEED, evaluateModel, summarise } from '../../src/study/evaluate.ts';
import type { Answer, EvaluateOptions } from '../../src/study/evaluate.ts';
import type { SessionEvent } from '../../src/study/events.ts';
import { disposeModel, makeModel } from '../../src/study/model-setup.ts';
import type { TrainedModel } from '../../src/study/model-setup.ts';
import { isConversionExact } from '../../src/tasks/conversion.ts';
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
  const isConverted = isConversionExact(example, response);
  return { example, response, generatedTokens: response.split(' ').length, isTruncated, score: example.score(response, 'compact'), isConverted };
}

test('counts both predictions apart and takes the better one', () => {
  const answers = [
    answer(0, (gold) => gold),
    answer(1, (gold) => gold.slice(gold.indexOf('total'))), // list right, no CoT
    answer(2, (gold) => gold.slice(0, gold.indexOf('total') - 1)), // CoT right, no list
    answer(3, (gold) => gold.slice(0, gold.indexOf('total') - 1)),
    answer(4, () => 'table', true),
  ];
  const cell = summarise({ level: 'medium', modality: 'image', prompt: 'direct' }, answers);
  expect(cell).toMatchObject({
    level: 'medium',
    modality: 'image',
    prompt: 'direct',
    accuracy: { correct: 3, total: 5 }, // not 4: one prediction or the other for all of them
    exactMatch: { correct: 2, total: 5 },
    cotExactMatch: { correct: 3, total: 5 },
    conversion: null,
    robustness: null,
    truncated: 1,
  });
  expect(cell.accuracy.low).toBeCloseTo(0.2307, 3); // Wilson, 3 of 5
  expect(cell.accuracy.high).toBeCloseTo(0.8824, 3);
});

test('counts right conversions among those written, and right answers among wrong conversions', () => {
  /** A response that converts, with what stands in place of x(t). */
  const converting = (index: number, change: (text: string) => string, solution = (gold: string): string => gold): Answer => {
    const { text } = answer(index, (gold) => gold).example.parts('text', 'compact');
    return answer(index, (gold) => `convert ${change(text)} ${solution(gold)}`);
  };
  const misread = (text: string): string => text.replace(/ \d /, ' 1* ');
  const wrong = (gold: string): string => gold.slice(0, gold.indexOf(' \n ')); // one cell
  const answers = [
    converting(0, (text) => text),
    converting(1, (text) => text, wrong),
    converting(2, misread),
    converting(3, misread, wrong),
    converting(
      4,
      () => 'table',
      () => '',
    ),
    answer(5, (gold) => gold), // no conversion: counts in neither
  ];
  expect(answers.map(({ isConverted, score }) => [isConverted, score.correct])).toEqual([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
    [false, false],
    [null, true],
  ]);
  const cell = summarise({ level: 'medium', modality: 'image', prompt: 'convert' }, answers);
  expect(cell).toMatchObject({
    prompt: 'convert',
    accuracy: { correct: 3, total: 6 },
    conversion: { correct: 2, total: 5 },
    robustness: { correct: 1, total: 3 },
  });
  expect(cell.robustness?.high).toBeCloseTo(0.7923, 3); // Wilson, 1 of 3
  expect(summarise({ level: 'medium', modality: 'image', prompt: 'convert' }, answers.slice(0, 2))).toMatchObject({
    conversion: { correct: 2, total: 2 },
    robustness: null,
  });
});

test('robustness counts as accuracy does, from the CoT where that is the better', () => {
  const cut = (index: number): Answer => answer(index, (gold) => `convert table \n ${gold.slice(0, gold.indexOf('total') - 1)}`); // CoT right, no list, conversion wrong
  expect(summarise({ level: 'medium', modality: 'image', prompt: 'convert' }, [cut(0), cut(1)])).toMatchObject({
    accuracy: { correct: 2 },
    exactMatch: { correct: 0 },
    robustness: { correct: 2, total: 2 },
  });
});

test('asks of pictures in every way asked for, of text once, and hands out the answers of each cell', async () => {
  const counted: string[] = [];
  const result = await evaluateModel(
    options({
      ...{ prompts: ['direct', 'convert'], levels: ['simple'], examples: 2 },
      onAnswers(cell, answers) {
        counted.push(`${cell.modality} ${cell.prompt} ${answers.length} ${answers.filter(({ response }) => response.startsWith('convert')).length}`);
        expect(summarise(cell, answers)).toEqual(cell);
      },
    }),
  );
  expect(result?.cells.map(({ modality, prompt }) => `${modality} ${prompt}`)).toEqual(['text direct', 'image direct', 'image convert']);
  expect(counted[2]).toBe('image convert 2 2');
  expect(result?.cells[0]).toMatchObject({ conversion: null, robustness: null });
  expect(result?.cells[2]).toMatchObject({ conversion: { correct: 0, total: 2 }, robustness: { total: 2 } });
}, 30_000);

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
  expect(result?.cells.every(({ prompt }) => prompt === 'direct')).toBe(true);
  expect(result?.cells.every(({ accuracy }) => accuracy.total === 3)).toBe(true);
  expect(events.filter(({ done }) => done === 3)).toHaveLength(6);
}, 30_000);

test('gives the same answers each time', async () => {
  const responses = async () =>
    (await answersOf(options(), { level: 'simple', modality: 'image', prompt: 'direct' })).map(({ response }) => response);
  expect(await responses()).toEqual(await responses());
}, 30_000);

test('can make the response to a picture begin with the conversion', async () => {
  const [first] = await answersOf(options({ examples: 1 }), { level: 'simple', modality: 'image', prompt: 'convert' });
  expect(first?.response).toMatch(/^convert /);
}, 30_000);

test('gives nothing when it is cancelled', async () => {
  const controller = new AbortController();
  const pending = evaluateModel(options({ examples: 200, signal: controller.signal }));
  setTimeout(() => controller.abort(), 30);
  expect(await pending).toBeNull();
}, 30_000);
