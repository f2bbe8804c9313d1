import { describe, expect, test } from 'vitest';
import { canPickFolder, pickFolder } from '../../../src/ui/services/smart-directory.ts';

describe('the folder dialog', () => {
  test('gives a folder, or null when it is closed', async () => {
    const handle = { name: 'mine' };
    const asked: unknown[] = [];
    const host = {
      showDirectoryPicker: (options: unknown) => {
        asked.push(options);
        return Promise.resolve(handle);
      },
    };
    expect([canPickFolder(host), canPickFolder({})]).toEqual([true, false]);
    expect((await pickFolder(host))?.name).toBe('mine');
    expect(asked).toEqual([{ mode: 'read', id: 'smart-101' }]);
    const closed = { showDirectoryPicker: () => Promise.reject(new DOMException('closed', 'AbortError')) };
    expect(await pickFolder(closed)).toBeNull();
  });
});
