/**
 * Predictions of a model: which columns hold them, and the predictions by id or by place. They are kept in memory until their row of the data set comes.
 */
import { fault, InputError } from '../../../lib/errors.ts';
import { chatTextIn } from './chat-text.ts';
import type { ChatForm } from './chat-text.ts';
import { textOf } from './gold-row.ts';
import { MAX_PREDICTION_CHARACTERS } from './limits.ts';
import { cut, detached, withLineFeeds } from './raw-record.ts';
import type { OnBad, RawRecord } from './raw-record.ts';
import type { RecordStream } from './records.ts';

/** A line of a batch has an `id` of the service, and ours as `custom_id`. */
const ID_COLUMNS = ['index', 'custom_id', 'id', 'question_id'] as const;

/**
 * In this order: a file with two of them is one that kept the gold `answer` (or its question as `text`) beside what the model wrote. `result`, `choices` and `messages`
 * are a chat service's (chat-text.ts).
 */
export const ANSWER_COLUMNS = ['prediction', 'response', 'output', 'result', 'choices', 'messages', 'text', 'answer'] as const;

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

export interface Prediction {
  readonly text: string;
  /** How the file keeps it; null: as text. */
  readonly form: ChatForm | null;
}

/** Null: the row has no prediction. An empty text is a prediction, and wrong. Throws InputError for an object without a text that we know of. */
export function predictionIn({ fields, place }: RawRecord, answerColumn: string): Prediction | null {
  const value = fields.get(answerColumn);
  if (typeof value !== 'object' || value === null) {
    const text = textOf(fields, answerColumn);
    return text === null ? null : { text, form: null };
  }
  const found = chatTextIn(value);
  if (found !== null) return { text: withLineFeeds(found.text), form: found.form };
  const expected = 'text, or what a chat service sends: {body: {choices}}, {choices}, {messages}, {role: "assistant", content}';
  throw new InputError(fault(`${place}, column ${answerColumn}`, expected, cut(JSON.stringify(value)), 'write the text alone into the column'));
}

export interface Predictions {
  readonly answerColumn: string;
  readonly idColumn: string | null;
  /** How answers were kept that are no plain texts. */
  readonly forms: readonly ChatForm[];
  readonly count: number;
  /** By id, or by record number as text where there is no id column. */
  readonly byKey: ReadonlyMap<string, string>;
}

/** Reads a whole file of predictions. An id that comes twice is told of, and the first one stays; a record without a prediction is as none. */
export async function readPredictions(stream: RecordStream, chosen: string | null, onBad: OnBad): Promise<Predictions> {
  const byKey = new Map<string, string>();
  const places = new Map<string, number>();
  const forms = new Set<ChatForm>();
  let columns: { answerColumn: string; idColumn: string | null } | null = null;
  let characters = 0;
  for await (const record of stream) {
    const { name } = stream.source;
    columns ??= { answerColumn: answerColumnOf(record.fields.keys(), chosen, name), idColumn: idColumnOf(record.fields.keys()) };
    const { answerColumn, idColumn } = columns;
    const id = idColumn === null ? String(record.number) : textOf(record.fields, idColumn)?.trim();
    const prediction = readOrTell(record, answerColumn, onBad);
    if (id === undefined || id === '') onBad(new InputError(fault(`${record.place}, column ${idColumn}`, 'an id', 'nothing')));
    else if (places.has(id)) {
      onBad(new InputError(fault(`${record.place}, column ${idColumn}`, 'each id once', `${id}, as in ${places.get(id)} before it`)));
    } else if (prediction !== null) {
      const key = detached(id);
      places.set(key, record.number);
      byKey.set(key, detached(prediction.text));
      if (prediction.form !== null) forms.add(prediction.form);
      characters += prediction.text.length;
      if (characters > MAX_PREDICTION_CHARACTERS) {
        throw new InputError(fault(name, `at most ${MAX_PREDICTION_CHARACTERS} characters of predictions`, 'more', 'score the file in parts'));
      }
    }
  }
  if (columns === null) throw new Error('internal: a stream without records does not end well');
  return { ...columns, forms: [...forms], count: byKey.size, byKey };
}

function readOrTell(record: RawRecord, answerColumn: string, onBad: OnBad): Prediction | null {
  try {
    return predictionIn(record, answerColumn);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    onBad(thrown);
    return null;
  }
}
