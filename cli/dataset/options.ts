/** Command line of `npm run dataset`: text -> a request, checked as far as that needs no file. Options of strategies are drawn from STRATEGY_FIELDS. */
import { fault, InputError } from '../../src/lib/errors.ts';
import type { DatasetRequest } from '../../src/study/data/write/set.ts';
import { DATASET_FORMATS } from '../../src/study/data/write/set.ts';
import type { StrategyId } from '../../src/study/strategies/ids.ts';
import { STRATEGY_IDS } from '../../src/study/strategies/ids.ts';
import type { StrategyField, StrategyOptions } from '../../src/study/strategies/options.ts';
import { JOINT_TASKS, optionsOf, STRATEGY_FIELDS, STRATEGY_TASKS } from '../../src/study/strategies/options.ts';
import type { TaskSpec } from '../../src/tasks/task-spec.ts';
import { parseTaskSpec, taskInfo } from '../../src/tasks/task-spec.ts';
import type { TaskId } from '../../src/tasks/task.ts';
import { LEVELS, PROFILES, RECORD_KINDS, SPLITS, TASK_IDS } from '../../src/tasks/task.ts';
import { parseCommandLine } from '../command-line.ts';
import { didYouMean, nearest } from '../nearest.ts';

export interface DatasetOptions {
  /** Null in a dry run that names no folder. */
  readonly out: string | null;
  readonly request: DatasetRequest;
  /** Null: as many as the machine and the size of the set suggest. */
  readonly workers: number | null;
  readonly isDryRun: boolean;
  readonly isQuiet: boolean;
  /** Reads every file of a set that is finished. */
  readonly verifies: boolean;
}

/** Ours: more would be an accident; larger sets can be made in parts with --start. */
const MAX_COUNT = 10_000_000;
const MAX_WORKERS = 64;
const MOST_SHOWN = 12;

const TEXT_OPTIONS = ['out', 'task', 'level', 'split', 'profile', 'supervision', 'strategy', 'count', 'seed', 'start', 'format', 'workers'] as const;
const FLAGS = ['no-cot', 'no-pictures', 'dry-run', 'verify', 'quiet'] as const;

export const DATASET_HELP = `npm run dataset -- --out DIR [options]
  --out DIR           where the files go; a call that was stopped is continued by the same call, which also makes pictures again that are gone
  --task NAME         ${TASK_IDS.join(', ')}; with --strategy also joint
  --format NAME       ${DATASET_FORMATS.join(', ')}; default jsonl
  --profile NAME      ${PROFILES.join(', ')}; default paper
  --count N           examples, or the N of a strategy; default 10
  --seed N            default 1
  --set KEY=VALUE     a setting of the task, such as rows=6; may be given again. With joint: TASK.KEY=VALUE
  --no-pictures       do not write pictures (jsonl only)
Records of one kind:
  --supervision NAME  ${RECORD_KINDS.join(', ')}; default image
  --level NAME        ${LEVELS.join(', ')}; default simple
  --split NAME        ${SPLITS.join(', ')}; default train
  --start N           index of the first example; default 0
  --no-cot            answers without their chain of thought
The phases of a training strategy, a file each:
  --strategy NAME     ${STRATEGY_IDS.filter((id) => !/^(tw-|align-)/.test(id)).join(', ')}, and these with align-, tw- or tw-align- before them
${STRATEGY_FIELDS.map((field) => `  ${`--${flagOf(field)}`.padEnd(19)} ${field.label}: ${valuesOf(field)}`).join('\n')}
How:
  --workers N         threads; default: one less than there are cores, 1 for small sets
  --dry-run           say what would be made, and how much disk it takes; --out may be left out
  --verify            of a set that is finished, read every file and compare digests; without it, names and sizes are looked at
  --quiet             no progress
  --list              strategies, and the runs of the paper's figures and tables as commands
  --help`;

const DATASET = { name: 'dataset', call: 'npm run dataset --', help: DATASET_HELP };

type Values = Readonly<Partial<Record<string, string | boolean | readonly string[]>>>;

