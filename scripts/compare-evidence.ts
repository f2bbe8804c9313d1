/**
 * `npx tsx scripts/compare-evidence.ts --a out/figures-wasm --b out/figures-gpu --out docs/results/backends.json`: the same runs trained on two backends, cell by cell: how many answers more or
 * fewer are right. Both folders are those of `npm run headless -- --figure` or record-figures.ts.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeJson } from '../cli/evidence-folder.ts';
import { fault, InputError } from '../src/lib/errors.ts';
import type { Evidence } from '../src/study/figures/figure.ts';

type Made = Evidence['made'];

const { values } = parseArgs({ options: { a: { type: 'string' }, b: { type: 'string' }, out: { type: 'string' } } });
const { a, b, out } = values;
if (a === undefined || b === undefined || out === undefined) throw new InputError(fault('compare-evidence', '--a DIR --b DIR --out FILE', 'less'));
const [left, right] = await Promise.all([a, b].map(runsOf));
const places = [left, right].map((runs) => [...new Set([...(runs?.values() ?? [])].flatMap((run) => run.map(({ made }) => placeOf(made))))]);
const runs = [...(left ?? [])].flatMap(([name, first]) => {
  const second = right?.get(name);
  return second === undefined ? [] : [{ run: name, cells: cellsOf(first, second) }];
});
const cells = runs.flatMap((run) => run.cells);
const changes = cells.map(({ correct: [one, other] }) => Math.abs(one - other));
const summary = {
  ...{ runs: runs.length, cells: cells.length, cellsAlike: changes.filter((change) => change === 0).length, mostApart: Math.max(0, ...changes) },
  command: 'npx tsx scripts/compare-evidence.ts --a DIR --b DIR --out docs/results/backends.json',
};
await writeJson(out, { ...summary, a: places[0], b: places[1], examplesPerCell: [...new Set(cells.map(({ total }) => total))], each: runs });
process.stdout.write(`${JSON.stringify(summary)}\n`);

async function runsOf(folder: string): Promise<ReadonlyMap<string, readonly Evidence[]>> {
  const names = await readdir(join(folder, 'runs'));
  const entries = await Promise.all(
    names.map(async (name) => {
      const files = (await readdir(join(folder, 'runs', name))).filter((file) => /^evidence-.*\.json$/.test(file));
      const kept = await Promise.all(files.map((file) => readFile(join(folder, 'runs', name, file), 'utf8')));
      return [name, kept.flatMap((text) => (JSON.parse(text) as { readonly done?: Evidence }).done ?? [])] as const; // our own files
    }),
  );
  return new Map(entries.filter(([, evidence]) => evidence.length > 0));
}

/** The cells that both have, each from the evidence with the most. */
function cellsOf(first: readonly Evidence[], second: readonly Evidence[]) {
  const [one, other] = [first, second].map((evidence) =>
    evidence.flatMap(({ evaluation }) => evaluation ?? []).reduce((most, each) => (each.cells.length > most.cells.length ? each : most)),
  );
  return (one?.cells ?? []).flatMap(({ level, modality, prompt, exactMatch }) => {
    const same = other?.cells.find((cell) => cell.level === level && cell.modality === modality && cell.prompt === prompt);
    if (same === undefined) return [];
    return [{ cell: `${level} ${modality} ${prompt}`, correct: [exactMatch.correct, same.exactMatch.correct] as const, total: exactMatch.total }];
  });
}

function placeOf({ backend, adapter }: Made): string {
  return adapter === '' ? backend : `${backend}: ${adapter}`;
}
