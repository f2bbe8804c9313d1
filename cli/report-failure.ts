/** How a command ends that fails. */
import { toWireError } from '../src/lib/errors.ts';

/**
 * Says what was wrong: in a line where the caller asked for something that cannot be (InputError, exit status 2), else with its stack (1).
 *
 * @param expected - names of more errors of which the message is enough.
 */
export function reportFailure(error: unknown, expected: readonly string[] = []): void {
  const { name, message, stack } = toWireError(error);
  const isBadInput = name === 'InputError';
  process.stderr.write(`${isBadInput || expected.includes(name) ? message : (stack ?? message)}\n`);
  process.exitCode = isBadInput ? 2 : 1;
}
