/**
 * A row of a data set: what was asked, what the gold answer is, and what else the row says. Three forms are read, told apart by their fields:
 *
 *   VLMEvalKit           index, question, answer, image (base64), and for Grid Navigation the grid in numbers (the authors' build_our_data.py)
 *   LLaVA conversations  id, image, conversations: [{from: 'human', value}, {from: 'gpt', value}]
 *   our JSON lines       id, key, settings, profile, prompt, response
 *
 * Further fields that our own export adds to each: task, level, key, settings (of the example, as JSON), profile.
 */
import { fault, InputError } from '../../../lib/errors.ts';
import { PROFILES } from '../../../tasks/task.ts';
import type { ExampleKey, Level, Modality, Profile, TaskId } from '../../../tasks/task.ts';
import { parseKey } from './example-key.ts';
import { isSameQuestion, levelOfFileName, levelOfName, modalityOfQuestion, taskOfFileName, taskOfName, taskOfQuestion } from './identify.ts';
import { imageHeadOf } from './image-head.ts';
import type { ImageHead } from './image-head.ts';
import { cut, withLineFeeds } from './raw-record.ts';
import type { RawRecord } from './raw-record.ts';

export const GOLD_FORMS = ['VLMEvalKit', 'LLaVA conversations', 'Parallax JSON lines'] as const;
export type GoldForm = (typeof GOLD_FORMS)[number];

/** What the person says about the whole file. */
export interface GoldHints {
  readonly task: TaskId | null;
  readonly level: Level | null;
}

export interface GoldRow {
  readonly number: number;
  readonly at: string;
  readonly place: string;
  readonly form: GoldForm;
  readonly id: string | null;
  /** The human turn, without `<image>`. */
  readonly prompt: string;
  /** The gold assistant turn, or the `answer` column. */
  readonly response: string;
  readonly task: TaskId;
  readonly level: Level | null;
  readonly modality: Modality;
  readonly profile: Profile;
  /** Of the example of our own that the row is. */
  readonly key: ExampleKey | null;
  /** Of a picture inside the file; `base64` decodes to it. */
  readonly image: { readonly head: ImageHead; readonly base64: string } | null;
  /** The path of a picture beside the file, which is not read. */
  readonly imageName: string | null;
  /** All small fields, as text. */
  readonly columns: Readonly<Record<string, string>>;
}

/** VLMEvalKit: an image cell of at most 64 characters is the index of the row whose picture it is. */
const MAX_INDEX_CHARACTERS = 64;
/** Not columns of a record: the record itself, and pictures. */
const NOT_COLUMNS = new Set(['question', 'conversations', 'prompt', 'response', 'truth', 'image', 'image_RGB']);

/** Throws InputError that names the place. */
export function readGoldRow(record: RawRecord, hints: GoldHints, fileName: string): GoldRow {
  const { fields, at, place, number } = record;
  const form = formOf(record, fileName);
  const { prompt: given, response } = turnsOf(record, form);
  const prompt = given.replace(/^<image>\s*/, '').replace(/\s*<image>\s*$/, '');
  if (prompt.includes('<image>')) throw new InputError(fault(place, 'one picture', 'a question with two', 'the tasks have one picture each'));
  const profile = PROFILES.find((name) => name === fields.get('profile')) ?? 'paper';
  const { image, imageName } = imageOf(record);
  const isImage = image !== null || imageName !== null || given.includes('<image>');
  const modality = modalityOfQuestion(prompt) ?? (isImage ? 'image' : 'text');
  const keyText = textOf(fields, 'key') ?? '';
  const key = keyText === '' ? null : parseKey(keyText, `${place}, column key`);
  if (modality === 'text' && isImage) throw new InputError(fault(place, 'no picture beside a question about text', 'a picture'));
  return {
    number,
    at,
    place,
    form,
    id: idOf(fields),
    prompt,
    response,
    task: taskOf(record, prompt, key, hints, fileName),
    level: levelOf(record, key, hints, fileName),
    modality,
    profile,
    key,
    image,
    imageName,
    columns: Object.fromEntries([...fields.keys()].filter((name) => !NOT_COLUMNS.has(name)).map((name) => [name, textOf(fields, name) ?? ''])),
  };
}

