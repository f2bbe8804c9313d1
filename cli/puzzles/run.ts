/** `npm run puzzles` as a function, so that tests need no process of their own. */
import { exportPuzzles } from './export.ts';
import { parsePuzzlesCommand, PUZZLES_HELP } from './options.ts';
import { printSummary } from './summary.ts';

/** Returns whether all is well. Throws InputError for a call that cannot be met. */
export async function runPuzzles(args: readonly string[], print: (line: string) => void, announce: (line: string) => void): Promise<boolean> {
  const command = parsePuzzlesCommand(args);
  if (command === null) {
    print(PUZZLES_HELP);
    return true;
  }
  if (command.kind === 'summary') return printSummary(command, print, announce);
  await exportPuzzles(command, (id) => announce(`Puzzle ${id}: ${command.count} instances`));
  print(`${command.ids.length} puzzles of ${command.count} instances in ${command.dir}`);
  return true;
}
