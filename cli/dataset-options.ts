/** Command line of `npm run dataset`. */
import { parseArgs } from 'node:util';
import { fault, InputError, toWireError } from '../src/lib/errors.ts';
import type { ReadoutConfig } from '../src/tasks/consecutive-table-readout/truth.ts';
import { LEVELS, PROFILES, RECORD_KINDS, SPLITS, TASK_IDS } from '../src/tasks/task.ts';
import type { Level, Profile, RecordKind, Split, TaskId } from '../src/tasks/task.ts';

const FORMATS = ['jsonl', 'llava'] as const;
export type DatasetFormat = (typeof FORMATS)[number];

export interface DatasetOptions {
  readonly task: TaskId;
  readonly level: Level;
  readonly split: Split;
  readonly profile: Profile;
  readonly supervision: RecordKind;
  readonly format: DatasetFormat;
  readonly seed: number;
  readonly start: number;
  readonly count: number;
  readonly table: ReadoutConfig;
  /** True when pictures are written: image records, unless told not to. */
  readonly hasImages: boolean;
  readonly out: string;
}

/** The authors' tables; row names from all 100 (spec/s2h 1.1). */
const TABLE = { rows: '5', columns: '10', 'row-names': '100' } as const;
/** Ours: more would be an accident; larger sets can be made in parts with --start. */
const MAX_COUNT = 10_000_000;

export const DATASET_HELP = `npm run dataset -- --out DIR [options]
  --out DIR            where the files go
  --task NAME          ${TASK_IDS.join(', ')}
  --level NAME         ${LEVELS.join(', ')}; default simple
  --split NAME         ${SPLITS.join(', ')}; default train
  --profile NAME       ${PROFILES.join(', ')}; default paper
  --supervision NAME   ${RECORD_KINDS.join(', ')}; default image
  --format NAME        ${FORMATS.join(', ')}; default jsonl
  --count N            examples; default 10
  --start N            index of the first; default 0
  --seed N             default 1
  --rows N --columns N --row-names N   the table; default 5, 10, 100
  --no-pictures        do not write the pictures of image records (jsonl only)
  --help`;

/** Options of a command line, or null when help was asked for. Throws InputError. */
export function parseDatasetOptions(args: readonly string[]): DatasetOptions | null {
  const values = parse(args);
  if (values.help === true) return null;
  const supervision = choice('--supervision', values.supervision ?? 'image', RECORD_KINDS);
  const format = choice('--format', values.format ?? 'jsonl', FORMATS);
  if (format === 'llava' && values['no-pictures'] === true)
    throw new InputError(fault('--no-pictures', '--format jsonl', 'llava, which names pictures'));
  if (values.out === undefined) throw new InputError(fault('dataset', '--out DIR', 'none', 'npm run dataset -- --help'));
  return {
    task: choice('--task', values.task ?? TASK_IDS[0], TASK_IDS),
    level: choice('--level', values.level ?? 'simple', LEVELS),
    split: choice('--split', values.split ?? 'train', SPLITS),
    profile: choice('--profile', values.profile ?? 'paper', PROFILES),
    supervision,
    format,
    seed: whole('--seed', values.seed ?? '1', 0, 0xffff_ffff),
    start: whole('--start', values.start ?? '0', 0, Number.MAX_SAFE_INTEGER),
    count: whole('--count', values.count ?? '10', 1, MAX_COUNT),
    table: {
      rows: whole('--rows', values.rows ?? TABLE.rows, 1, 12),
      columns: whole('--columns', values.columns ?? TABLE.columns, 1, 12),
      rowNames: whole('--row-names', values['row-names'] ?? TABLE['row-names'], 1, 100),
    },
    hasImages: supervision !== 'text' && values['no-pictures'] !== true,
    out: values.out,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const names = {
    out: text,
    task: text,
    level: text,
    split: text,
    profile: text,
    supervision: text,
    format: text,
    count: text,
    start: text,
    seed: text,
  };
  try {
    return parseArgs({ args: [...args], options: { ...names, rows: text, columns: text, 'row-names': text, 'no-pictures': flag, help: flag } })
      .values;
  } catch (error) {
    throw new InputError(`dataset: ${toWireError(error).message.split('\n')[0] ?? ''} See npm run dataset -- --help`);
  }
}

function choice<T extends string>(name: string, value: string, options: readonly T[]): T {
  const found = options.find((option) => option === value);
  if (found === undefined) throw new InputError(fault(name, `one of ${options.join(', ')}`, value));
  return found;
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isSafeInteger(value) || value < min || value > max) throw new InputError(fault(name, `a whole number from ${min} to ${max}`, text));
  return value;
}
