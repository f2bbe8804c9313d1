/** Every task in every form: files built by hand from examples come back as the same examples, and scorers on them know what those of the examples know. */
import { describe, expect, test } from 'vitest';
import type { ScoreReport } from '../../../../src/study/data/read/report.ts';
import { scoreFiles } from '../../../../src/study/data/read/score-files.ts';
import type { ScoreOptions } from '../../../../src/study/data/read/score-files.ts';
import { exampleAt } from '../../../../src/tasks/examples.ts';
import type { Example } from '../../../../src/tasks/example.ts';
import { encodePng } from '../../../../src/tasks/render/png.ts';
import { rasterise } from '../../../../src/tasks/render/raster.ts';
import { configOfTask, defaultTaskSpec, taskInfo } from '../../../../src/tasks/task-spec.ts';
import { PROFILES, RECORD_KINDS, TASK_IDS } from '../../../../src/tasks/task.ts';
import type { ExampleKey, Level, Modality, Profile, RecordKind, TaskId } from '../../../../src/tasks/task.ts';
import { delimited, source } from '../../../support/data-files.ts';

const OPTIONS: ScoreOptions = { task: null, level: null, answerColumn: null, skipsBad: false };

const keyOf = (task: TaskId, level: Level, index: number): ExampleKey => ({ task, level, split: 'eval', seed: 11, index });
const exampleOf = (key: ExampleKey): Example => exampleAt(key, defaultTaskSpec(key.task));
const idOf = ({ task, level, seed, index }: ExampleKey): string => `${task}-${level}-${seed}-${index}`;
const keys = (task: TaskId, count = 2): ExampleKey[] =>
  taskInfo(task).levels.flatMap((level) => Array.from({ length: count }, (_, index) => keyOf(task, level, index)));
const namesOf = (key: ExampleKey) => ({
  task: key.task,
  level: key.level,
  key: JSON.stringify(key),
  settings: JSON.stringify(defaultTaskSpec(key.task)),
});

const pictureOf = (example: Example): string => {
  const scene = example.scene('compact');
  return Buffer.from(encodePng(rasterise(scene), scene.widthPx, scene.heightPx)).toString('base64');
};

/** The `answer` column of the authors' files, made from the response alone. */
function answerColumn(task: TaskId, response: string): string {
  if (task.endsWith('analogy')) return response.slice(response.lastIndexOf('Example 1:'));
  if (task === 'grid-navigation') {
    const steps: Record<string, string> = { up: '(-1, 0)', down: '(1, 0)', left: '(0, -1)', right: '(0, 1)' };
    const moves = response.slice(response.lastIndexOf('Answer: ') + 8).split(' ');
    return `[${moves.map((move) => steps[move]).join(', ')}]`;
  }
  return /total is ([\d +]+) =/.exec(response)?.[1]?.replaceAll(' + ', ',') ?? '';
}

function evalKit(task: TaskId, modality: Modality, hasKeys: boolean) {
  const rows = keys(task).map((key) => {
    const example = exampleOf(key);
    const question = example.prompt(modality, 'paper').replace('<image>\n\n', '');
    const image = modality === 'image' ? [pictureOf(example)] : [];
    const names = namesOf(key);
    const own = hasKeys ? [names.task, names.level, names.key, names.settings] : [];
    return [idOf(key), question, answerColumn(task, example.response('text', 'paper')), ...image, ...own];
  });
  const columns = [
    'index',
    'question',
    'answer',
    ...(modality === 'image' ? ['image'] : []),
    ...(hasKeys ? ['task', 'level', 'key', 'settings'] : []),
  ];
  return source(`${task}.tsv`, delimited([columns, ...rows]));
}

function llava(task: TaskId, kind: RecordKind, isLines: boolean, hasKeys: boolean) {
  const records = keys(task).map((key) => {
    const example = exampleOf(key);
    return {
      id: idOf(key),
      ...(kind === 'text' ? {} : { image: `images/${idOf(key)}.png` }),
      conversations: [
        { from: 'human', value: example.prompt(kind, 'paper') },
        { from: 'gpt', value: example.response(kind, 'paper') },
      ],
      ...(hasKeys ? { task, level: key.level, key, settings: defaultTaskSpec(task) } : {}),
    };
  });
  return isLines ? source('a.jsonl', records.map((record) => JSON.stringify(record)).join('\n')) : source('a.json', JSON.stringify(records, null, 2));
}

function ownLines(task: TaskId, kind: RecordKind, profile: Profile) {
  const lines = keys(task).map((key) => {
    const example = exampleOf(key);
    const settings = { id: task, ...configOfTask(defaultTaskSpec(task)) };
    const texts = { prompt: example.prompt(kind, profile), response: example.response(kind, profile) };
    return JSON.stringify({ id: idOf(key), key, settings, contentId: example.contentId, profile, supervision: kind, ...texts, truth: example.truth });
  });
  return source('a.jsonl', lines.join('\n'));
}

/** Right for even, and for odd ones the answer of another example. */
function predictions(task: TaskId, kind: RecordKind, profile: Profile) {
  const lines = keys(task).map((key) => {
    const answered = key.index % 2 === 0 ? key : keyOf(task, key.level, key.index + 100);
    return JSON.stringify({ id: idOf(key), prediction: exampleOf(answered).response(kind, profile) });
  });
  return source('p.jsonl', lines.join('\n'));
}

