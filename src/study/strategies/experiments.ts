/**
 * The experiments of S2H as data: which strategies, tasks, N and options each figure or table compares (spec/s2h sections 5 and 8). What the paper does
 * not state is marked "ours". Results are not here.
 */
import type { TaskId } from '../../tasks/task.ts';
import type { StrategyId } from './ids.ts';
import type { StrategyOptions, StrategyTask } from './options.ts';
import { rowsForUnique } from './plan.ts';

export interface Experiment {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  /** What is compared, and what of it is ours. */
  readonly help: string;
  readonly runs: readonly ExperimentRun[];
}

export interface ExperimentRun {
  readonly strategy: StrategyId;
  readonly task: StrategyTask;
  /** N. */
  readonly rows: number;
  readonly options: Partial<StrategyOptions>;
}

/** N of the data-size curves, by task. Consecutive Table Readout has 120,000 for Image only; Grid Navigation has 240,000 in section K.2 only. */
const PAPER_ROWS = {
  'consecutive-table-readout': [10_000, 20_000, 40_000, 80_000, 120_000, 160_000],
  'table-readout': [30_000, 60_000, 120_000, 240_000],
  'grid-navigation': [5_000, 15_000, 30_000, 60_000, 120_000],
  'visual-analogy': [30_000, 60_000, 120_000, 240_000],
  'pattern-heldout-visual-analogy': [30_000, 60_000, 120_000, 240_000],
} as const satisfies Record<TaskId, readonly number[]>;

/** N of the Qwen2.5-VL runs (S2H Tables 5 and 6). */
const QWEN_ROWS = [30_000, 60_000] as const;

const CTR = 'consecutive-table-readout';
const TR = 'table-readout';
const GN = 'grid-navigation';
const VA = 'visual-analogy';
const PHVA = 'pattern-heldout-visual-analogy';

/** Every strategy on every task with every N; `rows` null: the task's curve. */
function grid(
  strategies: readonly StrategyId[],
  tasks: readonly StrategyTask[],
  rows: readonly number[] | null,
  options: Partial<StrategyOptions> = {},
): ExperimentRun[] {
  return strategies.flatMap((strategy) =>
    tasks.flatMap((task) => {
      const sizes = rows ?? PAPER_ROWS[task === 'joint' ? TR : task];
      return sizes.map((each): ExperimentRun => ({ strategy, task, rows: each, options }));
    }),
  );
}

function atUnique(strategy: StrategyId, unique: number, options: Partial<StrategyOptions> = {}): ExperimentRun {
  return { strategy, task: CTR, rows: rowsForUnique(strategy, unique, { task: CTR, ...options }), options };
}

const SIMPLE_PARTS = ['text+', 'image+', 'text+image+', 'image-via-text+', 'text+image-via-text+', 'image+image-via-text+', 'mix+'] as const;
const TW_PARTS = SIMPLE_PARTS.map((part) => `tw-${part}` as const);
const TW_ALIGN_PARTS = SIMPLE_PARTS.map((part) => `tw-align-${part}` as const);

