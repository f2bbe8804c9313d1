/** Files that ship with the page beside its code: recorded figures, sweeps and runs. */
import { InputError } from '../../lib/errors.ts';

/**
 * The bytes of a file; null where the site has none: some servers answer that with their start page. Throws InputError with what happened and what to do.
 *
 * @param what - the file, for people, at the beginning of a sentence.
 */
export async function shippedFile(address: string, what: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const failed = (why: string): InputError => new InputError(`${what} could not be loaded (${why}). Check the connection, then try again.`);
  try {
    const response = await fetch(address);
    if (response.status === 404 || (response.headers.get('content-type') ?? '').includes('html')) return null;
    if (!response.ok) throw failed(`the server answered ${response.status}`);
    return new Uint8Array(await response.arrayBuffer());
  } catch (thrown) {
    if (thrown instanceof InputError) throw thrown;
    throw failed(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** The same as text. */
export async function shippedText(address: string, what: string): Promise<string | null> {
  const bytes = await shippedFile(address, what);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}
