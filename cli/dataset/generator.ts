/** What makes the set: name and version of this package, and the commit where there is a repository. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Generator } from '../../src/study/data/write/manifest.ts';

const ROOT = resolve(import.meta.dirname, '../..');

export function readGenerator(): Generator {
  const { name, version } = JSON.parse(readFileSync(resolve(ROOT, 'package.json'), 'utf8')) as { name: string; version: string };
  return { name, version, commit: commitHash() };
}

/** The commit of the working tree, with `+` when files differ from it. */
function commitHash(): string | null {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return `${git('rev-parse', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+'}`;
  } catch {
    return null;
  }
}
