/** S2H Figure 6: conversion at test time. Asked to convert first, Mix+ and Align-Mix+ come close to Image-via-Text+, at its price in tokens. */
import type { TaskId } from '../../tasks/task.ts';
import type { Claim } from './claims.ts';
import type { Figure, PaperReading } from './figure.ts';
import { accuracyAt, lengthAt } from './readings.ts';
import { atLargest, measuresAt, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

const PROMPTS = ['direct', 'convert'] as const;

/** The paper's accuracies are those of Table 12; Figure 6 itself is at N = 120,000 and states a difference of 20 to 30 points. */
const PARTS: readonly { readonly id: string; readonly task: TaskId; readonly title: string; readonly paper: readonly PaperReading[] }[] = [
  {
    ...{ id: 'fig-6', task: 'table-readout', title: 'Table Readout' },
    paper: [
      { panel: 'direct', series: 'Mix+', x: 240_000, value: 73.2 },
      { panel: 'convert', series: 'Mix+', x: 240_000, value: 96.6 },
      { panel: 'direct', series: 'Align-Mix+', x: 240_000, value: 87.6 },
      { panel: 'convert', series: 'Align-Mix+', x: 240_000, value: 98 },
    ],
  },
  {
    ...{ id: 'fig-6-va', task: 'visual-analogy', title: 'Visual Analogy' },
    paper: [
      { panel: 'direct', series: 'Mix+', x: 120_000, value: 35.4 },
      { panel: 'convert', series: 'Mix+', x: 120_000, value: 51.8 },
      { panel: 'direct', series: 'Align-Mix+', x: 120_000, value: 55.8 },
    ],
  },
];

const CLAIMS: readonly Claim[] = [
  {
    text: 'Asked to convert first, Mix+ answers HARD pictures better than asked directly',
    above: { panel: 'convert', series: 'Mix+' },
    below: { panel: 'direct', series: 'Mix+' },
  },
  {
    text: 'Asked directly, Image-via-Text+ is above Mix+ on HARD pictures',
    above: { panel: 'direct', series: 'Image-via-Text+' },
    below: { panel: 'direct', series: 'Mix+' },
  },
  {
    text: 'Asked directly, Align-Mix+ is above Mix+ on HARD pictures',
    above: { panel: 'direct', series: 'Align-Mix+' },
    below: { panel: 'direct', series: 'Mix+' },
  },
  {
    text: 'Asked to convert first, Mix+ writes longer answers than asked directly',
    above: { panel: 'length-convert', series: 'Mix+' },
    below: { panel: 'length-direct', series: 'Mix+' },
  },
  {
    text: 'Image-via-Text+ writes longer answers than Mix+ asked directly',
    above: { panel: 'length-direct', series: 'Image-via-Text+' },
    below: { panel: 'length-direct', series: 'Mix+' },
  },
];

export function figures6(scale: Scale): readonly Figure[] {
  const at = { xLabel: 'N, training rows', isXLogarithmic: true } as const;
  const accuracy = { ...at, yLabel: 'exact match', unit: 'percent' } as const;
  const length = { ...at, yLabel: 'tokens', unit: 'score' } as const;
  return PARTS.map(({ id, task, title, paper }): Figure => ({
    id,
    title: `Convert at test time, ${title}`,
    source: 'S2H section 4, Figure 6 and Table 12',
    question: 'Does a model trained on a mixture answer better when its answer must begin with the conversion?',
    lookFor: 'In the paper the prompt closes the gap to Image-via-Text+, and the answers become as long as its.',
    panels: [
      { id: 'direct', title: 'hard, picture, asked directly', ...accuracy },
      { id: 'convert', title: 'hard, picture, convert first', ...accuracy },
      { id: 'length-direct', title: 'tokens written, asked directly', ...length },
      { id: 'length-convert', title: 'tokens written, convert first', ...length },
    ],
    measures: measuresAt(scale),
    runs: (seed) => atLargest(settingOf(scale, task), ['mix+', 'align-mix+', 'image-via-text+'], seed),
    read: (run, evidence) =>
      PROMPTS.flatMap((prompt) => {
        const cell = { level: 'hard', modality: 'image', prompt } as const;
        return [...accuracyAt(run, evidence, { panel: prompt, ...cell }), ...lengthAt(run, evidence, { panel: `length-${prompt}`, ...cell })];
      }),
    paper,
    claims: CLAIMS,
    paperModel: 'Eagle-X2-Llama3-8B',
  }));
}
