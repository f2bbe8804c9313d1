/** S2H Figures 7 and 9: how far gradients on SIMPLE pictures point where HARD pictures need it, against their norm, checkpoint by checkpoint. */
import type { TaskId } from '../../tasks/task.ts';
import type { Supervision } from '../run-spec.ts';
import type { Claim } from './claims.ts';
import type { Figure, Reading } from './figure.ts';
import { atLargest, measuresAt, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

/** One lies above another where norms are largest. */
const lies = (upper: string, lower: string): Claim => ({
  text: `Where norms are largest, ${upper} lies above ${lower}`,
  above: { panel: 'alignment', series: upper },
  below: { panel: 'alignment', series: lower },
  isAtOwnLargest: true,
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
    claims: [lies('Mix', 'Image'), lies('Mix', 'Text+Image')],
  },
  {
    ...{ id: 'fig-9', task: 'table-readout', source: 'S2H section 5.2, Figures 9, 17, 18 and 20', title: 'Table Readout' },
    supervisions: ['mix', 'mix+', 'align-mix+'],
    claims: [lies('Align-Mix+', 'Mix+'), lies('Mix+', 'Mix')],
  },
];

export function figures7And9(scale: Scale): readonly Figure[] {
  return PARTS.map(({ id, task, source, title, supervisions, claims }): Figure => {
    const axes = { xLabel: 'mean gradient norm on simple pictures', isXLogarithmic: true, unit: 'score' } as const;
    return {
      id,
      title: `Gradient alignment, ${title}`,
      source,
      question: 'Does a step on SIMPLE pictures also lower the loss on HARD ones?',
      lookFor:
        'Higher where the norm is large is better. In the paper the supervision that carries over best lies highest there. A large norm is not a long step here: clipping and AdamW set its length.',
      panels: [
        { id: 'alignment', title: 'alignment score (Eq. 3)', yLabel: 'score', ...axes },
        { id: 'cosine', title: 'cosine (Eq. 7)', yLabel: 'cosine', ...axes },
        { id: 'adam', title: 'Adam update alignment (Eq. 8)', yLabel: 'score', ...axes },
        { id: 'projected', title: 'alignment score (Eq. 3) by projection to 4,096 numbers', yLabel: 'score', ...axes },
      ],
      measures: measuresAt(scale),
      runs: (seed) => atLargest(settingOf(scale, task), supervisions, seed),
      read: ({ series, spec }, { gradients }) =>
        gradients.flatMap(({ exact, estimated, step }): Reading[] => {
          const own = { series, seed: spec.seed, x: exact.meanNormSimple.value, at: step };
          return [
            { panel: 'alignment', ...own, ...exact.alignment },
            { panel: 'cosine', ...own, ...exact.cosine },
            ...(exact.adamAlignment === null ? [] : [{ panel: 'adam', ...own, ...exact.adamAlignment }]),
            { panel: 'projected', ...own, ...estimated.alignment },
          ];
        }),
      paper: [],
      claims,
      paperModel: 'Eagle-X2-Llama3-8B (curves without stated values)',
    };
  });
}
