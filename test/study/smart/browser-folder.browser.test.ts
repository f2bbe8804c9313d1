/** A real folder handle: the browser's private folder, filled here with a small SMART-101. */
import { expect, test } from 'vitest';
import { readSmartPuzzles } from '../../../src/study/smart/read-smart.ts';
import { openSmartFolder } from '../../../src/study/smart/smart-folder.ts';
import { smartItem } from '../../../src/study/smart/smart-puzzle.ts';
import { handleFolder } from '../../../src/study/smart/browser-folder.ts';
import { encodePng } from '../../../src/tasks/render/png.ts';

const TABLE = 'id,Question,image,A,B,C,D,E,Answer,Note\r\n1,"How many, then?",a.png,4,5,3,2,1,B,KP\r\n';

async function write(root: FileSystemDirectoryHandle, path: string, content: string | Uint8Array<ArrayBuffer>): Promise<void> {
  const names = path.split('/');
  let folder = root;
  for (const name of names.slice(0, -1)) folder = await folder.getDirectoryHandle(name, { create: true });
  const stream = await (await folder.getFileHandle(names.at(-1) ?? '', { create: true })).createWritable();
  await stream.write(content);
  await stream.close();
}

test('a folder of the browser is read, pictures too', async () => {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle('smart-test', { create: true });
  try {
    await write(root, 'SMART101-Data/5/puzzle_5.csv', TABLE);
    await write(root, 'SMART101-Data/5/img/a.png', new Uint8Array(encodePng(new Uint8Array(30 * 30 * 3).fill(77), 30, 30)));
    const folder = await openSmartFolder(handleFolder(root));
    expect(folder.csvBytes).toBe(TABLE.length);
    const { puzzles, problems } = await readSmartPuzzles(folder, { encoding: 'as-coded' });
    expect(problems).toEqual([]);
    const [bricks] = puzzles;
    if (bricks === undefined) throw new Error('no puzzle');
    const item = smartItem(bricks, 0);
    expect([item.question, item.classes, item.right]).toEqual(['How many, then?', [5], 1]);
    expect(new Set(await item.image())).toEqual(new Set([77]));
  } finally {
    await (await navigator.storage.getDirectory()).removeEntry('smart-test', { recursive: true });
  }
});
