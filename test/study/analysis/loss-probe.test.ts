import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBackend } from '../../../src/model/backend.ts';
import type { Engine } from '../../../src/model/backend.ts';
import * as tf from '../../../src/model/tf.ts';
import { forwardLogits } from '../../../src/model/vlm.ts';
import { probeLosses } from '../../../src/study/analysis/loss-probe.ts';
import type { LossProbe, ProbeOptions } from '../../../src/study/analysis/loss-probe.ts';
import { recordSegments } from '../../../src/study/analysis/loss-probe-segments.ts';
import { meanEstimate } from '../../../src/study/analysis/mean-estimate.ts';
import { disposeModel, makeModel } from '../../../src/study/model-setup.ts';
import type { TrainedModel } from '../../../src/study/model-setup.ts';
import { packRows, sequenceOf } from '../../../src/study/sequences.ts';
import { exampleAt } from '../../../src/tasks/examples.ts';
import type { Example } from '../../../src/tasks/example.ts';
import { defaultTaskSpec, taskInfo } from '../../../src/tasks/task-spec.ts';
import { RECORD_KINDS, TASK_IDS } from '../../../src/tasks/task.ts';
import type { RecordKind } from '../../../src/tasks/task.ts';
import { tokenizer } from '../../../src/tasks/tokenizer.ts';
import { study } from '../specs.ts';

const SPEC = study({ supervision: 'mix' });
let engine: Engine;
let model: TrainedModel;
const options = (changes: Partial<ProbeOptions> = {}): ProbeOptions => ({
  ...{ model, spec: SPEC, step: 7, engine, examples: 3, levels: ['simple', 'hard'] },
  ...changes,
});

beforeAll(async () => {
  engine = await openBackend('wasm');
  model = makeModel(SPEC, null);
});
afterAll(() => disposeModel(model));

function heldOut(level: 'simple' | 'hard', index: number): Example {
  return exampleAt({ task: 'consecutive-table-readout', level, split: 'eval', seed: 0, index }, SPEC.task);
}

/** Words of a text of the compact profile. */
function count(text: string): number {
  return text === '' ? 0 : text.split(' ').length;
}

/** Mean loss of the last `words` tokens before the last `behind`, from the logits of the whole sequence, in doubles. */
async function tailLoss(example: Example, kind: RecordKind, words: number, behind: number): Promise<number> {
  const micro = packRows([{ example, kind }], 1);
  const { ids } = sequenceOf({ example, kind });
  const logits = forwardLogits(model.params, model.config, micro); // [1, T, V]
  const values = await logits.data<'float32'>();
  logits.dispose();
  const V = model.config.vocabularySize;
  let sum = 0;
  for (let i = ids.length - behind - words; i < ids.length - behind; i++) {
    const row = values.slice((i - 1) * V, i * V); // predicts token i
    const largest = Math.max(...row);
    const logSum = largest + Math.log(row.reduce((total, value) => total + Math.exp(value - largest), 0));
    sum += logSum - (row[ids[i] ?? -1] ?? Number.NaN);
  }
  return sum / words;
}

test('gives the losses of whole-sequence logits, level by level', async () => {
  const before = tf.memory().numTensors;
  const probe = (await probeLosses(options())) as LossProbe;
  expect(tf.memory().numTensors).toBe(before);
  expect(probe).toMatchObject({ step: 7, split: 'eval', seed: 0, cotShare: 1, levels: [{ level: 'simple' }, { level: 'hard' }] });
  for (const { level, ...found } of probe.levels) {
    const expected = { text: [] as number[], image: [] as number[], conversion: [] as number[], imageAndText: [] as number[] };
    for (let index = 0; index < 3; index++) {
      const example = heldOut(level as 'simple' | 'hard', index);
      const { cot, answer } = example.parts('image-via-text', 'compact');
      const y = count(cot) + count(answer) + 1; // <eos>
      expected.text.push(await tailLoss(example, 'text', y, 0));
      expected.image.push(await tailLoss(example, 'image', y, 0));
      expected.imageAndText.push(await tailLoss(example, 'image-via-text', y, 0));
      expected.conversion.push(await tailLoss(example, 'image-via-text', count(example.parts('text', 'compact').text), y));
    }
    for (const [name, losses] of Object.entries(expected)) {
      const mean = losses.reduce((a, b) => a + b, 0) / 3;
      expect(found[name as keyof typeof found].mean, `${level} ${name}`).toBeCloseTo(mean, 5);
      expect(found[name as keyof typeof found].examples).toBe(3);
    }
    // Four different things on an untrained model too, so that no one stands for another.
    expect(new Set(Object.values(found).map(({ mean }) => mean)).size).toBe(4);
  }
  expect(JSON.parse(JSON.stringify(probe))).toEqual(probe);
}, 60_000);

