/**
 * The pixel data of a PNG: rows filtered by "up" (each as its difference to the row above) and deflated into a zlib stream (RFC 1950, RFC 1951; PNG
 * specification, third edition, sections 9.2 and 10). Same pixels in, same bytes out, on every engine: whole numbers only, no library.
 *
 * Why our own: fflate takes 90 ms for a 1500 x 800 table at its fastest, this about a tenth of that at nearly the size (measured, Node 20). Pictures
 * of tasks repeat their rows, so most differences are zero: rows that equal the one above are found by words and become runs without ever being
 * stored; only the others are searched for matches, greedily, with one candidate for each hash of four bytes. No good for text or photographs.
 */
import { codeWords, limitedLengths } from './huffman.ts';

const MIN_MATCH = 4;
const MAX_MATCH = 258;
const MAX_DISTANCE = 32_768;
const HASH_BITS = 15;
/** Tokens of one block; each block has codes of its own. */
const BLOCK_TOKENS = 1 << 16;
/** A token is a literal (0..255) or MATCH | length << 16 | distance - 1. */
const MATCH = 1 << 30;

const FILTER_UP = 2;
const END_OF_BLOCK = 256;
const LITERAL_CODES = 286;
const DISTANCE_CODES = 30;
const MAX_CODE_BITS = 15;
/** The largest prime below 2^16. */
const ADLER = 65_521;
const MAX_LENGTH_CODE_BITS = 7;
/** The order in which the lengths of the length codes are written (RFC 1951, 3.2.7). */
const LENGTH_CODE_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** RFC 1951, 3.2.5: first length and extra bits of the codes 257..285, first distance and extra bits of the codes 0..29. */
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_EXTRA = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const LENGTH_BASE = basesOf(LENGTH_EXTRA, 3).with(-1, MAX_MATCH); // the last code is 258 alone
const DISTANCE_BASE = basesOf(DISTANCE_EXTRA, 1);
const LENGTH_CODE = codeTable(LENGTH_BASE, MAX_MATCH + 1);
/** Code of distance d + 1: by d below 256, by d >> 7 above, as distances there share codes in groups of 128. */
const DISTANCE_CODE = distanceTable();

/**
 * The zlib stream of filtered rows.
 *
 * @param pixels - Rows without gaps, `rowBytes` each.
 */
export function zlibOfRows(pixels: Uint8Array, rowBytes: number, rows: number): Uint8Array {
  const out = makeBitWriter(pixels.length);
  out.bits(0x78, 8); // deflate, window of 32 KiB
  out.bits(0x01, 8); // no dictionary; the check bits make the two bytes a multiple of 31
  const sum = writeRows(pixels, rowBytes, rows, out);
  out.align();
  for (const shift of [24, 16, 8, 0]) out.bits((sum >>> shift) & 0xff, 8);
  return out.done();
}

interface Block {
  readonly tokens: Uint32Array;
  readonly literals: Uint32Array;
  readonly distances: Uint32Array;
  count: number;
}

/**
 * Rows with differences, one after the other, each padded to words: what matches are searched in. Positions in it are not those of the stream, as
 * equal rows and the bytes that name the filter are missing: `offsets` says, by row kept, how far to add.
 */
interface Kept {
  readonly stride: number;
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly offsets: Int32Array;
}

