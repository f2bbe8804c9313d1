/** The runs that ship with the page, weights and all (`runs/weights/`): which there are, and how one comes into this browser's store. */
import { InputError } from '../../lib/errors.ts';
import { sha256Hex } from '../../lib/hash.ts';
import { parseRecordedIndex } from '../../study/recorded-index.ts';
import type { RecordedEntry } from '../../study/recorded-index.ts';
import { runDigest } from '../../study/switch-run.ts';
import type { RunList } from './run-list.ts';
import { shippedFile, shippedText } from './shipped-file.ts';

/** By the digest of their specs; none where the site has no list. Throws InputError. */
export async function loadRecordedRuns(address: string): Promise<ReadonlyMap<string, RecordedEntry>> {
  const text = await shippedText(address, 'The list of recorded runs');
  return new Map(text === null ? [] : parseRecordedIndex(text).map((entry) => [entry.run, entry]));
}

/** Opens the run: that of this browser where there is one of the same spec at its end, else the recorded one, which is imported. Throws InputError. */
export async function openRecordedRun(runs: RunList, { run, file, name, sha256 }: RecordedEntry, address: string): Promise<void> {
  const own = runs.runs.value.find(({ summary }) => summary.step === summary.totalSteps && runDigest(summary.spec) === run);
  if (own !== undefined) {
    await runs.open(own.summary.runId);
    return;
  }
  // A run that was recorded again has the same name: the digest in the address keeps an older copy out.
  const bytes = await shippedFile(new URL(`${file}?${sha256.slice(0, 16)}`, new URL(address, document.baseURI)).href, `The run ${name}`);
  if (bytes === null) throw new InputError(`The run ${name} is in the list, but its file is not on the server. Train it here, or reload the page.`);
  if ((await sha256Hex(bytes)) !== sha256) throw new InputError(`The run ${name} came damaged. Try again.`);
  const imported = await runs.importRun(bytes);
  if (imported !== null) await runs.open(imported.runId);
}
