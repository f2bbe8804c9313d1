import { describe, expect, test } from 'vitest';
import { InputError } from '../../../../src/lib/errors.ts';
import { makeManifest, manifestText, readManifest } from '../../../../src/study/data/write/manifest.ts';
import { ledgerBefore, makePictureLedger } from '../../../../src/study/data/write/picture-ledger.ts';
import type { DatasetRequest } from '../../../../src/study/data/write/set.ts';
import { pictureCount, planSet, rowOf } from '../../../../src/study/data/write/set.ts';
import { defaultTaskSpec } from '../../../../src/tasks/task-spec.ts';

const RECORDS: DatasetRequest = {
  source: 'records',
  format: 'jsonl',
  profile: 'paper',
  seed: 3,
  count: 5,
  hasPictures: true,
  tasks: [defaultTaskSpec('table-readout')],
  level: 'hard',
  split: 'eval',
  supervision: 'image',
  start: 100,
  cotShare: 1,
};
const STRATEGY: DatasetRequest = {
  source: 'strategy',
  format: 'llava',
  profile: 'paper',
  seed: 3,
  count: 600,
  hasPictures: true,
  tasks: [defaultTaskSpec('table-readout')],
  task: 'table-readout',
  strategy: 'align-mix+',
  options: { alignRows: 100 },
};

test('records of one kind are one file, whose rows follow each other', () => {
  const set = planSet(RECORDS);
  expect(set.files).toEqual([{ name: 'table-readout-hard-eval-paper-image.jsonl', phase: null, rows: 5 }]);
  expect(rowOf(set, 0, 2)).toEqual({
    id: 'table-readout-hard-eval-3-102',
    key: { task: 'table-readout', level: 'hard', split: 'eval', seed: 3, index: 102 },
    kind: 'image',
    cotShare: 1,
    position: 2,
    picture: 'table-readout-hard-eval-3-102.png',
  });
  expect(pictureCount(set)).toBe(5);
  expect(pictureCount(planSet({ ...RECORDS, supervision: 'text' }))).toBe(0);
  expect(pictureCount(planSet({ ...RECORDS, hasPictures: false }))).toBe(0);
});

test('VLMEvalKit files have the names that its scorer knows', () => {
  const name = (change: Partial<typeof RECORDS>) => planSet({ ...RECORDS, format: 'vlmeval', ...change } as DatasetRequest).files[0]?.name;
  expect(name({})).toBe('OurEval_TableReadout_HARD_image.tsv');
  expect(name({ supervision: 'image-via-text', level: 'simple' } as Partial<typeof RECORDS>)).toBe('OurEval_TableReadout_SIMPLE_image.tsv');
  expect(name({ supervision: 'text', cotShare: 0 } as Partial<typeof RECORDS>)).toBe('OurEval_TableReadout_HARD_text_noCoT.tsv');
});

describe('a strategy', () => {
  const set = planSet(STRATEGY);
  const rows = set.files.flatMap(({ rows: count }, file) => Array.from({ length: count }, (_, position) => rowOf(set, file, position)));

  test('makes each picture with the first row that shows it, however often it comes', () => {
    const ledger = makePictureLedger(set);
    const made = rows.filter((row) => ledger.isFirst(row)).map(({ picture }) => picture);
    expect(new Set(made)).toEqual(new Set(rows.map(({ picture }) => picture).filter((picture) => picture !== null)));
    expect(made).toHaveLength(new Set(made).size);
    expect(made).toHaveLength(pictureCount(set));
    expect(made.length).toBeLessThan(rows.filter(({ picture }) => picture !== null).length); // some are shown twice
  });

  test('goes on in the middle as if it had never stopped', () => {
    const first = set.files[0]?.rows ?? 0;
    for (const at of [0, 1, 37, first, first + 1, first + 300]) {
      const [file, position] = at < first ? [0, at] : [1, at - first];
      const ledger = makePictureLedger(set);
      for (const row of rows.slice(0, at)) ledger.isFirst(row);
      const later = ledgerBefore(set, file, position);
      expect(rows.slice(at).map((row) => later.isFirst(row))).toEqual(rows.slice(at).map((row) => ledger.isFirst(row)));
    }
  });

  test('of a manifest reads back, and damaged ones are refused', () => {
    const manifest = makeManifest(set, {
      generator: { name: 'parallax', version: '1', commit: null },
      command: 'npm run dataset',
      files: set.files.map(({ name, rows: count }) => ({ name, rows: count, bytes: 1, sha256: '0' })),
      pictures: null,
    });
    const text = manifestText(manifest);
    expect(readManifest(text, 'm')).toEqual(JSON.parse(JSON.stringify(manifest)));
    for (const [damaged, message] of [
      [text.slice(0, -20), /^m: expected JSON/],
      [text.replace('parallax-dataset', 'other'), /^m: expected a manifest of parallax-dataset/],
      [text.replace('"version": 1', '"version": 2'), /^m: expected version 1, got 2/],
      ['{"format":"parallax-dataset","version":1}', /^m: expected request, phases and files/],
      ['null', /^m: expected a manifest/],
    ] as const) {
      expect(() => readManifest(damaged, 'm')).toThrow(message);
      expect(() => readManifest(damaged, 'm')).toThrow(InputError);
    }
  });
});
