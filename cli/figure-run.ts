/**
 * `npm run headless -- --figure ID`: trains and measures every run of a figure that is not there yet, one after the other, and writes the figure's numbers.
 * Runs are kept by the digest of their spec, so figures share them and an interrupted command goes on where it was.
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openBackend } from '../src/model/backend.ts';
import { batchAt } from '../src/study/batcher.ts';
import { plannedRuns } from '../src/study/figures/figure-plan.ts';
import type { FigureEntry } from '../src/study/figures/figure-schema.ts';
import type { FigureResult } from '../src/study/figures/figure-result.ts';
import { makeFigure } from '../src/study/figures/make-figure.ts';
import { loadBase } from './bases.ts';
import { evidenceFolder, writeJson } from './evidence-folder.ts';
import type { FigureOptions } from './figure-options.ts';
import { makeEventLog } from './headless-log.ts';
import { recordedFigure } from './recorded-figure.ts';

interface Shell {
  readonly print: (line: object) => void;
  readonly commit: string | null;
  readonly clock: () => number;
}

/** Returns the exit code: 0 done, 130 interrupted. Throws InputError and DeviceError, and the error of a run that fails. */
export async function runFigure(options: FigureOptions, { print, commit, clock }: Shell): Promise<number> {
  const choice = { id: options.figure, scale: options.scale, seeds: options.seeds };
  plannedRuns(choice); // refused before a backend opens
  const recorded = await recordedFigure(options.recorded, choice);
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const engine = await openBackend(options.backend);
  let log = makeEventLog(options.logEvery, print);
  let readings: FigureResult['readings'] = [];
  try {
    const isDone = await makeFigure({
      ...{ choice, engine, clock, keeper: evidenceFolder(options.out), signal: abort.signal, commit: commit ?? '', isKnownOnly: options.isKnownOnly },
      recorded,
      baseWeights: async (digest) => (await loadBase(digest)).weights,
      batches: (spec) => ({ next: (step) => Promise.resolve(batchAt(spec, step)), close: () => undefined }),
      onEvent: (event) => log.add(event),
      onRun({ series, spec }, { index, runs }) {
        log = makeEventLog(options.logEvery, print);
        print({ kind: 'figure-run', figure: choice.id, series, examples: spec.examples, seed: spec.seed, run: index + 1, runs });
      },
      async onResult(result) {
        ({ readings } = result);
        await writeResult(options, result);
      },
    });
    if (!isDone) return 130;
  } finally {
    engine.close();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  print({ kind: 'figure', id: choice.id, file: fileOf(options), readings });
  return 0;
}

function fileOf({ save, figure }: FigureOptions): string {
  return join(save, `${figure}.json`);
}

async function writeResult(options: FigureOptions, result: FigureResult): Promise<void> {
  await mkdir(options.save, { recursive: true });
  await writeJson(fileOf(options), result);
  const { id, title, source, scale, plannedRuns } = result;
  const { size: bytes } = await stat(fileOf(options));
  const index = join(options.save, 'index.json');
  const known = existsSync(index) ? (JSON.parse(await readFile(index, 'utf8')) as FigureEntry[]) : []; // our own file
  const figures = [
    ...known.filter((entry) => entry.id !== id),
    { id, title, source, scale, bytes, ...(plannedRuns === undefined ? {} : { isPartial: true }) },
  ].sort((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
  await writeJson(index, figures);
}
