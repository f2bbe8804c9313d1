/**
 * S2H Figures 28 and 29: where in a HARD picture the loss of the answer comes from. The paper marks the highest 1 % of the pixels of one example; here they are
 * counted by place, over several examples and along the training (src/study/analysis/attribution-probe.ts), beside the part of the picture and of what is drawn
 * that the place is, and the same of fresh weights. White scores 0, so a map that says nothing is as the part of what is drawn: that is what is judged against.
 */
import type { TaskId } from '../../tasks/task.ts';
import type { AttributionPlace, AttributionShares } from '../analysis/attribution-probe.ts';
import type { MeanEstimate } from '../analysis/mean-estimate.ts';
import type { Supervision } from '../run-spec.ts';
import type { Claim } from './claims.ts';
import type { Figure, Measures, Reading } from './figure.ts';
import { atLargest, measuresAt, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

const RANDOM = 'random weights';
const AREA = 'part of the picture';
const INK = 'part of what is drawn';

interface Part {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly task: TaskId;
  readonly supervisions: readonly Supervision[];
  readonly lookFor: string;
  readonly panels: readonly { readonly id: string; readonly title: string; readonly place: AttributionPlace; readonly of: 'kept' | 'mass' }[];
  readonly claims: readonly Claim[];
}

const claim = (text: string, panel: string, a: string, b: string): Claim => ({
  text,
  above: { panel, series: a },
  below: { panel, series: b },
  isAtOwnLargest: true,
});

const PARTS: readonly Part[] = [
  {
    id: 'fig-28',
    title: 'Where Table Readout looks',
    source: 'S2H Appendix J, Figure 28',
    task: 'table-readout',
    supervisions: ['mix+', 'align-mix+'],
    lookFor:
      'In the paper the marked pixels of Align-Mix+ lie closer to the cells of the path and the names of their rows and columns than those of Mix+.',
    panels: [
      { id: 'own', title: 'marked pixels in the cells spoken of', place: 'own', of: 'kept' },
      { id: 'names', title: 'marked pixels in their names', place: 'names', of: 'kept' },
      { id: 'path', title: 'marked pixels on the path', place: 'path', of: 'kept' },
      { id: 'mass', title: 'attribution, by size, in the cells spoken of', place: 'own', of: 'mass' },
    ],
    claims: [
      claim('In the cells spoken of, Align-Mix+ has more marked pixels than Mix+', 'own', 'Align-Mix+', 'Mix+'),
      claim('In the names of their rows and columns, Align-Mix+ has more marked pixels than Mix+', 'names', 'Align-Mix+', 'Mix+'),
    ],
  },
  {
    id: 'fig-29',
    title: 'Where Visual Analogy looks',
    source: 'S2H Appendix J, Figure 29',
    task: 'visual-analogy',
    supervisions: ['tw-align-mix+'],
    lookFor:
      'In the paper the marked pixels lie on the panels that the words speak of, and, while Example 2 is written, on those of Example 1 too. Compare with the part of what is drawn there.',
    panels: [
      { id: 'own', title: 'marked pixels in the panels spoken of', place: 'own', of: 'kept' },
      { id: 'earlier', title: 'marked pixels in Example 1 while Example 2 is written', place: 'earlier', of: 'kept' },
      { id: 'mass', title: 'attribution, by size, in the panels spoken of', place: 'own', of: 'mass' },
    ],
    claims: [
      claim('The panels spoken of hold more marked pixels than their part of what is drawn', 'own', '(TW) Align-Mix+', INK),
      claim('While Example 2 is written, Example 1 holds more marked pixels than its part of what is drawn', 'earlier', '(TW) Align-Mix+', INK),
    ],
  },
];

/** All that the figures measure which follow a run, so that a run made for this one serves them too. */
function measures(scale: Scale): Measures {
  return { ...measuresAt(scale), hasAttributions: true };
}

export function figures28And29(scale: Scale): readonly Figure[] {
  return PARTS.map(({ id, title, source, task, supervisions, lookFor, panels, claims }): Figure => ({
    ...{ id, title, source, lookFor, claims },
    question: 'While a model writes of a place, does its loss hang on the pixels of that place?',
    panels: panels.map((panel) => ({
      ...{ id: panel.id, title: panel.title, xLabel: 'step', isXLogarithmic: true },
      ...{ yLabel: panel.of === 'kept' ? 'of the marked pixels' : 'of all attribution', unit: 'percent' },
    })),
    measures: measures(scale),
    series: [RANDOM, AREA, INK],
    runs: (seed) => atLargest(settingOf(scale, task), supervisions, seed),
    read: ({ series, spec }, { attributions = [] }) =>
      attributions.flatMap(({ step, trained, untrained }) =>
        panels.flatMap(({ id: panel, place, of }): Reading[] => {
          const reading = (name: string, shares: AttributionShares | null, which: 'kept' | 'mass' | 'area' | 'ink'): Reading[] =>
            percentOf(shares?.[place]?.[which], { panel, series: name, seed: spec.seed, x: step });
          // The control, the area and the ink are the same for all runs of a seed: they stand once.
          const isFirst = spec.supervision === supervisions[0] && untrained !== null;
          return [
            ...reading(series, trained, of),
            ...(isFirst ? [...reading(RANDOM, untrained, of), ...reading(AREA, trained, 'area'), ...reading(INK, trained, 'ink')] : []),
          ];
        }),
      ),
    maps: ({ series, spec }, { attributions = [] }) =>
      attributions.flatMap(({ step, maps }) => maps.map((map) => ({ ...map, series, seed: spec.seed, step }))),
    paper: [],
    paperModel: 'Eagle-X2-Llama3-8B (pictures without numbers)',
  }));
}

function percentOf(share: MeanEstimate | undefined, place: Pick<Reading, 'panel' | 'series' | 'seed' | 'x'>): Reading[] {
  if (share === undefined) return [];
  const { mean, low, high } = share;
  return [{ ...place, value: 100 * mean, low: low === null ? null : 100 * low, high: high === null ? null : 100 * high }];
}
