/**
 * PNG file -> 8-bit RGB, the same bytes in Node and in every browser (a canvas would mix transparent pixels with its ground). Source of the format: PNG specification,
 * third edition, W3C. Inflating and its checksum are the platform's (`DecompressionStream`). Colours become RGB as in the reference loader (PIL's convert('RGB')):
 * transparency is dropped, of 16 bits the upper eight stay. Not for interlaced files, and colour profiles are not applied.
 */
import { fault, InputError } from '../../lib/errors.ts';

export interface Pixels {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Row-major, `[H, W, 3]`. */
  readonly rgb: Uint8Array;
}

/** Ours: the release's largest pictures are about 7,000 px wide; a file of a few kB could ask for any amount of memory. */
const MAX_PIXELS = 64 * 2 ** 20;

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] as const;

/** Samples of a pixel and the bit depths there are, by colour type: grey, RGB, palette, grey with alpha, RGBA. */
const COLOUR_TYPES: Readonly<Partial<Record<number, { readonly samples: number; readonly depths: readonly number[] }>>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};
const PALETTE = 3;

interface Head {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly depth: number;
  readonly colourType: number;
  readonly samples: number;
  /** Of a row, without its filter byte. */
  readonly rowBytes: number;
}

interface Parts {
  readonly head: Head;
  readonly palette: Uint8Array;
  readonly data: readonly Uint8Array[];
}

/** Throws InputError at `place` for a file that is no PNG, is cut off or damaged, or is of a kind that is not read here. */
export async function pngPixels(file: Uint8Array, place: string): Promise<Pixels> {
  const { head, palette, data } = partsOf(file, place);
  const rows = await inflate(data, (head.rowBytes + 1) * head.heightPx, place);
  unfilter(rows, head, place);
  return { widthPx: head.widthPx, heightPx: head.heightPx, rgb: colours(rows, head, palette, place) };
}

/** The chunks that matter; each is length, name, bytes, checksum. */
function partsOf(file: Uint8Array, place: string): Parts {
  if (!SIGNATURE.every((byte, i) => file[i] === byte)) throw new InputError(fault(place, 'a PNG picture', opening(file)));
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let head: Head | null = null;
  let palette = new Uint8Array(0);
  const data: Uint8Array[] = [];
  for (let at = SIGNATURE.length; at + 12 <= file.length;) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...file.subarray(at + 4, at + 8));
    const bytes = file.slice(at + 8, at + 8 + length);
    if (bytes.length < length) break;
    at += 12 + length;
    if (name === 'IHDR') head = headOf(bytes, place);
    else if (name === 'PLTE') palette = bytes;
    else if (name === 'IDAT') data.push(bytes);
    else if (name === 'IEND' && head !== null) return { head, palette, data };
  }
  throw new InputError(fault(place, 'a whole PNG picture', `${file.length} bytes without its end`, 'the picture is cut off'));
}

function headOf(bytes: Uint8Array, place: string): Head {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length !== 13) throw damaged(place, `a head of ${bytes.length} bytes`);
  const [widthPx, heightPx] = [view.getUint32(0), view.getUint32(4)];
  const [depth = 0, colourType = 0, , , interlace = 0] = bytes.subarray(8);
  const kind = COLOUR_TYPES[colourType];
  if (kind === undefined || !kind.depths.includes(depth)) throw damaged(place, `colour type ${colourType} with ${depth} bits`);
  if (interlace !== 0) throw new InputError(fault(place, 'a PNG picture that is not interlaced', 'an interlaced one', 'save it again without'));
  const size = `${widthPx} x ${heightPx} px`;
  if (widthPx < 1 || heightPx < 1 || widthPx * heightPx > MAX_PIXELS) throw new InputError(fault(place, `1 to ${MAX_PIXELS} pixels`, size));
  return { widthPx, heightPx, depth, colourType, samples: kind.samples, rowBytes: Math.ceil((widthPx * kind.samples * depth) / 8) };
}

/** Exactly `length` bytes, or an InputError; no more is ever held. */
async function inflate(data: readonly Uint8Array[], length: number, place: string): Promise<Uint8Array> {
  const packed = new Blob(data.map((part) => new Uint8Array(part)));
  const reader = packed.stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const rows = new Uint8Array(length);
  let at = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (at + value.length > length) throw damaged(place, `more than the ${length} bytes of its rows`);
      rows.set(value, at);
      at += value.length;
    }
  } catch (thrown) {
    if (thrown instanceof InputError) {
      await reader.cancel();
      throw thrown;
    }
    throw damaged(place, 'compressed rows that do not open'); // the stream says only that: a wrong checksum, a wrong code or a missing end
  }
  if (at < length) throw damaged(place, `${at} of the ${length} bytes of its rows`);
  return rows;
}

