/** Finished runs of a figure, written as files that ship with the page. The command is record-runs.ts. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitHash } from '../../cli/commit.ts';
import { evidenceFolder, writeJson } from '../../cli/evidence-folder.ts';
import { loadCheckpoint } from '../../cli/run-folder.ts';
import { runTitle } from '../../cli/save-run.ts';
import { snapshotsIn } from '../../cli/snapshot-folder.ts';
import { fault, InputError } from '../../src/lib/errors.ts';
import { sha256Hex } from '../../src/lib/hash.ts';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import type { BackendName } from '../../src/model/device-info.ts';
import type { Checkpoint } from '../../src/study/checkpoint.ts';
import { evaluateModel } from '../../src/study/evaluate.ts';
import type { EvaluationResult } from '../../src/study/events.ts';
import { plannedRuns } from '../../src/study/figures/figure-plan.ts';
import type { Evidence } from '../../src/study/figures/figure.ts';
import type { Scale } from '../../src/study/figures/scale.ts';
import { disposeModel, restoreModel } from '../../src/study/model-setup.ts';
import { encodeRecordedRun, halved } from '../../src/study/recorded-run.ts';
import type { RecordedRun } from '../../src/study/recorded-run.ts';
import { parseRecordedIndex } from '../../src/study/recorded-index.ts';
import type { RecordedEntry } from '../../src/study/recorded-index.ts';
import { runDigest } from '../../src/study/switch-run.ts';

const MOST_CHANGED = 0.02;
/** Of a file, timeline included: what a visitor waits for. */
const MOST_BYTES = 3_000_000;

export interface RecordOptions {
  /** The runs of a figure at a scale, with a seed; or one run that `npm run headless -- --spec` left in a folder. */
  readonly what:
    | {
        readonly figure: string;
        readonly scale: Scale;
        readonly seed: number;
        /** Null: all. */
        readonly series: readonly string[] | null;
        /** Folder of the runs. */
        readonly out: string;
      }
    | { readonly run: string };
  /** Folder of the files. */
  readonly save: string;
  readonly backend: BackendName;
}

export async function recordRuns({ what, save, backend }: RecordOptions): Promise<void> {
  const found = 'run' in what ? [await runIn(what.run)] : await runsOfFigure(what);
  await mkdir(save, { recursive: true });
  const engine = await openBackend(backend);
  try {
    for (const run of found) {
      const entry = await recorded(run, save, engine);
      await addToIndex(join(save, 'index.json'), entry);
      process.stdout.write(`${JSON.stringify(entry)}\n`);
    }
  } finally {
    engine.close();
  }
}

async function runsOfFigure({
  figure,
  scale,
  seed,
  series: wanted,
  out,
}: Extract<RecordOptions['what'], { figure: string }>): Promise<RecordedRun[]> {
  const { runs } = plannedRuns({ id: figure, scale, seeds: [seed] });
  const chosen = runs.filter(({ series }) => wanted?.includes(series) ?? true);
  if (chosen.length === 0) throw new InputError(fault('--series', runs.map(({ series }) => series).join(', '), wanted?.join(',')));
  const keeper = evidenceFolder(out);
  return Promise.all(
    chosen.map(async ({ series, spec }): Promise<RecordedRun> => {
      const checkpoint = await keeper.checkpoint(spec);
      const evidence = await keeper.evidence(spec);
      const [first] = evidence;
      if (checkpoint === null || first === undefined)
        throw new InputError(fault('record-runs', `a finished run of ${series}, seed ${spec.seed}, in ${out}`, 'none', 'make the figure first'));
      const name = `${series}, ${spec.examples} rows, seed ${spec.seed}`;
      return { name, adapter: placeOf(first.made), checkpoint: withEvidence(checkpoint, evidence), snapshots: [] };
    }),
  );
}

/** The run in a folder, with its timeline where --save-run kept one. */
async function runIn(folder: string): Promise<RecordedRun> {
  const loaded = await loadCheckpoint(folder);
  const results = join(folder, 'results.json');
  if (loaded === null || !existsSync(results))
    throw new InputError(fault('--run', 'a folder with a finished run', folder, 'npm run headless -- --spec FILE --out DIR --save-run FILE'));
  const { checkpoint } = loaded;
  const made = JSON.parse(await readFile(results, 'utf8')) as { backend: string; adapter: string }; // our own file
  return { name: runTitle(checkpoint.spec), adapter: placeOf(made), checkpoint, snapshots: await snapshotsIn(folder, checkpoint.progress.step) };
}

