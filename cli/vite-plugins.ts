/** The small things the build needs beyond Vite itself. Shared by vite.config.ts and vitest.config.ts. */
import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Plugin } from 'vite';

const WASM_FOLDER = resolve(import.meta.dirname, '../node_modules/@tensorflow/tfjs-backend-wasm/dist');

/** Prepared before the first page is served: a dependency found in the middle of a run would reload the page under a test or a training run. */
export const BROWSER_DEPENDENCIES = [
  '@preact/signals-core',
  '@streamparser/json',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-core/dist/register_all_gradients.js',
  'fflate',
  'idb-keyval',
  'lit',
  'lit/decorators.js',
  'papaparse',
  'uplot',
  'valibot',
];

/** Serves tfjs's WebAssembly files under `/wasm/` while developing and testing, and puts them into the build. */
export function tfjsWasm(): Plugin {
  const names = readdirSync(WASM_FOLDER).filter((name) => name.endsWith('.wasm'));
  return {
    name: 'tfjs-wasm',
    configureServer(server) {
      server.middlewares.use('/wasm', (request, response, next) => {
        const name = (request.url ?? '').split('?')[0]?.slice(1) ?? '';
        if (!names.includes(name)) return next();
        response.setHeader('Content-Type', 'application/wasm');
        createReadStream(join(WASM_FOLDER, name)).pipe(response);
      });
    },
    generateBundle() {
      for (const name of names) this.emitFile({ type: 'asset', fileName: `wasm/${name}`, source: readFileSync(join(WASM_FOLDER, name)) });
    },
  };
}

/** `webgpu` (Dawn) is for Node only: in a browser bundle the name leads to an empty module, for navigator.gpu is there. */
export function nodeOnly(): Plugin {
  const empty = '\0node-only';
  return {
    name: 'node-only',
    enforce: 'pre',
    resolveId(id, _importer, options) {
      return id === 'webgpu' && options?.ssr !== true ? empty : null;
    },
    load(id) {
      return id === empty ? 'export const create = null; export const globals = {};' : null;
    },
  };
}

/** The commit that is built, compiled in as `__COMMIT__`; 'unknown' outside a git checkout. */
export function commitHash(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown'; // A source archive has no history; the page then says so.
  }
}
