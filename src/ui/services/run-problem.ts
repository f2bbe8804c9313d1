/** What went wrong with a run, as the page shows it, and how the page tells one fault from another. */
import { CallError } from './worker-client.ts';

export interface Problem {
  readonly message: string;
  /** The run it concerns, if any. */
  readonly runId: string | null;
  /** What would help, as a button. */
  readonly cure: { readonly label: string; run(): void } | null;
}

/** Another tab holds the run: the store's error (study/store-error.ts) as it comes over the wire, where its kind is in the words. */
export function isHeldElsewhere(thrown: unknown): boolean {
  return thrown instanceof CallError && thrown.name === 'StoreError' && /\b(in|by) another tab\b/.test(thrown.message);
}
