import { describe, expect, test } from 'vitest';
import { hash64 } from '../../src/lib/hash.ts';
import type { Batch, MicroBatch } from '../../src/model/batch.ts';
import { batchAt, MICRO_BATCH_SCORE_BYTES, MICRO_BATCH_TOKENS, microBatches, objectivesAt } from '../../src/study/batcher.ts';
import { rowsAt } from '../../src/study/mixture.ts';
import { totalSteps } from '../../src/study/run-spec-schema.ts';
import { smallTask } from '../../src/study/small-tasks.ts';
import { ASSISTANT_ID, BOS_ID, CONVERT_ID, EOS_ID, packPrompts, packRows, PAD_ID, sequenceOf, UNCOUNTED_KIND } from '../../src/study/sequences.ts';
import { exampleAt } from '../../src/tasks/examples.ts';
import { TOKEN_KINDS } from '../../src/tasks/task.ts';
import { tokenizer } from '../../src/tasks/tokenizer.ts';
import { tableTruth } from '../support/table-truth.ts';
import { baseRun, study } from './specs.ts';

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);
const at = (micro: MicroBatch, b: number, t: number) => b * micro.textLength + t;

/** The ids of a row without padding. */
function tokensOfRow(micro: MicroBatch, b: number): number[] {
  return [...micro.tokens.subarray(at(micro, b, 0), at(micro, b + 1, 0))].filter((id) => id !== PAD_ID);
}

describe('a step of a study', () => {
  const spec = study({ supervision: 'mix', examples: 60, batchSize: 20 });
  const batch = batchAt(spec, 1);

  test('is the same whenever it is made, and differs from step to step', () => {
    expect(batchAt(spec, 1)).toEqual(batch);
    expect(batchAt(spec, 2)).not.toEqual({ ...batch, step: 2 });
  });

  test('holds the rows of the mixture, one kind in each micro-batch', () => {
    expect(sum(batch.micro.map((micro) => micro.batchSize))).toBe(20);
    const counts = { text: 0, image: 0, 'image-via-text': 0 };
    for (const { kind } of rowsAt(spec, 1)) counts[kind] += 1;
    expect(batch.micro.map(({ batchSize, image }) => [batchSize, image !== null])).toEqual([
      [counts.text, false],
      [counts.image, true],
      [counts['image-via-text'], true],
    ]);
  });

  test('weighs every example the same and the whole step by 1', () => {
    expect(sum(batch.micro.flatMap((micro) => [...micro.lossWeights]))).toBeCloseTo(1, 5);
    for (const micro of batch.micro) {
      for (let b = 0; b < micro.batchSize; b++) {
        const row = micro.lossWeights.subarray(at(micro, b, 0), at(micro, b + 1, 0));
        expect(sum(row)).toBeCloseTo(1 / 20, 6);
      }
    }
  });

  test('counts the assistant tokens and <eos>, and nothing of the prompt or the padding', () => {
    for (const micro of batch.micro) {
      expect(micro.textLength % 8).toBe(0);
      for (let b = 0; b < micro.batchSize; b++) {
        const ids = tokensOfRow(micro, b);
        const assistant = ids.indexOf(ASSISTANT_ID);
        for (let t = 0; t < micro.textLength; t++) {
          const isCounted = t >= assistant && t < ids.length;
          expect((micro.lossWeights[at(micro, b, t)] ?? 0) > 0).toBe(isCounted);
          expect(micro.kinds[at(micro, b, t)] === UNCOUNTED_KIND).toBe(!isCounted);
          if (isCounted) expect(micro.targets[at(micro, b, t)]).toBe(ids[t + 1] ?? EOS_ID);
        }
        expect(ids[0]).toBe(BOS_ID);
        expect(ids).not.toContain(EOS_ID);
      }
    }
  });

  test('says of which kind each target is', () => {
    const [text] = batch.micro;
    if (text === undefined) throw new Error('no text rows');
    const kindsSeen = new Set<string>();
    text.kinds.forEach((kind, i) => {
      if (kind === UNCOUNTED_KIND) return;
      const name = TOKEN_KINDS[kind] ?? '';
      const word = tokenizer.textOf(text.targets[i] ?? -1);
      kindsSeen.add(name);
      if (name === 'index') expect(word).toMatch(/^[rc]\d+$/);
      if (name === 'row-name') expect(word).toMatch(/^[A-Z][a-z][A-Z]$/);
      if (name === 'value' || name === 'sum') expect(word).toMatch(/^\d$/);
    });
    expect([...kindsSeen].sort()).toEqual(['column-name', 'format', 'index', 'row-name', 'sum', 'value']);
  });

  test('gives grid places to the table of the prompt only', () => {
    const [text, image, conversion] = batch.micro;
    if (text === undefined || image === undefined || conversion === undefined) throw new Error('three kinds were expected');
    expect(Math.max(...text.lines)).toBe(4); // header and 3 rows
    expect(Math.max(...text.columns)).toBe(5); // row name, 3 columns, newline
    expect([sum(image.lines), sum(image.columns), sum(conversion.lines), sum(conversion.columns)]).toEqual([0, 0, 0, 0]);
  });

  test('draws the pictures and says what each patch shows', () => {
    const micro = batch.micro[1];
    const image = micro?.image;
    if (micro === undefined || image === undefined || image === null) throw new Error('pictures were expected');
    expect([image.gridRows, image.gridColumns, image.patchPx]).toEqual([4, 4, 16]);
    expect(image.pixels).toHaveLength(micro.batchSize * 64 * 64 * 3);
    const row = rowsAt(spec, 1).find(({ kind }) => kind === 'image');
    if (row === undefined) throw new Error('a picture was expected');
    const { values } = tableTruth(exampleAt(row.key, spec.task));
    const shown = [...image.patchTokens.subarray(0, 16)].map((id) => tokenizer.textOf(id));
    expect(shown[0]).toBe('<blank>');
    expect(shown.slice(5, 8).map((word) => Number(word[0]))).toEqual(values[0]);
  });
});

