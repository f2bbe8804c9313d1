/**
 * What varies inside a strategy, as data: forms, command lines and the checks of a request are drawn from one list. Defaults are the main experiments
 * of S2H as the authors' code runs them; every other value is an ablation of the paper, named in the help, or a quirk of the authors' code.
 */
import { fault, InputError } from '../../lib/errors.ts';
import { TASK_IDS } from '../../tasks/task.ts';
import type { TaskId } from '../../tasks/task.ts';
import { COT_MODES } from './cot.ts';
import type { CotMode } from './cot.ts';
import { ALIGN_MIXTURES } from './ids.ts';
import type { AlignMixture } from './ids.ts';

/** `joint`: the three tasks that do not generalise by themselves, in equal thirds (S2H section I.8). */
export const STRATEGY_TASKS = [...TASK_IDS, 'joint'] as const;
export type StrategyTask = TaskId | 'joint';

export const JOINT_TASKS = ['table-readout', 'grid-navigation', 'visual-analogy'] as const satisfies readonly TaskId[];

export interface StrategyOptions {
  readonly epochs: 'code' | 'algorithm-1';
  readonly epochCount: number | null;
  readonly rounding: 'exact' | 'thousands';
  readonly order: 'shuffled' | 'interleaved';
  readonly hardLevel: 'hard' | 'medium';
  readonly hardKind: 'text' | 'image';
  readonly hardRepeats: number;
  readonly cot: CotMode;
  readonly alignCot: CotMode;
  readonly warmUpCot: CotMode;
  readonly alignMixture: AlignMixture;
  readonly alignRows: number;
  readonly warmUpRows: number;
  readonly switchAt: number;
  readonly external: 'refuse' | 'leave-out';
}

export const DEFAULT_OPTIONS: StrategyOptions = {
  epochs: 'code',
  epochCount: null,
  rounding: 'exact',
  order: 'shuffled',
  hardLevel: 'hard',
  hardKind: 'text',
  hardRepeats: 1,
  cot: 'full',
  alignCot: 'full',
  warmUpCot: 'full',
  alignMixture: 'text+image-via-text',
  alignRows: 10_000,
  warmUpRows: 10_000,
  switchAt: 0.5,
  external: 'refuse',
};

/** Most rows of a run, as in a RunSpec. */
export const MAX_ROWS = 4_000_000;

interface FieldCommon {
  readonly key: keyof StrategyOptions;
  readonly label: string;
  readonly help: string;
}

/** Numbers have a grid: `min` plus a whole number of `step`s. */
export type StrategyField =
  | (FieldCommon & { readonly type: 'choice'; readonly options: readonly string[] })
  | (FieldCommon & { readonly type: 'number'; readonly min: number; readonly max: number; readonly step: number; readonly nullLabel?: string });

