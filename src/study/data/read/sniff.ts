/**
 * Is it text at all? Looks at the first bytes and refuses, by name and with the cure, what people give by mistake: workbooks, archives, pictures, other
 * encodings, and pointers in place of the file.
 */
import { fault, InputError } from '../../../lib/errors.ts';

interface Kind {
  readonly what: string;
  readonly cure: string;
  readonly opening: readonly number[];
}

const SAVE_AS_UTF8 = 'save it as UTF-8';
const UNPACK = 'unpack it and give the file inside';
const AS_TSV = 'save it as text: pandas.read_excel(FILE).to_csv(OUT, sep="\\t", index=False)';
const NOT_DATA = 'give a TSV, CSV, JSON or JSON-lines file';

const KINDS: readonly Kind[] = [
  { what: 'an old Excel workbook', cure: AS_TSV, opening: [0xd0, 0xcf, 0x11, 0xe0] },
  { what: 'a gzip archive', cure: UNPACK, opening: [0x1f, 0x8b] },
  { what: 'a bzip2 archive', cure: UNPACK, opening: codes('BZh') },
  { what: 'an xz archive', cure: UNPACK, opening: [0xfd, 0x37, 0x7a, 0x58, 0x5a] },
  { what: 'a zstd archive', cure: UNPACK, opening: [0x28, 0xb5, 0x2f, 0xfd] },
  { what: 'a 7z archive', cure: UNPACK, opening: [0x37, 0x7a, 0xbc, 0xaf] },
  { what: 'a PNG picture', cure: NOT_DATA, opening: [0x89, 0x50, 0x4e, 0x47] },
  { what: 'a JPEG picture', cure: NOT_DATA, opening: [0xff, 0xd8, 0xff] },
  { what: 'a PDF', cure: NOT_DATA, opening: codes('%PDF') },
  { what: 'a Parquet file', cure: 'save it as text: pandas.read_parquet(FILE).to_json(OUT, orient="records", lines=True)', opening: codes('PAR1') },
  { what: 'a pointer of Git LFS, not the file', cure: 'fetch the file: git lfs pull', opening: codes('version https://git-lfs') },
  { what: 'UTF-32', cure: SAVE_AS_UTF8, opening: [0xff, 0xfe, 0, 0] },
  { what: 'UTF-16', cure: SAVE_AS_UTF8, opening: [0xff, 0xfe] },
  { what: 'UTF-16', cure: SAVE_AS_UTF8, opening: [0xfe, 0xff] },
];

/** Throws InputError unless `head`, the first piece of the file, can be text of a data set. */
export function checkHead(head: Uint8Array, fileName: string): void {
  const refuse = (what: string, cure: string): never => {
    throw new InputError(fault(fileName, 'a text file', what, cure));
  };
  if (head.length === 0) refuse('an empty file', NOT_DATA);
  if (startsWith(head, codes('PK'))) {
    // The names of a zip's entries stand in it as they are; a workbook's first one is this.
    const isWorkbook = /\.xls[xmb]$/i.test(fileName) || latin1(head.subarray(0, 200)).includes('[Content_Types].xml');
    refuse(isWorkbook ? 'an Excel workbook' : 'a zip archive', isWorkbook ? AS_TSV : UNPACK);
  }
  const kind = KINDS.find(({ opening }) => startsWith(head, opening));
  if (kind !== undefined) refuse(kind.what, kind.cure);
  if (/^\s*<(!doctype|html|\?xml)/i.test(latin1(head.subarray(0, 200)))) refuse('a web page', 'download the file itself');
  const start = head.subarray(0, 4096);
  const zeros = start.filter((byte) => byte === 0).length;
  // English text in UTF-16 has a zero in every second byte; UTF-8 text has none.
  if (zeros * 3 > start.length && start.length > 3) refuse('UTF-16', SAVE_AS_UTF8);
  if (zeros > 0) refuse('a binary file', NOT_DATA);
}

function codes(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function startsWith(head: Uint8Array, opening: readonly number[]): boolean {
  return opening.every((byte, i) => head[i] === byte);
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