test('the last step holds what is left, and its weights average over that', () => {
  const spec = study({ supervision: 'text', examples: 50, batchSize: 20 });
  const batch = batchAt(spec, 2);
  expect(batch.examples).toBe(10);
  expect(sum(batch.micro.flatMap((micro) => [...micro.lossWeights]))).toBeCloseTo(1, 5);
  expect(() => batchAt(spec, 3)).toThrow(/behind the end/);
});

test.each([
  // Hash of every array of every batch, recorded before runs had phases: runs, checkpoints and links of then must see the same bytes.
  [study({ supervision: 'text', examples: 31, batchSize: 4 }), 'fb606616b912d4ff'],
  [study({ supervision: 'mix', examples: 31, batchSize: 4 }), 'ee9fd0cc524983e2'],
  [study({ supervision: 'mix+', examples: 31, batchSize: 4, seed: 9 }), 'c0c2f6e223b96a86'],
  [baseRun(), 'a007fad475d74f4f'],
])('runs of one phase have the bytes that they always had (%#)', (spec, hash) => {
  const arrays = Array.from({ length: totalSteps(spec) }, (_, step) => batchAt(spec, step)).flatMap(({ micro }) =>
    micro.flatMap(({ tokens, lines, columns, targets, lossWeights, kinds, image }) => [
      ...[tokens, lines, columns, targets, lossWeights, kinds],
      ...(image === null ? [] : [image.pixels, image.patchTokens]),
    ]),
  );
  const { low, high } = hash64(Buffer.concat(arrays.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength))));
  expect([high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('')).toBe(hash);
});

test('cuts a step that is too large into micro-batches and loses no row', () => {
  const task = { id: 'consecutive-table-readout', rows: 12, columns: 11, rowNames: 12 } as const;
  const spec = study({ supervision: 'image-via-text', examples: 200, batchSize: 100, task });
  const batch: Batch = batchAt(spec, 0);
  expect(batch.micro.length).toBeGreaterThan(1);
  expect(sum(batch.micro.map((micro) => micro.batchSize))).toBe(100);
  expect(sum(batch.micro.flatMap((micro) => [...micro.lossWeights]))).toBeCloseTo(1, 5);
  for (const micro of batch.micro) expect(micro.batchSize * (micro.textLength + 13 * 12)).toBeLessThanOrEqual(MICRO_BATCH_TOKENS);
});

