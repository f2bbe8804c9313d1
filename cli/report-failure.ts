/** How a command ends that fails. */
import { toWireError } from '../src/lib/errors.ts';

/** Says what was wrong, in a line where the caller asked for something that cannot be (InputError, exit status 2), else with its stack (1). */
export function reportFailure(error: unknown): void {
  const { name, message, stack } = toWireError(error);
  process.stderr.write(`${name === 'InputError' ? message : (stack ?? message)}\n`);
  process.exitCode = name === 'InputError' ? 2 : 1;
}
