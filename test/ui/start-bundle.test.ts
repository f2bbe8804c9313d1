/** What the page loads when it opens: the files that its entry imports statically. The rest comes on demand, as `npm run build` counts in bytes. */
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** All files that `entry` imports for their values, and what these import. */
function closureOf(entry: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const queue = [join(ROOT, entry)];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const code = readFileSync(file, 'utf8');
    for (const [, path = ''] of code.matchAll(/^(?:import|export)\s(?!type\b)(?:[^'";]*?from\s+)?'(\.[^']+\.ts)'/gm))
      queue.push(join(dirname(file), path));
  }
  return new Set([...seen].map((file) => relative(ROOT, file)));
}

test('the entry imports no cell below the Train cell, no figure, no analysis and no tensor', () => {
  const files = closureOf('src/ui/main.ts');
  expect(files).toContain('src/ui/cells/train-cell.ts');
  expect(files).toContain('src/ui/services/run-view.ts');
  const isLate = (file: string): boolean =>
    /^src\/(study\/(analysis|figures)\/|model\/(?!config\.ts)|ui\/cells\/(result|why|figures|look|data)-cell)/.test(file);
  expect([...files].filter(isLate)).toEqual([]);
  expect(closureOf('src/ui/cells/why-cell.ts')).toContain('src/study/figures/plot.ts'); // the walk sees what it should
});
