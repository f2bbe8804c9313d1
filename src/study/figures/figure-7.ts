/**
 * S2H Figures 7 and 9 with their companions of Appendix H: how far gradients on SIMPLE pictures point where HARD pictures need it, against their norm and along the
 * training, and the loss on HARD pictures meanwhile. Steps of Align- are left out: they have seen no row of the supervision that is compared.
 */
import type { TaskId } from '../../tasks/task.ts';
import type { Supervision } from '../run-spec.ts';
import type { Claim } from './claims.ts';
import { startOfMain } from './figure.ts';
import type { Evidence, Figure, FigureRun, Panel, Reading } from './figure.ts';
import { atLargest, measuresAt, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

const SCORES = { alignment: 'the alignment score (Eq. 3)', cosine: 'the cosine (Eq. 7)', adam: 'the Adam update alignment (Eq. 8)' } as const;
type ScorePanel = keyof typeof SCORES;

const sides = (panel: string, upper: string, lower: string): Pick<Claim, 'above' | 'below'> => ({
  above: { panel, series: upper },
  below: { panel, series: lower },
});

/** One lies above another where norms are largest. */
const lies = (panel: ScorePanel, upper: string, lower: string): Claim => ({
  text: `Where norms are largest, ${upper} lies above ${lower} in ${SCORES[panel]}`,
  ...sides(panel, upper, lower),
  isAtOwnLargest: true,
});

/** One lies above another during the course of training. */
const staysAbove = (panel: ScorePanel, upper: string, lower: string): Claim => ({
  text: `Over the training, ${upper} lies above ${lower} in ${SCORES[panel]}`,
  ...sides(panel, upper, lower),
  isOverSteps: true,
});

const PARTS: readonly {
  readonly id: string;
  readonly task: TaskId;
  readonly source: string;
  readonly title: string;
  readonly supervisions: readonly Supervision[];
  readonly claims: readonly Claim[];
}[] = [
  {
    ...{ id: 'fig-7', task: 'consecutive-table-readout', source: 'S2H section 5.1, Figures 7 and 19', title: 'Consecutive Table Readout' },
    supervisions: ['mix', 'text+image', 'image'],
    claims: (['alignment', 'adam'] as const).flatMap((panel) => [lies(panel, 'Mix', 'Image'), lies(panel, 'Mix', 'Text+Image')]),
  },
  {
    ...{ id: 'fig-9', task: 'table-readout', source: 'S2H section 5.2, Figures 9, 17, 18 and 20', title: 'Table Readout' },
    supervisions: ['mix', 'mix+', 'align-mix+'],
    claims: (['alignment', 'cosine', 'adam'] as const).flatMap((panel) => [lies(panel, 'Align-Mix+', 'Mix+'), staysAbove(panel, 'Mix+', 'Mix')]),
  },
];

const BY_NORM = { xLabel: 'mean gradient norm on simple pictures', isXLogarithmic: true, unit: 'score' } as const;
const BY_STEP = { xLabel: 'step', isXLogarithmic: true } as const;

const PANELS: readonly Panel[] = [
  { id: 'alignment', title: 'alignment score (Eq. 3)', yLabel: 'score', ...BY_NORM },
  { id: 'cosine', title: 'cosine (Eq. 7)', yLabel: 'cosine', ...BY_NORM },
  { id: 'adam', title: 'Adam update alignment (Eq. 8)', yLabel: 'score', ...BY_NORM },
  { id: 'projected', title: 'alignment score (Eq. 3) by projection to 4,096 numbers', yLabel: 'score', ...BY_NORM },
  { id: 'alignment-by-step', title: 'alignment score (Eq. 3) along the training', yLabel: 'score', ...BY_STEP, unit: 'score' },
  { id: 'norm-by-step', title: 'mean gradient norm on simple pictures', yLabel: 'norm', ...BY_STEP, unit: 'score' },
  { id: 'loss', title: 'loss on hard pictures (Eq. 2)', yLabel: 'loss on hard', ...BY_STEP, unit: 'nats' },
];

export function figures7And9(scale: Scale): readonly Figure[] {
  return PARTS.map(({ id, task, source, title, supervisions, claims }): Figure => ({
    id,
    title: `Gradient alignment, ${title}`,
    source,
    question: 'Does a step on SIMPLE pictures also lower the loss on HARD ones?',
    lookFor:
      'Higher where the norm is large is better. In the paper the supervision that carries over best lies highest there. A large norm is not a long step here: clipping and AdamW set its ' +
      'length. From few examples the score comes out too small, by the more the noisier the gradient on HARD is (Why shows its share of noise), and the interval is of that.',
    panels: PANELS,
    measures: measuresAt(scale),
    runs: (seed) => atLargest(settingOf(scale, task), supervisions, seed),
    hasStep: ({ spec }, step) => step > startOfMain(spec),
    read: readProbes,
    paper: [],
    claims,
    paperModel: 'Eagle-X2-Llama3-8B (curves without stated values)',
  }));
}

function readProbes({ series, spec }: FigureRun, { gradients, losses }: Evidence): Reading[] {
  const isMain = ({ step }: { readonly step: number }): boolean => step > startOfMain(spec);
  const about = { series, seed: spec.seed };
  const scores = gradients.filter(isMain).flatMap(({ exact, estimated, step }): Reading[] => {
    const own = { ...about, x: exact.meanNormSimple.value, at: step };
    return [
      { panel: 'alignment', ...own, ...exact.alignment },
      { panel: 'cosine', ...own, ...exact.cosine },
      ...(exact.adamAlignment === null ? [] : [{ panel: 'adam', ...own, ...exact.adamAlignment }]),
      { panel: 'projected', ...own, ...estimated.alignment },
      { panel: 'alignment-by-step', ...about, x: step, ...exact.alignment },
      { panel: 'norm-by-step', ...about, x: step, ...exact.meanNormSimple },
    ];
  });
  const onHard = losses
    .filter(isMain)
    .flatMap(({ step, levels }) =>
      levels
        .filter(({ level }) => level === 'hard')
        .map(({ image: { mean, low, high } }): Reading => ({ panel: 'loss', ...about, x: step, value: mean, low, high })),
    );
  return [...scores, ...onHard];
}