/** All blocks. Returns the Adler-32 of the filtered rows (RFC 1950, section 8.2). */
function writeRows(pixels: Uint8Array, rowBytes: number, rows: number, out: BitWriter): number {
  const block: Block = {
    tokens: new Uint32Array(BLOCK_TOKENS),
    literals: new Uint32Array(LITERAL_CODES),
    distances: new Uint32Array(DISTANCE_CODES),
    count: 0,
  };
  const heads = new Int32Array(1 << HASH_BITS).fill(-1);
  const stride = (rowBytes + 3) & ~3;
  const bytes = scratchOf(stride * rows);
  const kept: Kept = { stride, bytes, words: new Uint32Array(bytes.buffer), offsets: new Int32Array(rows) };
  let [above, row] = [new Uint8Array(stride), new Uint8Array(stride)];
  let keptRows = 0;
  let [a, b] = [1, 0];
  for (let y = 0; y < rows; y++) {
    row.set(pixels.subarray(y * rowBytes, (y + 1) * rowBytes));
    const isEqual = !writeDifference(kept, keptRows * stride, row, above);
    // Room for what is added before addZeros and addRow look for room themselves: the byte that names the filter, and the first zero.
    if (block.count + (isEqual ? 2 : 1) > BLOCK_TOKENS) writeBlock(block, out, false);
    addLiteral(block, FILTER_UP);
    a = (a + FILTER_UP) % ADLER;
    b = (b + a) % ADLER;
    if (isEqual) {
      addZeros(block, rowBytes, out);
      b = (b + a * rowBytes) % ADLER; // below 2^53
    } else {
      kept.offsets[keptRows] = y * (rowBytes + 1) + 1 - keptRows * stride;
      addRow(block, kept, keptRows, rowBytes, heads, out);
      [a, b] = adlerOfRow(kept, keptRows, rowBytes, a, b);
      keptRows += 1;
    }
    [above, row] = [row, above];
  }
  writeBlock(block, out, true);
  return ((b << 16) | a) >>> 0;
}

/** Four bytes at a time, each minus the byte above it, modulo 256, and after them a word that ends every run. Returns false when all are zero. */
function writeDifference({ words, stride }: Kept, at: number, row: Uint8Array, above: Uint8Array): boolean {
  const upper = new Uint32Array(above.buffer);
  const lower = new Uint32Array(row.buffer);
  const count = stride >>> 2;
  let first = 0;
  while (first < count && lower[first] === upper[first]) first += 1;
  if (first === count) return false;
  const base = at >>> 2;
  words.fill(0, base, base + first);
  for (let i = first; i < count; i++) {
    const x = lower[i] ?? 0;
    const y = upper[i] ?? 0;
    // The top bit of each byte is kept out of the subtraction, so that no byte borrows from the next.
    words[base + i] = x === y ? 0 : ((x | 0x80808080) - (y & 0x7f7f7f7f)) ^ ((x ^ ~y) & 0x80808080);
  }
  words[base + count] = 1;
  return true;
}

/** Tokens of one kept row. Matches do not reach over the ends of rows, as what follows there in the stream may be missing here. */
function addRow(block: Block, { bytes, words, stride, offsets }: Kept, row: number, rowBytes: number, heads: Int32Array, out: BitWriter): void {
  const offset = offsets[row] ?? 0;
  const end = row * stride + rowBytes;
  let at = row * stride;
  while (at < end) {
    if (block.count > BLOCK_TOKENS - 2) writeBlock(block, out, false);
    const byte = bytes[at] ?? 0;
    if (byte === 0) {
      const stop = Math.min(end, endOfZeros(bytes, words, at));
      addZeros(block, stop - at, out);
      at = stop;
      continue;
    }
    if (at > end - MIN_MATCH) {
      addLiteral(block, byte);
      at += 1;
      continue;
    }
    const word = byte | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
    const slot = Math.imul(word, 0x9e3779b1) >>> (32 - HASH_BITS);
    const candidate = heads[slot] ?? -1;
    heads[slot] = at;
    if (candidate >= 0) {
      const candidateRow = Math.floor(candidate / stride);
      const distance = at + offset - candidate - (offsets[candidateRow] ?? 0);
      if (distance <= MAX_DISTANCE) {
        const most = Math.min(MAX_MATCH, end - at, candidateRow === row ? MAX_MATCH : candidateRow * stride + rowBytes - candidate);
        let length = 0;
        while (length < most && bytes[candidate + length] === bytes[at + length]) length += 1;
        if (length >= MIN_MATCH) {
          addMatch(block, length, distance - 1);
          at += length;
          continue;
        }
      }
    }
    addLiteral(block, byte);
    at += 1;
  }
}

/** A run of zeros: one, then matches at distance 1. */
function addZeros(block: Block, count: number, out: BitWriter): void {
  addLiteral(block, 0);
  let rest = count - 1;
  while (rest > 0) {
    if (block.count > BLOCK_TOKENS - 4) writeBlock(block, out, false);
    if (rest < 3) {
      addLiteral(block, 0);
      rest -= 1;
    } else {
      const length = Math.min(rest, MAX_MATCH);
      addMatch(block, length, 0);
      rest -= length;
    }
  }
}

