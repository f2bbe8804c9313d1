/**
 * `npx tsx scripts/s2h-report.ts`: writes docs/results/s2h.md from the recorded figures in public/runs. Every number comes from their files: this only puts them beside the
 * paper's and says which of its statements they bear out.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { optionsOrHelp } from '../cli/command-line.ts';
import { reportFailure } from '../cli/report-failure.ts';
import { parseFigureResult } from '../src/study/figures/figure-schema.ts';
import { reportOf } from '../src/study/figures/report.ts';

const HELP = `npx tsx scripts/s2h-report.ts [options]
  --runs DIR         recorded figures, as npm run headless -- --figure ID --save DIR writes them; default public/runs
  --out FILE         the page of Markdown; default docs/results/s2h.md
  --help
Example: npx tsx scripts/s2h-report.ts --runs out/figures --out out/s2h.md`;

function main(args: readonly string[]): void {
  const command = { name: 's2h-report', call: 'npx tsx scripts/s2h-report.ts', help: HELP };
  const values = optionsOrHelp(command, args, { runs: { type: 'string' }, out: { type: 'string' } });
  if (values === null) return;
  const { runs = 'public/runs', out = 'docs/results/s2h.md' } = values;
  const figures = readdirSync(runs)
    .filter((name) => name.endsWith('.json') && name !== 'index.json')
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => parseFigureResult(readFileSync(join(runs, name), 'utf8'), name));
  writeFileSync(out, reportOf(figures));
  process.stdout.write(`${out}: ${figures.length} figures\n`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  reportFailure(error);
}
