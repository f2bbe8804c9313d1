/** `npx tsx scripts/smarter-report.ts`: docs/results/smarter.md from the recorded sweeps in public/smarter, and the list of these that the page reads. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { tableIndex } from '../src/study/smarter/figures/paper-tables.ts';
import { floorsOf } from '../src/study/smarter/figures/skill-floors.ts';
import { smarterReport } from '../src/study/smarter/figures/smarter-report.ts';
import type { TableResult } from '../src/study/smarter/figures/table-result.ts';
import { smarterTables } from '../src/study/smarter/figures/tables.ts';

const FOLDER = 'public/smarter';
const found: TableResult[] = [];
for (const { id } of smarterTables('small')) {
  const file = join(FOLDER, `${id}.json`);
  if (existsSync(file)) found.push(JSON.parse(await readFile(file, 'utf8')) as TableResult); // our own file
}
await writeFile('docs/results/smarter.md', await format(smarterReport(found), { parser: 'markdown', printWidth: 150 }));
await writeFile(join(FOLDER, 'index.json'), `${JSON.stringify(tableIndex(Object.fromEntries(found.map((table) => [table.id, floorsOf(table)]))))}\n`);
