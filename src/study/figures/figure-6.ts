/** S2H Figure 6 and Table 12: conversion at test time. Asked to convert first, Mix+ and Align-Mix+ come close to Image-via-Text+, at its price in tokens. */
import { accuracyAt } from './figure.ts';
import type { Figure } from './figure.ts';
import { atLargest, measuresAt, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

export function figure6(scale: Scale): Figure {
  const setting = settingOf(scale, 'table-readout');
  const axes = { xLabel: 'N, training rows', isXLogarithmic: true, yLabel: 'exact match', unit: 'percent' } as const;
  return {
    id: 'fig-6',
    title: 'Convert at test time, Table Readout',
    source: 'S2H section 4, Figure 6 and Table 12',
    question: 'Does a model trained on a mixture answer better when its answer must begin with the conversion?',
    lookFor: 'In the paper the prompt closes the gap to Image-via-Text+.',
    panels: [
      { id: 'direct', title: 'hard, picture, asked directly', ...axes },
      { id: 'convert', title: 'hard, picture, convert first', ...axes },
    ],
    measures: measuresAt(scale),
    runs: (seed) => atLargest(setting, ['mix+', 'align-mix+', 'image-via-text+'], seed),
    read: (run, evidence) =>
      (['direct', 'convert'] as const).flatMap((prompt) => accuracyAt(run, evidence, { panel: prompt, level: 'hard', modality: 'image', prompt })),
    paper: [
      { panel: 'direct', series: 'Mix+', x: 240_000, value: 73.2 },
      { panel: 'convert', series: 'Mix+', x: 240_000, value: 96.6 },
      { panel: 'direct', series: 'Align-Mix+', x: 240_000, value: 87.6 },
      { panel: 'convert', series: 'Align-Mix+', x: 240_000, value: 98 },
    ],
    claims: [
      {
        text: 'Asked to convert first, Mix+ answers HARD pictures better than asked directly',
        above: { panel: 'convert', series: 'Mix+' },
        below: { panel: 'direct', series: 'Mix+' },
      },
    ],
    paperModel: 'Eagle-X2-Llama3-8B',
  };
}
