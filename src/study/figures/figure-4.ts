/** S2H Figure 4: is conversion needed? Text+Image, Mix and Image-via-Text on HARD pictures of Consecutive Table Readout, and what they write. */
import { NOTHING_MEASURED } from './figure.ts';
import type { Figure } from './figure.ts';
import { accuracyAt, lengthAt } from './readings.ts';
import { atLargest, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

const LEVELS = ['medium', 'hard'] as const;

export function figure4(scale: Scale): Figure {
  const setting = settingOf(scale, 'consecutive-table-readout');
  const bar = { xLabel: 'N, training rows', isXLogarithmic: true } as const;
  return {
    id: 'fig-4',
    title: 'With and without conversion to text',
    source: 'S2H section 3, Figure 4',
    question: 'Does a model that converts pictures in training read HARD pictures better, and what does it cost?',
    lookFor: 'In the paper Text+Image stays below Mix, which comes close to Image-via-Text, whose answers are about three times as long.',
    panels: [
      ...LEVELS.map((level) => ({ id: level, title: `${level}, picture`, ...bar, yLabel: 'exact match', unit: 'percent' as const })),
      { id: 'length', title: 'tokens written, hard picture', ...bar, yLabel: 'tokens', unit: 'score' },
    ],
    measures: NOTHING_MEASURED,
    runs: (seed) => atLargest(setting, ['text+image', 'mix', 'image-via-text'], seed),
    read: (run, evidence) => [
      ...LEVELS.flatMap((level) => accuracyAt(run, evidence, { panel: level, level, modality: 'image' })),
      ...lengthAt(run, evidence, { panel: 'length', level: 'hard', modality: 'image' }),
    ],
    paper: [
      // Only the order is stated; Mix is the value of Figure 3 at the same N.
      { panel: 'hard', series: 'Mix', x: 160_000, value: 43 },
    ],
    claims: [
      {
        text: 'On HARD pictures, Mix carries further than Text+Image',
        above: { panel: 'hard', series: 'Mix' },
        below: { panel: 'hard', series: 'Text+Image' },
      },
      {
        text: 'On HARD pictures, Image-via-Text carries further than Text+Image',
        above: { panel: 'hard', series: 'Image-via-Text' },
        below: { panel: 'hard', series: 'Text+Image' },
      },
      {
        text: 'Image-via-Text writes longer answers than Mix',
        above: { panel: 'length', series: 'Image-via-Text' },
        below: { panel: 'length', series: 'Mix' },
      },
    ],
    paperModel: 'Eagle-X2-Llama3-8B',
  };
}
