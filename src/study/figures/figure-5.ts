/** S2H Figure 5: tasks that do not carry over by themselves. HARD text in the mixture (Mix+) lifts HARD pictures, and alignment first (Align-Mix+) more. */
import type { TaskId } from '../../tasks/task.ts';
import { NOTHING_MEASURED } from './figure.ts';
import type { Figure, PaperReading } from './figure.ts';
import { accuracyAt } from './readings.ts';
import { grid, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

const SUPERVISIONS = ['text', 'image', 'mix', 'mix+', 'align-mix+'] as const;

type Points = readonly (readonly [n: number, percent: number])[];

interface Part {
  readonly id: string;
  readonly task: TaskId;
  readonly title: string;
  /** N in 10,000; read from the vector figure (January 2025). Text is scored on HARD text, the others on HARD pictures. */
  readonly paper: Readonly<Record<string, Points>>;
}

/** Also the runs of Figure 15, which counts the rows of Align- too. */
export const PARTS_5: readonly Part[] = [
  {
    ...{ id: 'fig-5-tr', task: 'table-readout', title: 'Table Readout' },
    paper: {
      Text: [
        [3, 0],
        [6, 10],
        [12, 14],
        [24, 13],
      ],
      Image: [
        [3, 0],
        [6, 11],
        [12, 19],
        [24, 25],
      ],
      Mix: [
        [3, 0],
        [6, 11],
        [12, 17],
        [24, 29.4],
      ],
      'Mix+': [
        [3, 1.2],
        [6, 45.2],
        [12, 64],
        [24, 73.2],
      ],
      'Align-Mix+': [
        [3, 50.8],
        [6, 63.4],
        [12, 76.2],
        [24, 87.6],
      ],
    },
  },
  {
    ...{ id: 'fig-5-gn', task: 'grid-navigation', title: 'Grid Navigation' },
    paper: {
      Text: [
        [1.5, 0],
        [3, 14.1],
        [6, 16.2],
        [12, 15.2],
      ],
      Image: [
        [3, 0],
        [6, 23.2],
        [12, 22.2],
      ],
      Mix: [
        [3, 0],
        [6, 15.2],
        [12, 15.2],
      ],
      'Mix+': [
        [1.5, 1],
        [3, 86.9],
        [6, 86.9],
        [12, 90.9],
      ],
      'Align-Mix+': [
        [1.5, 47.5],
        [3, 86.9],
        [6, 94.9],
        [12, 93.9],
      ],
    },
  },
  {
    ...{ id: 'fig-5-va', task: 'visual-analogy', title: 'Visual Analogy' },
    paper: {
      Text: [
        [3, 0],
        [6, 0],
        [12, 0],
        [24, 0],
      ],
      Image: [
        [3, 0],
        [6, 0],
        [12, 0],
        [24, 0],
      ],
      Mix: [
        [3, 0],
        [6, 0],
        [12, 0],
        [24, 0],
      ],
      'Mix+': [
        [3, 4.6],
        [6, 34],
        [12, 35.4],
        [24, 29.8],
      ],
      'Align-Mix+': [
        [3, 31.2],
        [6, 47.4],
        [12, 55.8],
        [24, 55.6],
      ],
    },
  },
];

/** The figure's three parts, one per task. */
export function figures5(scale: Scale): readonly Figure[] {
  return PARTS_5.map(({ id, task, title, paper }): Figure => {
    const axes = { xLabel: 'N, training rows', isXLogarithmic: true, yLabel: 'exact match', unit: 'percent' } as const;
    return {
      id,
      title: `HARD text lifts HARD pictures: ${title}`,
      source: 'S2H section 4, Figure 5',
      question: 'Do models read HARD pictures when they have seen HARD problems as text only?',
      lookFor: 'In the paper only Mix+ and Align-Mix+ rise on HARD pictures, and Align-Mix+ rises earlier.',
      panels: [
        { id: 'hard-image', title: 'hard, picture', ...axes },
        { id: 'hard-text', title: 'hard, text', ...axes },
        { id: 'simple-image', title: 'simple, picture', ...axes },
      ],
      measures: NOTHING_MEASURED,
      runs: (seed) => grid(settingOf(scale, task), SUPERVISIONS, seed),
      read: (run, evidence) => [
        ...accuracyAt(run, evidence, { panel: 'hard-image', level: 'hard', modality: 'image' }),
        ...accuracyAt(run, evidence, { panel: 'hard-text', level: 'hard', modality: 'text' }),
        ...accuracyAt(run, evidence, { panel: 'simple-image', level: 'simple', modality: 'image' }),
      ],
      paper: Object.entries(paper).flatMap(([series, points]) =>
        points.map(([n, value]): PaperReading => ({ panel: series === 'Text' ? 'hard-text' : 'hard-image', series, x: n * 10_000, value })),
      ),
      claims: [
        {
          text: 'On HARD pictures, Mix+ is above Mix',
          above: { panel: 'hard-image', series: 'Mix+' },
          below: { panel: 'hard-image', series: 'Mix' },
        },
        {
          text: 'On HARD pictures, Align-Mix+ is above Mix+',
          above: { panel: 'hard-image', series: 'Align-Mix+' },
          below: { panel: 'hard-image', series: 'Mix+' },
        },
        {
          text: 'On HARD pictures, Align-Mix+ is above Mix',
          above: { panel: 'hard-image', series: 'Align-Mix+' },
          below: { panel: 'hard-image', series: 'Mix' },
        },
        {
          text: 'On HARD pictures, Mix+ is above Image',
          above: { panel: 'hard-image', series: 'Mix+' },
          below: { panel: 'hard-image', series: 'Image' },
        },
      ],
      paperModel: 'Eagle-X2-Llama3-8B',
    };
  });
}
