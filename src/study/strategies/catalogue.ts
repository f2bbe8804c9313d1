/**
 * Every training strategy of S2H as data: its phases in order. A main phase is one of the mixtures; before it may come a text warm-up, `(TW)`, and the
 * alignment phase, `Align-` (S2H sections 2.4, 4, C.1.3, G.5; spec/s2h section 5). The paper ran some of the combinations; all of them are here,
 * because each is a fair question. What varies inside a strategy (epochs, CoT, repeated HARD text, …) is an option: options.ts.
 */
import type { ComponentRecipe, MixtureId, MixtureRecipe } from './mixtures.ts';
import { MIXTURE_IDS, MIXTURES, WARM_UP } from './mixtures.ts';

export type PhaseName = 'warm-up' | 'align' | 'before-switch' | 'main';

export interface PhaseRecipe {
  readonly name: PhaseName;
  readonly title: string;
  readonly components: readonly ComponentRecipe[];
  readonly epochs: number;
  readonly algorithmEpochs: number;
  /** During the warm-up the vision side stays as it is (S2H section G.5). */
  readonly trained: 'all weights' | 'language model';
  /** Whether N counts its rows. */
  readonly isCounted: boolean;
  readonly codeOptions: MixtureRecipe['codeOptions'];
  /** Whether optimiser state and learning-rate schedule go on from the phase before. */
  readonly isContinuation: boolean;
}

export type StrategyId = `${'tw-' | ''}${'align-' | ''}${MixtureId}` | 'tw' | 'align' | 'mix-to-mix+';

export interface Strategy {
  readonly id: StrategyId;
  /** As the paper writes it. */
  readonly title: string;
  readonly summary: string;
  readonly source: string;
  readonly phases: readonly PhaseRecipe[];
}

const WARM_UP_PHASE: PhaseRecipe = {
  name: 'warm-up',
  title: '(TW)',
  components: WARM_UP,
  epochs: 1,
  algorithmEpochs: 1,
  codeOptions: [],
  trained: 'language model',
  isCounted: false,
  isContinuation: false,
};

/** N counts only what comes after it (S2H Figure 15 counts it too, to show that nothing depends on that). */
const ALIGN_PHASE: PhaseRecipe = {
  name: 'align',
  title: 'Align-',
  components: MIXTURES['text+image-via-text'].components,
  epochs: 1,
  algorithmEpochs: 1,
  codeOptions: MIXTURES['text+image-via-text'].codeOptions,
  trained: 'all weights',
  isCounted: false,
  isContinuation: false,
};

const ALIGN_SUMMARY = 'Alignment on 10,000 rows of SIMPLE text and converted pictures';
const WARM_UP_SUMMARY = 'Text warm-up on 10,000 rows, language model alone';
const ALIGN_SOURCE = 'Align-: sections 4, C.1.3';
const WARM_UP_SOURCE = '(TW): sections C.1.3, G.5';

const ALIGN_ALONE: Strategy = {
  id: 'align',
  title: 'Align-',
  summary: 'The alignment phase alone: SIMPLE text and pictures that are converted first, in equal parts.',
  source: 'S2H sections 4, C.1.3',
  phases: [{ ...ALIGN_PHASE, isCounted: true }],
};

const WARM_UP_ALONE: Strategy = {
  id: 'tw',
  title: '(TW)',
  summary: 'The text warm-up alone: SIMPLE and HARD text in equal parts, or SIMPLE text where a task generalises on text. Language model alone.',
  source: 'S2H sections C.1.3, G.5',
  phases: [{ ...WARM_UP_PHASE, isCounted: true }],
};

/** A Mix run continued as a Mix+ run with the same seed: each position has the row of the run that it belongs to. */
const SWITCH: Strategy = {
  id: 'mix-to-mix+',
  title: 'Mix→Mix+',
  summary: 'Mix up to a checkpoint, then the rest of the run with Mix+; optimiser state and schedule go on.',
  source: 'S2H section 5.2, Figure 8 (which checkpoint is not stated)',
  phases: [
    { ...mainPhase(MIXTURES.mix), name: 'before-switch' },
    { ...mainPhase(MIXTURES['mix+']), isContinuation: true },
  ],
};

/** All strategies, in the order in which a page should list them. */
export const STRATEGIES: readonly Strategy[] = [
  ...combinations([]),
  SWITCH,
  ALIGN_ALONE,
  ...combinations(['align']),
  WARM_UP_ALONE,
  ...combinations(['tw']),
  ...combinations(['tw', 'align']),
];

/** For the lists of forms and command lines. */
export const STRATEGY_IDS: readonly StrategyId[] = STRATEGIES.map(({ id }) => id);

function combinations(before: readonly ('tw' | 'align')[]): Strategy[] {
  return MIXTURE_IDS.map((mixture): Strategy => {
    const recipe: MixtureRecipe = MIXTURES[mixture];
    const hasWarmUp = before.includes('tw');
    const hasAlign = before.includes('align');
    const steps = [...(hasWarmUp ? [WARM_UP_SUMMARY] : []), ...(hasAlign ? [ALIGN_SUMMARY] : [])];
    return {
      id: `${hasWarmUp ? 'tw-' : ''}${hasAlign ? 'align-' : ''}${mixture}`,
      title: `${hasWarmUp ? '(TW) ' : ''}${hasAlign ? 'Align-' : ''}${recipe.title}`,
      summary: steps.length === 0 ? recipe.summary : `${steps.join('. ')}. Then: ${recipe.summary}`,
      source: [recipe.source, ...(hasAlign ? [ALIGN_SOURCE] : []), ...(hasWarmUp ? [WARM_UP_SOURCE] : [])].join('; '),
      phases: [...(hasWarmUp ? [WARM_UP_PHASE] : []), ...(hasAlign ? [ALIGN_PHASE] : []), mainPhase(recipe)],
    };
  });
}

function mainPhase({ title, components, epochs, algorithmEpochs, codeOptions }: MixtureRecipe): PhaseRecipe {
  return { name: 'main', title, components, epochs, algorithmEpochs, codeOptions, trained: 'all weights', isCounted: true, isContinuation: false };
}
