import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, describe, expect, test } from 'vitest';
import type { Manifest } from '../../../src/study/data/write/manifest.ts';
import { readManifest } from '../../../src/study/data/write/manifest.ts';
import { exampleAt } from '../../../src/tasks/examples.ts';
import { defaultTaskSpec } from '../../../src/tasks/task-spec.ts';
import { RECORD_KINDS, TASK_IDS } from '../../../src/tasks/task.ts';
import { callDataset, folderDigests, temporaryFolder } from '../../support/dataset-shell.ts';
import { decodePng } from '../../support/decode-png.ts';
import { rasterise } from '../../../src/tasks/render/raster.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const manifestOf = (dir: string): Manifest => readManifest(readFileSync(join(dir, 'manifest.json'), 'utf8'), 'manifest.json');

describe.each(TASK_IDS)('%s', (task) => {
  test.each(RECORD_KINDS)('jsonl has the forms of the generator: %s', async (kind) => {
    const dir = folder.path(`jsonl-${task}-${kind}`);
    await callDataset(`--out ${dir} --task ${task} --level hard --split eval --supervision ${kind} --count 3 --start 5 --seed 9`.split(' '));
    const [file] = manifestOf(dir).files;
    const lines = readFileSync(join(dir, file?.name ?? ''), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(3);
    const spec = defaultTaskSpec(task);
    for (const [i, line] of lines.entries()) {
      const example = exampleAt({ task, level: 'hard', split: 'eval', seed: 9, index: 5 + i }, spec);
      const { id: _, ...settings } = spec;
      expect(JSON.parse(line)).toEqual({
        id: `${task}-hard-eval-9-${5 + i}`,
        key: example.key,
        settings,
        contentId: example.contentId,
        profile: 'paper',
        supervision: kind,
        prompt: example.prompt(kind, 'paper'),
        response: example.response(kind, 'paper'),
        ...(kind === 'text' ? {} : { image: `images/${task}-hard-eval-9-${5 + i}.png` }),
        truth: JSON.parse(JSON.stringify(example.truth)) as unknown,
      });
    }
  });

  test('LLaVA conversations name pictures that are those of the examples', async () => {
    const dir = folder.path(`llava-${task}`);
    await callDataset(`--out ${dir} --task ${task} --supervision image-via-text --profile compact --format llava --count 2`.split(' '));
    const [file] = manifestOf(dir).files;
    const records = JSON.parse(readFileSync(join(dir, file?.name ?? ''), 'utf8')) as {
      image: string;
      conversations: { from: string; value: string }[];
    }[];
    expect(records).toHaveLength(2);
    for (const [index, { image, conversations }] of records.entries()) {
      const example = exampleAt({ task, level: 'simple', split: 'train', seed: 1, index }, defaultTaskSpec(task));
      expect(conversations).toEqual([
        { from: 'human', value: `<image>\n${example.prompt('image-via-text', 'compact')}` },
        { from: 'gpt', value: example.response('image-via-text', 'compact') },
      ]);
      const scene = example.scene('compact');
      const decoded = decodePng(readFileSync(join(dir, image)));
      expect(decoded).toMatchObject({ widthPx: scene.widthPx, heightPx: scene.heightPx });
      expect(Buffer.compare(decoded.rgb, rasterise(scene))).toBe(0);
    }
  });

  test('a VLMEvalKit file reads back through another parser, and its gold answer scores as right', async () => {
    const dir = folder.path(`vlmeval-${task}`);
    await callDataset(`--out ${dir} --task ${task} --level hard --split eval --supervision image --format vlmeval --count 3`.split(' '));
    const [file] = manifestOf(dir).files;
    expect(file?.name).toMatch(/^OurEval_[A-Za-z]+_HARD_image\.tsv$/);
    const text = readFileSync(join(dir, file?.name ?? ''), 'utf8');
    expect(text.endsWith('\r\n')).toBe(true);
    const { data, errors } = Papa.parse<Record<string, string>>(text.slice(0, -2), { header: true, delimiter: '\t', newline: '\r\n' });
    expect(errors).toEqual([]);
    expect(data).toHaveLength(3);
    for (const [index, row] of data.entries()) {
      const example = exampleAt({ task, level: 'hard', split: 'eval', seed: 1, index }, defaultTaskSpec(task));
      expect(row['index']).toBe(`0_${index}`);
      expect(`<image>${row['question'] ?? ''}`.replace('<image>\n\n', '<image>')).toBe(
        example.prompt('image', 'paper').replace('<image>\n\n', '<image>'),
      );
      expect(JSON.parse(row['key'] ?? '')).toEqual(example.key);
      expect(row['level']).toBe('hard');
      const scene = example.scene('paper');
      expect(Buffer.compare(decodePng(Buffer.from(row['image'] ?? '', 'base64')).rgb, rasterise(scene))).toBe(0);
      expect(goldOf(row['answer'] ?? '')).toBe(example.score('', 'paper').gold);
    }
  });
});

/** A list of Python tuples as the moves that Grid Navigation's scorer names; other answers as they are. */
function goldOf(answer: string): string {
  if (!answer.startsWith('[')) return answer;
  const names: Record<string, string> = { '-1, 0': 'up', '1, 0': 'down', '0, -1': 'left', '0, 1': 'right' };
  return [...answer.matchAll(/\(([^)]*)\)/g)].map(([, step]) => names[step ?? ''] ?? '?').join(' ');
}

