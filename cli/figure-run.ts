/**
 * `npm run headless -- --figure ID`: trains and measures every run of a figure that is not there yet, one after the other, and writes the figure's numbers.
 * Runs are kept by the digest of their spec, so figures share them and an interrupted command goes on where it was.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fault, InputError } from '../src/lib/errors.ts';
import { openBackend } from '../src/model/backend.ts';
import type { Engine } from '../src/model/backend.ts';
import { batchAt } from '../src/study/batcher.ts';
import { checkFits } from '../src/study/device-fit.ts';
import { covers } from '../src/study/figures/figure.ts';
import type { Evidence, FigureRun, Measures } from '../src/study/figures/figure.ts';
import { figureOf } from '../src/study/figures/catalogue.ts';
import type { FigureEntry } from '../src/study/figures/figure-schema.ts';
import { figureResult } from '../src/study/figures/figure-result.ts';
import type { FigureResult } from '../src/study/figures/figure-result.ts';
import { isMeasuredUpTo, makeEvidence, NOTHING_YET } from '../src/study/figures/make-evidence.ts';
import type { Measured } from '../src/study/figures/make-evidence.ts';
import { disposeModel, makeModel, restoreModel } from '../src/study/model-setup.ts';
import { totalSteps } from '../src/study/run-spec-schema.ts';
import { runDigest } from '../src/study/switch-run.ts';
import { loadBase } from './bases.ts';
import type { FigureOptions } from './figure-options.ts';
import { makeEventLog } from './headless-log.ts';
import { loadCheckpoint, removeCheckpoints, saveCheckpoint } from './run-folder.ts';

interface Shell {
  readonly print: (line: object) => void;
  readonly commit: string | null;
  readonly clock: () => number;
}

/** Returns the exit code: 0 done, 130 interrupted. Throws InputError and DeviceError, and the error of a run that fails. */
export async function runFigure(options: FigureOptions, shell: Shell): Promise<number> {
  const figure = figureOf(options.figure, options.scale);
  const runs = options.seeds.flatMap((seed) => figure.runs(seed));
  if (runs.length === 0)
    throw new InputError(fault('--figure', `a figure with runs at the scale ${options.scale}`, options.figure, 'no base reads its pictures yet'));
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const engine = await openBackend(options.backend);
  const found: { run: FigureRun; evidence: Evidence }[] = [];
  const resultOf = (): FigureResult => {
    const plannedRuns = found.length < runs.length ? runs.length : undefined;
    return figureResult(figure, options.scale, found, { command: commandOf(options), plannedRuns });
  };
  try {
    for (const [i, run] of runs.entries()) {
      shell.print({
        kind: 'figure-run',
        figure: figure.id,
        series: run.series,
        examples: run.spec.examples,
        seed: run.spec.seed,
        run: i + 1,
        runs: runs.length,
      });
      const evidence = await evidenceOf(run, options, { ...shell, engine, measures: figure.measures, signal: abort.signal });
      if (evidence === null) return 130;
      if (evidence === 'not made') continue;
      found.push({ run, evidence });
      await writeResult(options, resultOf());
    }
  } finally {
    engine.close();
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  }
  shell.print({ kind: 'figure', id: figure.id, file: fileOf(options), readings: resultOf().readings });
  return 0;
}

interface Work extends Shell {
  readonly engine: Engine;
  readonly measures: Measures;
  readonly signal: AbortSignal;
}

/** What a person types to make the figure again, without this machine's folders. */
function commandOf({ figure, scale, seeds, backend }: FigureOptions): string {
  return `npm run headless -- --figure ${figure} --scale ${scale} --seeds ${seeds.join(',')} --backend ${backend}`;
}

