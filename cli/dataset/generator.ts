/** What makes the set: name and version of this package, and the commit where there is a repository. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Generator } from '../../src/study/data/write/manifest.ts';
import { commitHash } from '../commit.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export function readGenerator(): Generator {
  const { name, version } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as { name: string; version: string };
  return { name, version, commit: commitHash() };
}
