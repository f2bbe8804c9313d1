/** The truth of an example of a table task, which `Example` holds as a plain object. */
import type { Example } from '../../src/tasks/example.ts';
import type { TableTruth } from '../../src/tasks/tables/table.ts';

export function tableTruth({ truth }: Example): TableTruth {
  if (!('rowNames' in truth && 'path' in truth && 'values' in truth)) throw new Error('expected an example of a table task');
  return truth as TableTruth;
}
