/** A first look at a file, before it is read: its form and its columns, from its first record. */
import { ANSWER_COLUMNS, idColumnOf } from './predictions.ts';
import type { FileFormat } from './raw-record.ts';
import { RecordStream } from './records.ts';
import type { FileSource } from './source.ts';

export interface FileLook {
  readonly format: FileFormat;
  readonly columns: readonly string[];
  readonly idColumn: string | null;
  /** The column that would be taken as a model's answers; null when none has such a name. */
  readonly answerColumn: string | null;
}

/** So many columns are named. */
const MAX_SHOWN = 30;

/** Throws InputError for a file that cannot be read. Reads no further than the first record. */
export async function lookAtFile(source: FileSource): Promise<FileLook> {
  const onBad = (error: Error): never => {
    throw error;
  };
  const stream = new RecordStream(source, { onBad });
  for await (const { fields } of stream) {
    const { format } = stream;
    if (format === null) throw new Error('internal: a file with a record has a format');
    const columns = [...fields.keys()];
    const answerColumn = ANSWER_COLUMNS.find((name) => columns.includes(name)) ?? null;
    return { format, columns: columns.slice(0, MAX_SHOWN), idColumn: idColumnOf(columns), answerColumn };
  }
  throw new Error('internal: a file without records is refused');
}
