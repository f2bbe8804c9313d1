/**
 * What the built page must be, checked after every build:
 * no raw decorator left in (Vite does not lower standard decorators and says nothing), no inline script or style (the policy blocks them),
 * workers named so that they get their own headers, the WebAssembly files there, no Node-only package inside, and few bytes on the page thread.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** JavaScript that the page thread loads, gzipped. Ours: first paint does not wait for it, but a phone must still parse it. */
export const PAGE_JS_BUDGET_BYTES = 60_000;

/** All faults of a build, in words; empty when it is as it must be. */
export function checkDist(dist: string): string[] {
  if (!existsSync(join(dist, 'index.html'))) return [`expected ${dist}/index.html, got none: the build made no page`];
  const html = readFileSync(join(dist, 'index.html'), 'utf8');
  const scripts = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  const problems: string[] = [];
  for (const name of scripts) {
    const code = readFileSync(join(dist, name), 'utf8');
    if (/(^|[\s;{}])@(customElement|property|state|query)\s*\(/.test(code))
      problems.push(`${name}: raw decorators; is its source inside tsconfig's include?`);
    if (code.includes('dawn.node')) problems.push(`${name}: the webgpu package is for Node only`);
  }
  if (/<script(?![^>]*\ssrc=)[^>]*>/.test(html)) problems.push('index.html: inline script; the policy of the page blocks it');
  if (/<style[\s>]|\sstyle="/.test(html)) problems.push('index.html: inline style; the policy of the page blocks it');
  for (const name of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm']) {
    if (!existsSync(join(dist, 'wasm', name))) problems.push(`wasm/${name}: missing`);
  }
  const bytes = pageScriptBytes(dist, html);
  if (bytes > PAGE_JS_BUDGET_BYTES) problems.push(`page-thread JavaScript: expected at most ${PAGE_JS_BUDGET_BYTES} bytes gzipped, got ${bytes}`);
  return problems;
}

/** Gzipped bytes of the scripts the page loads, with everything they import statically or lazily; workers are not imported, so not counted. */
export function pageScriptBytes(dist: string, html: string): number {
  const seen = new Set<string>();
  const queue = [...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map((match) => match[1] ?? '');
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name) || !existsSync(join(dist, name))) continue;
    seen.add(name);
    const code = readFileSync(join(dist, name), 'utf8');
    const imports = code.matchAll(/(?:from|import)\s*\(?\s*["'`]\.\/([\w.-]+\.js)["'`]/g);
    for (const match of imports) queue.push(join('assets', match[1] ?? ''));
  }
  return [...seen].reduce((sum, name) => sum + gzipSync(readFileSync(join(dist, name))).length, 0);
}
