/**
 * The training recipe that goes with a LLaVA export: recipes/trl of this repository, copied beside the data. In its README, the command that makes the
 * data becomes the one that made these.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

export const RECIPE_FOLDER = 'recipe';
const SOURCE = resolve(import.meta.dirname, '../../recipes/trl');

/** What belongs to this repository only: the recipe's tests and what tools leave behind. */
const NOT_COPIED = /^(?:test_.*|check\.sh|__pycache__|\..*)$/;
const README = 'README.md';
/** The first command of its kind in the README. */
const DATASET_COMMAND = /^npm run dataset -- .*$/m;

/** @param command - Without `--out`, so that the same set has the same bytes in every folder. */
export async function copyRecipe(dir: string, command: string, source = SOURCE): Promise<void> {
  if (!existsSync(source)) return; // a release without it is fine
  const target = join(dir, RECIPE_FOLDER);
  await mkdir(target, { recursive: true });
  for (const { name } of (await readdir(source, { withFileTypes: true })).filter((entry) => entry.isFile() && !NOT_COPIED.test(entry.name))) {
    const bytes = await readFile(join(source, name));
    const own = name === README ? bytes.toString('utf8').replace(DATASET_COMMAND, () => `${command} --out DIR`) : bytes;
    await writeFile(join(target, name), own);
  }
}
