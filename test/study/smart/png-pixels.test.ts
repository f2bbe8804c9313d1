/** Files are written here by the PNG specification, with Node's zlib; the filter of each row goes through all five. */
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.ts';
import { pngPixels } from '../../../src/study/smart/png-pixels.ts';
import { makeRng } from '../../../src/lib/rng.ts';
import { encodePng } from '../../../src/tasks/render/png.ts';

interface Kind {
  readonly depth: number;
  readonly colourType: number;
  readonly samples: number;
  readonly interlace?: number;
}

function chunk(name: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

function head(width: number, height: number, { depth, colourType, interlace = 0 }: Kind): Buffer {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width, 0);
  data.writeUInt32BE(height, 4);
  data.set([depth, colourType, 0, 0, interlace], 8);
  return chunk('IHDR', data);
}

/** `rows`: packed bytes of each row. */
function png(width: number, rows: readonly Uint8Array[], kind: Kind, palette?: Uint8Array): Buffer {
  const step = Math.max(1, (kind.depth * kind.samples) / 8);
  const filtered = rows.map((row, y) => {
    const filter = y % 5;
    const at = (line: Uint8Array | undefined, i: number): number => (i < 0 ? 0 : (line?.[i] ?? 0));
    const out = row.map((byte, i) => {
      const [a, b, c] = [at(row, i - step), at(rows[y - 1], i), at(rows[y - 1], i - step)];
      const p = a + b - c;
      const nearest = [a, b, c].reduce((best, value) => (Math.abs(p - value) < Math.abs(p - best) ? value : best));
      return byte - ([0, a, b, Math.floor((a + b) / 2), nearest][filter] ?? 0);
    });
    return Buffer.concat([Buffer.from([filter]), out]);
  });
  const packed = deflateSync(Buffer.concat(filtered));
  const half = packed.length >> 1; // the data may come in several chunks
  const data = [chunk('IDAT', packed.subarray(0, half)), chunk('tEXt', Buffer.from('a note')), chunk('IDAT', packed.subarray(half))];
  const colours = palette === undefined ? [] : [chunk('PLTE', palette)];
  return Buffer.concat([SIGNATURE, head(width, rows.length, kind), ...colours, ...data, chunk('IEND', Buffer.alloc(0))]);
}

function randomRows(rowBytes: number, height: number): Uint8Array[] {
  const rng = makeRng('png', rowBytes, height);
  return Array.from({ length: height }, () => Uint8Array.from({ length: rowBytes }, () => rng.below(256)));
}

const RGBA: Kind = { depth: 8, colourType: 6, samples: 4 };
const GREY: Kind = { depth: 8, colourType: 0, samples: 1 };

