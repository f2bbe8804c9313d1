/** What can be refused before anything is counted: options that are each in range but make no sense for a task or a strategy. See plan.ts. */
import { fault, InputError } from '../../lib/errors.ts';
import type { PhaseRecipe, Strategy } from './catalogue.ts';
import { isInternalised } from './cot.ts';
import { DEFAULT_OPTIONS, MAX_ROWS, STRATEGY_TASKS } from './options.ts';
import type { StrategyOptions } from './options.ts';

/** Throws InputError with what to change. */
export function checkRequest(strategy: Strategy, { task, rows, seed }: { task: string; rows: number; seed: number }, options: StrategyOptions): void {
  if (!STRATEGY_TASKS.some((known) => known === task)) throw new InputError(fault('task', STRATEGY_TASKS.join(', '), task));
  if (!Number.isSafeInteger(rows) || rows < 1 || rows > MAX_ROWS)
    throw new InputError(fault('rows', `a whole number in 1..${MAX_ROWS}`, String(rows)));
  if (!Number.isSafeInteger(seed) || seed < 0) throw new InputError(fault('seed', 'a whole number from 0 on', String(seed)));
  if (options.hardLevel === 'medium' && task !== 'consecutive-table-readout') {
    const cure = 'only Consecutive Table Readout has MEDIUM problems; choose hardLevel hard';
    throw new InputError(fault('hardLevel', `hard for ${task}`, 'medium', cure));
  }
  for (const { needs, keys, cure } of NEEDS) {
    const changed = keys.find((key) => options[key] !== DEFAULT_OPTIONS[key]);
    if (changed === undefined || strategy.phases.some(needs)) continue;
    throw new InputError(fault(changed, `its default with ${strategy.title}`, options[changed], cure));
  }
  if (options.rounding === 'thousands') {
    for (const [key, value] of Object.entries({ rows, alignRows: options.alignRows, warmUpRows: options.warmUpRows })) {
      if (value % 1000 !== 0) throw new InputError(fault(key, 'whole thousands', value, 'the authors count in thousands; choose rounding exact'));
    }
  }
  if (options.external === 'refuse' && isInternalised(options.warmUpCot)) {
    const cure = "they cannot be generated; set external to 'leave-out' to plan without them";
    throw new InputError(fault('warmUpCot', 'instruction data of the authors for a third of the rows', 'none', cure));
  }
}

/** Options that say something only of strategies that have such a phase. */
const NEEDS: readonly { needs: (phase: PhaseRecipe) => boolean; keys: readonly (keyof StrategyOptions)[]; cure: string }[] = [
  {
    needs: ({ name, components }) => name === 'main' && components.some(({ level }) => level === 'hard'),
    keys: ['hardLevel', 'hardKind', 'hardRepeats'],
    cure: 'it has no HARD part; choose a strategy with +',
  },
  {
    needs: ({ name }) => name === 'main',
    keys: ['epochCount', 'cot'],
    cure: 'it has no main phase; set alignCot or warmUpCot, or choose a longer strategy',
  },
  { needs: ({ name }) => name === 'align', keys: ['alignMixture', 'alignCot'], cure: 'it has no alignment phase; choose a strategy with align-' },
  {
    needs: ({ name, isCounted }) => name === 'align' && !isCounted,
    keys: ['alignRows'],
    cure: 'N counts its rows, or it has no alignment phase; set rows, or choose a strategy with align-',
  },
  { needs: ({ name }) => name === 'warm-up', keys: ['warmUpCot'], cure: 'it has no warm-up; choose a strategy with tw-' },
  {
    needs: ({ name, isCounted }) => name === 'warm-up' && !isCounted,
    keys: ['warmUpRows'],
    cure: 'N counts its rows, or it has no warm-up; set rows, or choose a strategy with tw-',
  },
  { needs: ({ name }) => name === 'before-switch', keys: ['switchAt'], cure: 'only Mix→Mix+ changes its data on the way' },
];
