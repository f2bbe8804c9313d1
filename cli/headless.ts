/**
 * `npm run headless -- --spec FILE --out DIR --backend webgpu|wasm|cpu`: JSON lines on stdout, a summary object last. Exit codes: 0 done, 1 a run that
 * failed, 2 bad input, 130 or 143 stopped by a signal (after a checkpoint).
 */
import { toWireError } from '../src/lib/errors.ts';
import { runHeadless } from './headless-run.ts';

const printText = (text: string) => process.stdout.write(`${text}\n`);

runHeadless(process.argv.slice(2), (line) => printText(JSON.stringify(line)), printText).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const { name, message, stack } = toWireError(error);
    const isExpected = name === 'InputError' || name === 'DeviceError' || name === 'ShapeError';
    process.stderr.write(`${isExpected ? message : (stack ?? message)}\n`);
    process.exitCode = name === 'InputError' ? 2 : 1;
  },
);
