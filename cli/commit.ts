/** Which code made a result. */
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');

/** The commit of the working tree, with `+` when files differ from it; `PARALLAX_COMMIT` where that is set, for copies that are no repository; null without either. */
export function commitHash(): string | null {
  const named = process.env['PARALLAX_COMMIT'];
  if (named !== undefined && named !== '') return named;
  try {
    const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return `${git('rev-parse', 'HEAD')}${git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+'}`;
  } catch {
    return null; // a release without its repository is fine
  }
}
