/** What a SMART-101 folder holds, as a table of text. */
import { fault, toWireError } from '../../src/lib/errors.ts';
import { smartItems } from '../../src/study/smart/item-set.ts';
import { readSmartPuzzles } from '../../src/study/smart/read-smart.ts';
import { openSmartFolder } from '../../src/study/smart/smart-folder.ts';
import { smartItem } from '../../src/study/smart/smart-puzzle.ts';
import type { SmartPuzzle } from '../../src/study/smart/smart-puzzle.ts';
import type { SplitSpec } from '../../src/study/smart/splits.ts';
import { SMART_INSTANCE_SPLIT, SMARTER_SPLIT, SPLIT_NAMES } from '../../src/study/smart/splits.ts';
import { inUnits } from '../dataset/disk.ts';
import { nodeFolder } from './node-folder.ts';
import type { PuzzlesCommand } from './options.ts';

export type SummaryCommand = Extract<PuzzlesCommand, { kind: 'summary' }>;

/** The splits of the papers; few-shot with their ten. */
const SPLITS: readonly (readonly [string, SplitSpec])[] = [
  ['IS 80:5:15', SMART_INSTANCE_SPLIT],
  ['IS 60:20:20', SMARTER_SPLIT],
  ['PS', { ...SMART_INSTANCE_SPLIT, kind: 'puzzle' }],
  ['FS 10', { ...SMART_INSTANCE_SPLIT, kind: 'few-shot', shots: 10 }],
  ['AS', { ...SMART_INSTANCE_SPLIT, kind: 'answer' }],
];

/** Returns whether all that is there, and all that was asked for, can be used. Sizes go to `announce` before anything is read. Throws InputError when no puzzle can be read. */
export async function printSummary(command: SummaryCommand, print: (line: string) => void, announce: (line: string) => void): Promise<boolean> {
  const { dir, ids, encoding, pictures } = command;
  const folder = await openSmartFolder(await nodeFolder(dir));
  announce(`Reading ${folder.puzzles.length} tables, ${inUnits(folder.csvBytes)}`);
  const read = await readSmartPuzzles(folder, { encoding, ...(ids === null ? {} : { ids }) });
  const problems = [...read.problems];
  for (const puzzle of read.puzzles) problems.push(...(await pictureProblems(puzzle, pictures)));
  print(`puzzle  skill     rows  answers   classes`);
  for (const puzzle of read.puzzles) print(lineOf(puzzle));
  print(`${read.puzzles.length} puzzles, ${read.puzzles.reduce((sum, { rows }) => sum + rows.length, 0)} rows`);
  for (const [name, spec] of SPLITS) {
    const { sizes } = smartItems(read.puzzles, spec);
    print(`${name.padEnd(12)} ${SPLIT_NAMES.map((split) => `${split} ${sizes[split]}`).join(', ')}`);
  }
  if (folder.missing.length > 0) print(`Not there: ${ranges(folder.missing)}`);
  const asked = ids?.filter((id) => folder.missing.includes(id)) ?? [];
  if (asked.length > 0) problems.push(fault('--families', 'puzzles of the folder', `${ranges(asked)}, not there`));
  for (const problem of problems) announce(problem);
  return problems.length === 0;
}

function lineOf({ id, skill, rows, answer }: SmartPuzzle): string {
  return `${String(id).padStart(6)}  ${skill.padEnd(8)} ${String(rows.length).padStart(5)}  ${answer.kind.padEnd(9)} ${String(answer.classes).padStart(7)}`;
}

/** 1, 2, 3, 7 -> `1-3, 7`. */
function ranges(ids: readonly number[]): string {
  const starts = ids.filter((id) => !ids.includes(id - 1));
  const ends = ids.filter((id) => !ids.includes(id + 1));
  return starts.map((start, i) => (ends[i] === start ? String(start) : `${start}-${ends[i] ?? ''}`)).join(', ');
}

async function pictureProblems(puzzle: SmartPuzzle, count: number): Promise<string[]> {
  const problems: string[] = [];
  const { length } = puzzle.rows;
  for (let i = 0; i < Math.min(count, length); i++) {
    await smartItem(puzzle, Math.floor((i * length) / Math.min(count, length)))
      .image()
      .catch((thrown: unknown) => {
        const { name, message } = toWireError(thrown);
        if (name !== 'InputError') throw thrown;
        problems.push(message);
      });
  }
  return problems;
}
