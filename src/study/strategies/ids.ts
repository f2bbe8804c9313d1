/**
 * Names of the mixtures and strategies, and which phases a strategy has: the light part, all that the page needs to know. What phases consist of is in
 * mixtures.ts and catalogue.ts.
 */

/** In the order in which a page should list them. */
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

/** In the order in which a page should list them. */
export const STRATEGY_IDS: readonly StrategyId[] = [
  ...MIXTURE_IDS,
  'mix-to-mix+',
  'align',
  ...before('align-'),
  'tw',
  ...before('tw-'),
  ...before('tw-align-'),
];

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
