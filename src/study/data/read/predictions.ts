/**
 * Predictions of a model: which columns hold them, and the predictions by id or by place. They are kept in memory until their row of the data set comes.
 */
import { fault, InputError } from '../../../lib/errors.ts';
import { textOf } from './gold-row.ts';
import { MAX_PREDICTION_CHARACTERS } from './limits.ts';
import { detached } from './raw-record.ts';
import type { OnBad, RawRecord } from './raw-record.ts';
import type { RecordStream } from './records.ts';

const ID_COLUMNS = ['index', 'id', 'question_id'] as const;

/**
 * In this order: a file with two of them is one that kept the gold `answer` (or its question as `text`) beside what the model wrote.
 */
export const ANSWER_COLUMNS = ['prediction', 'response', 'output', 'text', 'answer'] as const;

export function idColumnOf(columns: Iterable<string>): string | null {
  const names = new Set(columns);
  return ID_COLUMNS.find((name) => names.has(name)) ?? null;
}

/** The column of the answers: the chosen one, or the first of the usual names. Throws InputError. */
export function answerColumnOf(columns: Iterable<string>, chosen: string | null, fileName: string): string {
  const names = [...columns];
  const found = chosen === null ? ANSWER_COLUMNS.find((name) => names.includes(name)) : names.find((name) => name === chosen);
  if (found !== undefined) return found;
  const expected = chosen === null ? `an answer column: ${ANSWER_COLUMNS.join(', ')}` : `the column ${chosen}`;
  throw new InputError(fault(fileName, expected, names.slice(0, 12).join(', '), 'choose the column of the answers (--answer-column)'));
}

/** Null: the row has no prediction. An empty text is a prediction, and wrong. */
export function predictionIn(record: RawRecord, answerColumn: string): string | null {
  return textOf(record.fields, answerColumn);
}

export interface Predictions {
  readonly answerColumn: string;
  readonly idColumn: string | null;
  readonly count: number;
  /** By id, or by record number as text where there is no id column. */
  readonly byKey: ReadonlyMap<string, string>;
}

/** Reads a whole file of predictions. An id that comes twice is told of, and the first one stays; a record without a prediction is as none. */
export async function readPredictions(stream: RecordStream, chosen: string | null, onBad: OnBad): Promise<Predictions> {
  const byKey = new Map<string, string>();
  const places = new Map<string, number>();
  let columns: { answerColumn: string; idColumn: string | null } | null = null;
  let characters = 0;
  for await (const record of stream) {
    const { name } = stream.source;
    columns ??= { answerColumn: answerColumnOf(record.fields.keys(), chosen, name), idColumn: idColumnOf(record.fields.keys()) };
    const { answerColumn, idColumn } = columns;
    const id = idColumn === null ? String(record.number) : textOf(record.fields, idColumn)?.trim();
    const prediction = predictionIn(record, answerColumn);
    if (id === undefined || id === '') onBad(new InputError(fault(`${record.place}, column ${idColumn}`, 'an id', 'nothing')));
    else if (places.has(id)) {
      onBad(new InputError(fault(`${record.place}, column ${idColumn}`, 'each id once', `${id}, as in ${places.get(id)} before it`)));
    } else if (prediction !== null) {
      const key = detached(id);
      places.set(key, record.number);
      byKey.set(key, detached(prediction));
      characters += prediction.length;
      if (characters > MAX_PREDICTION_CHARACTERS) {
        throw new InputError(fault(name, `at most ${MAX_PREDICTION_CHARACTERS} characters of predictions`, 'more', 'score the file in parts'));
      }
    }
  }
  if (columns === null) throw new Error('internal: a stream without records does not end well');
  return { ...columns, count: byKey.size, byKey };
}