test('more examples than one pass takes give the same numbers', async () => {
  const done: string[] = [];
  const probe = (await probeLosses(
    options({ examples: 35, levels: ['simple'], onProgress: (progress) => done.push(`${progress.done}/${progress.total}`) }),
  )) as LossProbe;
  expect(done).toEqual(['0/105', '32/105', '35/105', '35/105', '67/105', '70/105', '70/105', '102/105', '105/105']);
  const losses: number[] = [];
  for (let index = 0; index < 35; index++) {
    const example = heldOut('simple', index);
    const { cot, answer } = example.parts('image', 'compact');
    losses.push(await tailLoss(example, 'image', count(cot) + count(answer) + 1, 0));
  }
  const image = probe.levels[0]?.image;
  const expected = meanEstimate(losses);
  expect(image?.mean).toBeCloseTo(expected.mean, 5);
  expect(image?.standardError).toBeCloseTo(expected.standardError ?? 0, 5);
}, 60_000);

test('gives nothing when it is cancelled', async () => {
  const controller = new AbortController();
  const pending = probeLosses(options({ examples: 100, signal: controller.signal }));
  setTimeout(() => controller.abort(), 5);
  expect(await pending).toBeNull();
}, 30_000);

test('refuses losses that are not finite', async () => {
  const passes = { ...model.passes, tokenLosses: () => Promise.resolve(new Float32Array(100_000).fill(Number.NaN)) };
  await expect(probeLosses(options({ model: { ...model, passes } }))).rejects.toThrow(/loss probe: expected finite losses, got/);
});

test('a mean has the standard error of a sample and Student’s interval', () => {
  expect(meanEstimate([1, 2, 3, 4])).toMatchObject({ mean: 2.5, standardError: Math.sqrt(5 / 3 / 4), examples: 4 });
  expect(meanEstimate([1, 2, 3, 4]).high).toBeCloseTo(2.5 + 3.182 * Math.sqrt(5 / 12), 9);
  expect(meanEstimate([3])).toEqual({ mean: 3, standardError: null, low: null, high: null, examples: 1 });
  expect(() => meanEstimate([])).toThrow(RangeError);
});

describe.each(TASK_IDS)('tokens of %s', (task) => {
  const spec = defaultTaskSpec(task);
  const examples = taskInfo(task).levels.flatMap((level) =>
    [0, 1, 2].map((index) => exampleAt({ task, level, split: 'eval', seed: 3, index }, spec)),
  );

  test.each(RECORD_KINDS)('%s: the segments hold x(t), and CoT, answer and <eos>', (kind) => {
    for (const example of examples) {
      for (const cotShare of [1, 0]) {
        const { ids } = sequenceOf({ example, kind, cotShare });
        const { conversion, solution } = recordSegments(example, kind, cotShare);
        const textOf = ({ from, to }: { from: number; to: number }): string => tokenizer.decode(ids.slice(from, to));
        const { cot, answer } = example.parts(kind, 'compact');
        expect(textOf(solution)).toBe(cotShare === 1 ? `${cot} ${answer} <eos>` : `${answer} <eos>`);
        if (kind === 'image-via-text') {
          expect(conversion === null ? null : textOf(conversion)).toBe(example.parts('text', 'compact').text);
          expect(textOf({ from: (conversion?.from ?? 0) - 2, to: conversion?.from ?? 0 })).toBe('<assistant> convert');
          expect(conversion?.to).toBe(solution.from);
          expect(textOf({ from: solution.from - 1, to: solution.from })).toBe('\n');
        } else {
          expect(conversion).toBeNull();
          expect(textOf({ from: solution.from - 1, to: solution.from })).toBe('<assistant>');
        }
      }
    }
  });
});
