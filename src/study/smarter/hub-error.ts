/** Why a file of the hub could not be used. The message is for people: it names the file and the host, and says that the rest of the notebook does not need it. */
export type HubErrorKind =
  /** No connection, or the host refuses it. */
  | 'offline'
  /** The host has no such file, or does not give it. */
  | 'missing'
  /** The host failed; later it may not. */
  | 'server'
  | 'stalled'
  /** Not the bytes that were expected. */
  | 'damaged';

export class HubError extends Error {
  override readonly name = 'HubError';
  readonly kind: HubErrorKind;

  constructor(kind: HubErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Worth another try without anyone doing anything. */
export function isPassing(error: unknown): boolean {
  return error instanceof HubError && (error.kind === 'offline' || error.kind === 'server' || error.kind === 'stalled');
}

const MEANWHILE = 'The notebook works without it, with the small encoders that it ships.';

export function hubError(kind: HubErrorKind, url: string, what: string): HubError {
  return new HubError(kind, `${fileOf(url)} of ${new URL(url).host}: ${what} ${MEANWHILE}`);
}

/** Repository and name; the commit says nothing to people. */
export function fileOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.slice(1)).replace(/\/resolve\/[^/]+/, '');
}
