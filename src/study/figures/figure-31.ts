/** S2H Figure 31 and section K.2: which part of Grid Navigation a model still fails, over N. Text answers HARD text, Image and Mix+ HARD pictures. */
import type { Claim } from './claims.ts';
import { NOTHING_MEASURED } from './figure.ts';
import type { Figure, Panel, PaperReading } from './figure.ts';
import { failureAt } from './readings.ts';
import { grid, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

/** By metric of src/tasks/grid-navigation/failures.ts. */
const PANELS: readonly (Pick<Panel, 'id' | 'title' | 'yLabel'> & { readonly unit: 'percent' | 'score' })[] = [
  { id: 'sourceDestination', title: 'start and destination named', yLabel: 'share of answers', unit: 'percent' },
  { id: 'arrival', title: 'walks that end at the destination', yLabel: 'share of answers', unit: 'percent' },
  { id: 'objectsCollected', title: 'objects collected', yLabel: 'mean share', unit: 'percent' },
  { id: 'obstaclesPassed', title: 'obstacles walked over', yLabel: 'obstacles per wrong walk', unit: 'score' },
];

/** As stated in the text; what it gives as a bound ("above 90 %") is left out. */
const PAPER: readonly PaperReading[] = [
  { panel: 'objectsCollected', series: 'Mix+', x: 30_000, value: 90 },
  { panel: 'objectsCollected', series: 'Mix+', x: 240_000, value: 96 },
  { panel: 'obstaclesPassed', series: 'Text', x: 240_000, value: 0.78 },
  { panel: 'obstaclesPassed', series: 'Image', x: 240_000, value: 0.67 },
  { panel: 'obstaclesPassed', series: 'Mix+', x: 240_000, value: 0.12 },
];

export function figure31(scale: Scale): Figure {
  return {
    id: 'fig-31',
    title: 'How Grid Navigation fails',
    source: 'S2H section K.2, Figure 31',
    question: 'Is it reading the grid, reaching the destination, collecting objects or avoiding obstacles that fails?',
    lookFor:
      'In the paper all read the grid soon (98 % at N = 15,000); Text and Image then stay below 90 % of arrivals and at 50 to 70 % of the objects.',
    panels: PANELS.map((panel) => ({ ...panel, xLabel: 'N, training rows', isXLogarithmic: true })),
    measures: { ...NOTHING_MEASURED, hasFailures: true },
    runs: (seed) => grid(settingOf(scale, 'grid-navigation'), ['text', 'image', 'mix+'], seed),
    read: (run, evidence) =>
      PANELS.flatMap(({ id }) => failureAt(run, evidence, { panel: id, modality: run.spec.supervision === 'text' ? 'text' : 'image', metric: id })),
    paper: PAPER,
    claims: (['Text', 'Image'] as const).flatMap((other): Claim[] => [
      { text: `Mix+ arrives more often than ${other}`, above: { panel: 'arrival', series: 'Mix+' }, below: { panel: 'arrival', series: other } },
      {
        text: `Mix+ collects more objects than ${other}`,
        above: { panel: 'objectsCollected', series: 'Mix+' },
        below: { panel: 'objectsCollected', series: other },
      },
      {
        text: `${other} walks over more obstacles than Mix+`,
        above: { panel: 'obstaclesPassed', series: other },
        below: { panel: 'obstaclesPassed', series: 'Mix+' },
      },
    ]),
    paperModel: 'Eagle-X2-Llama3-8B',
  };
}
