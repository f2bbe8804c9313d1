/** The list of pictures of a set: a file of `sha256sum`, one line a picture, in the order of their first rows. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const PICTURE_LIST = 'images.sha256';

export interface ListedPicture {
  readonly digest: string;
  /** From the folder of the set on. */
  readonly name: string;
}

export function listLine({ digest, name }: ListedPicture): string {
  return `${digest}  ${name}\n`;
}

/** The whole lines in the first `bytes` of a list, one by one: no string is long enough for the list of five million pictures. */
export async function* listedPictures(path: string, bytes = Infinity): AsyncGenerator<ListedPicture> {
  if (bytes === 0) return;
  let rest = '';
  for await (const piece of createReadStream(path, { encoding: 'utf8', end: bytes - 1 })) {
    const lines = `${rest}${String(piece)}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield listedPicture(line);
  }
}

export function listedPicture(line: string): ListedPicture {
  const [digest = '', name = ''] = line.split('  ');
  return { digest, name };
}

/** Null for a picture that is not there, or cannot be read. */
export async function pictureDigest(dir: string, name: string): Promise<string | null> {
  try {
    return createHash('sha256')
      .update(await readFile(join(dir, name)))
      .digest('hex');
  } catch {
    return null;
  }
}
