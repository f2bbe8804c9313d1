/**
 * `npm run headless` as a function, so that tests need no process of their own: what the command line asks for. tfjs is loaded when the options are good, so that help
 * and a mistyped option are answered at once.
 */
import { commitHash } from './commit.ts';
import { FIGURE_HELP, isFigureCommand, parseFigureOptions } from './figure-options.ts';
import { HEADLESS_HELP, parseHeadlessOptions } from './headless-options.ts';
import { isSmarterFigure, parseSmarterFigureOptions, SMARTER_FIGURE_HELP } from './smarter-figure-options.ts';

const clock = () => performance.now();

/** Runs a command line. Returns the exit code; throws InputError and DeviceError. */
export async function runHeadless(args: readonly string[], print: (line: object) => void, printText: (text: string) => void): Promise<number> {
  const help = (text: string): number => {
    printText(text);
    return 0;
  };
  if (isSmarterFigure(args)) {
    const options = parseSmarterFigureOptions(args);
    if (options === null) return help(SMARTER_FIGURE_HELP);
    const { runSmarterFigure } = await import('./smarter-figure.ts');
    return runSmarterFigure(options, { print, commit: commitHash(), clock });
  }
  if (isFigureCommand(args)) {
    const options = parseFigureOptions(args);
    if (options === null) return help(FIGURE_HELP);
    const { runFigure } = await import('./figure-run.ts');
    return runFigure(options, { print, commit: commitHash(), clock });
  }
  const options = await parseHeadlessOptions(args);
  if (options === null) return help(`${HEADLESS_HELP}\n\n${FIGURE_HELP}`);
  const { runOptions } = await import('./headless-training.ts');
  const command = ['npm run headless --', ...args.map((arg) => (/^[\w./:=@,+-]+$/.test(arg) ? arg : `'${arg}'`))].join(' ');
  return runOptions(options, { print, command });
}
