import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openFeatureFolder } from '../../cli/feature-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'features-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('features come back from the folder, also those of another process, and what broke off counts as not there', async () => {
  const first = await openFeatureFolder(folder);
  await first.put([
    ['a', Uint16Array.of(1, 2)],
    ['b', Uint16Array.of(3)],
  ]);
  expect(await first.get(['b', 'x', 'a'])).toEqual([Uint16Array.of(3), null, Uint16Array.of(1, 2)]);
  await first.close();
  const second = await openFeatureFolder(folder);
  expect(await second.get(['a'])).toEqual([Uint16Array.of(1, 2)]);
  await second.put([['c', Uint16Array.of(4)]]);
  await second.close();
  const names = readdirSync(folder).map((name) => join(folder, name));
  expect(names).toHaveLength(2);
  for (const name of names) writeFileSync(name, readFileSync(name).subarray(0, -1));
  const third = await openFeatureFolder(folder);
  expect(await third.get(['a', 'b', 'c'])).toEqual([Uint16Array.of(1, 2), null, null]);
  expect(third.problem()).toBeNull();
  await third.close();
});
