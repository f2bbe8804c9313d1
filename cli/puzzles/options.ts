/** Command line of `npm run puzzles`: text -> a command, checked as far as that needs no file. */
import { fault, InputError } from '../../src/lib/errors.ts';
import type { Encoding } from '../../src/study/smart/answer-text.ts';
import { ENCODINGS } from '../../src/study/smart/answer-text.ts';
import { PUZZLE_COUNT } from '../../src/study/smart/catalogue.ts';
import { FAMILIES } from '../../src/tasks/puzzles/families.ts';
import type { OptionMode } from '../../src/tasks/puzzles/options.ts';
import { OPTION_MODES } from '../../src/tasks/puzzles/options.ts';
import { parseCommandLine } from '../command-line.ts';
import { didYouMean } from '../nearest.ts';

export type PuzzlesCommand =
  | { readonly kind: 'summary'; readonly dir: string; readonly ids: readonly number[] | null; readonly encoding: Encoding; readonly pictures: number }
  | {
      readonly kind: 'export';
      readonly dir: string;
      readonly ids: readonly number[];
      readonly count: number;
      readonly seed: number;
      readonly mode: OptionMode;
    };

/** Instances per puzzle in the release. */
const RELEASE_COUNT = 2000;
const MAX_COUNT = 20_000;

export const PUZZLES_HELP = `npm run puzzles -- --smart-dir DIR --summary [options]
npm run puzzles -- --export DIR [options]
The released SMART-101 on this machine:
  --smart-dir DIR     the unpacked release: SMART101-release-v1 or SMART101-Data
  --summary           what it holds: puzzles, rows, classes, splits, and what is missing or damaged
  --encoding NAME     ${ENCODINGS.join(', ')}: numbers of the reference code, or pads and noon of their own; default as-coded
  --pictures N        so many pictures of each puzzle are opened, evenly spread; default 1
Puzzles of our own, written in the same layout, so that code for SMART-101 can read them:
  --export DIR        a folder that is empty or not there
  --count N           instances of each family, 1 to ${MAX_COUNT}; default ${RELEASE_COUNT}
  --seed N            default 1
  --options NAME      ${OPTION_MODES.join(', ')}: wrong options as published, or the right one's rank drawn first; default published
Both:
  --families LIST     numbers of root puzzles, such as 14,43; default all
  --help`;

const PUZZLES = { name: 'puzzles', call: 'npm run puzzles --', help: PUZZLES_HELP };

const OF_SUMMARY = ['summary', 'encoding', 'pictures'] as const;
const OF_EXPORT = ['count', 'seed', 'options'] as const;

/** Null when help was asked for. Throws InputError. */
export function parsePuzzlesCommand(args: readonly string[]): PuzzlesCommand | null {
  const values = parse(args);
  if (values === null) return null;
  const { 'smart-dir': smartDir, export: exportDir } = values;
  if ((smartDir === undefined) === (exportDir === undefined)) {
    const got = smartDir === undefined ? 'neither' : 'both';
    throw new InputError(fault('puzzles', '--smart-dir DIR or --export DIR', got, 'see npm run puzzles -- --help'));
  }
  const foreign = (smartDir === undefined ? OF_SUMMARY : OF_EXPORT).find((name) => values[name] !== undefined);
  if (foreign !== undefined)
    throw new InputError(fault(`--${foreign}`, smartDir === undefined ? '--smart-dir beside it' : '--export beside it', 'none'));
  const families = values.families;
  if (smartDir !== undefined) {
    if (values.summary !== true) throw new InputError(fault('--smart-dir', '--summary beside it', 'nothing to do'));
    const ids = families === undefined ? null : numbers(families, (id) => id >= 1 && id <= PUZZLE_COUNT, `numbers of 1 to ${PUZZLE_COUNT}`);
    const encoding = choice('--encoding', values.encoding ?? 'as-coded', ENCODINGS);
    return { kind: 'summary', dir: smartDir, ids, encoding, pictures: whole('--pictures', values.pictures ?? '1', 0, MAX_COUNT) };
  }
  const known = FAMILIES.map(({ id }) => id);
  return {
    kind: 'export',
    dir: exportDir ?? '',
    ids: families === undefined ? known : numbers(families, (id) => known.includes(id), `numbers of ${known.join(', ')}`),
    count: whole('--count', values.count ?? String(RELEASE_COUNT), 1, MAX_COUNT),
    seed: whole('--seed', values.seed ?? '1', 0, 0xffff_ffff),
    mode: choice('--options', values.options ?? 'published', OPTION_MODES),
  };
}

/** `14,43` -> [14, 43], sorted, each once. */
export function numbers(text: string, isKnown: (id: number) => boolean, expected: string): number[] {
  const ids = text.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : Number.NaN));
  if (!ids.every(isKnown)) throw new InputError(fault('--families', `${expected}, with commas between`, text));
  return [...new Set(ids)].toSorted((a, b) => a - b);
}

export function whole(name: string, text: string, low: number, high: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= low && value <= high)) throw new InputError(fault(name, `a whole number of ${low} to ${high}`, text));
  return value;
}

function choice<T extends string>(name: string, text: string, known: readonly T[]): T {
  const found = known.find((option) => option === text);
  if (found === undefined) throw new InputError(fault(name, `one of ${known.join(', ')}`, text, didYouMean(text, known, 'see --help')));
  return found;
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  return parseCommandLine(PUZZLES, args, {
    ...{ 'smart-dir': text, summary: { type: 'boolean' }, encoding: text, pictures: text },
    ...{ export: text, count: text, seed: text, options: text, families: text },
  });
}