function addLiteral(block: Block, byte: number): void {
  block.tokens[block.count++] = byte;
  block.literals[byte] = (block.literals[byte] ?? 0) + 1;
}

function addMatch(block: Block, length: number, distanceLess1: number): void {
  block.tokens[block.count++] = MATCH | (length << 16) | distanceLess1;
  const lengthCode = 257 + (LENGTH_CODE[length] ?? 0);
  const code = distanceCode(distanceLess1);
  block.literals[lengthCode] = (block.literals[lengthCode] ?? 0) + 1;
  block.distances[code] = (block.distances[code] ?? 0) + 1;
}

/** Where the run of zeros that begins at `at` ends: at the end of the row, padding included, at the latest. */
function endOfZeros(bytes: Uint8Array, words: Uint32Array, at: number): number {
  let to = at + 1;
  while ((to & 3) !== 0) {
    if (bytes[to] !== 0) return to;
    to += 1;
  }
  let word = to >>> 2;
  while (words[word] === 0) word += 1;
  to = word << 2;
  while (bytes[to] === 0) to += 1;
  return to;
}

/** Goes on with an Adler-32 over one kept row. */
function adlerOfRow({ bytes, words, stride }: Kept, row: number, rowBytes: number, sumA: number, sumB: number): [a: number, b: number] {
  let [a, b] = [sumA, sumB];
  const start = row * stride;
  const end = start + rowBytes;
  for (let at = start; at < end; at += 4) {
    const count = Math.min(4, end - at);
    if (words[at >>> 2] === 0) {
      b += count * a;
    } else {
      for (let i = 0; i < count; i++) {
        a += bytes[at + i] ?? 0;
        b += a;
      }
    }
    // a grows by 1020 at most in a step, b by 4 a: with this both stay far below 2^31.
    if (((at - start) & 0xfff) === 0xffc) [a, b] = [a % ADLER, b % ADLER];
  }
  return [a % ADLER, b % ADLER];
}

/** Kept between pictures: a fresh buffer of this size costs more than filling it. */
let scratch = new Uint8Array(0);

function scratchOf(bytes: number): Uint8Array {
  if (scratch.length < bytes + 4) scratch = new Uint8Array(bytes + 4);
  return scratch;
}

/** One block with codes of its own (RFC 1951, 3.2.7); empties it. */
function writeBlock(block: Block, out: BitWriter, isLast: boolean): void {
  const { literals, distances, tokens } = block;
  literals[END_OF_BLOCK] = 1;
  const literalLengths = limitedLengths(literals, MAX_CODE_BITS);
  const distanceLengths = limitedLengths(distances, MAX_CODE_BITS);
  const literalCount = Math.max(257, lastUsed(literalLengths) + 1);
  const distanceCount = Math.max(1, lastUsed(distanceLengths) + 1);
  out.bits(isLast ? 1 : 0, 1);
  out.bits(2, 2); // dynamic codes
  writeCodeLengths(out, literalLengths.subarray(0, literalCount), distanceLengths.subarray(0, distanceCount));
  const literalWords = codeWords(literalLengths);
  const distanceWords = codeWords(distanceLengths);
  for (let i = 0; i < block.count; i++) {
    const token = tokens[i] ?? 0;
    if (token < MATCH) {
      out.bits(literalWords[token] ?? 0, literalLengths[token] ?? 0);
      continue;
    }
    const length = (token >>> 16) & 0x1ff;
    const distanceLess1 = token & 0xffff;
    const lengthCode = LENGTH_CODE[length] ?? 0;
    out.bits(literalWords[257 + lengthCode] ?? 0, literalLengths[257 + lengthCode] ?? 0);
    out.bits(length - (LENGTH_BASE[lengthCode] ?? 0), LENGTH_EXTRA[lengthCode] ?? 0);
    const code = distanceCode(distanceLess1);
    out.bits(distanceWords[code] ?? 0, distanceLengths[code] ?? 0);
    out.bits(distanceLess1 + 1 - (DISTANCE_BASE[code] ?? 0), DISTANCE_EXTRA[code] ?? 0);
  }
  out.bits(literalWords[END_OF_BLOCK] ?? 0, literalLengths[END_OF_BLOCK] ?? 0);
  literals.fill(0);
  distances.fill(0);
  block.count = 0;
}

