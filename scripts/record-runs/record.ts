/** Finished runs of a figure, written as files that ship with the page. The command is record-runs.ts. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commitHash } from '../../cli/commit.ts';
import { evidenceFolder, writeJson } from '../../cli/evidence-folder.ts';
import { fault, InputError } from '../../src/lib/errors.ts';
import { sha256Hex } from '../../src/lib/hash.ts';
import { openBackend } from '../../src/model/backend.ts';
import type { Engine } from '../../src/model/backend.ts';
import type { BackendName } from '../../src/model/device-info.ts';
import type { Checkpoint } from '../../src/study/checkpoint.ts';
import { evaluateModel } from '../../src/study/evaluate.ts';
import type { EvaluationResult } from '../../src/study/events.ts';
import { plannedRuns } from '../../src/study/figures/figure-plan.ts';
import type { Evidence, FigureRun } from '../../src/study/figures/figure.ts';
import type { Scale } from '../../src/study/figures/scale.ts';
import { disposeModel, restoreModel } from '../../src/study/model-setup.ts';
import { encodeRecordedRun, halved } from '../../src/study/recorded-run.ts';
import { parseRecordedIndex } from '../../src/study/recorded-index.ts';
import type { RecordedEntry } from '../../src/study/recorded-index.ts';
import { runDigest } from '../../src/study/switch-run.ts';

const MOST_CHANGED = 0.02;

export interface RecordOptions {
  readonly figure: string;
  readonly scale: Scale;
  readonly seed: number;
  /** Null: all. */
  readonly series: readonly string[] | null;
  /** Folder of the runs. */
  readonly out: string;
  /** Folder of the files. */
  readonly save: string;
  readonly backend: BackendName;
}

export async function recordRuns({ figure, scale, seed, series: wanted, out, save, backend }: RecordOptions): Promise<void> {
  const { runs } = plannedRuns({ id: figure, scale, seeds: [seed] });
  const chosen = runs.filter(({ series }) => wanted?.includes(series) ?? true);
  if (chosen.length === 0) throw new InputError(fault('--series', runs.map(({ series }) => series).join(', '), wanted?.join(',')));
  await mkdir(save, { recursive: true });
  const engine = await openBackend(backend);
  try {
    for (const run of chosen) {
      const entry = await recorded(run, out, save, engine);
      await addToIndex(join(save, 'index.json'), entry);
      process.stdout.write(`${JSON.stringify(entry)}\n`);
    }
  } finally {
    engine.close();
  }
}

async function recorded({ series, spec }: FigureRun, out: string, save: string, engine: Engine): Promise<RecordedEntry> {
  const keeper = evidenceFolder(out);
  const checkpoint = await keeper.checkpoint(spec);
  const evidence = await keeper.evidence(spec);
  const [first] = evidence;
  if (checkpoint === null || first === undefined)
    throw new InputError(fault('record-runs', `a finished run of ${series}, seed ${spec.seed}, in ${out}`, 'none', 'make the figure first'));
  const whole = withEvidence(checkpoint, evidence);
  const changed = await changedShare(whole, engine);
  if (changed > MOST_CHANGED)
    throw new InputError(
      fault('record-runs', `right answers of a cell within ${MOST_CHANGED * 100} % of those before rounding`, `${changed * 100} % of ${series}`),
    );
  const run = runDigest(spec);
  const { made } = first;
  const name = `${series}, ${spec.examples} rows, seed ${spec.seed}`;
  const bytes = await encodeRecordedRun(
    { name, adapter: made.adapter === '' ? made.backend : made.adapter, checkpoint: whole },
    { runId: run, build: commitHash() ?? '', savedAt: new Date().toISOString() },
  );
  const file = `${run}.safetensors`;
  await writeFile(join(save, file), bytes);
  return { run, name, file, bytes: bytes.length, sha256: await sha256Hex(bytes), mostChanged: changed };
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
