/**
 * The error form of the whole project: `where: expected …, got …: cure`.
 *
 * A class exists only where a caller acts on it. Classes do not survive `postMessage`; `toWireError` is what crosses.
 */

/** Bad input by a person, a link or a file: the message is shown where the input was made, and nothing is lost. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/** A tensor or array whose shape is not the one a function declares. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** No adapter, a lost device, or a backend that cannot run here; `message` says which and what to do. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
}

/** What an error is on the wire between a worker and the page. */
export interface WireError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** Formats `where: expected …, got …: cure`. */
export function fault(where: string, expected: string, got: unknown, cure?: string): string {
  const shown = typeof got === 'string' ? got : JSON.stringify(got);
  const head = `${where}: expected ${expected}, got ${shown ?? String(got)}`;
  return cure === undefined ? head : `${head}: ${cure}`;
}

/** Turns anything thrown into what can be posted. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof Error) {
    const { name, message, stack } = thrown;
    return stack === undefined ? { name, message } : { name, message, stack };
  }
  return { name: 'Error', message: String(thrown) };
}