export const STRATEGY_FIELDS: readonly StrategyField[] = [
  {
    key: 'epochs',
    type: 'choice',
    options: ['code', 'algorithm-1'],
    label: 'epochs of Text and Image',
    help: 'code: 2 for Text and 3 for Image, as in C.1.1 and the released scripts. algorithm-1: one epoch over N different examples, as in Algorithm 1.',
  },
  {
    key: 'epochCount',
    type: 'number',
    min: 0.5,
    max: 20,
    step: 0.5,
    nullLabel: 'as the mixture has it',
    label: 'epochs',
    help: 'Passes over the data of the main phase, for Figures 13 and 14. Image with 2 is option 3 of the authors.',
  },
  {
    key: 'rounding',
    type: 'choice',
    options: ['exact', 'thousands'],
    label: 'rounding',
    help: 'exact: N rows are seen; rows left over begin one more epoch. thousands: as the authors round, so 160,000 rows in 3 epochs are 3 x 53,000.',
  },
  {
    key: 'order',
    type: 'choice',
    options: ['shuffled', 'interleaved'],
    label: 'order',
    help: 'shuffled: all rows of an epoch together. interleaved: each kind is shuffled apart and the kinds take turns (the Qwen runs, Appendix F).',
  },
  {
    key: 'hardLevel',
    type: 'choice',
    options: ['hard', 'medium'],
    label: 'level of the HARD part',
    help: 'medium: the Qwen runs on Consecutive Table Readout train on MEDIUM text instead and are evaluated there (Appendix F).',
  },
  {
    key: 'hardKind',
    type: 'choice',
    options: ['text', 'image'],
    label: 'form of the HARD part',
    help: 'image: reverse transfer, HARD pictures instead of HARD text, evaluated on HARD text (Table 8).',
  },
  {
    key: 'hardRepeats',
    type: 'number',
    min: 1,
    max: 1000,
    step: 1,
    label: 'repeats of HARD examples',
    help: 'Each HARD example stands this many times in the data, and there are that many times fewer of them (Figure 27).',
  },
  { key: 'cot', type: 'choice', options: COT_MODES, label: 'CoT', help: 'The chain of thought in the main phase (Table 13).' },
  { key: 'alignCot', type: 'choice', options: COT_MODES, label: 'CoT of Align-', help: 'The paper keeps it in full.' },
  {
    key: 'warmUpCot',
    type: 'choice',
    options: COT_MODES,
    label: 'CoT of (TW)',
    help: 'Internalised (Table 13), the warm-up has a third of instruction data of the authors, which cannot be generated: see external.',
  },
  {
    key: 'alignMixture',
    type: 'choice',
    options: ALIGN_MIXTURES,
    label: 'mixture of Align-',
    help: 'What the alignment phase is made of (Table 11).',
  },
  {
    key: 'alignRows',
    type: 'number',
    min: 1,
    max: MAX_ROWS,
    step: 1,
    label: 'rows of Align-',
    help: '10,000 in the main experiments; Figure 23 varies them.',
  },
  {
    key: 'warmUpRows',
    type: 'number',
    min: 1,
    max: MAX_ROWS,
    step: 1,
    label: 'rows of (TW)',
    help: '10,000 in the main experiments; Figure 24 has 20,000 and 30,000 too.',
  },
  {
    key: 'switchAt',
    type: 'number',
    min: 0.01,
    max: 0.99,
    step: 0.01,
    label: 'switch after',
    help: 'Share of N after which Mix→Mix+ changes its data. The paper does not say where; 0.5 is ours.',
  },
  {
    key: 'external',
    type: 'choice',
    options: ['refuse', 'leave-out'],
    label: 'data that are not here',
    help: 'leave-out: plan without the instruction data of the authors; the phase is shorter by that part.',
  },
];

/**
 * The options with defaults filled in. Throws InputError for a key that does not exist or a value out of its range.
 *
 * @param nameOf - What a message calls a field: its key, or what the caller's user knows it by.
 */
export function optionsOf(given: Partial<StrategyOptions>, nameOf: (field: StrategyField) => string = ({ key }) => key): StrategyOptions {
  const options: StrategyOptions = { ...DEFAULT_OPTIONS, ...given };
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(DEFAULT_OPTIONS, key)) throw new InputError(fault('strategy option', Object.keys(DEFAULT_OPTIONS).join(', '), key));
  }
  for (const field of STRATEGY_FIELDS) {
    const value = options[field.key];
    if (field.type === 'choice') {
      if (!field.options.some((option) => option === value)) throw new InputError(fault(nameOf(field), field.options.join(' or '), value));
    } else if (value !== null || field.nullLabel === undefined) {
      checkNumber(field, nameOf(field), value);
    }
  }
  return options;
}

function checkNumber({ min, max, step }: Extract<StrategyField, { type: 'number' }>, name: string, value: unknown): void {
  const grid = step === 1 ? 'a whole number' : `a multiple of ${step}`;
  const isOnGrid = typeof value === 'number' && Math.abs(value / step - Math.round(value / step)) < 1e-9;
  if (!isOnGrid || value < min || value > max) throw new InputError(fault(name, `${grid} in ${min}..${max}`, value));
}
