/**
 * The safetensors format, float32 and (in files) float16: 8 bytes of header length (little-endian), a JSON header, then the numbers with no hole between them.
 *
 * Source: github.com/huggingface/safetensors (README and its list of validation errors, read at 1b0fe9c). A file here is untrusted: everything is
 * checked before anything is allocated, and the result is built anew. Stricter than the format where our files need no more: our own header cap of
 * 16 MiB, dtypes F32 and F16 only, and on request every number must be finite. Duplicate names are found by reading the header's keys ourselves, since
 * JSON.parse keeps the last of them without a word.
 */
import { fault, InputError } from '../lib/errors.ts';
import { fromHalf, toHalf } from '../lib/half.ts';

export interface TensorRecord {
  readonly dtype: 'F32';
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface SafetensorsFile {
  readonly tensors: Record<string, TensorRecord>;
  readonly metadata: Record<string, string>;
}

export interface DecodeOptions {
  /** Refuse NaN and infinities (the format itself allows them). */
  readonly mustBeFinite?: boolean;
}

/** Ours; the reference reader stops at 100 MB. A run of 2,000 evaluations is below 4 MiB. */
export const MAX_HEADER_BYTES = 16 * 1024 * 1024;
const LENGTH_BYTES = 8;
const BYTES = { F32: 4, F16: 2 } as const;
type StoredType = keyof typeof BYTES;
/** A name longer than this is no parameter of ours. */
const MAX_NAME_LENGTH = 256;
const MAX_AXES = 8;
const WHERE = 'safetensors';

/** One file of the given tensors, in the order of their names, rounded to halves where `dtype` says so; the header is padded with spaces to 8 bytes, as the reference writer does. */
export function encodeSafetensors(
  tensors: Readonly<Record<string, TensorRecord>>,
  metadata: Readonly<Record<string, string>> = {},
  dtype: StoredType = 'F32',
): Uint8Array {
  const names = Object.keys(tensors).sort();
  const header: [string, unknown][] = Object.keys(metadata).length === 0 ? [] : [['__metadata__', metadata]];
  let end = 0;
  for (const name of names) {
    const { shape, data } = record(tensors, name);
    if (name === '__metadata__' || product(shape) !== data.length)
      throw new InputError(fault(WHERE, `${product(shape)} numbers for ${name} [${shape.join(', ')}]`, data.length));
    const begin = end;
    end += data.length * BYTES[dtype];
    header.push([name, { dtype, shape, data_offsets: [begin, end] }]);
  }
  // Object.fromEntries would move integer-like names to the front and lose `__proto__`; the text is put together by hand.
  let text = `{${header.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
  let headerBytes = new TextEncoder().encode(text);
  text += ' '.repeat((8 - (headerBytes.length % 8)) % 8);
  headerBytes = new TextEncoder().encode(text);
  if (headerBytes.length > MAX_HEADER_BYTES) throw new InputError(fault(WHERE, `a header of at most ${MAX_HEADER_BYTES} bytes`, headerBytes.length));

  const file = new Uint8Array(LENGTH_BYTES + headerBytes.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  file.set(headerBytes, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes.length;
  for (const name of names) {
    const { data } = record(tensors, name);
    file.set(dtype === 'F16' ? halvesOf(data) : littleEndian(data), at);
    at += data.length * BYTES[dtype];
  }
  return file;
}

/** Reads a file that may be anything. Throws an InputError that says what is wrong with it. The arrays are copies. */
export function decodeSafetensors(bytes: Uint8Array, options: DecodeOptions = {}): SafetensorsFile {
  const { text, begin } = readHeader(bytes);
  const header = parseHeader(text);
  const dataBytes = bytes.length - begin;
  const metadata = readMetadata(header.get('__metadata__'));
  header.delete('__metadata__');
  const entries = [...header].map(([name, value]) => readEntry(name, value, dataBytes));
  checkCover(entries, dataBytes);

  const tensors: Record<string, TensorRecord> = Object.create(null) as Record<string, TensorRecord>;
  for (const { name, dtype, shape, from, to } of entries) {
    const stored = bytes.subarray(begin + from, begin + to);
    const data = dtype === 'F16' ? fromHalves(stored) : fromLittleEndian(stored);
    if (options.mustBeFinite === true) {
      const bad = data.findIndex((x) => !Number.isFinite(x));
      if (bad >= 0)
        throw new InputError(fault(WHERE, `finite numbers in ${name}`, `${data[bad]} at ${bad}`, 'these weights come from a run that broke down'));
    }
    tensors[name] = { dtype: 'F32', shape, data };
  }
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array): { text: string; begin: number } {
  if (bytes.length < LENGTH_BYTES)
    throw new InputError(fault(WHERE, 'a file of at least 8 bytes', `${bytes.length} bytes`, 'the file is damaged or not safetensors'));
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES))
    throw new InputError(fault(WHERE, `a header of at most ${MAX_HEADER_BYTES} bytes`, String(length), 'the file is damaged or not safetensors'));
  const begin = LENGTH_BYTES + Number(length);
  if (begin > bytes.length) throw new InputError(fault(WHERE, `${begin} bytes of header`, `a file of ${bytes.length}`, 'the file is cut off'));
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(LENGTH_BYTES, begin));
  } catch {
    throw new InputError(`${WHERE}: expected a header in UTF-8, got other bytes: the file is damaged`);
  }
  if (!text.startsWith('{')) throw new InputError(fault(WHERE, 'a header that starts with {', text.slice(0, 8)));
  return { text, begin };
}

/** The header as a map from name to value; refuses what JSON.parse would hide: duplicate names. */
function parseHeader(text: string): Map<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${WHERE}: expected a header in JSON, got text that is not: the file is damaged`);
  }
  if (!isPlainObject(value)) throw new InputError(fault(WHERE, 'an object as header', value));
  const keys = topLevelKeys(text);
  const seen = new Set<string>();
  for (const key of keys) {
    if (seen.has(key)) throw new InputError(fault(WHERE, 'each name once', key));
    seen.add(key);
  }
  return new Map(Object.entries(value));
}

