/** S2H Figures 8 and 21: losses on HARD pictures while a task is learned (Eqs. 2, 4 and 5), and Mix continued as Mix+. */
import type { TaskId } from '../../tasks/task.ts';
import type { LevelLosses } from '../analysis/loss-probe.ts';
import type { Claim } from './claims.ts';
import type { Figure, Reading } from './figure.ts';
import { atLargest, measuresAt, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

type Loss = Exclude<keyof LevelLosses, 'level'>;

const PARTS: readonly { readonly id: string; readonly task: TaskId; readonly title: string; readonly source: string }[] = [
  { id: 'fig-8', task: 'table-readout', title: 'Losses on HARD pictures during training', source: 'S2H section 5.2, Figure 8' },
  {
    ...{ id: 'fig-21', task: 'visual-analogy', source: 'S2H section H.4, Figure 21' },
    title: 'Losses on HARD pictures during training, Visual Analogy',
  },
];

const PANELS: readonly { readonly id: Loss; readonly title: string }[] = [
  { id: 'image', title: 'answer given the picture (Eq. 2)' },
  { id: 'conversion', title: 'conversion given the picture (Eq. 4)' },
  { id: 'imageAndText', title: 'answer given picture and conversion (Eq. 5)' },
];

/** Of Figure 21 the paper says that similar results hold. */
const CLAIMS: readonly Claim[] = [
  {
    text: 'Loss of the answer on HARD pictures (Eq. 2): Mix is above Mix+',
    above: { panel: 'image', series: 'Mix' },
    below: { panel: 'image', series: 'Mix+' },
  },
  {
    text: 'Given picture and conversion (Eq. 5): Mix is above Mix+',
    above: { panel: 'imageAndText', series: 'Mix' },
    below: { panel: 'imageAndText', series: 'Mix+' },
  },
  {
    text: 'Eq. 2: Mix is above Mix continued as Mix+',
    above: { panel: 'image', series: 'Mix' },
    below: { panel: 'image', series: 'Mix→Mix+' },
  },
  {
    text: 'Eq. 5: Mix+ is above Align-Mix+',
    above: { panel: 'imageAndText', series: 'Mix+' },
    below: { panel: 'imageAndText', series: 'Align-Mix+' },
  },
  {
    text: 'Eq. 5: Image-via-Text+ is above Align-Mix+',
    above: { panel: 'imageAndText', series: 'Image-via-Text+' },
    below: { panel: 'imageAndText', series: 'Align-Mix+' },
  },
  { text: 'Eq. 2: Mix+ is above Align-Mix+', above: { panel: 'image', series: 'Mix+' }, below: { panel: 'image', series: 'Align-Mix+' } },
  {
    text: 'Eq. 5: Mix is above Mix continued as Mix+',
    above: { panel: 'imageAndText', series: 'Mix' },
    below: { panel: 'imageAndText', series: 'Mix→Mix+' },
  },
];

export function figures8And21(scale: Scale): readonly Figure[] {
  return PARTS.map(({ id, task, title, source }): Figure => ({
    ...{ id, title, source },
    question: 'What does HARD text change: reading the picture, or reasoning for longer?',
    lookFor:
      'In the paper Mix and Mix+ convert equally well, but only Mix+ goes on to reason; Mix continued as Mix+ catches up, Align-Mix+ ends lowest.',
    panels: PANELS.map((panel) => ({ ...panel, xLabel: 'step', isXLogarithmic: true, yLabel: 'loss on hard', unit: 'nats' })),
    measures: measuresAt(scale),
    runs: (seed) => atLargest(settingOf(scale, task), ['mix', 'mix+', 'mix-to-mix+', 'align-mix+', 'image-via-text+'], seed),
    read: ({ series, spec }, { losses }) =>
      losses.flatMap(({ step, levels }) =>
        levels
          .filter(({ level }) => level === 'hard')
          .flatMap((hard) =>
            PANELS.map(({ id: panel }): Reading => {
              const { mean, low, high } = hard[panel];
              return { panel, series, seed: spec.seed, x: step, value: mean, low, high };
            }),
          ),
      ),
    paper: [],
    claims: CLAIMS.map((claim) => ({ ...claim, isAtOwnLargest: true })),
    paperModel: 'Eagle-X2-Llama3-8B (curves without stated values)',
  }));
}
