/** Right or wrong, item by item, as a text that can be kept beside a score: a bit each, the first item in the highest bit of the first byte, base64url. */
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { fault, InputError } from './errors.ts';

export function packOutcomes(outcomes: readonly boolean[]): string {
  const bytes = new Uint8Array(Math.ceil(outcomes.length / 8));
  outcomes.forEach((isRight, i) => {
    if (isRight) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (128 >> (i & 7));
  });
  return toBase64Url(bytes);
}

/** @param count - items. Throws InputError for a text of another number of them. */
export function unpackOutcomes(text: string, count: number): readonly boolean[] {
  const bytes = fromBase64Url(text);
  if (bytes.length !== Math.ceil(count / 8)) throw new InputError(fault('unpackOutcomes', `outcomes of ${count} items`, `${bytes.length} bytes`));
  return Array.from({ length: count }, (_, i) => ((bytes[i >> 3] ?? 0) & (128 >> (i & 7))) !== 0);
}
