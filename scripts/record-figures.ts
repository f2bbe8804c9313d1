/**
 * `npx tsx scripts/record-figures.ts --figures fig-3,fig-9 [--scale nano] [--seeds 1,2,3] [--jobs 4] [--out out/figures] [--backend webgpu] [--max-minutes M]`: trains and
 * measures the runs of several figures, several at a time, each run once with all that any of the figures asks of it. The numbers then come from
 * `npm run headless -- --figure ID --known --out …`. Goes on where an interrupted command stopped. JSON lines on stdout.
 *
 * A parent hands out runs, in the order of the figures, to as many copies of this file as there are jobs.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { parseArgs } from 'node:util';
import { loadBase } from '../cli/bases.ts';
import { commitHash } from '../cli/commit.ts';
import { evidenceFolder } from '../cli/evidence-folder.ts';
import { fault, InputError, toWireError } from '../src/lib/errors.ts';
import { openBackend } from '../src/model/backend.ts';
import { BACKENDS } from '../src/model/device-info.ts';
import { batchAt } from '../src/study/batcher.ts';
import { plannedRuns } from '../src/study/figures/figure-plan.ts';
import { mergedMeasures } from '../src/study/figures/figure.ts';
import type { Measures } from '../src/study/figures/figure.ts';
import { evidenceOfRun, knownEvidence } from '../src/study/figures/make-figure.ts';
import { SCALES } from '../src/study/figures/scale.ts';
import type { RunSpec } from '../src/study/run-spec.ts';
import { runDigest } from '../src/study/switch-run.ts';

interface Job {
  readonly series: string;
  readonly spec: RunSpec;
  readonly measures: Measures;
}

const clock = (): number => performance.now();
const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

function options(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const all = { figures: text, scale: text, seeds: text, jobs: text, out: text, backend: text, 'max-minutes': text } as const;
  const { values } = parseArgs({ args: [...args], options: all });
  const { scale: scaleName = 'nano', backend: backendName = 'wasm', seeds = '1,2,3', figures = '', out = 'out/figures' } = values;
  const scale = SCALES.find((name) => name === scaleName);
  const backend = BACKENDS.find((name) => name === backendName);
  if (scale === undefined) throw new InputError(fault('--scale', SCALES.join(' or '), scaleName));
  if (backend === undefined) throw new InputError(fault('--backend', BACKENDS.join(', '), backendName));
  const count = (name: 'jobs' | 'max-minutes'): number | null => {
    if (values[name] === undefined) return null;
    const number = Number(values[name]);
    if (!(number > 0)) throw new InputError(fault(`--${name}`, 'a number above 0', values[name]));
    return number;
  };
  return {
    ...{ scale, backend, out, figures: figures.split(','), seeds: seeds.split(',').map(Number), jobs: Math.round(count('jobs') ?? 1) },
    maxMinutes: count('max-minutes'),
  };
}

type Options = ReturnType<typeof options>;

/** Each run once, in the order in which the figures first ask for it. */
function jobsOf({ figures, scale, seeds }: Options): readonly Job[] {
  const jobs = new Map<string, Job>();
  for (const id of figures) {
    const { figure, runs } = plannedRuns({ id, scale, seeds });
    for (const { series, spec } of runs) {
      const known = jobs.get(runDigest(spec));
      const measures = mergedMeasures(known?.measures ?? figure.measures, figure.measures);
      jobs.set(runDigest(spec), { series, spec, measures });
    }
  }
  return [...jobs.values()];
}

/** Hands out the jobs; resolves with the exit code when no copy is left: 0 all done, 1 some failed, 130 stopped. */
async function lead(args: readonly string[], chosen: Options): Promise<number> {
  const jobs = jobsOf(chosen);
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
  const work = async (): Promise<void> => {
    const copy = fork(process.argv[1] ?? '', [...args], { execArgv: process.execArgv, env: { ...process.env, RECORD_FIGURES: 'copy' } });
    copies.add(copy);
    let index: number | null = null;
    copy.on('message', (message: { readonly isReady?: true; readonly failure?: string; readonly seconds?: number }) => {
      const job = index === null ? undefined : jobs[index];
      if (message.failure !== undefined) failed += 1;
      if (job !== undefined) {
        const { series, spec } = job;
        print({
          event: 'run',
          index,
          series,
          examples: spec.examples,
          seed: spec.seed,
          ...message,
          atSeconds: Math.round((clock() - startMs) / 1000),
        });
      }
      index = isStopped || next >= jobs.length ? null : next++;
      if (index === null) copy.kill('SIGTERM');
      else copy.send(index);
    });
    await new Promise((resolve) => copy.once('exit', resolve));
    copies.delete(copy);
    if (index !== null && !isStopped) failed += 1;
  };
  await Promise.all(Array.from({ length: Math.min(chosen.jobs, jobs.length) }, work));
  if (timer !== null) clearTimeout(timer);
  return isStopped ? 130 : failed > 0 ? 1 : 0;
}

/** A copy: runs the jobs it is sent, one after the other. */
async function follow(chosen: Options): Promise<void> {
  const jobs = jobsOf(chosen);
  const abort = new AbortController();
  let isBusy = false;
  process.once('SIGTERM', () => {
    abort.abort();
    if (!isBusy) process.exit(0);
  });
  const engine = await openBackend(chosen.backend);
  const keeper = evidenceFolder(chosen.out);
  const command = `npx tsx scripts/record-figures.ts --figures ${chosen.figures.join(',')} --scale ${chosen.scale} --seeds ${chosen.seeds.join(',')} --backend ${chosen.backend}`;
  const run = async (index: number): Promise<void> => {
    const job = jobs[index];
    if (job === undefined) throw new Error(`internal: no job ${index}`);
    isBusy = true;
    const startMs = clock();
    try {
      const { spec, measures } = job;
      if ((await knownEvidence(spec, measures, keeper)) === null)
        await evidenceOfRun(spec, measures, command, {
          ...{ engine, clock, keeper, signal: abort.signal, commit: commitHash() ?? '' },
          baseWeights: async (digest) => (await loadBase(digest)).weights,
          batches: (each) => ({ next: (step) => Promise.resolve(batchAt(each, step)), close: () => undefined }),
          onEvent: () => undefined,
        });
      isBusy = false;
      if (abort.signal.aborted) process.exit(0);
      process.send?.({ seconds: Number(((clock() - startMs) / 1000).toFixed(1)) });
    } catch (error) {
      isBusy = false;
      process.send?.({ failure: toWireError(error).message });
    }
  };
  process.on('message', (index: number) => void run(index));
  process.send?.({ isReady: true });
}

const args = process.argv.slice(2);
try {
  const chosen = options(args);
  if (process.env['RECORD_FIGURES'] === 'copy') await follow(chosen);
  else process.exitCode = await lead(args, chosen);
} catch (error) {
  const { name, message, stack } = toWireError(error);
  process.stderr.write(`${name === 'InputError' ? message : (stack ?? message)}\n`);
  process.exitCode = name === 'InputError' ? 2 : 1;
}
