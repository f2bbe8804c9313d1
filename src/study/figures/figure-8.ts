/** S2H Figure 8: losses on HARD pictures while Table Readout is learned (Eqs. 2, 4 and 5), and Mix continued as Mix+. */
import type { LevelLosses } from '../analysis/loss-probe.ts';
import type { Figure, Reading } from './figure.ts';
import { atLargest, measuresAt, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

type Loss = Exclude<keyof LevelLosses, 'level'>;

const PANELS: readonly { readonly id: Loss; readonly title: string }[] = [
  { id: 'image', title: 'answer given the picture (Eq. 2)' },
  { id: 'conversion', title: 'conversion given the picture (Eq. 4)' },
  { id: 'imageAndText', title: 'answer given picture and conversion (Eq. 5)' },
];

export function figure8(scale: Scale): Figure {
  const setting = settingOf(scale, 'table-readout');
  return {
    id: 'fig-8',
    title: 'Losses on HARD pictures during training',
    source: 'S2H section 5.2, Figure 8',
    question: 'What does HARD text change: reading the picture, or reasoning for longer?',
    lookFor:
      'In the paper Mix and Mix+ convert equally well, but only Mix+ goes on to reason; Mix continued as Mix+ catches up, Align-Mix+ ends lowest.',
    panels: PANELS.map(({ id, title }) => ({ id, title, xLabel: 'step', isXLogarithmic: true, yLabel: 'loss on hard', unit: 'nats' })),
    measures: measuresAt(scale),
    runs: (seed) => atLargest(setting, ['mix', 'mix+', 'mix-to-mix+', 'align-mix+', 'image-via-text+'], seed),
    read: ({ series, spec }, { losses }) =>
      losses.flatMap(({ step, levels }) =>
        levels
          .filter(({ level }) => level === 'hard')
          .flatMap((hard) =>
            PANELS.map(({ id }): Reading => {
              const { mean, low, high } = hard[id];
              return { panel: id, series, seed: spec.seed, x: step, value: mean, low, high };
            }),
          ),
      ),
    paper: [],
    claims: (
      [
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
        { text: 'Eq. 2: Mix+ is above Align-Mix+', above: { panel: 'image', series: 'Mix+' }, below: { panel: 'image', series: 'Align-Mix+' } },
        {
          text: 'Eq. 5: Mix is above Mix continued as Mix+',
          above: { panel: 'imageAndText', series: 'Mix' },
          below: { panel: 'imageAndText', series: 'Mix→Mix+' },
        },
      ] as const
    ).map((claim) => ({ ...claim, isAtOwnLargest: true })),
    paperModel: 'Eagle-X2-Llama3-8B (curves without stated values)',
  };
}