/** Options of a command line, or null when help was asked for. Throws InputError. */
export function parseDatasetOptions(args: readonly string[]): DatasetOptions | null {
  const values = parse(args);
  if (values === null) return null;
  const text = (name: string): string | undefined => (typeof values[name] === 'string' ? values[name] : undefined);
  const out = text('out');
  const isDryRun = values['dry-run'] === true;
  if ((out === undefined && !isDryRun) || out === '') throw new InputError(fault('dataset', '--out DIR', 'none', 'npm run dataset -- --help'));
  const workers = text('workers');
  return {
    out: out ?? null,
    request: requestOf(values, text),
    workers: workers === undefined ? null : whole('--workers', workers, 1, MAX_WORKERS),
    isDryRun,
    isQuiet: values['quiet'] === true,
    verifies: values['verify'] === true,
  };
}

/** The command that makes a request, without `--out`; defaults that may change are written out. */
export function commandOf(request: DatasetRequest): string {
  const { format, profile, seed, count, hasPictures, tasks } = request;
  const task = request.source === 'strategy' ? request.task : (tasks[0]?.id ?? '');
  const own =
    request.source === 'records'
      ? [
          ['supervision', request.supervision],
          ['level', request.level],
          ['split', request.split],
          ['start', request.start],
        ]
      : [
          ['strategy', request.strategy],
          ...STRATEGY_FIELDS.filter(({ key }) => Object.hasOwn(request.options, key)).map((field) => [flagOf(field), request.options[field.key]]),
        ];
  const settings = tasks.flatMap(({ id, ...config }) =>
    Object.entries(config)
      .filter(([key, value]) => (taskInfo(id).defaults as Readonly<Record<string, unknown>>)[key] !== value)
      .map(([key, value]) => ['set', `${tasks.length === 1 ? '' : `${id}.`}${key}=${value}`]),
  );
  const named = [['task', task], ...own, ['profile', profile], ['format', format], ['count', count], ['seed', seed], ...settings];
  const flags = [...(request.source === 'records' && request.cotShare === 0 ? ['--no-cot'] : []), ...(!hasPictures ? ['--no-pictures'] : [])];
  return ['npm run dataset --', ...named.map(([name, value]) => `--${name} ${value}`), ...flags].join(' ');
}

function requestOf(values: Values, text: (name: string) => string | undefined): DatasetRequest {
  const strategy = text('strategy');
  const format = choice('--format', text('format') ?? 'jsonl', DATASET_FORMATS);
  const hasPictures = values['no-pictures'] !== true;
  if (!hasPictures && format !== 'jsonl') throw new InputError(fault('--no-pictures', '--format jsonl', `${format}, whose rows name their pictures`));
  const common = {
    format,
    hasPictures,
    profile: choice('--profile', text('profile') ?? 'paper', PROFILES),
    seed: whole('--seed', text('seed') ?? '1', 0, 0xffff_ffff),
    count: whole('--count', text('count') ?? '10', 1, MAX_COUNT, strategy === undefined ? 'make it in parts with --start' : undefined),
  };
  const set = Array.isArray(values['set']) ? (values['set'] as readonly string[]) : [];
  if (strategy === undefined) {
    for (const field of STRATEGY_FIELDS) {
      if (values[flagOf(field)] !== undefined) throw new InputError(fault(`--${flagOf(field)}`, '--strategy NAME beside it', 'none'));
    }
    const start = whole('--start', text('start') ?? '0', 0, Number.MAX_SAFE_INTEGER - MAX_COUNT);
    const level = choice('--level', text('level') ?? 'simple', LEVELS);
    const split = choice('--split', text('split') ?? 'train', SPLITS);
    const supervision = choice('--supervision', text('supervision') ?? 'image', RECORD_KINDS);
    if (text('task') === 'joint') throw new InputError(fault('--task', `one of ${TASK_IDS.join(', ')}`, 'joint', 'joint goes with --strategy NAME'));
    const task = choice('--task', text('task') ?? TASK_IDS[0], TASK_IDS);
    const tasks = settingsOf([task], set);
    return { source: 'records', ...common, level, split, supervision, start, cotShare: values['no-cot'] === true ? 0 : 1, tasks };
  }
  checkAlone(values);
  if (format === 'vlmeval') {
    throw new InputError(fault('--format', 'llava or jsonl with --strategy', format, 'VLMEvalKit files are for evaluation; take --supervision'));
  }
  const task = choice('--task', text('task') ?? TASK_IDS[0], STRATEGY_TASKS);
  const id: StrategyId = choice('--strategy', strategy, STRATEGY_IDS);
  const tasks = settingsOf(task === 'joint' ? JOINT_TASKS : [task], set);
  return { source: 'strategy', ...common, task, strategy: id, options: strategyOptions(text), tasks };
}