/** The keys of the outermost object of a text that JSON.parse accepts. */
function topLevelKeys(text: string): string[] {
  const keys: string[] = [];
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    else if (char === '"') {
      let end = i + 1;
      while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
      let after = end + 1;
      while (/\s/.test(text[after] ?? '')) after += 1;
      if (depth === 1 && text[after] === ':') keys.push(String(JSON.parse(text.slice(i, end + 1))));
      i = end;
    }
  }
  return keys;
}

function readMetadata(value: unknown): Record<string, string> {
  const metadata: Record<string, string> = Object.create(null) as Record<string, string>;
  if (value === undefined) return metadata;
  if (!isPlainObject(value)) throw new InputError(fault(WHERE, '__metadata__ as an object', value));
  for (const [key, entry] of Object.entries(value)) {
    if (typeof entry !== 'string') throw new InputError(fault(WHERE, `text for ${clip(key)} in __metadata__`, typeof entry));
    metadata[key] = entry;
  }
  return metadata;
}

interface Entry {
  readonly name: string;
  readonly dtype: StoredType;
  readonly shape: readonly number[];
  readonly from: number;
  readonly to: number;
}

function readEntry(rawName: string, value: unknown, dataBytes: number): Entry {
  const name = clip(rawName);
  if (rawName.length > MAX_NAME_LENGTH || rawName === '') throw new InputError(fault(WHERE, `names of 1 to ${MAX_NAME_LENGTH} characters`, name));
  if (!isPlainObject(value)) throw new InputError(fault(WHERE, `an object for ${name}`, typeof value));
  const unknown = Object.keys(value).find((key) => key !== 'dtype' && key !== 'shape' && key !== 'data_offsets');
  if (unknown !== undefined) throw new InputError(fault(WHERE, `dtype, shape and data_offsets for ${name}`, clip(unknown)));
  const dtype = value['dtype'];
  if (dtype !== 'F32' && dtype !== 'F16')
    throw new InputError(fault(WHERE, `dtype F32 or F16 for ${name}`, clip(String(dtype)), 'convert the file to float32'));
  const shape = value['shape'];
  if (!isCounts(shape) || shape.length > MAX_AXES)
    throw new InputError(fault(WHERE, `a shape of at most ${MAX_AXES} counts for ${name}`, clip(JSON.stringify(shape) ?? 'none')));
  const offsets = value['data_offsets'];
  const [from, to] = isCounts(offsets) ? offsets : [];
  if (!isCounts(offsets) || offsets.length !== 2 || from === undefined || to === undefined || from > to) {
    throw new InputError(fault(WHERE, `two rising data_offsets for ${name}`, clip(JSON.stringify(offsets) ?? 'none')));
  }
  if (to > dataBytes) throw new InputError(fault(WHERE, `data_offsets of ${name} within ${dataBytes} bytes`, to, 'the file is cut off'));
  const numbers = product(shape);
  const size = numbers * BYTES[dtype];
  if (!Number.isSafeInteger(size)) throw new InputError(fault(WHERE, `a shape for ${name} that fits a file`, shape));
  if (size !== to - from) throw new InputError(fault(WHERE, `${size} bytes for ${name} [${shape.join(', ')}]`, `${to - from}`));
  return { name: rawName, dtype, shape: [...shape], from, to };
}

/** The tensors must cover the data exactly: no overlap, no hole, nothing behind. */
function checkCover(entries: readonly Entry[], dataBytes: number): void {
  let end = 0;
  for (const { name, from, to } of [...entries].sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (from < end) throw new InputError(fault(WHERE, 'tensors that do not overlap', clip(name)));
    if (from > end) throw new InputError(fault(WHERE, 'no hole between tensors', `${from - end} bytes before ${clip(name)}`));
    end = to;
  }
  if (end !== dataBytes) throw new InputError(fault(WHERE, `a file that ends with its last tensor, at ${end} bytes of data`, `${dataBytes}`));
}

function isCounts(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0 && !Object.is(n, -0));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function record(tensors: Readonly<Record<string, TensorRecord>>, name: string): TensorRecord {
  const found = tensors[name];
  if (found === undefined) throw new Error(`internal: ${WHERE} lost ${name}`);
  return found;
}

function product(shape: readonly number[]): number {
  return shape.reduce((a, b) => a * b, 1);
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function littleEndian(data: Float32Array): Uint8Array {
  if (IS_LITTLE_ENDIAN) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const bytes = new Uint8Array(data.byteLength);
  const view = new DataView(bytes.buffer);
  data.forEach((x, i) => view.setFloat32(i * BYTES.F32, x, true));
  return bytes;
}

function halvesOf(data: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(data.length * BYTES.F16));
  data.forEach((x, i) => view.setUint16(i * BYTES.F16, toHalf(x), true));
  return new Uint8Array(view.buffer);
}

function fromHalves(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float32Array.from({ length: bytes.length / BYTES.F16 }, (_, i) => fromHalf(view.getUint16(i * BYTES.F16, true)));
}

function fromLittleEndian(bytes: Uint8Array): Float32Array {
  const copy = bytes.slice();
  if (IS_LITTLE_ENDIAN) return new Float32Array(copy.buffer);
  const view = new DataView(copy.buffer);
  return Float32Array.from({ length: copy.length / BYTES.F32 }, (_, i) => view.getFloat32(i * BYTES.F32, true));
}
