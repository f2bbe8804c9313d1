/** Why the run store could not do as asked. A caller acts on `kind`; the message is for people. */
export type StoreErrorKind =
  /** No room: training goes on, the last checkpoint is whole. */
  | 'full'
  /** Another tab trains this run. */
  | 'locked'
  /** Another tab took the run over; nothing was written. */
  | 'taken-over'
  /** Written by a newer version of this program: it is left as it is. */
  | 'newer'
  /** No generation of it is whole. */
  | 'damaged'
  | 'missing'
  /** The database does not open or fails; nothing can be saved. */
  | 'unavailable';

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** What was found is a run of a newer program. */
export function newer(runId: string): StoreError {
  return new StoreError(
    'newer',
    `The run ${runId} was made by a newer version of this page. It is left as it is; reload the page to get that version.`,
  );
}
