/**
 * Names of the mixtures and strategies, how a list groups them, and which phases a strategy has: the light part, all that the page needs to know. What phases consist of is in
 * mixtures.ts and catalogue.ts.
 */

/** What a counted phase may consist of. */
export const MIXTURE_IDS = [
  'text',
  'image',
  'text+image',
  'image-via-text',
  'text+image-via-text',
  'image+image-via-text',
  'mix',
  'text+',
  'image+',
  'text+image+',
  'image-via-text+',
  'text+image-via-text+',
  'image+image-via-text+',
  'mix+',
  'simple-and-hard-image',
] as const;
export type MixtureId = (typeof MIXTURE_IDS)[number];

/** What the Align- phase may be made of (S2H Table 11); the first is the paper's choice (option 8 of the code). One epoch each, u = rows / kinds. */
export const ALIGN_MIXTURES = ['text+image-via-text', 'text+image', 'image-via-text', 'mix'] as const satisfies readonly MixtureId[];
export type AlignMixture = (typeof ALIGN_MIXTURES)[number];

type Before = '' | 'align-' | 'tw-' | 'tw-align-';
export type StrategyId = `${Before}${MixtureId}` | 'tw' | 'align' | 'mix-to-mix+';

const before = <B extends Before>(prefix: B): `${B}${MixtureId}`[] => MIXTURE_IDS.map((id) => `${prefix}${id}` as const);

/** Strategies that belong together in a list. */
export interface StrategyGroup {
  readonly title: string;
  readonly ids: readonly StrategyId[];
}

/** What the paper compares throughout, in the order in which it brings them up: sections 2.4, 4, C.1.3. */
const MAIN_IDS: readonly StrategyId[] = [
  ...(['text', 'image', 'text+image', 'image-via-text', 'mix'] as const),
  ...(['image-via-text+', 'mix+', 'align-mix+', 'tw-align-mix+'] as const),
];
const withoutMain = (ids: readonly StrategyId[]): StrategyId[] => ids.filter((id) => !MAIN_IDS.includes(id));

/** All strategies, as a page should list them: each stands in one group. */
export const STRATEGY_GROUPS: readonly StrategyGroup[] = [
  { title: 'The paper’s main ones', ids: MAIN_IDS },
  { title: 'Other mixtures, for ablations', ids: withoutMain(MIXTURE_IDS) },
  { title: 'Mixture changed on the way', ids: ['mix-to-mix+'] },
  { title: 'A first phase alone', ids: ['align', 'tw'] },
  { title: 'After alignment', ids: withoutMain(before('align-')) },
  { title: 'After text warm-up (TW)', ids: before('tw-') },
  { title: 'After text warm-up and alignment', ids: withoutMain(before('tw-align-')) },
];

export const STRATEGY_IDS: readonly StrategyId[] = STRATEGY_GROUPS.flatMap(({ ids }) => ids);

/** Ids of the strategies with a warm-up, or alignment, before their main phase. */
export const HAS_WARM_UP = /^tw-/;
export const HAS_ALIGN = /^(tw-)?align-/;

export type PhaseName = 'warm-up' | 'align' | 'before-switch' | 'main';

/** What a phase is for a trainer, whatever its rows are. */
export interface PhaseKind {
  readonly name: PhaseName;
  /** Whether N counts its rows. S2H Figure 15 counts alignment too, to show that nothing depends on that. */
  readonly isCounted: boolean;
  /** Whether optimiser state and learning-rate schedule go on from the phase before. */
  readonly isContinuation: boolean;
}

/** The phases of a strategy, in order. */
export function phaseKindsOf(id: StrategyId): readonly PhaseKind[] {
  if (id === 'mix-to-mix+') return [kind('before-switch'), kind('main', true, true)];
  if (id === 'tw') return [kind('warm-up')];
  if (id === 'align') return [kind('align')];
  const first = HAS_WARM_UP.test(id) ? [kind('warm-up', false)] : [];
  const second = HAS_ALIGN.test(id) ? [kind('align', false)] : [];
  return [...first, ...second, kind('main')];
}

/** The strategy's name as the paper writes it. */
export function titleOf(id: StrategyId): string {
  if (id === 'align') return 'Align-';
  return id
    .replace('-to-', '→')
    .replace('simple-and-hard-', 'SIMPLE and HARD ')
    .replace(/^tw-?/, '(TW) ')
    .trim()
    .replace(/\b(?!and|via|tw\b)[a-z]/g, (letter) => letter.toUpperCase());
}

function kind(name: PhaseName, isCounted = true, isContinuation = false): PhaseKind {
  return { name, isCounted, isContinuation };
}
