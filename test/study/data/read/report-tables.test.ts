/** How a report is worded. */
import { describe, expect, test } from 'vitest';
import { scoreFiles } from '../../../../src/study/data/read/score-files.ts';
import { tablesOf } from '../../../../src/study/data/read/report-tables.ts';
import { taskOf } from '../../../../src/tasks/registry.ts';
import { exampleAt } from '../../../../src/tasks/examples.ts';
import { defaultTaskSpec } from '../../../../src/tasks/task-spec.ts';
import { TASK_IDS } from '../../../../src/tasks/task.ts';
import type { TaskId } from '../../../../src/tasks/task.ts';
import { source } from '../../../support/data-files.ts';

async function metricsOf(task: TaskId) {
  const key = { task, level: 'simple', split: 'eval', seed: 3, index: 0 } as const;
  const example = exampleAt(key, defaultTaskSpec(task));
  const response = example.response('text', 'paper');
  const record = { id: 'a', key, profile: 'paper', prompt: example.prompt('text', 'paper'), response, prediction: response };
  const report = await scoreFiles(source('a.jsonl', JSON.stringify(record)), null, { task: null, level: null, answerColumn: null, skipsBad: false });
  const table = tablesOf(report).find(({ key: name }) => name.startsWith('failures'));
  if (table === undefined) throw new Error('no table of metrics');
  return table;
}

describe.each(TASK_IDS)('%s', (task) => {
  test('each metric begins with a capital, and only the first letter differs from its name', async () => {
    const { rows } = await metricsOf(task);
    const labels = taskOf(task).failureMetrics.map(({ label }) => label);
    expect(rows.length).toBe(labels.length);
    for (const [i, { head }] of rows.entries()) {
      expect(head).toMatch(/^\p{Lu}/u);
      expect(head.slice(1).startsWith((labels[i] ?? '?').slice(1))).toBe(true);
    }
  });

  test('the caption does not call wrong what a row counts as right', async () => {
    const { caption } = await metricsOf(task);
    expect(caption).toMatch(/^Metrics of the answers: /);
    expect(caption).not.toMatch(/wrong|fail/);
  });
});
