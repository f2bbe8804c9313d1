/**
 * Share links: `#n3.` + base64url( zlib deflate( canonical JSON of the difference from the defaults of version 3 ) ). Links of versions 1 and 2 are read too.
 *
 * Source of the form and of every bound: design/reliability 3.2 and F37-F48. zlib and not raw deflate, because its Adler-32 finds every flipped
 * bit; input is capped before and output while inflating, in slices, because one small link can hold a bomb. Decoding builds new objects, checks
 * every range, fetches nothing and runs nothing. Any fault is one InputError whose message can be shown as it is.
 */
import { deflateSync, Inflate } from 'fflate';
import { fromBase64Url, toBase64Url } from '../lib/base64url.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { InputError } from '../lib/errors.ts';
import { LINK_DEFAULTS_1, LINK_DEFAULTS_2, LINK_DEFAULTS_3 } from './link-defaults.ts';
import { differenceOf, mergeOver, parseNotebookState, upgrade1, upgrade2 } from './link-schema.ts';
import type { NotebookState } from './notebook-state.ts';

export const LINK_PREFIX = '#n3.';
const PREFIX_CHARACTERS = LINK_PREFIX.length;
/** Bounds of reliability 3.2. */
export const MAX_LINK_CHARACTERS = 64 * 1024;
export const MAX_INFLATED_BYTES = 1024 * 1024;
export const MAX_DEPTH = 32;
export const MAX_NODES = 20_000;
/** One slice of input: at the best ratio of deflate (1032:1) it inflates to about 260 kB, so the cap is never far overrun. Reliability 3.2 asks <= 1 KiB. */
const SLICE_BYTES = 256;

/** A payload of each version, completed, in the form of the newest; not checked yet. */
const READERS: Readonly<Record<string, (payload: unknown) => unknown>> = {
  1: (payload) => upgrade2(upgrade1(mergeOver(LINK_DEFAULTS_1, payload))),
  2: (payload) => upgrade2(mergeOver(LINK_DEFAULTS_2, payload)),
  3: (payload) => mergeOver(LINK_DEFAULTS_3, payload),
};

/** The hash of a state, `#n3.…`. Throws InputError when it would not fit a link. */
export function encodeLink(state: NotebookState): string {
  const payload = differenceOf(state, LINK_DEFAULTS_3);
  const bytes = new TextEncoder().encode(canonicalJson(payload));
  const hash = LINK_PREFIX + toBase64Url(zlibOf(bytes));
  if (hash.length > MAX_LINK_CHARACTERS) {
    throw new InputError(
      `This notebook is too big for a link (${hash.length} characters, at most ${MAX_LINK_CHARACTERS}): share fewer runs, or export a file.`,
    );
  }
  return hash;
}

/** The state a hash holds. Throws InputError with one plain sentence for anything that is not a whole, valid link. */
export function decodeLink(hash: string): NotebookState {
  const version = /^#n(\d{1,6})\./.exec(hash)?.[1];
  if (version === undefined) throw new InputError(`This is not a Parallax link: it should start with "${LINK_PREFIX}".`);
  const read = READERS[version];
  if (read === undefined)
    throw new InputError(`This link was made by a newer Parallax (version ${version}): reload the page to get it, then open the link again.`);
  if (hash.length > MAX_LINK_CHARACTERS)
    throw new InputError(`This link is too long (${hash.length} characters, at most ${MAX_LINK_CHARACTERS}) and was not read.`);
  const text = utf8(inflateZlib(bytesOf(hash.slice(PREFIX_CHARACTERS))));
  const payload = parseJson(text);
  checkSize(payload);
  if (canonicalJson(payload) !== text) throw damaged('its data is not in canonical form');
  return parseNotebookState(read(payload));
}

function damaged(why: string): InputError {
  return new InputError(`This link is damaged (${why}). Ask for it again; nothing here was changed.`);
}

function bytesOf(text: string): Uint8Array {
  try {
    return fromBase64Url(text);
  } catch (thrown) {
    throw asDamaged(thrown, 'it holds characters that do not belong in it');
  }
}

/** Says `why` to the visitor and keeps what was thrown as the cause. */
function asDamaged(thrown: unknown, why: string): InputError {
  const error = damaged(why);
  error.cause = thrown;
  return error;
}

/** The inverse of `inflateZlib`. fflate has it too, with a second Adler-32 that the page would load. */
function zlibOf(bytes: Uint8Array): Uint8Array {
  const body = deflateSync(bytes, { level: 9 });
  const stream = new Uint8Array(body.length + 6);
  stream.set([0x78, 0xda]); // deflate with a window of 32 KiB, at its slowest
  stream.set(body, 2);
  new DataView(stream.buffer).setUint32(body.length + 2, adler32(bytes));
  return stream;
}

/** RFC 1950: two header bytes, a deflate stream, Adler-32 of the output, big-endian. fflate checks neither header sum nor Adler-32, so we do. */
function inflateZlib(bytes: Uint8Array): Uint8Array {
  const [method = 0, flags = 0] = bytes;
  const isZlib = bytes.length >= 8 && (method & 0x0f) === 8 && method >> 4 <= 7 && (flags & 0x20) === 0 && ((method << 8) | flags) % 31 === 0;
  if (!isZlib) throw damaged('its header is wrong');
  const body = bytes.subarray(2, bytes.length - 4);
  const chunks: Uint8Array[] = [];
  let total = 0;
  const inflate = new Inflate((chunk) => {
    total += chunk.length;
    if (total <= MAX_INFLATED_BYTES) chunks.push(chunk);
  });
  for (let start = 0; start < body.length; start += SLICE_BYTES) {
    const end = Math.min(start + SLICE_BYTES, body.length);
    try {
      inflate.push(body.slice(start, end), end === body.length);
    } catch (thrown) {
      throw asDamaged(thrown, 'it cannot be unpacked');
    }
    if (total > MAX_INFLATED_BYTES) throw new InputError(`This link unpacks to more than ${MAX_INFLATED_BYTES} bytes and was refused.`);
  }
  const output = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    output.set(chunk, offset);
    offset += chunk.length;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (adler32(output) !== view.getUint32(bytes.length - 4)) throw damaged('its checksum does not match');
  return output;
}

/** Adler-32 (RFC 1950): two sums modulo 65521, the largest prime below 2^16. */
export function adler32(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return ((high << 16) | low) >>> 0;
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (thrown) {
    throw asDamaged(thrown, 'its text is not valid');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    throw asDamaged(thrown, 'its data cannot be read');
  }
}

/** Refuses deep, large or poisoned values; walks with its own stack, so that depth cannot overflow ours. */
function checkSize(root: unknown): void {
  const open: { value: unknown; depth: number }[] = [{ value: root, depth: 1 }];
  let nodes = 0;
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    nodes += 1;
    if (nodes > MAX_NODES) throw new InputError(`This link holds more than ${MAX_NODES} values and was refused.`);
    if (item.depth > MAX_DEPTH) throw new InputError(`This link is nested deeper than ${MAX_DEPTH} levels and was refused.`);
    if (typeof item.value !== 'object' || item.value === null) continue;
    for (const [key, value] of Object.entries(item.value)) {
      if (key === '__proto__' || key === 'constructor' || key === 'prototype')
        throw new InputError(`This link holds the forbidden name "${key}" and was refused.`);
      open.push({ value, depth: item.depth + 1 });
    }
  }
}
