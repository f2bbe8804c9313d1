/** Some rows of a file at once: their text, and the pictures that they show first. Runs in the main thread or in a worker; the bytes are the same. */
import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PICTURE_FOLDER, rowText } from '../../src/study/data/write/encode.ts';
import { pictureFile } from '../../src/study/data/write/picture.ts';
import type { DatasetRequest, DatasetRow } from '../../src/study/data/write/set.ts';
import { specOf } from '../../src/study/data/write/set.ts';
import { exampleAt } from '../../src/tasks/examples.ts';
import { listLine } from './picture-list.ts';
import { PICTURE_TEMPORARY } from './resume.ts';

/** A row, and whether its picture is to be made. */
export interface RowJob {
  readonly row: DatasetRow;
  readonly makesPicture: boolean;
}

export interface EncodedRows {
  readonly text: Uint8Array;
  /** Lines of the list of pictures. */
  readonly list: Uint8Array;
  readonly pictures: number;
  readonly pictureBytes: number;
}

/** How a picture reaches the disk, whole or not at all. */
export type WritePicture = (path: string, bytes: Uint8Array) => void;

const writePicture: WritePicture = (path, bytes) => {
  writeFileSync(`${path}${PICTURE_TEMPORARY}`, bytes);
  renameSync(`${path}${PICTURE_TEMPORARY}`, path);
};

const encoder = new TextEncoder();

export function encodeRows(dir: string, request: DatasetRequest, jobs: readonly RowJob[], write: WritePicture = writePicture): EncodedRows {
  let text = '';
  let list = '';
  let pictures = 0;
  let pictureBytes = 0;
  for (const { row, makesPicture } of jobs) {
    const example = exampleAt(row.key, specOf(request, row.key.task));
    text += rowText(request, row, example, () => pictureFile(example, request.profile));
    if (!makesPicture || row.picture === null) continue;
    const bytes = pictureFile(example, request.profile);
    const name = `${PICTURE_FOLDER}/${row.picture}`;
    write(join(dir, name), bytes);
    list += listLine({ digest: createHash('sha256').update(bytes).digest('hex'), name });
    pictures += 1;
    pictureBytes += bytes.length;
  }
  return { text: encoder.encode(text), list: encoder.encode(list), pictures, pictureBytes };
}
