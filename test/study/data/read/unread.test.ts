import { expect, test } from 'vitest';
import { unreadText } from '../../../../src/study/data/read/unread.ts';
import { exampleAt } from '../../../../src/tasks/examples.ts';
import { defaultTaskSpec } from '../../../../src/tasks/task-spec.ts';
import { PROFILES, TASK_IDS } from '../../../../src/tasks/task.ts';

test.each(TASK_IDS)('what is said to be expected of %s can be read', (task) => {
  for (const profile of PROFILES) {
    const [, form = ''] = /“(.*)”/.exec(unreadText(task, profile)) ?? [];
    const example = exampleAt({ task, level: 'simple', split: 'eval', seed: 1, index: 0 }, defaultTaskSpec(task));
    expect(example.score(form, profile).prediction).not.toBe('');
    expect(example.score('I see a table.', profile).prediction).toBe('');
  }
});
