/**
 * `npx tsx scripts/s2h-report.ts [RUNS [FILE]]`: writes docs/results/s2h.md from the recorded figures in public/runs. Every number comes from their files: this
 * only puts them beside the paper's and says which of its statements they bear out.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseFigureResult } from '../src/study/figures/figure-schema.ts';
import { reportOf } from '../src/study/figures/report.ts';

const [runs = 'public/runs', file = 'docs/results/s2h.md'] = process.argv.slice(2);
const figures = readdirSync(runs)
  .filter((name) => name.endsWith('.json') && name !== 'index.json')
  .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  .map((name) => parseFigureResult(readFileSync(join(runs, name), 'utf8'), name));
writeFileSync(file, reportOf(figures));
process.stdout.write(`${file}: ${figures.length} figures\n`);
