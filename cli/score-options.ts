/** Command line of `npm run score`: options, their meanings, and what is wrong with them in one clear line. */
import { fault, InputError } from '../src/lib/errors.ts';
import { levelOfName, taskOfName } from '../src/study/data/read/identify.ts';
import type { ScoreOptions } from '../src/study/data/read/score-files.ts';
import { LEVELS, TASK_IDS } from '../src/tasks/task.ts';
import { parseCommandLine } from './command-line.ts';

export interface ScoreCommand extends ScoreOptions {
  readonly data: string;
  readonly predictions: string | null;
  readonly json: string | null;
  readonly markdown: string | null;
  readonly rows: string | null;
}

export const SCORE_HELP = `npm run score -- --data FILE [--predictions FILE] [options]
  --data FILE           data set: VLMEvalKit TSV, LLaVA conversations (JSON or JSON lines), or our JSON lines
  --predictions FILE    what a model answered: TSV, CSV, JSON or JSON lines with an id (index, custom_id, id, question_id) and an answer, as text or as a chat response;
                        without it: the column prediction of the data set, else only what the data set holds
  --answer-column NAME  column of the answers; default the first of prediction, response, output, result, choices, messages, text, answer;
                        to be named when it stands as in a data set (answer beside question): gold would be scored as a model's
  --task NAME           for rows that do not say it: ${TASK_IDS.join(', ')}
  --level NAME          for rows that do not say it: ${LEVELS.join(', ')}
  --json OUT            write the whole report
  --markdown OUT        write the tables, in the shape of the paper's
  --rows OUT            write each row's outcome, one JSON object a line
  --skip-bad            leave bad rows out and name them, in place of stopping at the first
  --help`;

const SCORE = { name: 'score', call: 'npm run score --', help: SCORE_HELP };

/** Options of a command line, or null when help was asked for. Throws InputError. */
export function parseScoreOptions(args: readonly string[]): ScoreCommand | null {
  const values = parse(args);
  if (values === null) return null;
  if (values.data === undefined) throw new InputError(fault('score', '--data FILE', 'none', 'npm run score -- --help'));
  const task = values.task === undefined ? null : taskOfName(values.task);
  if (values.task !== undefined && task === null) throw new InputError(fault('--task', `one of ${TASK_IDS.join(', ')}`, values.task));
  const level = values.level === undefined ? null : levelOfName(values.level);
  if (values.level !== undefined && level === null) throw new InputError(fault('--level', `one of ${LEVELS.join(', ')}`, values.level));
  return {
    data: values.data,
    predictions: values.predictions ?? null,
    answerColumn: values['answer-column'] ?? null,
    task,
    level,
    skipsBad: values['skip-bad'] === true,
    json: values.json ?? null,
    markdown: values.markdown ?? null,
    rows: values.rows ?? null,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const files = { data: text, predictions: text, json: text, markdown: text, rows: text };
  return parseCommandLine(SCORE, args, { ...files, 'answer-column': text, task: text, level: text, 'skip-bad': { type: 'boolean' } });
}
