/** S2H Figure 3: Consecutive Table Readout, where SIMPLE carries over to HARD on text, less on pictures, and Mix narrows the gap. */
import { NOTHING_MEASURED } from './figure.ts';
import type { Figure, PaperReading } from './figure.ts';
import { accuracyAt } from './readings.ts';
import { grid, settingOf, walkingSetting } from './scale.ts';
import type { Scale, ScaleSetting } from './scale.ts';

/** Read from the vector figure (January 2025); N in 10,000. Also the numbers of Figure 14, by unique examples. */
export const PAPER_3: readonly (readonly [
  panel: string,
  series: 'Text' | 'Image' | 'Mix',
  points: readonly (readonly [n: number, percent: number])[],
])[] = [
  [
    'medium-text',
    'Text',
    [
      [1, 73],
      [2, 73],
      [8, 97],
      [16, 94],
    ],
  ],
  [
    'medium-image',
    'Image',
    [
      [1, 28],
      [4, 44],
      [8, 62],
      [12, 79],
      [16, 69],
    ],
  ],
  [
    'medium-image',
    'Mix',
    [
      [1, 48],
      [2, 46],
      [4, 68],
      [8, 82],
      [16, 90],
    ],
  ],
  [
    'medium-text',
    'Mix',
    [
      [1, 82],
      [2, 58],
      [4, 85],
      [8, 82],
      [16, 85],
    ],
  ],
  [
    'hard-text',
    'Text',
    [
      [1, 51],
      [2, 42],
      [8, 72],
      [16, 81],
    ],
  ],
  [
    'hard-image',
    'Image',
    [
      [1, 1],
      [4, 0],
      [8, 2],
      [12, 16],
      [16, 8],
    ],
  ],
  [
    'hard-image',
    'Mix',
    [
      [1, 16],
      [2, 3],
      [4, 24],
      [8, 31],
      [16, 43],
    ],
  ],
  [
    'hard-text',
    'Mix',
    [
      [1, 36],
      [2, 5],
      [4, 36],
      [8, 44],
      [16, 48],
    ],
  ],
];

const LEVELS = ['simple', 'medium', 'hard'] as const;
const MODALITIES = ['text', 'image'] as const;

export function figure3(scale: Scale): Figure {
  return simpleToHard(settingOf(scale, 'consecutive-table-readout'), {
    id: 'fig-3',
    title: 'Simple to hard on Consecutive Table Readout',
    question: 'How far do Text, Image and Mix carry from short paths to longer ones?',
  });
}

/** The same from a base that brings along what a pretrained language model has: it goes on with a list, whatever its length. Ours. */
export function figure3Walking(scale: Scale): Figure {
  return simpleToHard(walkingSetting(scale), {
    id: 'fig-3-walks',
    title: 'Simple to hard on Consecutive Table Readout, from a base that lists any length in text',
    question: 'How far do Text, Image and Mix carry once the model can go on with a list in text?',
  });
}

function simpleToHard(setting: ScaleSetting, about: Pick<Figure, 'id' | 'title' | 'question'>): Figure {
  return {
    ...about,
    source: 'S2H section 3, Figure 3',
    lookFor: 'In the paper Text carries further than Image, and Mix brings pictures close to text. Compare the two columns at medium and hard.',
    panels: LEVELS.flatMap((level) =>
      MODALITIES.map((modality) => ({
        id: `${level}-${modality}`,
        title: `${level}, ${modality === 'text' ? 'text' : 'picture'}`,
        ...{ xLabel: 'N, training rows', isXLogarithmic: true, yLabel: 'exact match', unit: 'percent' as const },
      })),
    ),
    measures: NOTHING_MEASURED,
    runs: (seed) => grid(setting, ['text', 'image', 'mix'], seed),
    read: (run, evidence) =>
      LEVELS.flatMap((level) => MODALITIES.flatMap((modality) => accuracyAt(run, evidence, { panel: `${level}-${modality}`, level, modality }))),
    paper: PAPER_3.flatMap(([panel, series, points]) => points.map(([n, value]): PaperReading => ({ panel, series, x: n * 10_000, value }))),
    claims: [
      {
        text: 'On MEDIUM, Text carries further on text than Image on pictures',
        above: { panel: 'medium-text', series: 'Text' },
        below: { panel: 'medium-image', series: 'Image' },
      },
      {
        text: 'On HARD, Text carries further on text than Image on pictures',
        above: { panel: 'hard-text', series: 'Text' },
        below: { panel: 'hard-image', series: 'Image' },
      },
      {
        text: 'On HARD pictures, Mix carries further than Image',
        above: { panel: 'hard-image', series: 'Mix' },
        below: { panel: 'hard-image', series: 'Image' },
      },
      {
        text: 'On MEDIUM pictures, Mix carries further than Image',
        above: { panel: 'medium-image', series: 'Mix' },
        below: { panel: 'medium-image', series: 'Image' },
      },
    ],
    paperModel: 'Eagle-X2-Llama3-8B',
  };
}