/** A few hundred runs: made when asked for. */
export function paperExperiments(): readonly Experiment[] {
  return [
    {
      id: 'simple-to-hard',
      title: 'Text, Image and Mix on Consecutive Table Readout',
      source: 'S2H section 3, Figure 3',
      help: 'A task that generalises from SIMPLE to HARD on text, and with Mix on pictures.',
      runs: grid(['text', 'image', 'mix'], [CTR], null),
    },
    {
      id: 'simple-mixtures',
      title: 'Text+Image, Mix and Image-via-Text at 160,000 rows',
      source: 'S2H section 3, Figure 4',
      help: 'Whether conversion is needed, and what it costs in generated text.',
      runs: grid(['text+image', 'mix', 'image-via-text'], [CTR], [160_000]),
    },
    {
      id: 'hard-text-helps',
      title: 'Mix+ and Align-Mix+ where tasks do not generalise by themselves',
      source: 'S2H section 4, Figure 5 (and Figure 15, which counts the rows of Align- too)',
      help: 'The epochs of Text and Image are not stated for these tasks; the released launcher uses 2 and 3.',
      runs: grid(['text', 'image', 'mix', 'mix+', 'align-mix+'], [TR, GN, VA], null),
    },
    {
      id: 'conversion-at-test-time',
      title: 'Image-via-Text+, Mix+ and Align-Mix+ at 120,000 rows',
      source: 'S2H section 4, Figure 6 and Table 12',
      help: 'Evaluated also with the forced first word Convert.',
      runs: [
        ...grid(['image-via-text+', 'mix+', 'align-mix+'], [TR, GN, VA], [120_000]),
        ...grid(['mix+', 'align-mix+', 'tw-align-mix+'], [TR], [240_000]),
        ...grid(['tw-mix+', 'tw-align-mix+'], [VA], [120_000]),
      ],
    },
    {
      id: 'loss-dynamics',
      title: 'Losses on HARD problems, and Mix continued with Mix+',
      source: 'S2H section 5.2, Figures 8, 9, 17, 18, 20',
      help: 'N is not stated; 240,000 is ours, the size of the released Table Readout weights. So is the switch in the middle.',
      runs: grid(['mix', 'mix+', 'mix-to-mix+', 'align-mix+', 'image-via-text+'], [TR], [240_000]),
    },
    {
      id: 'gradient-alignment',
      title: 'Gradient alignment on Consecutive Table Readout',
      source: 'S2H section 5.1, Figures 7, 19',
      help: 'N is not stated; 160,000 is ours, as in Figure 4.',
      runs: grid(['mix', 'text+image', 'image'], [CTR], [160_000]),
    },
    {
      id: 'epochs',
      title: 'Epochs of Text and Image at 40,000 examples',
      source: 'S2H section G.1, Figure 13',
      help: 'Same examples, more passes. How far the axis goes is not in the text; up to 4 is ours.',
      runs: [1, 2, 3, 4].flatMap((epochCount) => [atUnique('text', 40_000, { epochCount }), atUnique('image', 40_000, { epochCount })]),
    },
    {
      id: 'equal-unique',
      title: 'Text, Image and Mix at the same number of examples',
      source: 'S2H section G.1, Figure 14',
      help: 'The figure plots the runs of Figure 3 by u. Here u itself is the grid (ours): every strategy at each of these numbers of examples.',
      runs: [10_000, 20_000, 40_000].flatMap((unique) => [atUnique('text', unique), atUnique('image', unique), atUnique('mix', unique)]),
    },
    {
      id: 'pattern-heldout',
      title: 'Text, Image and Mix on Pattern-Heldout Visual Analogy',
      source: 'S2H section G.2, Table 7',
      help: 'A version of Visual Analogy that does generalise.',
      runs: grid(['text', 'image', 'mix'], [PHVA], null),
    },
    {
      id: 'reverse-transfer',
      title: 'From pictures to text',
      source: 'S2H section G.4, Table 8',
      help: 'Mix+ with HARD pictures instead of HARD text, evaluated on HARD text.',
      runs: grid(['mix+'], [TR, VA], null, { hardKind: 'image' }),
    },
    {
      id: 'text-warm-up',
      title: 'With and without text warm-up',
      source: 'S2H section G.5, Figure 16',
      help: 'Mix on Consecutive Table Readout (the caption says Mix+, the text Mix), Align-Mix+ on the others.',
      runs: [...grid(['mix', 'tw-mix'], [CTR], null), ...grid(['align-mix+', 'tw-align-mix+'], [TR, VA], null)],
    },
    {
      id: 'utility',
      title: 'Rows added to instruction tuning',
      source: 'S2H section G.6, Table 9',
      help: 'The rows that the authors add to their 1.8 M instruction data, which are not here. That they are thirds of the three tasks is ours for Image.',
      runs: [...grid(['simple-and-hard-image'], ['joint'], [30_000, 60_000, 120_000]), ...grid(['mix+'], ['joint'], [240_000])],
    },
    {
      id: 'simple-part',
      title: 'What stands beside HARD text',
      source: 'S2H section I.2, Figure 22',
      help: 'Other SIMPLE kinds in the place of Mix; which of them the figure has is not in the text, so all seven sets are here.',
      runs: grid([...SIMPLE_PARTS, ...TW_PARTS, ...TW_ALIGN_PARTS], [VA], [120_000]),
    },
    {
      id: 'align-amount',
      title: 'Amount of alignment',
      source: 'S2H section I.3, Figure 23',
      help: 'The amounts of the figure are not in the text; these are ours, around the 10,000 of the main experiments.',
      runs: [5_000, 10_000, 20_000, 40_000].flatMap((alignRows) => grid(['align-mix+'], [TR], [120_000], { alignRows })),
    },
    {
      id: 'align-mixture',
      title: 'What the alignment is made of',
      source: 'S2H section I.3, Table 11',
      help: 'Always 10,000 rows and one epoch; evaluated on 100 HARD pictures.',
      runs: (['text+image-via-text', 'text+image', 'image-via-text', 'mix'] as const).flatMap((alignMixture) =>
        grid(['align-mix+'], [TR, VA], [120_000], { alignMixture }),
      ),
    },
    {
      id: 'warm-up-amount',
      title: 'Amount of text warm-up',
      source: 'S2H section I.4, Figure 24',
      help: 'More warm-up makes the language model better, not always the pictures.',
      runs: [10_000, 20_000, 30_000].flatMap((warmUpRows) => grid(['tw-mix+', 'tw-align-mix+'], [VA], [120_000], { warmUpRows })),
    },
    {
      id: 'lossless-text',
      title: 'Lossy and lossless text of Visual Analogy',
      source: 'S2H section I.5, Figure 25',
      help: 'The same plans for both; which text it is, is a setting of the task.',
      runs: grid(['mix+', 'align-mix+', 'tw-align-mix+'], [VA], [120_000]),
    },
    {
      id: 'no-cot',
      title: 'Without chain of thought, or with less and less',
      source: 'S2H section I.7, Table 13',
      help: 'The last two internalise the CoT of the warm-up; a third of its rows are instruction data of the authors, left out here.',
      runs: [
        ...(['none', 'internalised'] as const).flatMap((cot) => grid(['mix+', 'tw-mix+', 'tw-align-mix+'], [VA], [120_000], { cot })),
        ...grid(['tw'], [VA], [10_000], { warmUpCot: 'internalised', external: 'leave-out' }),
        ...grid(['tw-mix+'], [VA], [120_000], { warmUpCot: 'internalised', cot: 'none', external: 'leave-out' }),
      ],
    },
    {
      id: 'joint',
      title: 'Three tasks at once',
      source: 'S2H section I.8, Figure 26',
      help: 'Thirds of each task. Which N the figure has is not in the text; 240,000 (80,000 a task, as in Table 9) and 120,000 are ours.',
      runs: grid(['image-via-text+', 'mix+', 'align-mix+'], ['joint'], [120_000, 240_000]),
    },
    {
      id: 'repeated-hard-text',
      title: 'Fewer HARD examples, seen more often',
      source: 'S2H section I.9, Figure 27',
      help: '60,000 rows of HARD text, each example k times. The text names 2, 3 and 10; 5 is ours.',
      runs: [1, 2, 3, 5, 10].flatMap((hardRepeats) => grid(['mix+', 'align-mix+'], [TR, VA], [120_000], { hardRepeats })),
    },
    {
      id: 'qwen',
      title: 'The strategies on Qwen2.5-VL',
      source: 'S2H Appendix F, Tables 5 and 6',
      help: 'Kinds in turns. On Consecutive Table Readout HARD is MEDIUM, and Align-Mix+ was not run.',
      runs: [
        ...grid(['text', 'image', 'text+image', 'image-via-text', 'mix'], [CTR], [30_000], { order: 'interleaved' }),
        ...grid(['image-via-text+', 'mix+'], [CTR], [30_000], { order: 'interleaved', hardLevel: 'medium' }),
        ...grid(['text', 'image', 'text+image', 'image-via-text', 'mix', 'image-via-text+', 'mix+', 'align-mix+'], [TR, GN, VA], QWEN_ROWS, {
          order: 'interleaved',
        }),
      ],
    },
  ];
}
