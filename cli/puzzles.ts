/**
 * `npm run puzzles -- …`: looks at a local SMART-101, or writes our own puzzles in its layout (see --help). Results on stdout, everything else on stderr. Exit codes:
 * 0 done, 2 bad input, 1 anything else, such as a folder that lacks something.
 */
import { runPuzzles } from './puzzles/run.ts';
import { reportFailure } from './report-failure.ts';

runPuzzles(
  process.argv.slice(2),
  (line) => process.stdout.write(`${line}\n`),
  (line) => process.stderr.write(`${line}\n`),
).then((isWell) => {
  if (!isWell) process.exitCode = 1;
}, reportFailure);
