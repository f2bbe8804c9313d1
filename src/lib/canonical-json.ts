/**
 * JSON with one text for each value: keys sorted by code unit, no blanks. Equal values have equal texts, so texts can be hashed and compared.
 * Only plain JSON values are taken; what JSON.stringify would drop or change silently (undefined, NaN, dates, typed arrays) is an error.
 */
import { fault, InputError } from './errors.ts';

export function canonicalJson(value: unknown): string {
  return write(value, '$', new Set());
}

/** `path` names the place for errors; `open` holds the containers around it, to find circles. */
function write(value: unknown, path: string, open: Set<object>): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw unfit(path, String(value));
    return JSON.stringify(value); // -0 becomes 0
  }
  if (typeof value !== 'object') throw unfit(path, typeof value);
  if (open.has(value)) throw unfit(path, 'a circle');
  open.add(value);
  const text = Array.isArray(value) ? writeArray(value, path, open) : writeObject(value, path, open);
  open.delete(value);
  return text;
}

function writeArray(items: readonly unknown[], path: string, open: Set<object>): string {
  return `[${Array.from(items, (item, i) => write(item, `${path}[${i}]`, open)).join(',')}]`;
}

function writeObject(object: object, path: string, open: Set<object>): string {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) throw unfit(path, object.constructor.name);
  const entries = Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${write(item, `${path}.${key}`, open)}`).join(',')}}`;
}

function unfit(path: string, got: string): InputError {
  return new InputError(fault(`canonicalJson at ${path}`, 'null, true, false, a string, a finite number, a list or a plain object', got));
}