describe('every colour type becomes RGB', () => {
  test('RGB, as we write it and with every filter', async () => {
    const rows = randomRows(9 * 3, 11);
    const rgb = Buffer.concat(rows);
    const kind = { depth: 8, colourType: 2, samples: 3 };
    expect(Buffer.from((await pngPixels(png(9, rows, kind), 'x.png')).rgb)).toEqual(rgb);
    const ours = await pngPixels(encodePng(rgb, 9, 11), 'x.png');
    expect([ours.widthPx, ours.heightPx, Buffer.from(ours.rgb)]).toEqual([9, 11, rgb]);
  });

  test('RGBA and grey with alpha lose their transparency', async () => {
    const rows = randomRows(7 * 4, 6);
    const { rgb } = await pngPixels(png(7, rows, RGBA), 'x.png');
    expect([...rgb]).toEqual(rows.flatMap((row) => [...row].filter((_, i) => i % 4 !== 3)));
    const greyRows = randomRows(5 * 2, 6);
    const grey = await pngPixels(png(5, greyRows, { depth: 8, colourType: 4, samples: 2 }), 'x.png');
    expect([...grey.rgb]).toEqual(greyRows.flatMap((row) => [...row].filter((_, i) => i % 2 === 0).flatMap((g) => [g, g, g])));
  });

  test('of 16 bits the upper eight stay', async () => {
    const rows = randomRows(3 * 6, 5);
    const { rgb } = await pngPixels(png(3, rows, { depth: 16, colourType: 2, samples: 3 }), 'x.png');
    expect([...rgb]).toEqual(rows.flatMap((row) => [...row].filter((_, i) => i % 2 === 0)));
  });

  test.each([1, 2, 4])('grey of %i bits spans black to white, palettes are looked up', async (depth) => {
    const width = 5; // the last byte of a row is not full
    const most = 2 ** depth - 1;
    const indices = Array.from({ length: 6 }, (_, y) => Array.from({ length: width }, (__, x) => (x + y) % (most + 1)));
    const rows = indices.map((row) => {
      const bytes = new Uint8Array(Math.ceil((width * depth) / 8));
      for (const [x, value] of row.entries()) bytes[(x * depth) >> 3] = (bytes[(x * depth) >> 3] ?? 0) | (value << (8 - depth - ((x * depth) & 7)));
      return bytes;
    });
    const grey = await pngPixels(png(width, rows, { depth, colourType: 0, samples: 1 }), 'x.png');
    expect([...grey.rgb].filter((_, i) => i % 3 === 1)).toEqual(indices.flat().map((value) => Math.round((value * 255) / most)));
    const palette = Uint8Array.from({ length: (most + 1) * 3 }, (_, i) => 3 * i + 1);
    const coloured = await pngPixels(png(width, rows, { depth, colourType: 3, samples: 1 }, palette), 'x.png');
    expect([...coloured.rgb]).toEqual(indices.flat().flatMap((value) => [...palette.subarray(3 * value, 3 * value + 3)]));
  });
});

describe('each bad file has its message', () => {
  const good = png(3, randomRows(12, 4), RGBA);
  const flipped = Buffer.from(good);
  const data = flipped.indexOf('IDAT');
  flipped[data + 12] = (flipped[data + 12] ?? 0) ^ 0xff;
  const short = png(3, randomRows(12, 3), RGBA);
  short.writeUInt32BE(4, 20); // a row more than there is
  const long = png(3, randomRows(12, 5), RGBA);
  long.writeUInt32BE(4, 20);
  const bomb = Buffer.concat([SIGNATURE, head(60_000, 60_000, RGBA), chunk('IDAT', deflateSync(Buffer.alloc(9))), chunk('IEND', Buffer.alloc(0))]);
  const filter = Buffer.concat([SIGNATURE, head(1, 1, GREY), chunk('IDAT', deflateSync(Buffer.from([9, 0]))), chunk('IEND', Buffer.alloc(0))]);

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), '1/img/a.png: expected a PNG picture, got an empty file'],
    ['a JPEG', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0]), '1/img/a.png: expected a PNG picture, got a JPEG picture'],
    ['text', Buffer.from('version https://git-lfs'), '1/img/a.png: expected a PNG picture, got bytes that begin with 76 65 72 73 69 6f 6e 20'],
    [
      'cut off',
      good.subarray(0, good.length - 20),
      `expected a whole PNG picture, got ${good.length - 20} bytes without its end: the picture is cut off`,
    ],
    ['a flipped byte', flipped, 'got compressed rows that do not open: the picture is damaged'],
    ['too few rows', short, 'got 39 of the 52 bytes of its rows: the picture is damaged'],
    ['too many rows', long, 'got more than the 52 bytes of its rows: the picture is damaged'],
    ['a huge size', bomb, 'got 60000 x 60000 px'],
    ['interlaced', png(3, randomRows(12, 4), { ...RGBA, interlace: 1 }), 'expected a PNG picture that is not interlaced, got an interlaced one'],
    ['an unknown colour type', png(3, randomRows(12, 4), { ...RGBA, colourType: 5 }), 'got colour type 5 with 8 bits: the picture is damaged'],
    ['an unknown filter', filter, 'got filter 9 in row 1: the picture is damaged'],
    ['a short palette', png(2, randomRows(2, 4), { ...GREY, colourType: 3 }, new Uint8Array(3)), 'of a palette of 1: the picture is damaged'],
  ])('%s', async (_, file, message) => {
    const refusal = pngPixels(file, '1/img/a.png');
    await expect(refusal).rejects.toThrow(InputError);
    await expect(refusal).rejects.toThrow(message);
  });
});
