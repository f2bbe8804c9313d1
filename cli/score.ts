/**
 * `npm run score -- --data FILE [--predictions FILE]`: scores what any model answered to a data set of these tasks. Tables on stdout. Exit codes: 0 done, 1 a fault of
 * ours, 2 bad input (nothing is written then).
 */
import { runScore } from './score-run.ts';
import { reportFailure } from './report-failure.ts';

runScore(
  process.argv.slice(2),
  (text) => process.stdout.write(`${text}\n`),
  (text) => process.stderr.write(`${text}\n`),
).catch(reportFailure);