/** A strategy says itself what these options say. */
function checkAlone(values: Values): void {
  const says = {
    supervision: 'a strategy has its own mixture',
    level: 'a strategy has its own levels',
    split: 'strategies are for training',
    start: 'a strategy begins with its first examples',
    'no-cot': 'use --cot none',
  };
  for (const [name, cure] of Object.entries(says)) {
    if (values[name] !== undefined) throw new InputError(fault('dataset', 'either --strategy or --' + name, 'both', cure));
  }
}

function strategyOptions(text: (name: string) => string | undefined): Partial<StrategyOptions> {
  const given: Record<string, unknown> = {};
  for (const field of STRATEGY_FIELDS) {
    const value = text(flagOf(field));
    if (value === undefined) continue;
    if (field.type === 'choice') {
      given[field.key] = choice(`--${flagOf(field)}`, value, field.options);
      continue;
    }
    const number = value.trim() === '' ? Number.NaN : Number(value);
    const isInRange = number >= field.min && number <= field.max;
    if (!isInRange) throw new InputError(fault(`--${flagOf(field)}`, `a number from ${field.min} to ${field.max}`, value));
    given[field.key] = number;
  }
  optionsOf(given as Partial<StrategyOptions>, (field) => `--${flagOf(field)}`); // refuses what is off its grid
  return given as Partial<StrategyOptions>; // each value was checked by its field
}

/** Settings of the tasks: the authors', changed by `--set`. */
function settingsOf(ids: readonly TaskId[], changes: readonly string[]): TaskSpec[] {
  const given = new Map<TaskId, Record<string, unknown>>(ids.map((id) => [id, { id }]));
  const isNumber = (value: string) => value.trim() !== '' && Number.isFinite(Number(value));
  for (const change of changes) {
    const [, task, key, value] = /^(?:([a-z-]+)\.)?([A-Za-z]+)=(.*)$/s.exec(change) ?? [];
    if (key === undefined || value === undefined) throw new InputError(fault('--set', 'KEY=VALUE', change));
    const id = task ?? (ids.length === 1 ? ids[0] : undefined);
    const config = ids.find((known) => known === id);
    const spec = config === undefined ? undefined : given.get(config);
    if (config === undefined || spec === undefined) throw new InputError(fault('--set', `TASK.KEY=VALUE with ${ids.join(', ')}`, change));
    const { fields } = taskInfo(config);
    const field = fields.find((known) => known.key === key);
    if (field === undefined) {
      const names = fields.map((known) => known.key);
      throw new InputError(fault(`--set ${key}`, `a setting of ${config}: ${names.join(', ')}`, key, didYouMean(key, names, 'see --help')));
    }
    if (Object.hasOwn(spec, key)) throw new InputError(fault(`--set ${key}`, 'one value', `${String(spec[key])} and ${value}`, 'give it once'));
    spec[key] = field.type === 'integer' && isNumber(value) ? Number(value) : value;
  }
  return ids.map((id) => parseTaskSpec(given.get(id), '--set'));
}

function parse(args: readonly string[]): Values | null {
  const options: Record<string, { type: 'string' | 'boolean'; multiple?: boolean }> = { set: { type: 'string', multiple: true } };
  for (const name of [...TEXT_OPTIONS, ...STRATEGY_FIELDS.map(flagOf)]) options[name] = { type: 'string' };
  for (const name of FLAGS) options[name] = { type: 'boolean' };
  return parseCommandLine(DATASET, args, options) as Values | null; // only --set is a list
}

/** epochCount -> epoch-count. */
export function flagOf({ key }: StrategyField): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function valuesOf(field: StrategyField): string {
  return field.type === 'choice' ? field.options.join(', ') : `${field.min} to ${field.max}`;
}

function choice<T extends string>(name: string, value: string, options: readonly T[]): T {
  const found = options.find((option) => option === value);
  if (found !== undefined) return found;
  const near = nearest(value, options);
  // Dozens of strategies would bury the one that was meant.
  const expected = options.length > MOST_SHOWN && near !== null ? 'a name that --help lists' : `one of ${options.join(', ')}`;
  throw new InputError(near === null ? fault(name, expected, value) : fault(name, expected, value, `did you mean ${near}?`));
}

/** @param cure - What to do when it is too large. */
function whole(name: string, text: string, min: number, max: number, cure?: string): number {
  const value = /^[+-]?\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new InputError(fault(name, `a whole number from ${min} to ${max}`, text, Number(text) > max ? cure : undefined));
  }
  return value;
}