test.each([
  ['small', 32, 400, 2], // 184 MB of scores with 9 heads
  ['small', 32, 304, 1],
  ['nano', 32, 504, 1],
  ['micro', 32, 504, 1],
  ['small', 3, 2000, 3], // never less than a row
] as const)('cuts %s with %d rows of %d tokens into %d, so that attention scores stay within one buffer', (preset, rows, textLength, parts) => {
  const spec = study({ preset });
  expect(microBatches(spec, rows, { textLength, patches: 0 })).toBe(parts);
  const heads = { micro: 2, nano: 4, small: 9 }[preset];
  if (parts < rows) expect(Math.ceil(rows / parts) * heads * textLength ** 2 * 4).toBeLessThanOrEqual(MICRO_BATCH_SCORE_BYTES);
});

test('the converted table of a response is counted as table', () => {
  const example = exampleAt({ task: 'consecutive-table-readout', level: 'simple', split: 'train', seed: 1, index: 0 }, study().task);
  const micro = packRows([{ example, kind: 'image-via-text' }], 1);
  const count = [...micro.kinds].filter((kind) => kind === TOKEN_KINDS.indexOf('table')).length;
  expect(count).toBe(4 * 5); // 4 lines of a name or `table`, 3 cells and a newline
  expect(tokensOfRow(micro, 0)).toContain(CONVERT_ID);
});

test('prompts end with <assistant>, or with what is forced after it', () => {
  const example = exampleAt({ task: 'consecutive-table-readout', level: 'hard', split: 'eval', seed: 0, index: 3 }, study().task);
  const plain = packPrompts([{ example, kind: 'image' }]);
  const forced = packPrompts([{ example, kind: 'image' }], [CONVERT_ID]);
  const last = (prompts: typeof plain) => prompts.tokens[(prompts.lengths[0] ?? 0) - 1];
  expect([last(plain), last(forced)]).toEqual([ASSISTANT_ID, CONVERT_ID]);
  const gold = sequenceOf({ example, kind: 'image' }).ids;
  expect([...plain.tokens.subarray(0, plain.lengths[0])]).toEqual(gold.slice(0, plain.lengths[0]));
});

test('a study has the language loss alone, a base begins with reading', () => {
  expect(objectivesAt(study(), 0)).toEqual({ languageWeight: 1, readingWeight: 0, readingTarget: 'head' });
  expect(objectivesAt(baseRun(), 0)).toEqual({ languageWeight: 0, readingWeight: 1, readingTarget: 'head' });
  expect(objectivesAt(baseRun(), 2)).toEqual({ languageWeight: 1, readingWeight: 0.5, readingTarget: 'head' });
});

describe('a step of a joint run', () => {
  const joint = [smallTask('grid-navigation'), smallTask('visual-analogy')];
  const spec = study({ task: smallTask('table-readout'), joint, supervision: 'mix', examples: 90, batchSize: 45 });

  test('has each task and kind in a micro-batch of its own, a third of the rows of each task over the run', () => {
    const batches = [0, 1].map((step) => batchAt(spec, step));
    const rows = [0, 1].flatMap((step) => rowsAt(spec, step));
    for (const { id } of [spec.task, ...joint]) expect(rows.filter(({ key }) => key.task === id)).toHaveLength(30);
    for (const { micro, examples } of batches) {
      expect(examples).toBe(45);
      expect(sum(micro.map(({ batchSize }) => batchSize))).toBe(45);
      expect(sum(micro.flatMap(({ lossWeights }) => [...lossWeights]))).toBeCloseTo(1, 5);
      const sizes = new Set(micro.flatMap(({ image }) => (image === null ? [] : [`${image.gridRows} x ${image.gridColumns}`])));
      expect(sizes.size).toBeGreaterThan(1); // pictures of the tasks differ in size
    }
  });
});
