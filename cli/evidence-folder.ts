/**
 * The runs of figures in folders, by the digest of their spec: `runs/<supervision>-<N>-s<seed>-<digest>/` with checkpoints and `evidence-<measures>.json`, which
 * holds the evidence when it is done, else what was measured until an interruption.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { measuresName, NOTHING_KEPT } from '../src/study/figures/evidence-keeper.ts';
import type { EvidenceKeeper, Unfinished } from '../src/study/figures/evidence-keeper.ts';
import type { Evidence, Measures } from '../src/study/figures/figure.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import { runDigest } from '../src/study/switch-run.ts';
import { loadCheckpoint, removeCheckpoints, saveCheckpoint } from './run-folder.ts';

interface Kept extends Unfinished {
  readonly done?: Evidence;
}

/** Keeps runs in `out`/runs; the checkpoints of finished runs stay. */
export function evidenceFolder(out: string): EvidenceKeeper {
  const folderOf = (spec: RunSpec): string => join(out, 'runs', `${spec.supervision}-${spec.examples}-s${spec.seed}-${runDigest(spec).slice(0, 12)}`);
  const fileOf = (spec: RunSpec, measures: Measures): string => join(folderOf(spec), `evidence-${measuresName(measures)}.json`);

  async function keepUnfinished(spec: RunSpec, measures: Measures, unfinished: Unfinished): Promise<void> {
    await mkdir(folderOf(spec), { recursive: true });
    await writeJson(fileOf(spec, measures), unfinished);
  }

  return {
    async evidence(spec) {
      const folder = folderOf(spec);
      if (!existsSync(folder)) return [];
      const names = (await readdir(folder)).filter((name) => /^evidence-.*\.json$/.test(name));
      const kept = await Promise.all(names.map((name) => readJson(join(folder, name))));
      return kept.flatMap(({ done }) => done ?? []);
    },
    async unfinished(spec, measures) {
      const file = fileOf(spec, measures);
      return existsSync(file) ? readJson(file) : NOTHING_KEPT;
    },
    async checkpoint(spec) {
      return existsSync(folderOf(spec)) ? ((await loadCheckpoint(folderOf(spec)))?.checkpoint ?? null) : null;
    },
    keepUnfinished,
    async keepCheckpoint(checkpoint, measures, unfinished) {
      await keepUnfinished(checkpoint.spec, measures, unfinished);
      return saveCheckpoint(folderOf(checkpoint.spec), checkpoint);
    },
    dropCheckpoint: (spec) => removeCheckpoints(folderOf(spec)),
    keepEvidence: (evidence) => writeJson(fileOf(evidence.spec, evidence.measures), { done: evidence }),
  };
}

async function readJson(file: string): Promise<Kept> {
  const kept = JSON.parse(await readFile(file, 'utf8')) as Partial<Kept>; // our own file
  return { ...NOTHING_KEPT, ...kept };
}

/** Whole or not at all. */
export async function writeJson(file: string, value: object): Promise<void> {
  await writeFile(`${file}.part`, `${JSON.stringify(value, null, 1)}\n`);
  await rename(`${file}.part`, file);
}
