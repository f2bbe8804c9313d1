/** Every check of scripts/check-ground.ts and scripts/check-dist.ts is shown one fault, and the tree as it is has none of the cheap ones. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkDist } from '../../scripts/check-dist.ts';
import { documentFaults, headersFaults, installFaults, lockfileFaults, manifestFaults, scriptFaults } from '../../scripts/check-ground.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8');

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-ground-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
}

describe('the lockfile', () => {
  const lock = (entry: object) => JSON.stringify({ packages: { '': {}, 'node_modules/x': { integrity: 'sha512-abc', ...entry } } });

  test('is good as it is', () => expect(lockfileFaults(read('package-lock.json'))).toEqual([]));
  test('may name the npm registry', () => expect(lockfileFaults(lock({ resolved: 'https://registry.npmjs.org/x/-/x-1.0.0.tgz' }))).toEqual([]));
  test('may not name another', () =>
    expect(lockfileFaults(lock({ resolved: 'https://example.org/x.tgz' }))[0]).toMatch('comes from https://example.org'));
  test('may not leave out a digest', () => expect(lockfileFaults(lock({ integrity: 'sha1-abc' }))[0]).toMatch('no sha512 digest'));
  test('may not leave out the packages of another platform', () => {
    expect(lockfileFaults(lock({ optionalDependencies: { 'x-darwin-arm64': '1.0.0' } }))[0]).toMatch('x-darwin-arm64, which node_modules/x may need');
  });
  test('may not link to a folder', () => expect(lockfileFaults(lock({ link: true }))[0]).toMatch('link to a folder'));
});

describe('the manifest', () => {
  test('is good as it is', () => expect(manifestFaults(read('package.json'), read('.npmrc'))).toEqual([]));
  test('may not give a range', () => expect(manifestFaults('{"dependencies":{"x":"^1.0.0"}}', 'ignore-scripts=true')[0]).toMatch('exact version'));
  test('may not run install scripts', () => expect(manifestFaults('{}', 'fund=false')[0]).toMatch('ignore-scripts'));
  test('has no script that CI leaves out', () => {
    expect(scriptFaults(read('package.json'), read('.ci/run'))).toEqual([]);
    expect(scriptFaults('{"scripts":{"start":"x","lost":"x"}}', 'npm start')).toEqual(['package.json: script lost is not run by .ci/run']);
  });
});

test('public/_headers says what cli/headers.ts says', () => {
  expect(headersFaults(read('public/_headers'))).toEqual([]);
  expect(headersFaults('/*\n')[0]).toMatch('differs');
});

test('a link to a missing file is reported, one to a file or address is not', () => {
  write('docs/a.md', 'See [b](b.md), [c](c.md#part), [web](https://example.org) and [here](#x).\n```\n[code](gone.md)\n```\n');
  write('docs/b.md', 'b');
  expect(documentFaults(folder, ['docs/a.md'])).toEqual(['docs/a.md: links to c.md, which does not exist']);
});

test('an installation over its budget is reported with both sizes', () => {
  write('x/big', 'x'.repeat(3_000_000));
  expect(installFaults(folder, 4e6)).toEqual([]);
  expect(installFaults(folder, 2e6)).toEqual(['node_modules: expected at most 2 MB, got 3 MB']);
});

/** Digests do not compress: 2,500 of 64 bytes are 160 kB gzipped. */
function noise(): string {
  return Array.from({ length: 5_000 }, (_, i) => createHash('sha512').update(String(i)).digest('base64')).join('');
}

describe('the built page', () => {
  const good = () => {
    write('index.html', '<script type="module" src="/assets/index-1.js"></script>');
    write('assets/index-1.js', 'import{a}from"./part-1.js";a()');
    write('assets/part-1.js', 'export const a=()=>{};');
    for (const name of ['', '-simd', '-threaded-simd']) write(`wasm/tfjs-backend-wasm${name}.wasm`, '');
    for (const suffix of ['mjs', 'wasm']) write(`ort/ort-wasm-simd-threaded.asyncify.${suffix}`, '');
  };

  test('passes when it is as it must be', () => {
    good();
    expect(checkDist(folder)).toEqual([]);
  });
  test('may not hold raw decorators', () => {
    good();
    write('assets/part-1.js', 'export const a=1;@customElement(`x-y`) class X{}');
    expect(checkDist(folder)[0]).toMatch('raw decorators');
  });
  test('may not hold inline code or style', () => {
    good();
    write('index.html', '<style>a{}</style><script>1</script>');
    expect(checkDist(folder).join()).toMatch(/inline script.*inline style/);
  });
  test('counts everything the page imports against its budget', () => {
    good();
    write('assets/part-1.js', `export const a=1;/*${noise()}*/`);
    expect(checkDist(folder).join()).toMatch(/page-thread JavaScript \(start\): expected at most 61000/);
    // Loaded on demand, the same part counts against the larger budget only.
    write('assets/index-1.js', 'const a=()=>import("./part-1.js");a()');
    expect(checkDist(folder)).toHaveLength(1);
    expect(checkDist(folder).join()).toMatch(/page-thread JavaScript \(all\): expected at most 309000/);
  });
  test('keeps the script of the hub models small and brings the files of ONNX Runtime', () => {
    good();
    write('assets/worker-transformers.web-1.js', noise());
    expect(checkDist(folder).join()).toMatch(/hub models: expected at most 160000/);
    rmSync(join(folder, 'ort'), { recursive: true });
    expect(checkDist(folder).join()).toMatch(/asyncify\.mjs: missing.*asyncify\.wasm: missing/);
  });
  test('must exist', () => expect(checkDist(folder)[0]).toMatch('made no page'));
});
