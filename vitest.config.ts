/**
 * Three projects: `node` (pure code, fast), `browser` (the same code and the elements in a real Chromium with WebGPU), `e2e` (the built page,
 * driven from Node through Playwright). `npm test` runs all of them; `npx vitest run --project node test/lib` one of them.
 */
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumFlags } from './cli/browser-flags.ts';
import { findBrowser } from './cli/find-browser.ts';
import { ISOLATION_HEADERS } from './cli/headers.ts';
import { BROWSER_DEPENDENCIES, nodeOnly, onnxRuntime, tfjsWasm } from './cli/vite-plugins.ts';

const browser = findBrowser();

/** Advice that is not for us, printed by tfjs and Lit at every start; it would bury what a test says. */
const ADVICE = /looks like you are running TensorFlow\.js in Node|Lit is in dev mode/;

export default defineConfig({
  test: {
    onConsoleLog: (text) => (ADVICE.test(text) ? false : undefined),
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.browser.test.ts', 'test/e2e/**'],
          testTimeout: 20_000,
        },
      },
      {
        plugins: [nodeOnly(), tfjsWasm(), onnxRuntime()],
        server: { headers: ISOLATION_HEADERS },
        optimizeDeps: { include: [...BROWSER_DEPENDENCIES, 'axe-core', 'fast-check'] },
        test: {
          name: 'browser',
          include: ['test/**/*.browser.test.ts'],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { args: chromiumFlags(), ...(browser === null ? {} : { executablePath: browser.path }) },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['test/e2e/**/*.e2e.ts'],
          testTimeout: 180_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
