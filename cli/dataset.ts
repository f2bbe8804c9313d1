/**
 * `npm run dataset -- --out DIR …`: data sets as files (see --help). One JSON line on stdout, everything else on stderr. Exit codes: 0 done, 2 bad
 * input (nothing written), 1 anything else, 130 or 143 stopped by a signal; after all but 2, the same command goes on.
 */
import { readGenerator } from './dataset/generator.ts';
import { runDataset } from './dataset/run.ts';
import { reportFailure } from './report-failure.ts';

let signalCode: number | null = null;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => (signalCode = code)); // rows under way are written first; a second signal ends at once
}

runDataset(process.argv.slice(2), {
  print: (text) => process.stdout.write(text),
  errors: process.stderr,
  clock: () => performance.now(),
  generator: readGenerator(),
  isStopped: () => signalCode !== null,
}).then(
  (isDone) => {
    if (!isDone) process.exitCode = signalCode ?? 1;
  },
  (error: unknown) => reportFailure(error, ['DiskFullError']),
);
