/**
 * A link to a smarterVLM training: `#smarter=1-HEX`, where HEX is the JSON of what differs from the default spec, byte by byte in hexadecimal (addresses of cells hold small
 * letters and digits alone). The 1 is the version: a later default writes another.
 */
import { canonicalJson } from '../../lib/canonical-json.ts';
import { fault, InputError } from '../../lib/errors.ts';
import { DEFAULT_SMARTER, parseSmarterSpec } from '../../study/smarter/smarter-spec.ts';
import type { SmarterSpec } from '../../study/smarter/smarter-spec.ts';

export const SMARTER_ANCHOR = '#smarter=';
const VERSION = '1-';
/** Ours: a spec that differs in every field has about 1,500 letters. */
const MOST_LETTERS = 8000;

/** The address after `location.pathname`. */
export function smarterAnchor(spec: SmarterSpec): string {
  const bytes = new TextEncoder().encode(canonicalJson(difference(spec, DEFAULT_SMARTER)));
  return SMARTER_ANCHOR + VERSION + Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Null for the address of something else. Throws InputError for a damaged link. */
export function specOfAnchor(anchor: string): SmarterSpec | null {
  if (!anchor.startsWith(SMARTER_ANCHOR)) return null;
  const text = anchor.slice(SMARTER_ANCHOR.length);
  const hex = text.slice(VERSION.length);
  if (!text.startsWith(VERSION) || hex.length > MOST_LETTERS || !/^([0-9a-f]{2})+$/.test(hex))
    throw new InputError(fault('smarterVLM link', 'a link of this page', 'another text', 'copy the whole link again'));
  const bytes = Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
  return parseSmarterSpec(merged(DEFAULT_SMARTER, readJson(new TextDecoder().decode(bytes))));
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InputError(fault('smarterVLM link', 'a spec in JSON', 'another text', 'copy the whole link again'));
  }
}

/** Fields of `value` that are not those of `usual`; objects are compared field by field, lists and the rest as a whole. */
function difference(value: object, usual: object): Record<string, unknown> {
  const other: ReadonlyMap<string, unknown> = new Map(Object.entries(usual));
  const changed: Record<string, unknown> = {};
  for (const [key, own] of Object.entries(value) as [string, unknown][]) {
    const theirs = other.get(key);
    if (JSON.stringify(own) === JSON.stringify(theirs)) continue;
    changed[key] = isObject(own) && isObject(theirs) ? difference(own, theirs) : own;
  }
  return changed;
}

/** Fields that the default does not have are left out; the spec's own check says what is wrong with the others. */
function merged(usual: object, changed: unknown): Record<string, unknown> {
  const given: ReadonlyMap<string, unknown> = new Map(isObject(changed) ? Object.entries(changed) : []);
  return Object.fromEntries(
    (Object.entries(usual) as [string, unknown][]).map(([key, own]) => {
      if (!given.has(key)) return [key, own];
      const next = given.get(key);
      return [key, isObject(own) && isObject(next) ? merged(own, next) : next];
    }),
  );
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
