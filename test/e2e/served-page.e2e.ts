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
  const provoked = built.faults.splice(0).filter((fault) => !/policy violation|TrustedHTML|TrustedScriptURL|Trusted/.test(fault));
  expect(provoked).toEqual([]);
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
  const ask = () =>
    fetch('https://example.org/').then(
      () => 'allowed',
      () => 'refused',
    );
  expect(await built.page.evaluate(ask)).toBe('refused');
  const [worker = await built.page.waitForEvent('worker')] = built.page.workers();
  expect(await worker.evaluate(ask)).toBe('refused');
  expect(built.faults.splice(0).join()).toMatch(/connect-src/);
});