/** The value as text, its lines divided by LF; null when absent or null. Objects come as JSON. */
export function textOf(fields: ReadonlyMap<string, unknown>, name: string): string | null {
  const value = fields.get(name);
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? withLineFeeds(value) : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** Null without an id, or with an empty one. */
function idOf(fields: ReadonlyMap<string, unknown>): string | null {
  const id = (textOf(fields, 'index') ?? textOf(fields, 'id') ?? textOf(fields, 'question_id') ?? '').trim();
  return id === '' ? null : id;
}

function formOf({ fields }: RawRecord, fileName: string): GoldForm {
  if (fields.has('conversations')) return 'LLaVA conversations';
  if (fields.has('prompt') && fields.has('response')) return 'Parallax JSON lines';
  if (fields.has('question') && fields.has('answer')) return 'VLMEvalKit';
  const got = [...fields.keys()].slice(0, 12).map(cut).join(', ');
  const expected = 'columns question and answer (VLMEvalKit), conversations (LLaVA), or prompt and response';
  throw new InputError(fault(fileName, expected, got, 'give the data set here, and predictions as predictions'));
}

function turnsOf(record: RawRecord, form: GoldForm): { readonly prompt: string; readonly response: string } {
  switch (form) {
    case 'VLMEvalKit':
      return { prompt: required(record, 'question'), response: required(record, 'answer') };
    case 'Parallax JSON lines':
      return { prompt: required(record, 'prompt'), response: required(record, 'response') };
    case 'LLaVA conversations': {
      const { human, gpt } = conversation(record);
      return { prompt: human, response: gpt };
    }
    default:
      return form satisfies never;
  }
}

function required({ fields, place }: RawRecord, name: string): string {
  const text = textOf(fields, name);
  if (text === null || text.trim() === '') throw new InputError(fault(`${place}, column ${name}`, 'text', 'nothing'));
  return text;
}

function conversation({ fields, place }: RawRecord): { readonly human: string; readonly gpt: string } {
  const where = `${place}, conversations`;
  const turns: unknown = fields.get('conversations');
  if (!Array.isArray(turns)) throw new InputError(fault(where, 'a list of turns', typeof turns));
  const said = (from: string): string => {
    const values = turns.flatMap((turn: unknown) => (isTurn(turn) && turn.from === from ? [turn.value] : []));
    const [value, ...more] = values;
    if (value !== undefined && more.length === 0) return withLineFeeds(value);
    throw new InputError(fault(where, `one turn {from: '${from}', value: text}`, values.length === 0 ? 'none' : `${values.length}`));
  };
  return { human: said('human'), gpt: said('gpt') };
}

function isTurn(turn: unknown): turn is { readonly from: string; readonly value: string } {
  return (
    typeof turn === 'object' && turn !== null && 'from' in turn && 'value' in turn && typeof turn.from === 'string' && typeof turn.value === 'string'
  );
}

/** The picture of a row: base64 inside the file, a path, or numbers (the authors' raw RGB), which count as a path. */
function imageOf({ fields, place }: RawRecord): Pick<GoldRow, 'image' | 'imageName'> {
  const name = ['image', 'image_RGB', 'image_path'].find((key) => fields.has(key));
  const none = { image: null, imageName: null };
  if (name === undefined) return none;
  const where = `${place}, column ${name}`;
  let value = fields.get(name);
  if (Array.isArray(value) && typeof value[0] === 'string') {
    if (value.length > 1) throw new InputError(fault(where, 'one picture', `${value.length}`, 'the tasks have one picture each'));
    value = value[0];
  }
  if (Array.isArray(value)) return { image: null, imageName: 'pixels as numbers' };
  if (value === undefined || value === null || value === '') {
    if (modalityOfQuestion(textOf(fields, 'question') ?? '') !== 'image') return none;
    throw new InputError(fault(where, 'a picture', 'nothing', 'leave the column out if the pictures are not in the file'));
  }
  if (typeof value !== 'string') throw new InputError(fault(where, 'text', typeof value));
  if (/^\s*\[\s*['"].*,.*\]\s*$/s.test(value))
    throw new InputError(fault(where, 'one picture', 'a list of several', 'the tasks have one picture each'));
  const isName = fields.has('conversations') || fields.has('prompt') || name === 'image_path' || /^\d+$/.test(value.trim());
  if (isName && value.length <= MAX_INDEX_CHARACTERS * 64 && !value.startsWith('data:')) return { image: null, imageName: value };
  return { image: { head: imageHeadOf(value, where), base64: value }, imageName: null };
}

function taskOf({ fields, place }: RawRecord, prompt: string, key: ExampleKey | null, hints: GoldHints, fileName: string): TaskId {
  const asked = taskOfQuestion(prompt);
  const own = ownName(fields, place, 'task', taskOfName, 'a task we know');
  if (own !== null && key !== null && own !== key.task) throw new InputError(fault(`${place}, column task`, `that of the key, ${key.task}`, own));
  const said = key?.task ?? own ?? hints.task;
  if (said !== null) {
    if (asked === null || isSameQuestion(said, asked)) return said;
    const from = key !== null ? 'column key' : own !== null ? 'column task' : 'the task that was chosen';
    throw new InputError(fault(`${place}, ${from}`, `${asked}, as the question says`, said));
  }
  const ofFile = taskOfFileName(fileName);
  if (asked !== null) return ofFile !== null && isSameQuestion(ofFile, asked) ? ofFile : asked;
  if (ofFile !== null) return ofFile;
  throw new InputError(fault(place, 'a question of one of the tasks', cut(prompt), 'say which task it is (--task)'));
}

function levelOf({ fields, place }: RawRecord, key: ExampleKey | null, hints: GoldHints, fileName: string): Level | null {
  const own = ownName(fields, place, 'level', levelOfName, 'simple, medium or hard');
  if (own !== null && key !== null && own !== key.level) throw new InputError(fault(`${place}, column level`, `that of the key, ${key.level}`, own));
  return key?.level ?? own ?? hints.level ?? levelOfFileName(fileName);
}

/** What a column says in a word; null when it is not there or empty. */
function ownName<T>(fields: RawRecord['fields'], place: string, column: string, read: (name: string) => T | null, expected: string): T | null {
  const text = textOf(fields, column) ?? '';
  const value = text === '' ? null : read(text);
  if (text !== '' && value === null) throw new InputError(fault(`${place}, column ${column}`, expected, cut(text)));
  return value;
}
