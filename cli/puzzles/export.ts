/** Own puzzles in the layout of SMART-101: `<id>/puzzle_<id>.csv` beside `<id>/img/`, the same columns, answers written as the release writes them. */
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Papa from 'papaparse';
import { fault, InputError } from '../../src/lib/errors.ts';
import { textOfValue } from '../../src/study/smart/answer-text.ts';
import { COLUMNS, LETTERS } from '../../src/study/smart/catalogue.ts';
import { familyOf } from '../../src/tasks/puzzles/families.ts';
import { puzzleAt } from '../../src/tasks/puzzles/instance.ts';
import type { Puzzle } from '../../src/tasks/puzzles/instance.ts';
import { encodePng } from '../../src/tasks/render/png.ts';
import { rasterise } from '../../src/tasks/render/raster.ts';
import type { PuzzlesCommand } from './options.ts';

export type ExportCommand = Extract<PuzzlesCommand, { kind: 'export' }>;

/** A table is written under its name when all its pictures are there, so that a puzzle with a table is whole. Throws InputError for a folder in use. */
export async function exportPuzzles(command: ExportCommand, onPuzzle: (id: number) => void): Promise<void> {
  const { dir, ids, count, seed, mode } = command;
  await makeEmpty(dir);
  for (const id of ids) {
    const family = familyOf(id);
    const folder = join(dir, String(id));
    await mkdir(join(folder, 'img'), { recursive: true });
    const rows: string[][] = [];
    for (let index = 0; index < count; index++) {
      const puzzle = puzzleAt(family, { seed, index, mode });
      const scene = puzzle.scene();
      const image = `puzzle_${id}_${index + 1}.png`;
      await writeFile(join(folder, 'img', image), encodePng(rasterise(scene), scene.widthPx, scene.heightPx));
      rows.push(rowOf(puzzle, image, `parallax, seed ${seed}, ${mode}`));
    }
    const table = join(folder, `puzzle_${id}.csv`);
    await writeFile(`${table}.part`, `${Papa.unparse([[...COLUMNS], ...rows])}\r\n`);
    await rename(`${table}.part`, table);
    onPuzzle(id);
  }
}

function rowOf({ family, index, question, options, right }: Puzzle, image: string, note: string): string[] {
  const texts = options.map((value) => textOfValue(family.id, family.answer, value));
  return [String(index + 1), question, image, ...texts, LETTERS[right] ?? '', note];
}

async function makeEmpty(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true });
  } catch (thrown) {
    throw new InputError(
      fault('--export', 'a folder that can be made', `${dir} (${(thrown as NodeJS.ErrnoException).code ?? 'error'})`, 'name another'),
    );
  }
  const names = await readdir(dir);
  if (names.length > 0) throw new InputError(fault('--export', 'an empty folder', `${dir} with ${names[0] ?? ''}`, 'name another folder'));
}
