/** `npm run dataset -- --list`: every strategy, and the runs of each figure and table of the paper as commands. */
import { STRATEGIES } from '../../src/study/strategies/catalogue.ts';
import { paperExperiments } from '../../src/study/strategies/experiments.ts';
import type { ExperimentRun } from '../../src/study/strategies/experiments.ts';
import { STRATEGY_FIELDS } from '../../src/study/strategies/options.ts';
import { flagOf } from './options.ts';

export function listText(): string {
  const strategies = STRATEGIES.map(({ id, title, summary, source }) => `  ${id}  (${title}; ${source})\n      ${summary}`);
  const experiments = paperExperiments().flatMap(({ title, source, help, runs }) => [`${title}  (${source})`, `  ${help}`, ...runs.map(runLine), '']);
  return ['Strategies:', ...strategies, '', 'Experiments of the paper; add --format NAME and --out DIR, or --dry-run:', '', ...experiments].join(
    '\n',
  );
}

function runLine({ strategy, task, rows, options }: ExperimentRun): string {
  const flags = STRATEGY_FIELDS.filter(({ key }) => Object.hasOwn(options, key)).map((field) => ` --${flagOf(field)} ${options[field.key]}`);
  return `    npm run dataset -- --task ${task} --strategy ${strategy} --count ${rows}${flags.join('')}`;
}
