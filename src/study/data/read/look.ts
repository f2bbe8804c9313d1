/** A first look at a file, before it is read: its form and its columns, from its first record. */
import type { InputError } from '../../../lib/errors.ts';
import { MAX_NAMED } from './limits.ts';
import { idColumnOf, usualAnswerColumn } from './predictions.ts';
import type { FileFormat } from './raw-record.ts';
import { RecordStream } from './records.ts';
import type { FileSource } from './source.ts';

export interface FileLook {
  readonly format: FileFormat;
  readonly columns: readonly string[];
  readonly idColumn: string | null;
  /** The column that would be taken as a model's answers; null when none has such a name, or it holds gold answers. */
  readonly answerColumn: string | null;
}

/** So many columns are named. */
const MAX_SHOWN = 30;

/** Throws InputError for a file that cannot be read. Reads no further than the first good record: bad ones before it are for the scoring to tell, or to leave out. */
export async function lookAtFile(source: FileSource): Promise<FileLook> {
  const bad: InputError[] = [];
  const onBad = (error: InputError): void => {
    bad.push(error);
    if (bad.length > MAX_NAMED) throw error;
  };
  const stream = new RecordStream(source, { onBad });
  try {
    for await (const { fields } of stream) return lookOf(stream, [...fields.keys()]);
  } catch (thrown) {
    throw bad[0] ?? thrown;
  }
  throw new Error('internal: a file without records is refused');
}

function lookOf({ format }: RecordStream, columns: readonly string[]): FileLook {
  if (format === null) throw new Error('internal: a file with a record has a format');
  return { format, columns: columns.slice(0, MAX_SHOWN), idColumn: idColumnOf(columns), answerColumn: usualAnswerColumn(columns) };
}
