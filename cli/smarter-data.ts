/** Features of puzzles in a folder, for `npm run smarter`. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { FeatureKeeper } from '../src/study/smarter/featured-data.ts';
import type { FeaturedItems } from '../src/study/smarter/smarter-training.ts';

export function folderOfFeatures(folder: string): FeatureKeeper {
  const fileOf = (key: string): string => join(folder, `${key}.bin`);
  return {
    async read(key) {
      const file = fileOf(key);
      return existsSync(file) ? (deserialize(await readFile(file)) as FeaturedItems) : null; // our own file
    },
    async write(key, part) {
      await mkdir(folder, { recursive: true });
      const file = fileOf(key);
      await writeFile(`${file}.part`, serialize(part));
      await rename(`${file}.part`, file);
    },
  };
}
