/** What our own export writes comes back in, row by row as it was. */
import { expect, test } from 'vitest';
import { scoreFiles } from '../../../../src/study/data/read/score-files.ts';
import { fileHead, fileTail, rowText } from '../../../../src/study/data/write/encode.ts';
import { pictureFile } from '../../../../src/study/data/write/picture.ts';
import { DATASET_FORMATS, planSet, rowOf } from '../../../../src/study/data/write/set.ts';
import type { RecordsRequest } from '../../../../src/study/data/write/set.ts';
import { exampleAt } from '../../../../src/tasks/examples.ts';
import { defaultTaskSpec } from '../../../../src/tasks/task-spec.ts';
import { PROFILES, RECORD_KINDS, TASK_IDS } from '../../../../src/tasks/task.ts';
import { source } from '../../../support/data-files.ts';

const COMMON = { source: 'records', split: 'eval', seed: 3, count: 3, start: 0, level: 'hard', cotShare: 1, hasPictures: true } as const;
const CASES = TASK_IDS.flatMap((task) => DATASET_FORMATS.flatMap((format) => PROFILES.map((profile) => [task, format, profile] as const)));

test.each(CASES)('%s, %s, %s', async (task, format, profile) => {
  for (const supervision of RECORD_KINDS) {
    const spec = defaultTaskSpec(task);
    const request: RecordsRequest = { ...COMMON, format, profile, supervision, tasks: [spec] };
    const set = planSet(request);
    let text = fileHead(request);
    for (let position = 0; position < COMMON.count; position++) {
      const row = rowOf(set, 0, position);
      const example = exampleAt(row.key, spec);
      text += rowText(request, row, example, () => pictureFile(example, 'compact')); // small pictures: what is drawn does not matter here
    }
    const report = await scoreFiles(source('set', text + fileTail(request)), null, { task: null, level: null, answerColumn: null, skipsBad: false });
    expect(report.goldRefused).toEqual({ count: 0, first: [] });
    const modality = supervision === 'text' ? 'text' : 'image';
    expect(report.groups).toMatchObject([{ task, level: 'hard', modality, profile, rows: 3, goldAccepted: 3, exactRows: 3 }]);
  }
});
