import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { listedPictures, listLine } from '../../../cli/dataset/picture-list.ts';
import { temporaryFolder } from '../../support/dataset-shell.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Longer than what a stream reads at once, so that lines lie across its pieces. */
const PICTURES = Array.from({ length: 5000 }, (_, i) => ({
  digest: i.toString(16).padStart(64, '0'),
  name: `images/table-readout-hard-train-1-${i}.png`,
}));

async function read(path: string, bytes?: number): Promise<unknown[]> {
  const pictures: unknown[] = [];
  for await (const picture of listedPictures(path, bytes)) pictures.push(picture);
  return pictures;
}

test('a list comes back line by line, to its end or to a mark', async () => {
  const path = folder.path('images.sha256');
  const lines = PICTURES.map(listLine);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.join(''));
  expect(await read(path)).toEqual(PICTURES);
  for (const count of [0, 1, 600, 4999]) expect(await read(path, lines.slice(0, count).join('').length)).toEqual(PICTURES.slice(0, count));
});

test('half a line at the end is none', async () => {
  const path = folder.path('half.sha256');
  writeFileSync(path, `${PICTURES.slice(0, 3).map(listLine).join('')}0000`);
  expect(await read(path)).toEqual(PICTURES.slice(0, 3));
});
