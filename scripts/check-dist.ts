/**
 * What the built page must be, checked after every build:
 * no raw decorator left in (Vite does not lower standard decorators and says nothing), no inline script or style (the policy blocks them),
 * workers named so that they get their own headers, the WebAssembly files there, no Node-only package inside, and few bytes on the page thread.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** JavaScript that the page thread loads when the page opens, gzipped. Ours: first paint does not wait for it, but a phone must still parse it. */
const START_JS_BUDGET_BYTES = 61_000;
/**
 * The same with what is loaded after that or on demand: the cells that need a run or data first, the dialogs, the curves of uPlot (24 kB), Look (13 kB),
 * the recorded figures (18 kB: their charts, maps, tables and exports, and the gate that their files pass), the desk that makes figures (18 kB: all of the catalogue), Why (10 kB),
 * and the desk of smarterVLM (105 kB: every puzzle family with the glyphs of their pictures), which nobody loads before opening it.
 * 3 kB of it are words that keep numbers honest: what a score, a scale or a norm cannot tell, and where a claim was compared.
 */
const ALL_JS_BUDGET_BYTES = 309_000;

/**
 * On demand, in the worker that runs the frozen backbones of the hub, and only when somebody chooses them: transformers.js and the loader of ONNX Runtime. The WebAssembly of the
 * latter (6.8 MB gzipped) and the models (238 MB and more) dwarf it.
 */
const HUB_JS_BUDGET_BYTES = 160_000;

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
  for (const page of readdirSync(dist).filter((name) => name.endsWith('.html'))) {
    const text = readFileSync(join(dist, page), 'utf8');
    if (/<script(?![^>]*\ssrc=)[^>]*>/.test(text)) problems.push(`${page}: inline script; the policy of the page blocks it`);
    if (/<style[\s>]|\sstyle="/.test(text)) problems.push(`${page}: inline style; the policy of the page blocks it`);
  }
  for (const name of ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm']) {
    if (!existsSync(join(dist, 'wasm', name))) problems.push(`wasm/${name}: missing`);
  }
  for (const suffix of ['mjs', 'wasm']) {
    const name = `ort/ort-wasm-simd-threaded.asyncify.${suffix}`;
    if (!existsSync(join(dist, name))) problems.push(`${name}: missing`);
  }
  const hubBytes = hubScriptBytes(dist);
  if (hubBytes > HUB_JS_BUDGET_BYTES)
    problems.push(`JavaScript on demand for hub models: expected at most ${HUB_JS_BUDGET_BYTES} bytes gzipped, got ${hubBytes}`);
  const bytes = pageScriptBytes(dist, html);
  const budgets = { start: START_JS_BUDGET_BYTES, all: ALL_JS_BUDGET_BYTES };
  for (const part of ['start', 'all'] as const) {
    if (bytes[part] > budgets[part])
      problems.push(`page-thread JavaScript (${part}): expected at most ${budgets[part]} bytes gzipped, got ${bytes[part]}`);
  }
  return problems;
}

/**
 * Gzipped bytes of the page thread's scripts: `start` with everything they import statically, `all` with what they import on demand too. Workers are
 * not imported, so not counted.
 */
export function pageScriptBytes(dist: string, html: string): { readonly start: number; readonly all: number } {
  const entries = [...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map((match) => match[1] ?? '');
  return {
    start: closureBytes(dist, entries, /(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g),
    all: closureBytes(dist, entries, /(?:from|import)\s*\(?\s*["'`]\.\/([\w.-]+\.js)["'`]/g),
  };
}

/** Gzipped bytes of the largest copy of transformers.js (each worker that has it is built apart) and of the loader of ONNX Runtime. */
export function hubScriptBytes(dist: string): number {
  const sizes = (folder: string, name: RegExp): number[] => {
    const path = join(dist, folder);
    const names = existsSync(path) ? readdirSync(path).filter((each) => name.test(each)) : [];
    return names.map((each) => gzipSync(readFileSync(join(path, each))).length);
  };
  return Math.max(0, ...sizes('assets', /^worker-transformers.*\.js$/)) + Math.max(0, ...sizes('ort', /\.mjs$/));
}

function closureBytes(dist: string, entries: readonly string[], imports: RegExp): number {
  const seen = new Set<string>();
  const queue = [...entries];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name) || !existsSync(join(dist, name))) continue;
    seen.add(name);
    for (const match of readFileSync(join(dist, name), 'utf8').matchAll(imports)) queue.push(join('assets', match[1] ?? ''));
  }
  return [...seen].reduce((sum, name) => sum + gzipSync(readFileSync(join(dist, name))).length, 0);
}
