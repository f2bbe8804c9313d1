/**
 * Every training strategy of S2H as data: its phases in order. A main phase is one of the mixtures; before it may come a text warm-up, `(TW)`, and the
 * alignment phase, `Align-` (S2H sections 2.4, 4, C.1.3, G.5; spec/s2h section 5). The paper ran some of the combinations; all of them are here,
 * because each is a fair question. What varies inside a strategy (epochs, CoT, repeated HARD text, …) is an option: options.ts.
 */
import type { MixtureId, PhaseKind, PhaseName, StrategyId } from './ids.ts';
import { HAS_ALIGN, HAS_WARM_UP, MIXTURE_IDS, phaseKindsOf, STRATEGY_IDS } from './ids.ts';
import type { ComponentRecipe, MixtureRecipe } from './mixtures.ts';
import { MIXTURES, WARM_UP } from './mixtures.ts';

/** What a phase consists of. */
interface PhaseContent {
  readonly title: string;
  readonly components: readonly ComponentRecipe[];
  /** During the warm-up the vision side stays as it is (S2H section G.5): its rows are text, which does not reach it. */
  readonly trained: 'all weights' | 'language model';
  readonly epochs: number;
  readonly algorithmEpochs: number;
  readonly codeOptions: MixtureRecipe['codeOptions'];
}

export type PhaseRecipe = PhaseKind & PhaseContent;

export interface Strategy {
  readonly id: StrategyId;
  /** As the paper writes it. */
  readonly title: string;
  readonly summary: string;
  readonly source: string;
  readonly phases: readonly PhaseRecipe[];
}

const WARM_UP_CONTENT: PhaseContent = {
  ...{ title: '(TW)', components: WARM_UP, codeOptions: [] },
  ...{ trained: 'language model', epochs: 1, algorithmEpochs: 1 },
};
const { components: ALIGNED, codeOptions: ALIGN_OPTIONS } = MIXTURES['text+image-via-text'];
const ALIGN_CONTENT: PhaseContent = {
  ...{ title: 'Align-', components: ALIGNED, codeOptions: ALIGN_OPTIONS },
  ...{ trained: 'all weights', epochs: 1, algorithmEpochs: 1 },
};

const ALIGN_SUMMARY = 'Alignment on 10,000 rows of SIMPLE text and converted pictures';
const WARM_UP_SUMMARY = 'Text warm-up on 10,000 rows, language model alone';
const ALIGN_SOURCE = 'Align-: sections 4, C.1.3';
const WARM_UP_SOURCE = '(TW): sections C.1.3, G.5';

type Words = Omit<Strategy, 'id' | 'phases'>;

const ALIGN_ALONE: Words = {
  title: 'Align-',
  summary: 'The alignment phase alone: SIMPLE text and pictures that are converted first, in equal parts.',
  source: 'S2H sections 4, C.1.3',
};

const WARM_UP_ALONE: Words = {
  title: '(TW)',
  summary: 'The text warm-up alone: SIMPLE and HARD text in equal parts, or SIMPLE text where a task generalises on text. Language model alone.',
  source: 'S2H sections C.1.3, G.5',
};

/** A Mix run continued as a Mix+ run with the same seed: each position has the row of the run that it belongs to. */
const SWITCH: Words = {
  title: 'Mix→Mix+',
  summary: 'Mix up to a checkpoint, then the rest of the run with Mix+; optimiser state and schedule go on.',
  source: 'S2H section 5.2, Figure 8 (which checkpoint is not stated)',
};

/** All strategies, in the order in which a page should list them. */
export const STRATEGIES: readonly Strategy[] = STRATEGY_IDS.map((id) => ({
  id,
  ...wordsOf(id),
  phases: phaseKindsOf(id).map((kind): PhaseRecipe => ({ ...contentOf(id, kind.name), ...kind })),
}));

function wordsOf(id: StrategyId): Words {
  if (id === 'align') return ALIGN_ALONE;
  if (id === 'tw') return WARM_UP_ALONE;
  if (id === 'mix-to-mix+') return SWITCH;
  const recipe: MixtureRecipe = MIXTURES[mainMixture(id)];
  const hasWarmUp = HAS_WARM_UP.test(id);
  const hasAlign = HAS_ALIGN.test(id);
  const steps = [...(hasWarmUp ? [WARM_UP_SUMMARY] : []), ...(hasAlign ? [ALIGN_SUMMARY] : [])];
  return {
    title: `${hasWarmUp ? '(TW) ' : ''}${hasAlign ? 'Align-' : ''}${recipe.title}`,
    summary: steps.length === 0 ? recipe.summary : `${steps.join('. ')}. Then: ${recipe.summary}`,
    source: [recipe.source, ...(hasAlign ? [ALIGN_SOURCE] : []), ...(hasWarmUp ? [WARM_UP_SOURCE] : [])].join('; '),
  };
}

function contentOf(id: StrategyId, name: PhaseName): PhaseContent {
  if (name === 'warm-up') return WARM_UP_CONTENT;
  if (name === 'align') return ALIGN_CONTENT;
  const { title, components, epochs, algorithmEpochs, codeOptions }: MixtureRecipe = MIXTURES[name === 'main' ? mainMixture(id) : 'mix'];
  return { title, components, trained: 'all weights', epochs, algorithmEpochs, codeOptions };
}

function mainMixture(id: StrategyId): MixtureId {
  const name = id === 'mix-to-mix+' ? 'mix+' : id.replace(/^(tw-)?(align-)?/, '');
  const found = MIXTURE_IDS.find((mixture) => mixture === name);
  if (found === undefined) throw new Error(`internal: no main phase in ${id}`);
  return found;
}
