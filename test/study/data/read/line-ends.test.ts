/** Files that went through Windows: line breaks inside texts are CRLF, in the data set, in the predictions, or in both. They score as the LF files do. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ScoreReport } from '../../../../src/study/data/read/report.ts';
import { scoreFiles } from '../../../../src/study/data/read/score-files.ts';
import type { FileSource } from '../../../../src/study/data/read/source.ts';
import { exampleAt } from '../../../../src/tasks/examples.ts';
import { defaultTaskSpec, taskInfo } from '../../../../src/tasks/task-spec.ts';
import { TASK_IDS } from '../../../../src/tasks/task.ts';
import type { Profile, RecordKind, TaskId } from '../../../../src/tasks/task.ts';
import { delimited, source } from '../../../support/data-files.ts';

type LineEnd = '\n' | '\r\n';
interface Files {
  data(lineEnd: LineEnd): FileSource;
  predictions(lineEnd: LineEnd): FileSource;
}

const GOLDEN = new URL('../../../golden/import/', import.meta.url);
const CRLF = '\r\n';

function withEnds(text: string, lineEnd: LineEnd): string {
  return text.replaceAll(CRLF, '\n').replaceAll('\n', lineEnd);
}

/** The ends are those inside the strings, too. */
function table(rows: readonly (readonly string[])[], lineEnd: LineEnd): string {
  return delimited(
    rows.map((row) => row.map((field) => withEnds(field, lineEnd))),
    '\t',
    lineEnd,
  );
}

function jsonLines(records: readonly object[], lineEnd: LineEnd): string {
  const ended = (_: string, value: unknown): unknown => (typeof value === 'string' ? withEnds(value, lineEnd) : value);
  return records.map((record) => JSON.stringify(record, ended)).join(lineEnd);
}

function examplesOf(task: TaskId) {
  return taskInfo(task).levels.flatMap((level) =>
    [0, 1].map((index) => {
      const key = { task, level, split: 'eval', seed: 5, index } as const;
      return { id: `${level}-${index}`, key, example: exampleAt(key, defaultTaskSpec(task)) };
    }),
  );
}

/** A table of questions and answers, as the authors write it; the answers of a model in a table. */
function evalKit(task: TaskId): Files {
  const rows = examplesOf(task).map(({ id, example }) => ({
    id,
    prompt: example.prompt('text', 'paper'),
    response: example.response('text', 'paper'),
  }));
  return {
    data: (lineEnd) =>
      source(
        `${task}.tsv`,
        table([['index', 'question', 'answer'], ...rows.map(({ id, prompt, response }) => [id, prompt, goldOf(task, response)])], lineEnd),
      ),
    predictions: (lineEnd) => source('p.tsv', table([['index', 'prediction'], ...rows.map(({ id, response }) => [id, response])], lineEnd)),
  };
}

/** What an `answer` column holds. */
function goldOf(task: TaskId, response: string): string {
  if (task.endsWith('analogy')) return response.slice(response.lastIndexOf('Example 1:'));
  return task === 'grid-navigation' ? response : (/total is ([\d +]+) =/.exec(response)?.[1]?.replaceAll(' + ', ',') ?? '');
}

/** Conversations without keys: everything is read from the turns. */
function llava(task: TaskId, kind: RecordKind): Files {
  const records = examplesOf(task).map(({ id, key, example }) => ({
    ...{ id, task, level: key.level },
    conversations: [
      { from: 'human', value: example.prompt(kind, 'paper') },
      { from: 'gpt', value: example.response(kind, 'paper') },
    ],
  }));
  const said = examplesOf(task).map(({ id, example }) => ({ id, response: example.response(kind, 'paper') }));
  return {
    data: (lineEnd) => source('a.jsonl', jsonLines(records, lineEnd)),
    predictions: (lineEnd) => source('p.jsonl', jsonLines(said, lineEnd)),
  };
}

/** Our JSON lines, which are compared with the example that their key names. */
function ownLines(task: TaskId, profile: Profile): Files {
  const records = examplesOf(task).map(({ id, key, example }) => ({
    ...{ id, key, profile },
    prompt: example.prompt('text', profile),
    response: example.response('text', profile),
  }));
  const said = records.map(({ id, response }) => ({ id, prediction: response }));
  return {
    data: (lineEnd) => source('a.jsonl', jsonLines(records, lineEnd)),
    predictions: (lineEnd) => source('p.jsonl', jsonLines(said, lineEnd)),
  };
}

function score(data: FileSource, predictions: FileSource | null): Promise<ScoreReport> {
  return scoreFiles(data, predictions, { task: null, level: null, answerColumn: null, skipsBad: false });
}

const FORMS = {
  'VLMEvalKit, text': evalKit,
  'LLaVA, text': (task) => llava(task, 'text'),
  'LLaVA, image-via-text': (task) => llava(task, 'image-via-text'),
  'our JSON lines, paper': (task) => ownLines(task, 'paper'),
  'our JSON lines, compact': (task) => ownLines(task, 'compact'),
} as const satisfies Record<string, (task: TaskId) => Files>;

describe.each(TASK_IDS)('%s', (task) => {
  test.each(Object.entries(FORMS))('%s', async (_, form) => {
    const files = form(task);
    const expected = await score(files.data('\n'), files.predictions('\n'));
    for (const [ofData, ofPredictions] of [
      [CRLF, '\n'],
      ['\n', CRLF],
      [CRLF, CRLF],
    ] as const) {
      const report = await score(files.data(ofData), files.predictions(ofPredictions));
      expect(report.goldRefused.count).toBe(0);
      for (const { rows, goldAccepted, score: result } of report.groups) {
        expect([goldAccepted, result?.scored, result?.accuracy.right]).toEqual([rows, rows, rows]);
      }
      expect(report.groups).toEqual(expected.groups);
    }
  });
});

test.each(readdirSync(GOLDEN).filter((name) => name.endsWith('.tsv')))('the authors’ %s', async (name) => {
  const text = readFileSync(new URL(name, GOLDEN), 'utf8');
  const [expected, report] = [await score(source(name, withEnds(text, '\n')), null), await score(source(name, withEnds(text, CRLF)), null)];
  expect(report.groups).toEqual(expected.groups);
});
