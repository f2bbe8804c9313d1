/**
 * `npm run encoders -- --kind NAME --out DIR …` (see --help): trains one of the small encoders that smarterVLM runs on offline. JSON lines on stdout. Exit codes: 0 done,
 * 1 a fault of ours, 2 bad input, 130 stopped by a signal; the same command goes on.
 */
import { encoderOptions } from './encoders-options.ts';
import { reportFailure } from './report-failure.ts';

async function main(args: readonly string[]): Promise<number> {
  const options = encoderOptions(args);
  if (options === null) return 0;
  const { trainEncoder } = await import('./encoders-run.ts'); // tfjs comes with it
  return trainEncoder(options);
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
}, reportFailure);
