/** Runs as files out of the page. Apart from files.ts, which the page opens with. */
import { saveFile } from './files.ts';
import type { RunList } from './run-list.ts';

/** Saves a run as a file, with the weights along the way or without; its name, or null when it failed (then the list's `problem` says why). */
export async function saveRun(runs: RunList, runId: string, isWithTimeline: boolean): Promise<string | null> {
  const file = (await runs.ensureLoaded(runId)) ? await runs.exportRun(runId, isWithTimeline) : null;
  if (file !== null) saveFile(file.fileName, new Uint8Array(file.bytes));
  return file?.fileName ?? null;
}