/** The evidence of a run: as it is kept, or made now. Null when it was interrupted, 'not made' when nothing is to be trained. */
async function evidenceOf({ spec }: FigureRun, options: FigureOptions, work: Work): Promise<Evidence | 'not made' | null> {
  const { engine, measures, signal, clock, print, commit } = work;
  const key = `${spec.supervision}-${spec.examples}-s${spec.seed}-${runDigest(spec).slice(0, 12)}`;
  const folder = join(options.out, 'runs', key);
  const file = join(folder, `evidence-${nameOf(measures)}.json`);
  const known = await readKept(folder, file, measures);
  if (known.done !== undefined || options.isKnownOnly) return known.done ?? 'not made';
  checkFits(spec, engine.info.limits);
  await mkdir(folder, { recursive: true });
  const checkpoint = (await loadCheckpoint(folder))?.checkpoint ?? null;
  // Weights on the way are not kept: where the checkpoint is past a step that is not measured yet, the run is trained again.
  const isUsable = checkpoint !== null && isMeasuredUpTo(checkpoint.progress.step, known.measured, measures, totalSteps(spec));
  if (!isUsable) await removeCheckpoints(folder);
  const base = spec.base === null || isUsable ? null : await loadBase(spec.base);
  const model = isUsable ? restoreModel(checkpoint) : makeModel(spec, base?.weights ?? null);
  const log = makeEventLog(options.logEvery, print);
  let generation = 0;
  const startMs = clock();
  const hoursNow = (): number => Number((known.hours + (clock() - startMs) / 3_600_000).toFixed(4));
  try {
    const made = await makeEvidence({
      ...{ spec, measures, engine, model, clock, signal, measured: known.measured },
      batches: { next: (step) => Promise.resolve(batchAt(spec, step)) },
      restored: isUsable ? checkpoint.progress : null,
      emit: (event) => log.add(event),
      onCheckpoint: async (saved) => ({ generation: (generation += 1), bytes: await saveCheckpoint(folder, saved) }),
      onMeasured: (measured) => writeJson(file, { measured, hours: hoursNow() }),
    });
    if (made === null) return null;
    const { backend, adapter } = engine.info;
    const done: Evidence = {
      spec,
      measures,
      step: made.progress.step,
      ...made.measured,
      made: { backend, adapter, hours: hoursNow(), commit: commit ?? '', command: commandOf(options) },
    };
    await writeJson(file, { done });
    return done;
  } finally {
    disposeModel(model);
  }
}

interface Kept {
  readonly done?: Evidence;
  readonly measured: Measured;
  /** What it took until then, interruptions left out. */
  readonly hours: number;
}

/** Nothing measured, in no time. */
const NOTHING_KEPT: Kept = { measured: NOTHING_YET, hours: 0 };

/** What is kept of a run: evidence that covers the measures, also of another figure, or what was measured before an interruption. */
async function readKept(folder: string, file: string, measures: Measures): Promise<Kept> {
  if (!existsSync(folder)) return NOTHING_KEPT;
  for (const name of (await readdir(folder)).filter((each) => /^evidence-.*\.json$/.test(each))) {
    const { done } = await readJson(join(folder, name));
    if (done !== undefined && covers(done.measures, measures)) return { ...NOTHING_KEPT, done };
  }
  const { measured, hours } = existsSync(file) ? await readJson(file) : NOTHING_KEPT;
  return { measured, hours };
}

async function readJson(file: string): Promise<Kept> {
  const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<Kept>; // our own file
  return { ...NOTHING_KEPT, ...kept };
}

function nameOf({ points, examples, hasLosses, hasGradients, isConvertAsked }: Measures): string {
  const parts = [
    hasLosses ? 'losses' : '',
    hasGradients ? 'gradients' : '',
    points > 0 ? `${points}x${examples}` : '',
    isConvertAsked ? 'convert' : '',
  ];
  return parts.filter((part) => part !== '').join('-') || 'end';
}

function fileOf({ save, figure }: FigureOptions): string {
  return join(save, `${figure}.json`);
}

async function writeResult(options: FigureOptions, result: FigureResult): Promise<void> {
  await mkdir(options.save, { recursive: true });
  await writeJson(fileOf(options), result);
  const { id, title, source, scale } = result;
  const { size: bytes } = await stat(fileOf(options));
  const index = join(options.save, 'index.json');
  const known = existsSync(index) ? (JSON.parse(await readFile(index, 'utf8')) as FigureEntry[]) : []; // our own file
  const figures = [...known.filter((entry) => entry.id !== id), { id, title, source, scale, bytes }].sort((a, b) => a.id.localeCompare(b.id));
  await writeJson(index, figures);
}

/** Whole or not at all. */
async function writeJson(file: string, value: object): Promise<void> {
  await writeFile(`${file}.part`, `${JSON.stringify(value, null, 1)}\n`);
  await rename(`${file}.part`, file);
}
