/**
 * Pictures inside data files: base64 is checked and decoded, the first bytes must be those of a PNG, JPEG or WebP with a size, and its end must be there. Nothing is
 * drawn here.
 * Sources of the formats: PNG specification (W3C); ITU-T T.81 (JPEG) B.1 to B.2; RFC 9649 (WebP).
 */
import { fault, InputError } from '../../../lib/errors.ts';

export interface ImageHead {
  readonly type: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Bytes that hold the size, unless a JPEG begins with long notes. */
const HEAD_BYTES = 3072;
const EXPECTED = 'base64 of a PNG, JPEG or WebP picture';
const NAMES = { 'image/png': 'PNG', 'image/jpeg': 'JPEG', 'image/webp': 'WebP' } as const;
/** The last chunk of every PNG: its name and its checksum. */
const PNG_END = 'IEND\xae\x42\x60\x82';
const JPEG_END = '\xff\xd9';

/** What the picture is. Checks that all of it is base64, and looks at its first bytes and its end. Throws InputError at `place`. */
export function imageHeadOf(base64: string, place: string): ImageHead {
  const content = decode(base64, place);
  const head = sizeIn(bytesOf(content.slice(0, HEAD_BYTES))) ?? sizeIn(bytesOf(content));
  if (head !== null) {
    if (isWhole(content, head.type)) return head;
    const expected = `a whole ${NAMES[head.type]} picture`;
    throw new InputError(fault(place, expected, `${content.length} bytes without its end`, 'the picture is cut off'));
  }
  const opening = Array.from(bytesOf(content.slice(0, 12)), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw new InputError(fault(place, EXPECTED, `bytes that begin with ${opening}`));
}

/** All bytes of a picture that `imageHeadOf` accepts. */
export function imageBytes(base64: string, place: string): Uint8Array<ArrayBuffer> {
  imageHeadOf(base64, place);
  return bytesOf(decode(base64, place));
}

/** One character a byte. `atob` refuses what is no base64, line breaks apart, and is far faster than looking at each character here. */
function decode(text: string, place: string): string {
  const characters = text.replace(/^\s*data:image\/[a-z+]+;base64,/, '');
  if (characters !== '') {
    try {
      return atob(characters);
    } catch {
      // named below
    }
  }
  throw new InputError(fault(place, EXPECTED, characters === '' ? 'nothing' : notBase64(text, text.length - characters.length)));
}

/** What is wrong with a text that is no base64 from `start` on. */
function notBase64(text: string, start: number): string {
  const bad = text.slice(start).search(/[^A-Za-z0-9+/=\t\n\f\r ]/);
  const sign = text.indexOf('=', start);
  const isMisplaced = sign !== -1 && sign < text.trimEnd().length - 2; // it stands for what is missing at the end
  const at = bad === -1 ? (isMisplaced ? sign : -1) : start + bad;
  if (at === -1) return `${text.length - start} characters, which are no whole bytes`;
  const code = text.codePointAt(at) ?? 0;
  const character = code > 0x20 && code < 0x7f ? `“${String.fromCodePoint(code)}”` : `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const opening = text.length - start > 40 ? `${text.slice(start, start + 40)}…` : text.slice(start);
  return `${opening}, with ${character} as character ${at + 1} of ${text.length}`;
}

/** Whether the end of the format is there: a file that is cut off still tells its size. Zeros after a JPEG are padding. */
function isWhole(content: string, type: ImageHead['type']): boolean {
  switch (type) {
    case 'image/png':
      return content.lastIndexOf(PNG_END) !== -1; // some programs write notes of their own after it
    case 'image/jpeg': {
      let end = content.length;
      while (content.charCodeAt(end - 1) === 0) end -= 1;
      return content.startsWith(JPEG_END, end - JPEG_END.length);
    }
    case 'image/webp': {
      const view = new DataView(bytesOf(content.slice(0, 8)).buffer);
      return content.length >= 8 + view.getUint32(4, true); // RIFF: a name and the length of the rest
    }
    default:
      return type satisfies never;
  }
}

function bytesOf(content: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(content.length);
  for (let i = 0; i < content.length; i++) bytes[i] = content.charCodeAt(i);
  return bytes;
}

function sizeIn(bytes: Uint8Array): ImageHead | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = pngSize(view) ?? jpegSize(view) ?? webpSize(view);
  return found !== null && found.widthPx > 0 && found.heightPx > 0 ? found : null;
}

function pngSize(view: DataView): ImageHead | null {
  const isPng = view.byteLength >= 24 && view.getUint32(0) === 0x89504e47 && view.getUint32(4) === 0x0d0a1a0a && view.getUint32(12) === 0x49484452;
  return isPng ? { type: 'image/png', widthPx: view.getUint32(16), heightPx: view.getUint32(20) } : null;
}

/** Walks the segments up to the frame header (SOF0 to SOF15, without the tables DHT, JPG and DAC among them). */
function jpegSize(view: DataView): ImageHead | null {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 9 <= view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { type: 'image/jpeg', heightPx: view.getUint16(at + 5), widthPx: view.getUint16(at + 7) };
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2);
  }
  return null;
}

function webpSize(view: DataView): ImageHead | null {
  if (view.byteLength < 30 || view.getUint32(0) !== 0x52494646 || view.getUint32(8) !== 0x57454250) return null;
  const type = 'image/webp';
  const uint24 = (at: number): number => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000;
  switch (view.getUint32(12)) {
    case 0x56503820: // 'VP8 '
      return { type, widthPx: view.getUint16(26, true) & 0x3fff, heightPx: view.getUint16(28, true) & 0x3fff };
    case 0x5650384c: {
      const bits = view.getUint32(21, true); // 'VP8L': two numbers of 14 bits, each less 1
      return { type, widthPx: (bits & 0x3fff) + 1, heightPx: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case 0x56503858: // 'VP8X'
      return { type, widthPx: uint24(24) + 1, heightPx: uint24(27) + 1 };
    default:
      return null;
  }
}
