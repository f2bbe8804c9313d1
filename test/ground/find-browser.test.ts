/** Where Chromium is looked for, and in which order. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumFlags } from '../../cli/browser-flags.ts';
import { findBrowser } from '../../cli/find-browser.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'find-browser-'));
  writeFileSync(join(folder, 'chromium'), '#!/bin/sh\n');
  chmodSync(join(folder, 'chromium'), 0o755);
  writeFileSync(join(folder, 'plain'), 'no program');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('CHROMIUM_PATH comes before PATH', () => {
  expect(findBrowser({ CHROMIUM_PATH: join(folder, 'chromium'), PATH: '/usr/bin' })?.source).toBe('CHROMIUM_PATH');
});

test('a CHROMIUM_PATH that cannot run is an error that names it', () => {
  expect(() => findBrowser({ CHROMIUM_PATH: join(folder, 'plain'), PATH: folder })).toThrow(/expected an executable in CHROMIUM_PATH, got .*plain/);
});

test('a usual name on PATH is found', () => {
  expect(findBrowser({ PATH: folder })).toEqual({ path: join(folder, 'chromium'), source: 'PATH' });
});

test('the software adapter is the default, the hardware one a choice', () => {
  expect(chromiumFlags('software')).toContain('--use-webgpu-adapter=swiftshader');
  expect(chromiumFlags('hardware')).not.toContain('--use-webgpu-adapter=swiftshader');
});
