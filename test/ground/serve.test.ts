/** The server of `npm start`: the right headers on the right files, and nothing outside its folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { headersFor } from '../../cli/headers.ts';
import { type RunningServer, serveFolder } from '../../cli/serve.ts';

let outer = '';
let server: RunningServer;

beforeAll(async () => {
  outer = mkdtempSync(join(tmpdir(), 'serve-'));
  mkdirSync(join(outer, 'site/assets'), { recursive: true });
  writeFileSync(join(outer, 'secret.txt'), 'secret');
  writeFileSync(join(outer, 'site/index.html'), '<h1>page</h1>');
  writeFileSync(join(outer, 'site/_headers'), '/*');
  writeFileSync(join(outer, 'site/assets/worker-trainer-1.js'), '1');
  writeFileSync(join(outer, 'site/assets/index-1.js'), '2');
  server = await serveFolder(join(outer, 'site'), 0);
});

afterAll(async () => {
  await server.close();
  rmSync(outer, { recursive: true, force: true });
});

/** A raw request: fetch would tidy `..` away before it is sent. */
function statusOf(path: string, method = 'GET'): Promise<number> {
  return new Promise((done, fail) => {
    request({ host: '127.0.0.1', port: server.port, path, method }, (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    })
      .on('error', fail)
      .end();
  });
}

test('the page comes with the page policy, isolation and no cache', async () => {
  const response = await fetch(server.url);
  expect(await response.text()).toBe('<h1>page</h1>');
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(response.headers.get('cross-origin-opener-policy')).toBe('same-origin');
  expect(response.headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  expect(response.headers.get('cache-control')).toBe('no-cache');
  expect(response.headers.get('content-security-policy')).toMatch("require-trusted-types-for 'script'");
});

test('over http on localhost nothing sends the browser to https', () => {
  expect(JSON.stringify(headersFor('/', false))).not.toMatch(/upgrade-insecure|Strict-Transport/);
  expect(JSON.stringify(headersFor('/', true))).toMatch(/upgrade-insecure.*Strict-Transport/);
});

test('a worker file has a policy of its own, without Trusted Types, and may be cached for ever', async () => {
  const response = await fetch(`${server.url}assets/worker-trainer-1.js`);
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'/);
  expect(response.headers.get('content-security-policy')).not.toMatch('trusted-types');
  expect(response.headers.get('cache-control')).toMatch('immutable');
});

test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/_headers', '/.env', '/gone', '/assets', '/%ff'])(
  '%s is not there',
  async (path) => {
    expect(await statusOf(path)).toBe(404);
  },
);

test('only reading is answered', async () => {
  expect(await statusOf('/', 'POST')).toBe(405);
  expect(await statusOf('/', 'HEAD')).toBe(200);
});

test('a taken port gives the next free one', async () => {
  const second = await serveFolder(join(outer, 'site'), server.port);
  expect(second.port).not.toBe(server.port);
  await second.close();
});
