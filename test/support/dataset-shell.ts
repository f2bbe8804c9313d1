/** Calls `npm run dataset` inside the test's process, with a world of the test's own around it. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Shell } from '../../cli/dataset/run.ts';
import { runDataset } from '../../cli/dataset/run.ts';

export const TEST_GENERATOR = { name: 'parallax', version: 'test', commit: null };

export interface Called {
  readonly isDone: boolean;
  /** The JSON line on stdout. */
  readonly summary: Record<string, unknown>;
  readonly said: string;
}

/** A shell that hears nothing and never stops, changed by `changes`. */
export async function callDataset(args: readonly string[], changes: Partial<Shell> = {}): Promise<Called> {
  let printed = '';
  let said = '';
  let nowMs = 0;
  const shell: Shell = {
    print: (text) => (printed += text),
    errors: { write: (text: string) => (said += text) },
    clock: () => (nowMs += 100),
    generator: TEST_GENERATOR,
    isStopped: () => false,
    ...changes,
  };
  const isDone = await runDataset(args, shell);
  return { isDone, summary: JSON.parse(printed) as Record<string, unknown>, said };
}

/** Digest of every file of a folder, by its path. */
export function folderDigests(folder: string): Record<string, string> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = paths.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  return Object.fromEntries(names.map((path) => [path.slice(folder.length + 1), createHash('sha256').update(readFileSync(path)).digest('hex')]));
}

/** A folder that is gone after the test file. */
export function temporaryFolder(): { readonly path: (name: string) => string; readonly remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), 'parallax-dataset-'));
  return { path: (name) => join(root, name), remove: () => rmSync(root, { recursive: true, force: true }) };
}
