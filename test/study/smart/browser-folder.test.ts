/** Handles are stand-ins here, with the errors that browsers throw; a real one is in browser-folder.browser.test.ts. */
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.ts';
import { readSmartPuzzles } from '../../../src/study/smart/read-smart.ts';
import { openSmartFolder } from '../../../src/study/smart/smart-folder.ts';
import { handleFolder, uploadedFolder } from '../../../src/study/smart/browser-folder.ts';
import type { Files } from '../../support/smart-folder.ts';
import { numberRows, puzzleFiles } from '../../support/smart-folder.ts';

const FILES: Files = { ...puzzleFiles(2, numberRows([3, 0])), ...puzzleFiles(7, numberRows([5])) };

/** What a browser gives for a chosen folder named `top`. */
function uploads(files: Files, top = 'SMART101-Data'): File[] {
  return Object.entries(files).map(([path, content]) => {
    const file = new File([typeof content === 'string' ? content : new Uint8Array(content)], path.split('/').at(-1) ?? '');
    return Object.defineProperty(file, 'webkitRelativePath', { value: `${top}/${path}` });
  });
}

/** A folder handle over files; `denied` may not be opened. */
function handle(files: Files, name: string, denied = ''): FileSystemDirectoryHandle {
  const inside = (child: string): Files =>
    Object.fromEntries(
      Object.entries(files).flatMap(([path, content]) => (path.startsWith(`${child}/`) ? [[path.slice(child.length + 1), content]] : [])),
    );
  const lookUp = (child: string, isFolder: boolean): void => {
    if (child === denied) throw new DOMException('no', 'NotAllowedError');
    const [there, other] = [files[child] !== undefined, Object.keys(inside(child)).length > 0];
    if (!there && !other) throw new DOMException('no', 'NotFoundError');
    if (isFolder ? there : other) throw new DOMException('no', 'TypeMismatchError');
  };
  const made = {
    ...{ kind: 'directory', name },
    async *values() {
      for (const child of new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))) {
        yield await Promise.resolve({ name: child, kind: files[child] === undefined ? 'directory' : 'file' });
      }
    },
    getDirectoryHandle: (child: string) => Promise.resolve().then(() => (lookUp(child, true), handle(inside(child), child, denied))),
    getFileHandle: (child: string) =>
      Promise.resolve().then(() => (lookUp(child, false), { getFile: () => Promise.resolve(uploads({ [child]: files[child] ?? '' })[0]) })),
  };
  return made as unknown as FileSystemDirectoryHandle; // the parts that are used
}

describe.each([
  ['a directory upload', uploadedFolder(uploads(FILES))],
  ['a folder handle', handleFolder(handle(FILES, 'SMART101-Data'))],
])('%s', (_, folder) => {
  test('lists folders, finds files, and says what is not there', async () => {
    expect(folder.name).toBe('SMART101-Data');
    const names = async (path: string) => (await folder.list(path))?.map(({ name, isFolder }) => `${name}${isFolder ? '/' : ''}`).toSorted();
    expect(await names('')).toEqual(['2/', '7/']);
    expect(await names('2')).toEqual(['img/', 'puzzle_2.csv']);
    expect(await names('9')).toBeUndefined();
    expect(await names('2/puzzle_2.csv')).toBeUndefined();
    expect(await folder.file('2/img')).toBeNull();
    expect(await folder.file('9/puzzle_9.csv')).toBeNull();
    expect((await folder.file('2/puzzle_2.csv'))?.bytes).toBe(String(FILES['2/puzzle_2.csv']).length);
  });

  test('is read as SMART-101', async () => {
    const { puzzles, problems } = await readSmartPuzzles(await openSmartFolder(folder), { encoding: 'as-coded' });
    expect(problems).toEqual([]);
    expect(puzzles.map(({ id, rows }) => [id, rows.map(({ answer }) => answer)])).toEqual([
      [2, [3, 0]],
      [7, [5]],
    ]);
  });
});

test('no leave to read is a message, not a missing file', async () => {
  const folder = handleFolder(handle(FILES, 'SMART101-Data', 'img'));
  const opened = await openSmartFolder(folder);
  const { puzzles, problems } = await readSmartPuzzles(opened, { encoding: 'as-coded' });
  expect([puzzles.length, problems[0]]).toEqual([0, '2/img: expected leave to read it, got none: choose the folder again and allow it']);
});

test('an upload of nothing is refused', () => {
  expect(() => uploadedFolder([])).toThrow(InputError);
});
