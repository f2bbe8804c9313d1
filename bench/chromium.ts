/** The bench in headless Chromium: the page bench/page.html of a Vite server, where each column is a worker. */
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { chromiumFlags } from '../cli/browser-flags.ts';
import { ROOT } from '../cli/build.ts';
import { findBrowser } from '../cli/find-browser.ts';
import { BROWSER_DEPENDENCIES } from '../cli/vite-plugins.ts';
import type { Measurement } from './measurement.ts';
import type { BenchOptions, Progress } from './run.ts';

/** @param isHardware - true to let Chromium use the machine's own GPU. Rejects when there is no Chromium or no column runs. */
export async function benchInChromium(options: BenchOptions, isHardware: boolean, onProgress: (progress: Progress) => void): Promise<Measurement> {
  const found = findBrowser();
  if (found === null) throw new Error('no Chromium here: `npm test` installs one');
  // Without watching: a file that changes meanwhile must not reload the page under the measurement; nor may a dependency that is found late.
  const server = await createServer({
    root: ROOT,
    logLevel: 'error',
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    optimizeDeps: { include: [...BROWSER_DEPENDENCIES, '@jax-js/jax'], exclude: ['onnxruntime-web'] },
  });
  await server.listen();
  const browser = await chromium.launch({ executablePath: found.path, args: chromiumFlags(isHardware ? 'hardware' : 'software') });
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(0); // software WebGPU takes minutes
    await page.exposeFunction('benchProgress', onProgress);
    await page.goto(`${server.resolvedUrls?.local[0] ?? ''}bench/page.html`);
    // As text: the module is the browser's, served by Vite, and no loader of Node may rewrite the import.
    const args = `${JSON.stringify(options)}, 'Chromium ${browser.version()}', (progress) => void benchProgress(progress)`;
    return (await page.evaluate(`import('/bench/browser.ts').then((m) => m.benchInBrowser(${args}))`)) as Measurement;
  } finally {
    await browser.close();
    await server.close();
  }
}
