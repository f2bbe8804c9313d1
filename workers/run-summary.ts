/** What the trainer's service says of runs: the line of the list, notes, file names. Pure. */
import { DeviceError } from '../src/lib/errors.ts';
import { adapterText } from '../src/study/adapter-text.ts';
import type { StoredRun } from '../src/study/run-store-types.ts';
import type { LoadedRun } from './loaded-run.ts';
import type { RunSummary } from './protocol.ts';

/** What the page lists of a run of the store. */
export function summaryOf({ name, head, snapshots, isLocked }: StoredRun, loaded: LoadedRun | null): RunSummary {
  const { schema: _, ...rest } = head;
  const isHere = loaded?.runId === head.runId;
  // A run that was training when its tab was closed is not training any more.
  const state = isHere ? loaded.session.state() : !isLocked && ['preparing', 'running', 'evaluating'].includes(head.state) ? 'paused' : head.state;
  return { ...rest, name, snapshots, state, lockedElsewhere: isLocked && !isHere };
}

/** Step of the stored run `runId`. */
export function stepOf(runId: string, { head }: StoredRun): number {
  if (head.runId !== runId) throw new DeviceError('internal: another run');
  return head.step;
}

/** A note when a run goes on somewhere else; null when it does not. */
export function otherDevice(before: string, here: string): string | null {
  if (before === '' || before === here) return null;
  const texts = [before, here].map(adapterText);
  const [there, now] = texts[0] === texts[1] ? [before, here] : texts; // drivers alone differ
  return `It was trained on ${there} and goes on here on ${now}, so the numbers will not be the same to the last bit.`;
}

/** A file name of any run name: letters, digits and dashes. */
export function fileNameOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^\w-]+/gu, '-')
    .replace(/^-+|-+$/gu, '');
  return plain === '' ? 'run' : plain.slice(0, 60);
}
