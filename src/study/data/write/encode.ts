/**
 * From examples to the text of data files, row by row, so that a file of any length can be written as a stream and gone on with after a stop. The text
 * of a row depends on its position only, never on the rows around it.
 *
 *   jsonl    one object a line: prompt, response and the truth
 *   llava    a JSON list of LLaVA conversations, one a line; `<image>` stands at the start of the human turn of a row with a picture
 *   vlmeval  VLMEvalKit's TSV, as the authors write it (eval-columns.ts), and our columns task, level, key, settings after theirs
 */
import { canonicalJson } from '../../../lib/canonical-json.ts';
import type { Example } from '../../../tasks/example.ts';
import { IMAGE_PLACE } from '../../../tasks/records.ts';
import { configOfTask } from '../../../tasks/task-spec.ts';
import { toBase64 } from './base64.ts';
import { evalColumns, evalQuestion } from './eval-columns.ts';
import type { DatasetRequest, DatasetRow } from './set.ts';
import { specOf } from './set.ts';
import { tsvLine } from './tsv.ts';

/** The folder of pictures, beside the data files. */
export const PICTURE_FOLDER = 'images';

/** The columns of a VLMEvalKit file: theirs, the picture last, then ours. */
const OUR_COLUMNS = ['task', 'level', 'key', 'settings'] as const;
const PLAIN_COLUMNS = ['answer'] as const;
const GRID_COLUMNS = ['num_steps', 'answer', 'start_row', 'start_col', 'end_row', 'end_col', 'text', 'collect_objects_coordinates'] as const;

/** What stands before the first row of a file with at least one. */
export function fileHead(request: DatasetRequest): string {
  switch (request.format) {
    case 'jsonl':
      return '';
    case 'llava':
      return '[\n';
    case 'vlmeval':
      return tsvLine(columnsOf(request));
    default:
      request.format satisfies never;
      throw new Error(`internal: no format ${String(request.format)}`);
  }
}

/** What stands after the last row. */
export function fileTail({ format }: DatasetRequest): string {
  return format === 'llava' ? '\n]\n' : '';
}

/**
 * The text of one row.
 *
 * @param png - The picture's file; asked for by `vlmeval` only, whose rows hold it.
 */
export function rowText(request: DatasetRequest, row: DatasetRow, example: Example, png: () => Uint8Array): string {
  switch (request.format) {
    case 'jsonl':
      return `${JSON.stringify(jsonlRecord(request, row, example))}\n`;
    case 'llava':
      return `${row.position === 0 ? '' : ',\n'}${JSON.stringify(llavaRecord(request, row, example))}`;
    case 'vlmeval':
      return tsvLine(evalFields(request, row, example, png));
    default:
      request.format satisfies never;
      throw new Error(`internal: no format ${String(request.format)}`);
  }
}

function jsonlRecord(request: DatasetRequest, row: DatasetRow, example: Example): object {
  const { profile } = request;
  const { id, key, kind, cotShare, picture } = row;
  return {
    id,
    key,
    settings: configOfTask(specOf(request, key.task)),
    contentId: example.contentId,
    profile,
    supervision: kind,
    ...(cotShare === 1 ? {} : { cotShare }),
    prompt: example.prompt(kind, profile),
    response: example.response(kind, profile, cotShare),
    ...(picture === null ? {} : { image: `${PICTURE_FOLDER}/${picture}` }),
    truth: example.truth,
  };
}

/** `id`, `image` and `conversations` are LLaVA's; the rest says where the row comes from, and is left alone by trainers. */
function llavaRecord(request: DatasetRequest, row: DatasetRow, example: Example): object {
  const { profile } = request;
  const { id, key, kind, cotShare, picture } = row;
  return {
    id,
    ...(picture === null ? {} : { image: `${PICTURE_FOLDER}/${picture}` }),
    conversations: [
      { from: 'human', value: humanTurn(example.prompt(kind, profile), picture !== null) },
      { from: 'gpt', value: example.response(kind, profile, cotShare) },
    ],
    task: key.task,
    level: key.level,
    supervision: kind,
    ...(cotShare === 1 ? {} : { cotShare }),
    key,
    settings: configOfTask(specOf(request, key.task)),
  };
}

/** The compact profile's prompts have no mark of the picture; LLaVA's readers need one. */
function humanTurn(prompt: string, hasPicture: boolean): string {
  return hasPicture && !prompt.startsWith(IMAGE_PLACE) ? `${IMAGE_PLACE}\n${prompt}` : prompt;
}

function columnsOf(request: DatasetRequest): string[] {
  const { tasks, hasPictures } = request;
  const theirs = tasks.some(({ id }) => id === 'grid-navigation') ? GRID_COLUMNS : PLAIN_COLUMNS;
  const isText = request.source === 'records' && request.supervision === 'text';
  return ['index', 'question', ...theirs, ...(isText || !hasPictures ? [] : ['image']), ...OUR_COLUMNS];
}

function evalFields(request: DatasetRequest, row: DatasetRow, example: Example, png: () => Uint8Array): string[] {
  const { key, kind, position } = row;
  const values: Record<string, string> = {
    index: `0_${position}`, // as theirs
    question: evalQuestion(key.task, example.prompt(kind, request.profile)),
    ...evalColumns(key.task, example, request.profile),
    task: key.task,
    level: key.level,
    key: canonicalJson(key),
    settings: canonicalJson(configOfTask(specOf(request, key.task))),
  };
  return columnsOf(request).map((name) => {
    const value = name === 'image' ? toBase64(png()) : values[name];
    if (value === undefined) throw new Error(`internal: no column ${name} for ${key.task}`);
    return value;
  });
}
