/**
 * `npm run bench -- --data`: how fast examples are made, on one core, for each task and level: truth, both turns of an image-via-text record and the
 * picture of the compact profile; pictures of the paper profile as PNG files. The bars are ours: 2,000 compact examples and 60 pictures a second, so that data
 * never wait for a training step, and the 120,000 pictures of the paper take half an hour.
 *
 * Seconds are those of this process on the processor, so other work on the machine counts little. Each rate is the median of ROUNDS rounds, with the best
 * beside it: on a shared machine the same work takes up to twice as long at times.
 */
import { cpus } from 'node:os';
import { pictureFile } from '../src/study/data/write/picture.ts';
import type { Example } from '../src/tasks/example.ts';
import { exampleAt } from '../src/tasks/examples.ts';
import { rasteriseInto } from '../src/tasks/render/raster.ts';
import { defaultTaskSpec, taskInfo } from '../src/tasks/task-spec.ts';
import type { Level, TaskId } from '../src/tasks/task.ts';
import { TASK_IDS } from '../src/tasks/task.ts';

export const BARS = { compactPerSecond: 2000, picturesPerSecond: 60 } as const;

export interface DataRate {
  readonly task: TaskId;
  readonly level: Level;
  readonly compactPerSecond: number;
  readonly compactPerSecondBest: number;
  readonly picturesPerSecond: number;
  readonly picturesPerSecondBest: number;
  /** Mean bytes of a picture's file, and its size. */
  readonly pictureBytes: number;
  readonly picturePx: string;
}

const SEED = 20_250_102;
/** The record with the most text: question, x(t), CoT and answer. */
const RECORD = 'image-via-text';
/** Data sets have 120,000 examples: what counts is the rate once the engine has compiled the code. */
const WARM_UP = { compact: 2000, pictures: 30 } as const;
const ROUNDS = 5;
/** Of each round. */
const MEASURED = { compact: 600, pictures: 20 } as const;

export interface DataReport {
  readonly cpu: string;
  readonly node: string;
  readonly bars: typeof BARS;
  readonly rates: readonly DataRate[];
  readonly isFastEnough: boolean;
}

export function measureData(say: (text: string) => void): DataReport {
  const rates = TASK_IDS.flatMap((task) =>
    taskInfo(task).levels.map((level) => {
      say(`${task}, ${level}…\n`);
      return rateOf(task, level);
    }),
  );
  return {
    cpu: `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown'}`,
    node: process.version,
    bars: BARS,
    rates,
    isFastEnough: rates.every(
      ({ compactPerSecond, picturesPerSecond }) => compactPerSecond >= BARS.compactPerSecond && picturesPerSecond >= BARS.picturesPerSecond,
    ),
  };
}

export function dataTable({ cpu, node, rates, isFastEnough }: DataReport): string {
  const head = ['task', 'level', 'compact/s', '(best)', 'PNG/s', '(best)', 'px', 'bytes'];
  const lines = rates.map((rate) => [
    rate.task,
    rate.level,
    ...[rate.compactPerSecond, rate.compactPerSecondBest, rate.picturesPerSecond, rate.picturesPerSecondBest].map(String),
    rate.picturePx,
    String(rate.pictureBytes),
  ]);
  const widths = head.map((text, column) => Math.max(text.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const rows = [head, ...lines].map((line) =>
    line.map((text, column) => (column < 2 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0))).join('  '),
  );
  const verdict = `bars: ${BARS.compactPerSecond} compact examples/s, ${BARS.picturesPerSecond} pictures/s: ${isFastEnough ? 'reached' : 'NOT reached'}`;
  return `${cpu}, Node ${node}, one core\n${rows.join('\n')}\n${verdict}\n`;
}

function rateOf(task: TaskId, level: Level): DataRate {
  const spec = defaultTaskSpec(task);
  const at = (index: number): Example => exampleAt({ task, level, split: 'train', seed: SEED, index }, spec);
  let pixels = new Uint8Array(0);
  const compact = (index: number): number => {
    const example = at(index);
    const characters = example.prompt(RECORD, 'compact').length + example.response(RECORD, 'compact').length;
    const scene = example.scene('compact');
    const bytes = scene.widthPx * scene.heightPx * 3;
    if (pixels.length < bytes) pixels = new Uint8Array(bytes);
    rasteriseInto(scene, pixels.subarray(0, bytes));
    return characters;
  };
  let pictureBytes = 0;
  const picture = (index: number): void => {
    pictureBytes += pictureFile(at(index), 'paper').length;
  };
  const compactRates = rates(compact, WARM_UP.compact, MEASURED.compact);
  let pictures = 0;
  const counted = (index: number): void => {
    pictures += 1;
    picture(index);
  };
  const pictureRates = rates(counted, WARM_UP.pictures, MEASURED.pictures);
  const { widthPx, heightPx } = at(0).scene('paper');
  return {
    task,
    level,
    compactPerSecond: compactRates.median,
    compactPerSecondBest: compactRates.best,
    picturesPerSecond: pictureRates.median,
    picturesPerSecondBest: pictureRates.best,
    pictureBytes: Math.round(pictureBytes / pictures),
    picturePx: `${widthPx}x${heightPx}`,
  };
}

/** Calls per second of the processor: median and best of the rounds, after some calls that are not counted. */
function rates(call: (index: number) => unknown, warmUp: number, count: number): { median: number; best: number } {
  for (let i = 0; i < warmUp; i++) call(ROUNDS * count + i);
  const found = Array.from({ length: ROUNDS }, (_, round) => {
    const before = process.cpuUsage();
    for (let i = 0; i < count; i++) call(round * count + i);
    const { user, system } = process.cpuUsage(before);
    return Math.round((count * 1e6) / (user + system));
  }).toSorted((x, y) => x - y);
  return { median: found[(ROUNDS - 1) / 2] ?? 0, best: found.at(-1) ?? 0 };
}
