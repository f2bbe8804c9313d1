/** The runs of several figures, handed out by a parent to copies of the command that asked for them (record-figures.ts). */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { loadBase } from '../../cli/bases.ts';
import { commitHash } from '../../cli/commit.ts';
import { evidenceFolder } from '../../cli/evidence-folder.ts';
import { recordedFigure } from '../../cli/recorded-figure.ts';
import { toWireError } from '../../src/lib/errors.ts';
import { openBackend } from '../../src/model/backend.ts';
import type { BackendName } from '../../src/model/device-info.ts';
import { batchAt } from '../../src/study/batcher.ts';
import { plannedRuns } from '../../src/study/figures/figure-plan.ts';
import { mergedMeasures } from '../../src/study/figures/figure.ts';
import type { Measures } from '../../src/study/figures/figure.ts';
import { evidenceOfRun, knownEvidence } from '../../src/study/figures/make-figure.ts';
import { recordedPart } from '../../src/study/figures/run-part.ts';
import type { Scale } from '../../src/study/figures/scale.ts';
import type { RunSpec } from '../../src/study/run-spec.ts';
import { runDigest } from '../../src/study/switch-run.ts';

interface Job {
  readonly series: string;
  readonly spec: RunSpec;
  readonly measures: Measures;
}

const clock = (): number => performance.now();
const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

export interface Options {
  readonly figures: readonly string[];
  readonly scale: Scale;
  readonly seeds: readonly number[];
  /** Copies at a time. */
  readonly jobs: number;
  readonly out: string;
  /** Folder with figures as they were recorded, whose runs are left out; null = none. */
  readonly recorded: string | null;
  readonly backend: BackendName;
  readonly maxMinutes: number | null;
}

/** Each run once, in the order in which the figures first ask for it. */
async function jobsOf({ figures, scale, seeds, recorded: folder }: Options): Promise<readonly Job[]> {
  const jobs = new Map<string, Job>();
  for (const id of figures) {
    const { figure, runs } = plannedRuns({ id, scale, seeds });
    const recorded = await recordedFigure(folder, { id, scale });
    for (const run of runs) {
      if (recorded !== null && recordedPart(figure, recorded, run, runs) !== null) continue;
      const { series, spec } = run;
      const known = jobs.get(runDigest(spec));
      const measures = mergedMeasures(known?.measures ?? figure.measures, figure.measures);
      jobs.set(runDigest(spec), { series, spec, measures });
    }
  }
  return [...jobs.values()];
}

type Answer = { readonly isReady: true } | { readonly seconds: number } | { readonly failure: string };

/** Hands out the jobs; resolves with the exit code when no copy is left: 0 all done, 1 some failed, 130 stopped. */
export async function lead(args: readonly string[], chosen: Options): Promise<number> {
  const jobs = await jobsOf(chosen);
  const startMs = clock();
  let next = 0;
  let failed = 0;
  let isStopped = false;
  const copies = new Set<ChildProcess>();
  const stop = (): void => {
    isStopped = true;
    for (const copy of copies) copy.kill('SIGTERM');
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const timer = chosen.maxMinutes === null ? null : setTimeout(stop, chosen.maxMinutes * 60_000);
  print({ event: 'jobs', runs: jobs.length, jobs: chosen.jobs });
  const tell = (index: number, about: object): void => {
    const { series = '', spec } = jobs[index] ?? {};
    print({ event: 'run', index, series, examples: spec?.examples, seed: spec?.seed, ...about, atSeconds: Math.round((clock() - startMs) / 1000) });
  };

  /** One copy until it has no more to do or ends by itself; whether it ever was ready. */
  const useCopy = async (): Promise<boolean> => {
    const copy = fork(process.argv[1] ?? '', [...args], { execArgv: process.execArgv, env: { ...process.env, RECORD_FIGURES: 'copy' } });
    copies.add(copy);
    let index: number | null = null;
    let wasReady = false;
    copy.on('message', (answer: Answer) => {
      wasReady = true;
      if (index !== null && !('isReady' in answer)) tell(index, answer);
      if ('failure' in answer) failed += 1;
      index = isStopped || next >= jobs.length ? null : next++;
      if (index === null) copy.kill('SIGTERM');
      else copy.send(index);
    });
    await new Promise((resolve) => copy.once('exit', resolve));
    copies.delete(copy);
    if (index !== null && !isStopped) {
      failed += 1;
      tell(index, { failure: 'its process ended' });
    }
    return wasReady;
  };
  const work = async (): Promise<void> => {
    while (!isStopped && next < jobs.length) {
      if (await useCopy()) continue;
      if (!isStopped) failed += 1; // no backend: its reason is on stderr
      return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(chosen.jobs, jobs.length) }, work));
  if (timer !== null) clearTimeout(timer);
  return isStopped ? 130 : failed > 0 ? 1 : 0;
}

/** A copy: runs the jobs it is sent, one after the other. It ends itself when its device is lost; the parent then starts another. */
export async function follow(chosen: Options): Promise<void> {
  const jobs = await jobsOf(chosen);
  const abort = new AbortController();
  let isBusy = false;
  process.on('SIGINT', () => undefined); // the terminal tells all; the parent says when to end
  process.once('SIGTERM', () => {
    abort.abort();
    if (!isBusy) process.exit(0);
  });
  const engine = await openBackend(chosen.backend);
  const keeper = evidenceFolder(chosen.out);
  const command = `npx tsx scripts/record-figures.ts --figures ${chosen.figures.join(',')} --scale ${chosen.scale} --seeds ${chosen.seeds.join(',')} --backend ${chosen.backend}`;
  const tell = (answer: Answer): void => void process.send?.(answer);
  const make = async ({ spec, measures }: Job): Promise<void> => {
    if ((await knownEvidence(spec, measures, keeper)) !== null) return;
    await evidenceOfRun(spec, measures, command, {
      ...{ engine, clock, keeper, signal: abort.signal, commit: commitHash() ?? '' },
      baseWeights: async (digest) => (await loadBase(digest)).weights,
      batches: (each) => ({ next: (step) => Promise.resolve(batchAt(each, step)), close: () => undefined }),
      onEvent: () => undefined,
    });
  };
  process.on('message', (index: number) => {
    const job = jobs[index];
    if (job === undefined) throw new Error(`internal: no job ${index}`);
    const startMs = clock();
    isBusy = true;
    make(job)
      .then(
        () => {
          if (!abort.signal.aborted) tell({ seconds: Number(((clock() - startMs) / 1000).toFixed(1)) });
        },
        (error: unknown) => {
          if (engine.isLost()) throw error;
          tell({ failure: toWireError(error).message });
        },
      )
      .finally(() => {
        isBusy = false;
        if (abort.signal.aborted) process.exit(0);
      });
  });
  tell({ isReady: true });
}