/** At most so many of them, the first and the last included where there is room for two. */
export function evenly<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / Math.max(1, most - 1))]).filter((each) => each !== undefined);
}

async function recorded(run: RecordedRun, save: string, engine: Engine): Promise<RecordedEntry> {
  const { name, checkpoint } = run;
  const changed = await changedShare(checkpoint, engine);
  if (changed > MOST_CHANGED)
    throw new InputError(
      fault('record-runs', `right answers of a cell within ${MOST_CHANGED * 100} % of those before rounding`, `${changed * 100} % of ${name}`),
    );
  const digest = runDigest(checkpoint.spec);
  const stamp = { runId: digest, build: commitHash() ?? '', savedAt: new Date().toISOString() };
  let snapshots = run.snapshots;
  let bytes = await encodeRecordedRun(run, stamp);
  while (bytes.length > MOST_BYTES && snapshots.length > 0) {
    snapshots = evenly(run.snapshots, snapshots.length - 1);
    bytes = await encodeRecordedRun({ ...run, snapshots }, stamp);
  }
  const file = `${digest}.safetensors`;
  await writeFile(join(save, file), bytes);
  const about = { run: digest, name, file, bytes: bytes.length, sha256: await sha256Hex(bytes), mostChanged: changed };
  return snapshots.length === 0 ? about : { ...about, earlierSteps: snapshots.length };
}

function placeOf({ adapter, backend }: { readonly adapter: string; readonly backend: string }): string {
  return adapter === '' ? backend : adapter;
}

/** The run with all that was measured on it for figures. */
function withEvidence(checkpoint: Checkpoint, evidence: readonly Evidence[]): Checkpoint {
  const longest = <T>(of: (each: Evidence) => readonly T[]): T[] => [...(evidence.map(of).sort((a, b) => b.length - a.length)[0] ?? [])];
  const measured = { losses: longest(({ losses }) => losses), gradients: longest(({ gradients }) => gradients) };
  const widest = evidence.flatMap(({ evaluation }) => evaluation ?? []).sort((a, b) => b.cells.length - a.cells.length)[0];
  const { progress } = checkpoint;
  return { ...checkpoint, progress: { ...progress, measured, evaluations: widest === undefined ? progress.evaluations : [widest] } };
}

/** The largest share of a cell's examples by which the rounded weights have more or fewer right. */
async function changedShare({ spec, progress, ...checkpoint }: Checkpoint, engine: Engine): Promise<number> {
  const before = progress.evaluations.at(-1);
  const model = restoreModel({ ...checkpoint, spec, progress, weights: halved(checkpoint.weights) });
  try {
    const after = await evaluateModel({ model, spec, step: progress.step, examples: spec.evaluation.examples, engine });
    if (before === undefined || after === null) throw new Error('internal: a finished run without an evaluation');
    return Math.max(...after.cells.map((cell) => Math.abs(cell.exactMatch.correct - sameCell(before, cell)) / cell.exactMatch.total));
  } finally {
    disposeModel(model);
  }
}

function sameCell({ cells }: EvaluationResult, { task, level, modality, prompt, exactMatch: { total } }: EvaluationResult['cells'][number]): number {
  const found = cells.find((cell) => cell.task === task && cell.level === level && cell.modality === modality && cell.prompt === prompt);
  if (found?.exactMatch.total !== total) throw new Error(`internal: no cell ${level} ${modality} of ${total} examples`);
  return found.exactMatch.correct;
}

async function addToIndex(file: string, entry: RecordedEntry): Promise<void> {
  const known = existsSync(file) ? parseRecordedIndex(await readFile(file, 'utf8')) : [];
  await writeJson(
    file,
    [...known.filter(({ run }) => run !== entry.run), entry].sort((a, b) => (a.run < b.run ? -1 : 1)),
  );
}