/** The lengths of both codes as one list, runs of zeros shortened (codes 17 and 18), itself Huffman-coded. */
function writeCodeLengths(out: BitWriter, literalLengths: Uint8Array, distanceLengths: Uint8Array): void {
  const all = [...literalLengths, ...distanceLengths];
  const symbols: [symbol: number, extra: number, extraBits: number][] = [];
  for (let at = 0; at < all.length;) {
    const length = all[at] ?? 0;
    let run = 1;
    while (length === 0 && run < 138 && all[at + run] === 0) run += 1;
    if (run >= 11) symbols.push([18, run - 11, 7]);
    else if (run >= 3) symbols.push([17, run - 3, 3]);
    else {
      symbols.push([length, 0, 0]);
      run = 1;
    }
    at += run;
  }
  const counts = new Uint32Array(19);
  for (const [symbol] of symbols) counts[symbol] = (counts[symbol] ?? 0) + 1;
  const lengths = limitedLengths(counts, MAX_LENGTH_CODE_BITS);
  const words = codeWords(lengths);
  let written = LENGTH_CODE_ORDER.length;
  while (written > 4 && lengths[LENGTH_CODE_ORDER[written - 1] ?? 0] === 0) written -= 1;
  out.bits(literalLengths.length - 257, 5);
  out.bits(distanceLengths.length - 1, 5);
  out.bits(written - 4, 4);
  for (const symbol of LENGTH_CODE_ORDER.slice(0, written)) out.bits(lengths[symbol] ?? 0, 3);
  for (const [symbol, extra, extraBits] of symbols) {
    out.bits(words[symbol] ?? 0, lengths[symbol] ?? 0);
    out.bits(extra, extraBits);
  }
}

function lastUsed(lengths: Uint8Array): number {
  let last = lengths.length - 1;
  while (last > 0 && lengths[last] === 0) last -= 1;
  return last;
}

interface BitWriter {
  /** The lowest `count` (0..15) bits of `value`, lowest first; `value` has no others. */
  bits(value: number, count: number): void;
  /** Fills the last byte with zeros. */
  align(): void;
  done(): Uint8Array;
}

function makeBitWriter(inputBytes: number): BitWriter {
  let bytes = new Uint8Array(Math.max(1024, inputBytes >>> 4));
  let at = 0;
  let held = 0;
  let heldBits = 0;

  function bits(value: number, count: number): void {
    held |= value << heldBits;
    heldBits += count;
    if (heldBits < 16) return;
    if (at + 2 > bytes.length) {
      const larger = new Uint8Array(bytes.length * 2);
      larger.set(bytes);
      bytes = larger;
    }
    bytes[at] = held;
    bytes[at + 1] = held >>> 8;
    at += 2;
    held >>>= 16;
    heldBits -= 16;
  }

  function done(): Uint8Array {
    const whole = bytes.slice(0, at + (heldBits >>> 3));
    for (let i = at; i < whole.length; i++) whole[i] = held >>> (8 * (i - at));
    return whole;
  }

  return { bits, align: () => bits(0, (8 - (heldBits % 8)) % 8), done };
}

function distanceCode(distanceLess1: number): number {
  return (distanceLess1 < 256 ? DISTANCE_CODE[distanceLess1] : DISTANCE_CODE[256 + (distanceLess1 >>> 7)]) ?? 0;
}

function basesOf(extraBits: readonly number[], first: number): number[] {
  let base = first;
  return extraBits.map((bits) => {
    const here = base;
    base += 1 << bits;
    return here;
  });
}

/** For each value below `size`, the last code whose first value is not above it. */
function codeTable(bases: readonly number[], size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, value) =>
    Math.max(
      0,
      bases.findLastIndex((base) => base <= value),
    ),
  );
}

function distanceTable(): Uint8Array {
  const codes = codeTable(DISTANCE_BASE, MAX_DISTANCE + 1);
  const table = new Uint8Array(512);
  for (let less1 = 0; less1 < 256; less1++) table[less1] = codes[less1 + 1] ?? 0;
  for (let group = 2; group < 256; group++) table[256 + group] = codes[(group << 7) + 1] ?? 0;
  return table;
}
