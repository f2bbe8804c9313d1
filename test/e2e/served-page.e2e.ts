/** The built page as it is served: first paint without JavaScript, isolation, and the policies of page and workers in force. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DIST } from '../../cli/build.ts';
import { type BuiltPage, openBuiltPage } from './built-page.ts';

let built: BuiltPage;
beforeAll(async () => {
  built = await openBuiltPage();
});
afterAll(() => built.close());

/**
 * Waits for `reports` violations of a directive, which the page reports a moment after it has refused, and strikes them and the browser's own lines
 * about them off the list of faults. Whatever else is on the list stays there and fails `close()`.
 */
async function takeProvoked(directive: string, reports: number, browserLine: RegExp): Promise<void> {
  const isReport = (fault: string) => fault.includes(`policy violation: ${directive} `);
  await expect.poll(() => built.faults.filter(isReport).length).toBe(reports);
  const others = built.faults.filter((fault) => !isReport(fault) && !browserLine.test(fault));
  built.faults.splice(0, built.faults.length, ...others);
}

test('the page says what it is before any JavaScript runs', () => {
  const html = readFileSync(join(DIST, 'index.html'), 'utf8');
  expect(html).toMatch(/<h1>[^<]+/);
  expect(html.match(/<section class="cell"/g)?.length).toBeGreaterThanOrEqual(4);
});

test('the page is cross-origin isolated, and its elements are defined', async () => {
  expect(await built.page.evaluate('crossOriginIsolated')).toBe(true);
  await built.page.waitForFunction(() => customElements.get('train-cell') !== undefined && customElements.get('example-cell') !== undefined);
});

test('markup strings and foreign workers are refused by Trusted Types', async () => {
  // As script files of the page these run under its policy; page.evaluate alone would be exempt from the ban of eval only.
  const refused = await built.page.evaluate(() => {
    const attempts: [string, () => unknown][] = [
      ['innerHTML', () => Reflect.set(document.createElement('p'), 'innerHTML', '<b>x</b>')],
      ['worker', () => new Worker('/assets/none.js')],
    ];
    return attempts.map(([name, run]) => {
      try {
        run();
        return `${name} allowed`;
      } catch (error) {
        return `${name} ${(error as Error).name}`;
      }
    });
  });
  expect(refused).toEqual(['innerHTML TypeError', 'worker TypeError']);
  await takeProvoked('require-trusted-types-for', 2, /Trusted/);
});

test('every worker file comes with the policy of workers', async () => {
  const names = readdirSync(join(DIST, 'assets')).filter((name) => name.startsWith('worker-') && name.includes('.worker'));
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const policy = (await fetch(`${built.url}assets/${name}`)).headers.get('content-security-policy') ?? '';
    expect(policy, name).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'/);
    expect(policy, name).not.toMatch('trusted-types');
  }
});

test('neither the page nor its workers can ask another host', async () => {
  // Waits for the report of the violation too: it comes a moment after the refusal.
  const ask = async () => {
    const reported = new Promise<string>((resolve) => {
      globalThis.addEventListener('securitypolicyviolation', (event) => resolve((event as SecurityPolicyViolationEvent).effectiveDirective), {
        once: true,
      });
    });
    const answer = await fetch('https://example.org/').then(
      () => 'allowed',
      () => 'refused',
    );
    return `${answer} by ${await reported}`;
  };
  expect(await built.page.evaluate(ask)).toBe('refused by connect-src');
  const [worker = await built.page.waitForEvent('worker')] = built.page.workers();
  expect(await worker.evaluate(ask)).toBe('refused by connect-src');
  await takeProvoked('connect-src', 1, /connect-src|example\.org/);
});
