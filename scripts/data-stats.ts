/**
 * Statistics of the generated data beside the spec's figures: `npm run data-stats` (see --help). Writes docs/results/data-stats.json and, from it, docs/data.md. The same
 * options give the same bytes on every machine.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { optionsOrHelp } from '../cli/command-line.ts';
import { wholeNumber } from '../cli/option-values.ts';
import { reportFailure } from '../cli/report-failure.ts';
import { exampleAt } from '../src/tasks/examples.ts';
import { defaultTaskSpec, taskInfo } from '../src/tasks/task-spec.ts';
import type { TaskSpec } from '../src/tasks/task-spec.ts';
import type { Level, Split, TaskId } from '../src/tasks/task.ts';
import { SPLITS, TASK_IDS } from '../src/tasks/task.ts';
import { EXPECTED } from './data-stats/expected.ts';
import type { Expected } from './data-stats/expected.ts';
import { measure } from './data-stats/measures.ts';
import { markdownOf } from './data-stats/page.ts';

/** Any fixed seed: ours. */
const SEED = 1;
/** Ours: a day's work. */
const MOST = 1_000_000;

const HELP = `npm run data-stats -- [options]
  --examples N       measured of each task, level and split, 1 to ${MOST}; default 2000
  --collisions N     of each task, level and split whose x(t) are compared, 1 to ${MOST}; default 20000
  --out DIR          where data.md and results/data-stats.json go; default docs
  --help
Measures the generated data against the published figures. The same options give the same bytes on every machine. Exit status 1 when a figure lies outside the
published range and is not explained.
Example: npm run data-stats -- --examples 900 --collisions 300 --out out/docs`;

export interface Summary {
  /** Examples that have the quantity. */
  readonly n: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

export interface StreamStats {
  readonly task: TaskId;
  readonly level: Level;
  readonly split: Split;
  readonly examples: number;
  readonly quantities: Readonly<Record<string, Summary>>;
}

export interface Comparison extends Expected {
  readonly mean: number;
  readonly isInside: boolean;
}

export interface Collisions {
  readonly task: TaskId;
  /** Examples per level and split. */
  readonly examples: number;
  /** Distinct x(t) that occur in the train and in the eval split of any level. */
  readonly betweenSplits: number;
  /** Examples whose x(t) an earlier one of the same level and split had. */
  readonly withinStreams: number;
}

export interface DataStats {
  readonly command: string;
  readonly seed: number;
  readonly settings: readonly TaskSpec[];
  readonly comparisons: readonly Comparison[];
  readonly collisions: readonly Collisions[];
  readonly streams: readonly StreamStats[];
}

async function main(args: readonly string[]): Promise<void> {
  const text = { type: 'string' } as const;
  const command = { name: 'data-stats', call: 'npm run data-stats --', help: HELP };
  const values = optionsOrHelp(command, args, { examples: text, collisions: text, out: text });
  if (values === null) return;
  const examples = wholeNumber('--examples', values.examples ?? '2000', 1, MOST);
  const collisions = wholeNumber('--collisions', values.collisions ?? '20000', 1, MOST);
  const stats = dataStats(examples, collisions);
  const { format, resolveConfig } = await import('prettier'); // slow to load
  const out = values.out ?? 'docs';
  await mkdir(join(out, 'results'), { recursive: true });
  await writeFile(join(out, 'results', 'data-stats.json'), `${JSON.stringify(stats, null, 2)}\n`);
  await writeFile(join(out, 'data.md'), await format(markdownOf(stats), { ...(await resolveConfig('docs/data.md')), parser: 'markdown' }));
  const outside = stats.comparisons.filter(({ isInside }) => !isInside);
  for (const { task, level, split, quantity, mean, published, deviation } of outside) {
    process.stderr.write(`${task} ${level} ${split}, ${quantity}: ${mean.toFixed(3)}, published ${published}: ${deviation ?? 'NOT EXPLAINED'}\n`);
  }
  process.stdout.write(`${JSON.stringify({ comparisons: stats.comparisons.length, outside: outside.length, collisions: stats.collisions })}\n`);
  if (outside.every(({ deviation }) => deviation !== undefined)) return;
  process.stderr.write('a figure lies outside the published range and is not explained\n');
  process.exitCode = 1;
}

/** Everything that the page tells, for so many examples per task, level and split. */
export function dataStats(examples: number, collisions: number): DataStats {
  const streams = TASK_IDS.flatMap((task) =>
    taskInfo(task).levels.flatMap((level) => SPLITS.map((split) => streamStats(task, level, split, examples))),
  );
  return {
    command: `npm run data-stats -- --examples ${examples} --collisions ${collisions}`,
    seed: SEED,
    settings: TASK_IDS.map((id) => defaultTaskSpec(id)),
    comparisons: EXPECTED.map((expected) => compare(expected, streams)),
    collisions: TASK_IDS.map((task) => countCollisions(task, collisions)),
    streams,
  };
}

function streamStats(task: TaskId, level: Level, split: Split, examples: number): StreamStats {
  const spec = defaultTaskSpec(task);
  const sums = new Map<string, { n: number; sum: number; min: number; max: number }>();
  for (let index = 0; index < examples; index++) {
    const numbers = measure(task, exampleAt({ task, level, split, seed: SEED, index }, spec));
    for (const [quantity, value] of Object.entries(numbers)) {
      const { n, sum, min, max } = sums.get(quantity) ?? { n: 0, sum: 0, min: Infinity, max: -Infinity };
      sums.set(quantity, { n: n + 1, sum: sum + value, min: Math.min(min, value), max: Math.max(max, value) });
    }
  }
  const quantities = [...sums].map(([quantity, found]): [string, Summary] => {
    const isShare = /^(share|per example): /.test(quantity);
    const n = isShare ? examples : found.n;
    return [quantity, { n, mean: rounded(found.sum / n), min: rounded(isShare && found.n < examples ? 0 : found.min), max: rounded(found.max) }];
  });
  return { task, level, split, examples, quantities: Object.fromEntries(quantities.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function compare(expected: Expected, streams: readonly StreamStats[]): Comparison {
  const { task, level, split, quantity, low, high } = expected;
  const stream = streams.find((candidate) => candidate.task === task && candidate.level === level && candidate.split === split);
  const mean = stream?.quantities[quantity]?.mean ?? 0;
  return { ...expected, mean, isInside: mean >= low && mean <= high };
}

function countCollisions(task: TaskId, examples: number): Collisions {
  const spec = defaultTaskSpec(task);
  const ids: Record<Split, Set<string>> = { train: new Set(), eval: new Set() };
  let withinStreams = 0;
  for (const level of taskInfo(task).levels) {
    for (const split of SPLITS) {
      const own = new Set<string>();
      for (let index = 0; index < examples; index++) own.add(exampleAt({ task, level, split, seed: SEED, index }, spec).contentId);
      withinStreams += examples - own.size;
      for (const id of own) ids[split].add(id);
    }
  }
  const betweenSplits = [...ids.eval].filter((id) => ids.train.has(id)).length;
  return { task, examples, betweenSplits, withinStreams };
}

function rounded(value: number): number {
  return Number(value.toFixed(4));
}

if (process.argv[1]?.endsWith('data-stats.ts') === true) {
  main(process.argv.slice(2)).catch(reportFailure);
}
