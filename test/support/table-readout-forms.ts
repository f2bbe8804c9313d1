/** All written forms of a table, for the validator: put together by records.ts, without the registry of tasks. */
import type { TaskDefinition } from '../../src/tasks/task.ts';
import { compactRecord, paperPrompt, paperResponse } from '../../src/tasks/records.ts';
import type { TableTruth } from '../../src/tasks/tables/table.ts';
import type { WrittenForms } from './table-readout-validator.ts';

type Forms<Truth> = Pick<TaskDefinition<Truth & object, never, never>, 'paper' | 'compact'>;

export function formsOf<Truth extends TableTruth>({ paper, compact }: Forms<Truth>, truth: Truth): WrittenForms {
  const words = (tokens: readonly { readonly text: string }[]): string => tokens.map(({ text }) => text).join(' ');
  return {
    paperPrompt: paperPrompt(paper, truth, 'text'),
    paperImagePrompt: paperPrompt(paper, truth, 'image-via-text'),
    paperResponse: paperResponse(paper, truth, 'image-via-text'),
    compactPrompt: words(compactRecord(compact, truth, 'text').prompt),
    compactResponse: words(compactRecord(compact, truth, 'image-via-text').response),
  };
}