test('Grid Navigation files hold the grid as the authors write it', async () => {
  const dir = folder.path('grid-columns');
  await callDataset(`--out ${dir} --task grid-navigation --supervision text --format vlmeval --count 4`.split(' '));
  const text = readFileSync(join(dir, 'OurEval_GridNavigation_SIMPLE_text.tsv'), 'utf8');
  const { data } = Papa.parse<Record<string, string>>(text.slice(0, -2), { header: true, delimiter: '\t', newline: '\r\n' });
  expect(Object.keys(data[0] ?? {})).toEqual(
    'index question num_steps answer start_row start_col end_row end_col text collect_objects_coordinates task level key settings'.split(' '),
  );
  for (const row of data) {
    // Read back from x(t) of the question: ` a & plus & O …`, one line a row after the header.
    const lines = (row['question'] ?? '').split('\n');
    const cells = lines.slice(1, lines.indexOf('')).map((line) => line.trim().split(' & ').slice(1));
    const numbers = (row['text'] ?? '').trimEnd().split('\n').map((line) => line.slice(1).split(':').map(Number)); // prettier-ignore
    expect((row['text'] ?? '').startsWith(':')).toBe(true);
    expect(numbers.map((line) => line.length)).toEqual(cells.map((line) => line.length));
    const obstacles = ['dot', 'cross', 'square', 'triangle', 'plus'];
    const objects: [number, string][] = [];
    for (const [r, line] of cells.entries()) {
      for (const [c, name] of line.entries()) {
        const number = numbers[r]?.[c] ?? Number.NaN;
        const place = `${r + 1}-${c + 1}`;
        if (name === 'O') expect(number).toBe(0);
        else if (name === 'S') expect([number, `${row['start_row']}-${row['start_col']}`]).toEqual([1, place]);
        else if (name === 'D') expect([number, `${row['end_row']}-${row['end_col']}`]).toEqual([2, place]);
        else if (obstacles.includes(name)) expect(number).toBeLessThanOrEqual(-1);
        else objects.push([number, place]);
      }
    }
    const inOrder = objects.toSorted(([a], [b]) => a - b);
    expect(inOrder.map(([number]) => number)).toEqual(inOrder.map((_, i) => 3 + i));
    expect(row['collect_objects_coordinates']).toBe(inOrder.map(([, place]) => place).join(':'));
    expect(Number(row['num_steps'])).toBeGreaterThanOrEqual((row['answer'] ?? '').split('), (').length);
  }
});

test('answers without their CoT are what is left of it', async () => {
  const dir = folder.path('no-cot');
  await callDataset(`--out ${dir} --task table-readout --supervision text --no-cot --count 2`.split(' '));
  const record = JSON.parse(readFileSync(join(dir, 'table-readout-simple-train-paper-text-no-cot.jsonl'), 'utf8').split('\n')[0] ?? '') as Record<
    string,
    unknown
  >;
  const example = exampleAt({ task: 'table-readout', level: 'simple', split: 'train', seed: 1, index: 0 }, defaultTaskSpec('table-readout'));
  expect(record['cotShare']).toBe(0);
  expect(record['response']).toBe(example.response('text', 'paper', 0));
});

test('settings of the task change the examples and stand in the manifest', async () => {
  const dir = folder.path('settings');
  await callDataset(`--out ${dir} --supervision text --set rows=4 --set rowNames=12 --count 2`.split(' '));
  const { request, files, command } = manifestOf(dir);
  expect(request.tasks).toEqual([{ id: 'consecutive-table-readout', rows: 4, columns: 10, rowNames: 12, lengths: 'paper', columnLetters: 'marked' }]);
  expect(command).toContain('--set rows=4 --set rowNames=12');
  const record = JSON.parse(readFileSync(join(dir, files[0]?.name ?? ''), 'utf8').split('\n')[0] ?? '') as { truth: { rows: number } };
  expect(record.truth.rows).toBe(4);
});

test('the bytes of small sets of every task and format are golden', async () => {
  const digests: Record<string, string> = {};
  for (const task of TASK_IDS) {
    for (const format of ['jsonl', 'llava', 'vlmeval']) {
      const dir = folder.path(`golden-${task}-${format}`);
      await callDataset(`--out ${dir} --task ${task} --level hard --supervision image-via-text --format ${format} --count 3`.split(' '));
      for (const [name, digest] of Object.entries(folderDigests(dir))) {
        if (!name.startsWith('recipe') && name !== 'manifest.json') digests[`${format}: ${name}`] = digest;
      }
    }
  }
  await expect(`${JSON.stringify(digests, null, 1)}\n`).toMatchFileSnapshot('../../golden/dataset-digests.json');
}, 60_000);
