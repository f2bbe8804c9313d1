/**
 * Opens the built page as `npm start` serves it, in Chromium, and watches it: a policy violation, an uncaught error or a request to another
 * host is collected, and `close()` fails on any, so that every end-to-end test also tests these.
 */
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright';
import { type AdapterChoice, chromiumFlags } from '../../cli/browser-flags.ts';
import { DIST } from '../../cli/build.ts';
import { needBrowser } from '../../cli/find-browser.ts';
import { serveFolder } from '../../cli/serve.ts';

export interface BuiltPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Where the page is, with the trailing slash. */
  readonly url: string;
  /** What went wrong so far, in words. A test that provokes a fault removes it from here. */
  readonly faults: string[];
  /** Another profile on the same server: nothing stored, nothing shared but the address. */
  newProfile(): Promise<{ page: Page; context: BrowserContext }>;
  /** Closes everything; throws when there were faults. */
  close(): Promise<void>;
}

export interface BuiltPageOptions {
  /** Which adapter WebGPU finds; by default the software one. */
  readonly adapter?: AdapterChoice;
  /** Runs in every page (not in workers) before its own scripts. */
  readonly initScript?: () => void;
  readonly colorScheme?: 'light' | 'dark';
}

/** Serves dist/ (built by `npm test` or `npm run build`) and opens it in a fresh profile. */
export async function openBuiltPage(options: BuiltPageOptions = {}): Promise<BuiltPage> {
  const server = await serveFolder(DIST, 0);
  const browser: Browser = await chromium.launch({ executablePath: needBrowser().path, args: chromiumFlags(options.adapter) });
  const faults: string[] = [];

  async function newProfile(): Promise<{ page: Page; context: BrowserContext }> {
    const context = await browser.newContext({ colorScheme: options.colorScheme ?? 'light' });
    // A file of the page cannot be added under its policy; Playwright's init scripts are exempt from it.
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`policy violation: ${event.effectiveDirective} blocked ${event.blockedURI} in ${event.sourceFile}:${event.lineNumber}`);
      });
    });
    if (options.initScript !== undefined) await context.addInitScript(options.initScript);
    const page = await context.newPage();
    page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith('http') && `${origin}/` !== server.url) faults.push(`request to another host: ${request.url()}`);
    });
    return { page, context };
  }

  const first = await newProfile();
  await first.page.goto(server.url);
  return {
    ...first,
    url: server.url,
    faults,
    newProfile,
    async close() {
      await browser.close();
      await server.close();
      if (faults.length > 0) throw new Error(`the page had faults:\n  ${faults.join('\n  ')}`);
    },
  };
}
