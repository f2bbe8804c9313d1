/** The small things the build needs beyond Vite itself. Shared by vite.config.ts and vitest.config.ts. */
import { execFileSync } from 'node:child_process';
import { createReadStream, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { defaultClientConditions } from 'vite';
import type { Plugin } from 'vite';

const WASM_FOLDER = resolve(import.meta.dirname, '../node_modules/@tensorflow/tfjs-backend-wasm/dist');
const ORT_FOLDER = resolve(import.meta.dirname, '../node_modules/onnxruntime-web/dist');
const ORT_FILES = ['ort-wasm-simd-threaded.asyncify.mjs', 'ort-wasm-simd-threaded.asyncify.wasm'];

/** Prepared before the first page is served: a dependency found in the middle of a run would reload the page under a test or a training run. */
export const BROWSER_DEPENDENCIES = [
  '@huggingface/transformers',
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
  return servedFiles(
    'wasm',
    WASM_FOLDER,
    readdirSync(WASM_FOLDER).filter((name) => name.endsWith('.wasm')),
  );
}

/**
 * The same for ONNX Runtime under `/ort/`, which the frozen backbones of the hub load: one build for WebGPU and WebAssembly. The condition picks the script that has no
 * second copy of these files inside.
 */
export function onnxRuntime(): Plugin {
  return {
    ...servedFiles('ort', ORT_FOLDER, ORT_FILES),
    config: () => ({ resolve: { conditions: ['onnxruntime-web-use-extern-wasm', ...defaultClientConditions] } }),
  };
}

function servedFiles(folder: string, from: string, names: readonly string[]): Plugin {
  return {
    name: `served-${folder}`,
    configureServer(server) {
      server.middlewares.use(`/${folder}`, (request, response, next) => {
        const name = (request.url ?? '').split('?')[0]?.slice(1) ?? '';
        if (!names.includes(name)) return next();
        response.setHeader('Content-Type', name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript');
        createReadStream(join(from, name)).pipe(response);
      });
    },
    generateBundle() {
      for (const name of names) this.emitFile({ type: 'asset', fileName: `${folder}/${name}`, source: readFileSync(join(from, name)) });
    },
  };
}

/** Libraries of the hub's models, in workers: large, and of no use without what they download. */
const OF_THE_HUB = /^assets\/worker-(?:transformers|ort)[.-]/;

/**
 * Writes `parts.json`: the scripts of the notebook that it does not open with, for src/ui/services/fetch-ahead.ts; those of the page first, then those of its workers. Runs last, for
 * workers are built apart and their files come as assets.
 */
export function pageParts(): Plugin {
  return {
    name: 'page-parts',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const entry = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith('/index.html') === true);
      if (entry === undefined) return; // the bench's page
      const opened = new Set([entry.fileName]);
      for (const name of opened) for (const next of chunks.find(({ fileName }) => fileName === name)?.imports ?? []) opened.add(next);
      const parts = chunks.map(({ fileName }) => fileName).filter((name) => !opened.has(name));
      const workers = Object.keys(bundle).filter((name) => /^assets\/worker-.*\.js$/.test(name) && !OF_THE_HUB.test(name));
      this.emitFile({ type: 'asset', fileName: 'parts.json', source: JSON.stringify([...parts, ...workers]) });
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