const sumOf = ({ groups }: ScoreReport, read: (group: ScoreReport['groups'][number]) => number): number =>
  groups.reduce((sum, group) => sum + read(group), 0);

/** Half of the rows are right, and every group knows its task and level. */
function expectHalfRight(report: ScoreReport, task: TaskId, exactRows: 'all' | 'none'): void {
  const rows = keys(task).length;
  expect(sumOf(report, (group) => group.rows)).toBe(rows);
  expect(sumOf(report, ({ goldAccepted }) => goldAccepted)).toBe(rows);
  expect(sumOf(report, (group) => group.exactRows)).toBe(exactRows === 'all' ? rows : 0);
  expect(sumOf(report, ({ score }) => score?.accuracy.right ?? 0)).toBe(rows / 2);
  if (exactRows === 'all')
    expect(report.groups.map((group) => [group.task, group.level])).toEqual(taskInfo(task).levels.map((level) => [task, level]));
}

describe.each(TASK_IDS)('%s', (task) => {
  test.each(['text', 'image'] as const)('VLMEvalKit, %s, with keys', async (modality) => {
    const report = await scoreFiles(evalKit(task, modality, true), predictions(task, modality, 'paper'), OPTIONS);
    expectHalfRight(report, task, 'all');
    expect(sumOf(report, ({ images }) => images.inFile)).toBe(modality === 'image' ? keys(task).length : 0);
  });

  test('VLMEvalKit, text, as the authors write it: the same accuracy, and the analogy tasks by the name of the file', async () => {
    const report = await scoreFiles(evalKit(task, 'text', false), predictions(task, 'text', 'paper'), OPTIONS);
    expectHalfRight(report, task, 'none');
    expect(new Set(report.groups.map((group) => group.task))).toEqual(new Set([task]));
  });

  test.each(RECORD_KINDS)('LLaVA, %s: list and lines, with keys and without', async (kind) => {
    const said = predictions(task, kind, 'paper');
    const exact = await scoreFiles(llava(task, kind, false, true), said, OPTIONS);
    expectHalfRight(exact, task, 'all');
    expect((await scoreFiles(llava(task, kind, true, true), said, OPTIONS)).groups).toEqual(exact.groups);
    const isBlind = task === 'grid-navigation' && kind === 'image'; // a picture beside the file and moves: nothing to score other paths by
    const foreign = scoreFiles(llava(task, kind, false, false), said, { ...OPTIONS, task });
    if (isBlind) await expect(foreign).rejects.toThrow(/a\.json, record 1: .*an image alone cannot be scored/);
    else expectHalfRight(await foreign, task, 'none');
  });

  test.each(PROFILES.flatMap((profile) => RECORD_KINDS.map((kind) => [profile, kind] as const)))('our JSON lines, %s, %s', async (profile, kind) => {
    const report = await scoreFiles(ownLines(task, kind, profile), predictions(task, kind, profile), OPTIONS);
    expectHalfRight(report, task, 'all');
    expect(new Set(report.groups.map((group) => group.profile))).toEqual(new Set([profile]));
    expect(new Set(report.groups.map(({ modality }) => modality))).toEqual(new Set([kind === 'text' ? 'text' : 'image']));
  });

  test('a key that names another example, or none, is found', async () => {
    const key = keyOf(task, 'simple', 0);
    const example = exampleOf(key);
    const row = (changes: object, question = example.prompt('text', 'paper')) => {
      const record = { index: '1', question, answer: answerColumn(task, example.response('text', 'paper')), ...namesOf(key), ...changes };
      return source('a.tsv', delimited([Object.keys(record), Object.values(record)]));
    };
    const refused = async (file: ReturnType<typeof row>, message: string) => {
      await expect(scoreFiles(file, null, OPTIONS)).rejects.toThrow(message);
    };
    await refused(
      row({ key: JSON.stringify({ ...key, index: 5 }) }),
      'a.tsv, row 1, column key: expected the example of this question, got another one',
    );
    await refused(row({ key: '{"task":"chess"}' }), 'a.tsv, row 1, column key: expected {task, level, split, seed, index}, got {"task":"chess"}');
    await refused(row({ key: JSON.stringify({ ...key, index: -1 }) }), 'a.tsv, row 1, column key: index: expected a whole number');
    await refused(row({ key: 'nonsense' }), 'a.tsv, row 1, column key: expected JSON, got nonsense');
    await refused(row({ settings: '{"id":"chess"}' }), `a.tsv, row 1, column settings: expected settings of ${task}, got chess`);
    await refused(row({ level: 'hard' }), 'a.tsv, row 1, column level: expected that of the key, simple, got hard');
    const other = answerColumn(task, exampleOf(keyOf(task, 'simple', 7)).response('text', 'paper'));
    await refused(row({ answer: other }), 'a.tsv, row 1, column answer: expected the answer of the example that key names');
    const another = TASK_IDS.find((id) => !id.endsWith('analogy') && id !== task) ?? task;
    await refused(row({ task: another }), `a.tsv, row 1, column task: expected that of the key, ${task}, got ${another}`);
  });
});

test('rows in the compact format cannot be scored without their example', async () => {
  const line = JSON.stringify({ id: '1', profile: 'compact', task: 'table-readout', prompt: 'p', response: 'r' });
  await expect(scoreFiles(source('a.jsonl', line), null, OPTIONS)).rejects.toThrow('a.jsonl, line 1: expected columns key and settings, got neither');
});
