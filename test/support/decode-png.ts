/** Reads the PNG files we write, with Node's own zlib and checksums: RGB of 8 bits, the filters "none" and "up". Imports nothing of ours. */
import { crc32, inflateSync } from 'node:zlib';
import { expect } from 'vitest';

export function decodePng(file: Uint8Array): { widthPx: number; heightPx: number; rgb: Uint8Array } {
  expect([...file.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(file.buffer, file.byteOffset);
  const chunks = new Map<string, Uint8Array>();
  let at = 8;
  while (at < file.length) {
    const length = view.getUint32(at);
    const typed = file.subarray(at + 4, at + 8 + length);
    expect(view.getUint32(at + 8 + length)).toBe(crc32(typed));
    chunks.set(String.fromCharCode(...typed.subarray(0, 4)), typed.subarray(4));
    at += 12 + length;
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
  const header = chunks.get('IHDR') ?? new Uint8Array(13);
  const size = new DataView(header.buffer, header.byteOffset);
  const [widthPx, heightPx] = [size.getUint32(0), size.getUint32(4)];
  expect([...header.subarray(8)]).toEqual([8, 2, 0, 0, 0]);
  const filtered = inflateSync(chunks.get('IDAT') ?? new Uint8Array(0));
  const stride = widthPx * 3;
  expect(filtered).toHaveLength((stride + 1) * heightPx);
  const rgb = new Uint8Array(stride * heightPx);
  for (let row = 0; row < heightPx; row++) {
    const filter = filtered[row * (stride + 1)];
    expect([0, 2]).toContain(filter);
    for (let i = 0; i < stride; i++) {
      const above = filter === 2 && row > 0 ? (rgb[(row - 1) * stride + i] ?? 0) : 0;
      rgb[row * stride + i] = (filtered[row * (stride + 1) + 1 + i] ?? 0) + above;
    }
  }
  return { widthPx, heightPx, rgb };
}
