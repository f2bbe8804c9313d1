/** Right or wrong, item by item, as a text that can be kept beside a score: how many, a colon, a bit each (the first item is the highest bit of the first byte) in base64url. */
import { fromBase64Url, toBase64Url } from './base64url.ts';
import { fault, InputError } from './errors.ts';

export function packOutcomes(outcomes: readonly boolean[]): string {
  const bytes = new Uint8Array(Math.ceil(outcomes.length / 8));
  outcomes.forEach((isRight, i) => {
    if (isRight) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (128 >> (i & 7));
  });
  return `${outcomes.length}:${toBase64Url(bytes)}`;
}

/** Throws InputError for a text that is none. */
export function unpackOutcomes(text: string): readonly boolean[] {
  const [, count = '', packed = ''] = /^(\d{1,9}):(.*)$/.exec(text) ?? [];
  const bytes = fromBase64Url(packed);
  if (count === '' || bytes.length !== Math.ceil(Number(count) / 8))
    throw new InputError(fault('unpackOutcomes', 'outcomes of items, such as 6:gA', text.slice(0, 40)));
  return Array.from({ length: Number(count) }, (_, i) => ((bytes[i >> 3] ?? 0) & (128 >> (i & 7))) !== 0);
}
