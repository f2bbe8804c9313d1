/** Build of the page: ES-module workers, isolation headers while developing, the commit compiled in. */
import { defineConfig } from 'vite';
import { ISOLATION_HEADERS } from './cli/headers.ts';
import { BROWSER_DEPENDENCIES, commitHash, nodeOnly, onnxRuntime, pageParts, tfjsWasm } from './cli/vite-plugins.ts';

export default defineConfig({
  plugins: [nodeOnly(), tfjsWasm(), onnxRuntime(), pageParts()],
  define: { __COMMIT__: JSON.stringify(commitHash()) },
  optimizeDeps: { include: BROWSER_DEPENDENCIES },
  server: { headers: ISOLATION_HEADERS },
  preview: { headers: ISOLATION_HEADERS },
  worker: {
    format: 'es',
    plugins: () => [nodeOnly()],
    // The names begin with `worker-` because the headers of these files differ (cli/headers.ts).
    rolldownOptions: { output: { entryFileNames: 'assets/worker-[name]-[hash].js', chunkFileNames: 'assets/worker-[name]-[hash].js' } },
  },
  build: {
    ...{ target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1500, reportCompressedSize: false },
    // What a page opens with is one script. Left to itself the bundler cuts it wherever a part loaded later shares something: up to six files, and 1 kB more, by the chance of the cuts.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'start', tags: ['$initial'] }] } } },
  },
});
