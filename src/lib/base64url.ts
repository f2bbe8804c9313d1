/**
 * Base64url without padding (RFC 4648 section 5), strict: one text for each byte sequence, and everything else is refused. Own code, because atob
 * accepts blanks, padding and stray bits, and does not exist in the same form everywhere.
 */
import { fault, InputError } from './errors.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUE_OF: ReadonlyMap<string, number> = new Map([...ALPHABET].map((letter, value) => [letter, value]));

export function toBase64Url(bytes: Uint8Array): string {
  const letters: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const count = Math.min(3, bytes.length - at);
    const triple = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let i = 0; i <= count; i++) letters.push(ALPHABET.charAt((triple >>> (18 - 6 * i)) & 63));
  }
  return letters.join('');
}

/** Throws InputError for a foreign letter, an impossible length, or bits that no encoder would write. */
export function fromBase64Url(text: string): Uint8Array {
  if (text.length % 4 === 1)
    throw new InputError(fault('fromBase64Url', 'a base64url text', `${text.length} letters`, 'a letter is missing or too many'));
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let written = 0;
  for (let at = 0; at < text.length; at += 4) {
    const group = text.slice(at, at + 4);
    let bits = 0;
    for (let i = 0; i < 4; i++) bits = (bits << 6) | (i < group.length ? valueAt(text, at + i) : 0);
    const count = group.length - 1;
    for (let i = 0; i < count; i++) bytes[written++] = (bits >>> (16 - 8 * i)) & 255;
    if ((bits & (0xffffff >>> (8 * count))) !== 0 && count < 3) {
      throw new InputError(fault('fromBase64Url', 'a base64url text', JSON.stringify(group), 'its last letter has bits that belong to no byte'));
    }
  }
  return bytes;
}

function valueAt(text: string, at: number): number {
  const value = VALUE_OF.get(text.charAt(at));
  if (value !== undefined) return value;
  throw new InputError(fault('fromBase64Url', 'letters, digits, - and _', `${JSON.stringify(text.charAt(at))} at ${at}`));
}