/** Takes the filter off every row, in place. */
function unfilter(rows: Uint8Array, { rowBytes, heightPx, samples, depth }: Head, place: string): void {
  const step = Math.max(1, (samples * depth) >> 3); // bytes from a pixel to the next
  let above: Uint8Array = new Uint8Array(rowBytes);
  for (let y = 0; y < heightPx; y++) {
    const start = y * (rowBytes + 1) + 1;
    const filter = rows[start - 1] ?? 0;
    if (filter > 4) throw damaged(place, `filter ${filter} in row ${y + 1}`);
    const row = rows.subarray(start, start + rowBytes);
    unfilterRow(row, above, filter, step);
    above = row;
  }
}

/** The sum is cut to a byte as it is stored. A loop for each filter: this is most of the time that reading takes. */
function unfilterRow(row: Uint8Array, above: Uint8Array, filter: number, step: number): void {
  const { length } = row;
  const at = (bytes: Uint8Array, i: number): number => (i < 0 ? 0 : (bytes[i] ?? 0));
  if (filter === 1) for (let i = step; i < length; i++) row[i] = at(row, i) + at(row, i - step);
  if (filter === 2) for (let i = 0; i < length; i++) row[i] = at(row, i) + at(above, i);
  if (filter === 3) for (let i = 0; i < length; i++) row[i] = at(row, i) + ((at(row, i - step) + at(above, i)) >> 1);
  if (filter === 4) for (let i = 0; i < length; i++) row[i] = at(row, i) + paeth(at(row, i - step), at(above, i), at(above, i - step));
}

/** Whichever of the three is nearest to left + up - corner. */
function paeth(left: number, up: number, corner: number): number {
  const toLeft = Math.abs(up - corner);
  const toUp = Math.abs(left - corner);
  const toCorner = Math.abs(left + up - 2 * corner);
  return toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
}

function colours(
  rows: Uint8Array,
  { widthPx, heightPx, depth, colourType, samples, rowBytes }: Head,
  palette: Uint8Array,
  place: string,
): Uint8Array {
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  if (depth === 8 && samples >= 3) {
    for (let y = 0, to = 0; y < heightPx; y++) {
      for (let x = 0, from = y * (rowBytes + 1) + 1; x < widthPx; x++, from += samples) {
        for (let c = 0; c < 3; c++) rgb[to++] = rows[from + c] ?? 0;
      }
    }
    return rgb;
  }
  const isPalette = colourType === PALETTE;
  const isGrey = samples < 3 && !isPalette;
  const scale = depth < 8 && isGrey ? 255 / (2 ** depth - 1) : 1;
  /** Sample `i` of the row that begins at `start`. */
  const sample = (start: number, i: number): number => {
    if (depth >= 8) return rows[start + i * (depth >> 3)] ?? 0;
    const bit = i * depth;
    return (((rows[start + (bit >> 3)] ?? 0) >> (8 - depth - (bit & 7))) & (2 ** depth - 1)) * scale;
  };
  for (let y = 0; y < heightPx; y++) {
    const start = y * (rowBytes + 1) + 1;
    for (let x = 0; x < widthPx; x++) {
      const to = (y * widthPx + x) * 3;
      const first = sample(start, x * samples);
      if (isPalette && first * 3 + 2 >= palette.length) throw damaged(place, `colour ${first} of a palette of ${Math.floor(palette.length / 3)}`);
      for (let c = 0; c < 3; c++) rgb[to + c] = isPalette ? (palette[first * 3 + c] ?? 0) : isGrey ? first : sample(start, x * samples + c);
    }
  }
  return rgb;
}

function damaged(place: string, got: string): InputError {
  return new InputError(fault(place, 'a PNG picture', got, 'the picture is damaged'));
}

function opening(file: Uint8Array): string {
  if (file.length === 0) return 'an empty file';
  if (file[0] === 0xff && file[1] === 0xd8) return 'a JPEG picture';
  return `bytes that begin with ${Array.from(file.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
}
