/**
 * `npm run headless -- --spec FILE --out DIR --backend webgpu|wasm|cpu` (see --help): JSON lines on stdout, a summary object last. Exit codes: 0 done, 1 a run that
 * failed, 2 bad input, 130 or 143 stopped by a signal (after a checkpoint).
 */
import { runHeadless } from './headless-run.ts';
import { reportFailure } from './report-failure.ts';

const printText = (text: string) => process.stdout.write(`${text}\n`);

runHeadless(process.argv.slice(2), (line) => printText(JSON.stringify(line)), printText).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => reportFailure(error, ['DeviceError', 'ShapeError']),
);
