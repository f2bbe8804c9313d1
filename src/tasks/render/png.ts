/**
 * RGB pixels -> PNG file, for data sets and downloads. Same pixels, same bytes, on every machine: every row takes the filter "up" (pictures of tasks
 * repeat their rows, so that differences are mostly zeros), and the deflate is ours (deflate.ts). Source of the format: PNG specification, third
 * edition, W3C. No palettes (a table with smooth letters has more than 256 colours), no alpha, no interlacing.
 */
import { fault } from '../../lib/errors.ts';
import { zlibOfRows } from './deflate.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const BIT_DEPTH = 8;
const COLOUR_TYPE_RGB = 2;

/**
 * A PNG file of 8-bit RGB.
 *
 * @param rgb - Pixels, row-major; shape `[H, W, 3]`.
 */
export function encodePng(rgb: Uint8Array, widthPx: number, heightPx: number): Uint8Array {
  if (widthPx < 1 || heightPx < 1 || rgb.length !== widthPx * heightPx * 3) {
    throw new RangeError(fault('encodePng', `${widthPx} x ${heightPx} x 3 bytes`, rgb.length));
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, widthPx);
  view.setUint32(4, heightPx);
  header.set([BIT_DEPTH, COLOUR_TYPE_RGB], 8); // then compression, filter method and interlacing: 0
  const data = zlibOfRows(rgb, widthPx * 3, heightPx);
  const parts = [Uint8Array.from(SIGNATURE), chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', new Uint8Array(0))];
  const file = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

/** Length, type, data, checksum of type and data. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let i = 0; i < 4; i++) bytes[4 + i] = type.charCodeAt(i);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

/** The CRC-32 of PNG (annex D of the specification). */
function crc32(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) value = (CRC_TABLE[(value ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
