/**
 * `npx tsx scripts/compare-evidence.ts --a DIR --b DIR --out FILE` (see --help): the same runs trained on two backends, cell by cell: how many answers more or
 * fewer are right. Both folders are those of `npm run headless -- --figure` or record-figures.ts.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { optionsOrHelp } from '../cli/command-line.ts';
import { writeJson } from '../cli/evidence-folder.ts';
import { fault, InputError } from '../src/lib/errors.ts';
import type { EvaluationResult } from '../src/study/events.ts';
import type { Evidence } from '../src/study/figures/figure.ts';
import { reportFailure } from '../cli/report-failure.ts';

const HELP = `npx tsx scripts/compare-evidence.ts --a DIR --b DIR --out FILE
  --a DIR            runs of npm run headless -- --figure or of record-figures.ts: its --out
  --b DIR            the same runs, trained on another backend
  --out FILE         where the comparison goes, as JSON
  --help
How many answers more or fewer are right, cell by cell, of the runs that both folders have. A summary on stdout.
Example: npx tsx scripts/compare-evidence.ts --a out/figures-wasm --b out/figures-gpu --out docs/results/backends.json`;

const COMMAND = { name: 'compare-evidence', call: 'npx tsx scripts/compare-evidence.ts', help: HELP };

async function main(args: readonly string[]): Promise<void> {
  const values = optionsOrHelp(COMMAND, args, { a: { type: 'string' }, b: { type: 'string' }, out: { type: 'string' } });
  if (values === null) return;
  const { a, b, out } = values;
  if (a === undefined || b === undefined || out === undefined)
    throw new InputError(fault('compare-evidence', '--a DIR --b DIR --out FILE', 'less', `see ${COMMAND.call} --help`));
  const [left, right] = [await runsOf(a), await runsOf(b)];
  const runs = [...left].flatMap(([name, first]) => {
    const second = right.get(name);
    return second === undefined ? [] : [{ run: name, cells: cellsOf(first, second) }];
  });
  const cells = runs.flatMap((run) => run.cells);
  const changes = cells.map(({ right: [one, other] }) => Math.abs(one - other));
  const apart = [...new Set(changes)].sort((x, y) => x - y);
  const summary = {
    ...{
      runs: runs.length,
      cells: cells.length,
      cellsByHowManyApart: apart.map((change) => [change, changes.filter((each) => each === change).length]),
    },
    ...{ metric: 'accuracy', command: `npx tsx scripts/compare-evidence.ts --a DIR --b DIR --out ${out}` },
  };
  await writeJson(out, { ...summary, a: placesOf(left), b: placesOf(right), each: runs });
  process.stdout.write(`${JSON.stringify(summary)}\n`);
}

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

/** The cells that both have, each from the evidence with the most: answers that are right as the figures count them. */
function cellsOf(first: readonly Evidence[], second: readonly Evidence[]) {
  const [one, other] = [widest(first), widest(second)];
  return one.flatMap(({ task, level, modality, prompt, accuracy }) => {
    const same = other.find((cell) => cell.task === task && cell.level === level && cell.modality === modality && cell.prompt === prompt);
    if (same === undefined) return [];
    return [
      {
        cell: `${task === undefined ? '' : `${task} `}${level} ${modality} ${prompt}`,
        right: [accuracy.correct, same.accuracy.correct] as const,
        of: accuracy.total,
      },
    ];
  });
}

function widest(evidence: readonly Evidence[]): EvaluationResult['cells'] {
  const all = evidence.flatMap(({ evaluation }) => (evaluation === null ? [] : [evaluation.cells]));
  return all.sort((a, b) => b.length - a.length)[0] ?? [];
}

function placesOf(runs: ReadonlyMap<string, readonly Evidence[]>): readonly string[] {
  const made = [...runs.values()].flat().map(({ made: { backend, adapter } }) => (adapter === '' ? backend : `${backend}: ${adapter}`));
  return [...new Set(made)];
}

main(process.argv.slice(2)).catch(reportFailure);
