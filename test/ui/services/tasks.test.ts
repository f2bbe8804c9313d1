/** The tasks in the state of the page: settings for small models, switching between tasks, messages in plain words, the paper's numbers. */
import { describe, expect, test } from 'vitest';
import { checkTaskSpec, defaultTaskSpec, parseTaskSpec, taskInfo } from '../../../src/tasks/task-spec.ts';
import { TASK_IDS } from '../../../src/tasks/task.ts';
import { PAPER_RESULTS } from '../../../src/ui/elements/paper-results.ts';
import { plainMessage } from '../../../src/ui/elements/plain-message.ts';
import { checkDraft } from '../../../src/ui/services/draft-form.ts';
import { levelOf, Notebook } from '../../../src/ui/services/notebook.ts';
import { smallTask } from '../../../src/study/small-tasks.ts';

describe.each(TASK_IDS)('%s', (id) => {
  test('has settings for small models that are whole and pass its own check', () => {
    const task = smallTask(id);
    expect(parseTaskSpec(task, 'small')).toEqual(task);
    expect(() => checkTaskSpec(task)).not.toThrow();
  });

  test('has a table of the paper with a value or a gap in every place', () => {
    const { columns, rows } = PAPER_RESULTS[id];
    expect(rows.length).toBeGreaterThan(3);
    for (const { values } of rows) {
      expect(values.length).toBe(columns.length);
      for (const value of values) expect(value === null || (value >= 0 && value <= 100)).toBe(true);
    }
  });
});

describe('another task in the Example cell', () => {
  test('keeps a level that both have and takes the first where it has not', () => {
    const notebook = new Notebook();
    notebook.setExample({ level: 'hard' });
    notebook.showTask('grid-navigation');
    expect(notebook.state.value.example).toMatchObject({ task: defaultTaskSpec('grid-navigation'), level: 'hard' });
    notebook.showTask('consecutive-table-readout');
    notebook.setExample({ level: 'medium' });
    notebook.showTask('visual-analogy');
    expect(notebook.state.value.example.level).toBe('simple');
    expect(levelOf('table-readout', 'medium')).toBe('simple');
  });

  test('brings back the settings that the task had before', () => {
    const notebook = new Notebook();
    const task = { ...defaultTaskSpec('consecutive-table-readout'), rows: 7 };
    notebook.setExample({ task, index: 5 });
    notebook.showTask('table-readout');
    notebook.showTask('consecutive-table-readout');
    expect(notebook.state.value.example).toMatchObject({ task, index: 5 });
  });
});

describe('messages', () => {
  test('name fields as the page does, and keep words that are no fields', () => {
    expect(plainMessage('minSide and maxSide: expected minSide <= maxSide, got 9 and 6', 'grid-navigation')).toBe(
      '“Smallest side” and “Largest side”: expected “Smallest side” <= “Largest side”, got 9 and 6.',
    );
    expect(plainMessage('someThing else.', 'visual-analogy')).toBe('SomeThing else.');
  });

  test('say in the form where settings do not go together', () => {
    const draft = new Notebook().state.value.draft;
    const { spec, errors, reason } = checkDraft(draft, { 'task.rows': 2, 'task.columns': 4 });
    expect([spec, errors]).toEqual([null, {}]);
    expect(reason).toMatch(/^Rows x columns: expected a table in which harder levels have longer paths/);
  });

  test('judge the fields of the task in the form, not those of the stored draft', () => {
    const draft = new Notebook().state.value.draft;
    const raw = { task: smallTask('grid-navigation'), 'task.minSide': 99 };
    expect(Object.keys(checkDraft(draft, raw).errors)).toEqual(['task.minSide']);
    expect(checkDraft(draft, { task: smallTask('grid-navigation') }).spec?.task).toEqual(smallTask('grid-navigation'));
    expect(taskInfo('grid-navigation').fields.some(({ key }) => key === 'minSide')).toBe(true);
  });
});
