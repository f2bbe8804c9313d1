/**
 * The released folder of SMART-101 on a person's disk: which puzzles are there, and how large their tables are, before any is read. The layout (README of the SMART
 * reference code, Zenodo 7775984): `SMART101-release-v1/SMART101-Data/<1 to 101>/puzzle_<id>.csv` beside `img/`. Either of the two outer folders may be chosen, or
 * the one that holds them. The release names the table of puzzle 62 `puzzle_63.csv`; both names are taken.
 * `SMART_info_v2.csv` of the reference code, where it lies in the chosen folder or beside the puzzles, says the skills; else ours do, which are the same.
 */
import { fault, InputError } from '../../lib/errors.ts';
import { SKILLS } from '../../tasks/puzzles/puzzle.ts';
import type { Skill } from '../../tasks/puzzles/puzzle.ts';
import { cut } from '../data/read/raw-record.ts';
import { RecordStream } from '../data/read/records.ts';
import { PUZZLE_COUNT, SKILL_OF } from './catalogue.ts';
import { joined } from './folder-source.ts';
import type { FolderEntry, FolderSource } from './folder-source.ts';

/** A puzzle whose table is there. */
export interface SmartEntry {
  readonly id: number;
  readonly skill: Skill;
  /** Its folder and its table, as paths of the source. */
  readonly path: string;
  readonly csvPath: string;
  readonly csvBytes: number;
}

export interface SmartFolder {
  readonly source: FolderSource;
  /** By id. */
  readonly puzzles: readonly SmartEntry[];
  /** Ids of 1 to 101 without a folder. */
  readonly missing: readonly number[];
  /** What is wrong with folders that are there, in words. */
  readonly problems: readonly string[];
  /** Of all tables; pictures are read when asked for. */
  readonly csvBytes: number;
}

const OUTER = 'SMART101-release-v1';
const INNER = 'SMART101-Data';
const INFO = 'SMART_info_v2.csv';
const LAYOUT = `the folder ${INNER} with a folder for each puzzle, 1 to ${PUZZLE_COUNT}`;
/** Ours: tables of the release have about half a megabyte. */
const MAX_CSV_BYTES = 64_000_000;
const MAX_NAMES = 5;

/** Looks at names and sizes only. Throws InputError when no puzzle is there. */
export async function openSmartFolder(source: FolderSource): Promise<SmartFolder> {
  const { path, entries } = await rootOf(source);
  const problems: string[] = [];
  const skills = await readSkills(source, path, problems);
  const ids = entries.flatMap(({ name, isFolder }) => (isFolder && isPuzzleName(name) ? [Number(name)] : [])).toSorted((a, b) => a - b);
  const puzzles: SmartEntry[] = [];
  for (const id of ids) {
    const found = await entryOf(source, joined(path, String(id)), id, skills);
    if (typeof found === 'string') problems.push(found);
    else puzzles.push(found);
  }
  if (puzzles.length === 0) throw new InputError(problems[0] ?? fault(source.name, LAYOUT, 'no puzzle'));
  const missing = [...SKILL_OF.keys()].filter((id) => !ids.includes(id)).toSorted((a, b) => a - b);
  return { source, puzzles, missing, problems, csvBytes: puzzles.reduce((sum, { csvBytes }) => sum + csvBytes, 0) };
}

/** Where the numbered folders are. */
async function rootOf(source: FolderSource): Promise<{ readonly path: string; readonly entries: readonly FolderEntry[] }> {
  for (const path of ['', INNER, joined(OUTER, INNER)]) {
    const entries = await source.list(path);
    if (entries?.some(({ name, isFolder }) => isFolder && isPuzzleName(name)) === true) return { path, entries };
  }
  const entries = await source.list('');
  if (entries === null) throw new InputError(fault(source.name, LAYOUT, 'nothing there'));
  const names = entries.map(({ name }) => name).toSorted();
  const archive = names.find((name) => /\.(zip|tar|t?gz)$/i.test(name));
  if (names.some((name) => /^puzzle_\d+\.csv$/.test(name)))
    throw new InputError(fault(source.name, LAYOUT, 'the folder of one puzzle', 'choose the folder around it'));
  if (archive !== undefined) throw new InputError(fault(source.name, LAYOUT, archive, 'unpack it first'));
  const shown = names.length === 0 ? 'an empty folder' : names.slice(0, MAX_NAMES).map(cut).join(', ') + (names.length > MAX_NAMES ? ', …' : '');
  throw new InputError(fault(source.name, LAYOUT, shown, `choose ${OUTER} or ${INNER}`));
}

function isPuzzleName(name: string): boolean {
  return /^[1-9]\d{0,2}$/.test(name) && Number(name) <= PUZZLE_COUNT;
}

/** The entry, or what is wrong. */
async function entryOf(source: FolderSource, path: string, id: number, skills: ReadonlyMap<number, Skill>): Promise<SmartEntry | string> {
  const skill = skills.get(id);
  if (skill === undefined) throw new Error(`internal: puzzle ${id} without a skill`);
  const tables = (await source.list(path))?.map(({ name }) => name).filter((name) => /\.csv$/i.test(name)) ?? [];
  const wanted = `puzzle_${id}.csv`;
  const name = [wanted, ...(id === 62 ? ['puzzle_63.csv'] : [])].find((known) => tables.includes(known));
  const file = name === undefined ? null : await source.file(joined(path, name));
  if (name === undefined || file === null) {
    const got = tables.length === 0 ? 'no CSV' : tables.toSorted().slice(0, MAX_NAMES).map(cut).join(', ');
    return fault(path, wanted, got, tables.length === 0 ? 'unpack the release again' : 'is this the folder of another puzzle?');
  }
  if (file.bytes === 0) return fault(joined(path, name), 'a table', 'an empty file', 'unpack the release again');
  if (file.bytes > MAX_CSV_BYTES) return fault(joined(path, name), `at most ${MAX_CSV_BYTES} bytes`, file.bytes, 'it is not a table of the release');
  return { id, skill, path, csvPath: joined(path, name), csvBytes: file.bytes };
}

/** Skills by id: the catalogue's, changed by SMART_info_v2.csv where there is one. */
async function readSkills(source: FolderSource, root: string, problems: string[]): Promise<ReadonlyMap<number, Skill>> {
  const skills = new Map(SKILL_OF);
  const info = (await source.file(INFO)) ?? (root === '' ? null : await source.file(joined(root, INFO)));
  if (info === null) return skills;
  const say = ({ message }: InputError): void => void problems.push(message);
  if (info.bytes > MAX_CSV_BYTES) {
    problems.push(fault(INFO, `at most ${MAX_CSV_BYTES} bytes`, info.bytes, 'left out'));
    return skills;
  }
  try {
    for await (const { place, fields } of new RecordStream(info, { onBad: say })) {
      const [id, type] = [
        String(fields.get('id') ?? '').trim(),
        String(fields.get('type') ?? '')
          .trim()
          .toLowerCase(),
      ];
      const skill = SKILLS.find((known) => known === type);
      if (skill === undefined || !isPuzzleName(id)) {
        problems.push(
          fault(place, `an id of 1 to ${PUZZLE_COUNT} and a type: ${SKILLS.join(', ')}`, `${cut(id)}, ${cut(type)}`, 'the usual skill is taken'),
        );
      } else skills.set(Number(id), skill);
    }
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    say(thrown);
  }
  return skills;
}
