/**
 * Predictions of a model: which columns hold them, and the predictions by id or by place. They are kept in memory until their row of the data set comes.
 */
import { fault, InputError } from '../../../lib/errors.ts';
import { chatTextIn, isFailedRequest } from './chat-text.ts';
import type { ChatForm } from './chat-text.ts';
import { textOf } from './gold-row.ts';
import { MAX_PREDICTION_CHARACTERS } from './limits.ts';
import { cut, detached, withLineFeeds } from './raw-record.ts';
import type { OnBad, RawRecord } from './raw-record.ts';
import type { RecordStream } from './records.ts';
import type { Named } from './report.ts';
import { NamedTally } from './tally.ts';

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

/** What stands beside a gold answer in a data set, so that a column of such a name is not taken for a model's unless a person says so: all would be right. */
const GOLD_BESIDE: Readonly<Record<string, readonly string[]>> = { answer: ['question', 'conversations', 'image'], response: ['truth'] };

/** The first of the usual names that holds no gold answers. */
export function usualAnswerColumn(columns: readonly string[]): string | null {
  return ANSWER_COLUMNS.find((name) => columns.includes(name) && goldSign(columns, name) === null) ?? null;
}

/** The column of the answers: the chosen one, or the first of the usual names. Throws InputError. */
export function answerColumnOf(columns: Iterable<string>, chosen: string | null, fileName: string): string {
  const names = [...columns];
  const found = chosen === null ? usualAnswerColumn(names) : names.find((name) => name === chosen);
  if (found !== undefined && found !== null) return found;
  if (chosen === null) refuseGold(names, fileName);
  const expected = chosen === null ? `an answer column: ${ANSWER_COLUMNS.join(', ')}` : `the column ${chosen}`;
  throw new InputError(fault(fileName, expected, names.slice(0, 12).join(', '), 'choose the column of the answers (--answer-column)'));
}

/** The column that tells that `answerColumn` holds gold answers; null when none does. */
function goldSign(columns: readonly string[], answerColumn: string): string | null {
  return GOLD_BESIDE[answerColumn]?.find((name) => columns.includes(name)) ?? null;
}

function refuseGold(columns: readonly string[], fileName: string): void {
  const answerColumn = ANSWER_COLUMNS.find((name) => columns.includes(name));
  const sign = answerColumn === undefined ? null : goldSign(columns, answerColumn);
  if (answerColumn === undefined || sign === null) return;
  const got = `column ${answerColumn} beside ${sign}, as in a data set`;
  const cure = `give the predictions, or choose that column if a model wrote it (--answer-column ${answerColumn})`;
  throw new InputError(fault(fileName, 'what a model answered', got, cure));
}

export interface Prediction {
  readonly text: string;
  /** How the file keeps it; null: as text. */
  readonly form: ChatForm | null;
}

/** Null: the row has no prediction, its request failed or not. An empty text is a prediction, and wrong. Throws InputError for an object without a text that we know of. */
export function predictionIn({ fields, place }: RawRecord, answerColumn: string): Prediction | null {
  const value = fields.get(answerColumn);
  if (typeof value !== 'object' || value === null) {
    const text = textOf(fields, answerColumn);
    return text === null ? null : { text, form: null };
  }
  const found = chatTextIn(value);
  if (found !== null) return { text: withLineFeeds(found.text), form: found.form };
  if (isFailedRequest(value)) return null;
  const expected = 'text, or what a chat service sends: {body: {choices}}, {choices}, {messages}, {role: "assistant", content}';
  throw new InputError(fault(`${place}, column ${answerColumn}`, expected, cut(JSON.stringify(value)), 'write the text alone into the column'));
}

/** Whether a record without a prediction says why: an error in the column, or beside it as in a batch of OpenAI's. */
export function isFailed({ fields }: RawRecord, answerColumn: string): boolean {
  const value = fields.get(answerColumn) ?? null;
  return isFailedRequest(value) || (value === null && isFailedRequest({ error: fields.get('error') }));
}

export interface Predictions {
  readonly answerColumn: string;
  readonly idColumn: string | null;
  /** How answers were kept that are no plain texts. */
  readonly forms: readonly ChatForm[];
  /** Ids, or places, of requests that failed and have no prediction from another record. */
  readonly failed: Named;
  /** By id, or by record number as text where there is no id column. */
  readonly byKey: ReadonlyMap<string, string>;
}

/** Reads a whole file of predictions. An id that comes twice is told of, and the first one stays; a record without a prediction is as none, unless none has one. */
export async function readPredictions(stream: RecordStream, chosen: string | null, onBad: OnBad): Promise<Predictions> {
  const byKey = new Map<string, string>();
  const places = new Map<string, string>();
  const failed = new Map<string, string>();
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
    } else if (prediction === null) {
      if (isFailed(record, answerColumn)) failed.set(detached(id), idColumn === null ? record.at : id);
    } else {
      const key = detached(id);
      places.set(key, record.at);
      byKey.set(key, detached(prediction.text));
      if (prediction.form !== null) forms.add(prediction.form);
      characters += prediction.text.length;
      if (characters > MAX_PREDICTION_CHARACTERS) {
        throw new InputError(fault(name, `at most ${MAX_PREDICTION_CHARACTERS} characters of predictions`, 'more', 'score the file in parts'));
      }
    }
  }
  if (columns === null) throw new Error('internal: a stream without records does not end well');
  if (byKey.size === 0) {
    const where = `${stream.source.name}, column ${columns.answerColumn}`;
    throw new InputError(fault(where, 'what a model answered', 'nothing', 'no record has a prediction'));
  }
  const unanswered = new NamedTally();
  for (const [key, name] of failed) if (!byKey.has(key)) unanswered.add(name);
  return { ...columns, forms: [...forms], failed: unanswered.get(), byKey };
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
