/** The ablations of section G: epochs, a task that generalises, transfer the other way, text warm-up. See ablation.ts. */
import type { TaskId } from '../../tasks/task.ts';
import { rowsForUnique } from '../strategies/plan.ts';
import { isAbove, picturesAt } from './ablation.ts';
import type { Ablation } from './ablation.ts';
import type { PaperReading } from './figure.ts';
import { PARTS_5 } from './figure-5.ts';
import { largest } from './scale.ts';

const REVERSED = 'Mix+ with HARD pictures';
const REVERSE: Omit<Ablation, 'id' | 'task' | 'paper'> = {
  title: 'Reverse transfer: HARD pictures, evaluated on HARD text',
  source: 'S2H section G.4, Table 8',
  question: 'Does HARD seen as pictures carry over to HARD text?',
  lookFor: 'In the paper HARD text follows, some way behind the pictures, and further than pictures follow HARD text in Mix+ (Figure 5).',
  xLabel: 'N, training rows',
  isXLogarithmic: true,
  runs: (setting) =>
    setting.rows.flatMap((rows) => [
      { supervision: 'mix+', x: rows, rows, options: { hardKind: 'image' }, series: REVERSED },
      { supervision: 'mix+', x: rows, rows },
    ]),
  claims: [
    {
      text: 'HARD pictures carry over to HARD text further than HARD text to HARD pictures',
      above: { panel: 'hard-text', series: REVERSED },
      below: { panel: 'hard-image', series: 'Mix+' },
    },
  ],
};

/** Table 8: HARD pictures and HARD text at the N of its rows; Mix+ on HARD pictures is that of Figure 5. */
function reversed(task: TaskId, points: readonly (readonly [image: number, text: number])[]): PaperReading[] {
  const forward = PARTS_5.find((part) => part.task === task)?.paper['Mix+'] ?? [];
  const mixed = forward.map(([n, value]): PaperReading => ({ panel: 'hard-image', series: 'Mix+', x: n * 10_000, value }));
  const reverse = points.flatMap(([image, text], i) => {
    const place = { series: REVERSED, x: [30_000, 60_000, 120_000, 240_000][i] ?? 0 };
    return [
      { panel: 'hard-image', ...place, value: image },
      { panel: 'hard-text', ...place, value: text },
    ];
  });
  return [...reverse, ...mixed];
}

const WARM_UP: Omit<Ablation, 'id' | 'task' | 'lookFor' | 'runs'> = {
  title: 'Text warm-up',
  source: 'S2H section G.5, Figure 16',
  question: 'Does a language model that was warmed up on text read HARD pictures better?',
  xLabel: 'N, training rows',
  isXLogarithmic: true,
};

export const ABLATIONS_G: readonly Ablation[] = [
  {
    id: 'fig-13',
    title: 'Epochs over the same examples',
    source: 'S2H section G.1, Figure 13',
    question: 'Do Text and Image gain from seeing the same examples again?',
    lookFor: 'In the paper Text is best at 2 epochs and falls; Image still improves a little from 2 to 3.',
    task: 'consecutive-table-readout',
    xLabel: 'epochs',
    runs: (setting) =>
      (['text', 'image'] as const).flatMap((supervision) =>
        [1, 2, 3].map((epochCount) => {
          const options = { epochCount };
          return {
            supervision,
            x: epochCount,
            rows: rowsForUnique(supervision, Math.ceil(largest(setting) / 3), { task: setting.task.id, ...options }),
            options,
          };
        }),
      ),
  },
  {
    ...{ ...REVERSE, id: 'table-8', task: 'table-readout' },
    paper: reversed('table-readout', [
      [72, 34],
      [98.2, 70.4],
      [99.4, 76.4],
      [99.8, 86],
    ]),
  },
  {
    ...{ ...REVERSE, id: 'table-8-va', task: 'visual-analogy', title: `${REVERSE.title}, Visual Analogy` },
    paper: reversed('visual-analogy', [
      [86.8, 81.4],
      [97.8, 80],
      [94.6, 86.4],
      [99.6, 85.6],
    ]),
  },
  {
    ...{ ...WARM_UP, id: 'fig-16', task: 'consecutive-table-readout' },
    lookFor: 'In the paper the warm-up closes the gap between text and pictures of Mix.',
    runs: (setting) => (['mix', 'tw-mix'] as const).map((supervision) => ({ supervision, x: largest(setting) })),
    claims: [isAbove('On HARD pictures, (TW) Mix is above Mix', '(TW) Mix', 'Mix')],
  },
  {
    ...{ ...WARM_UP, id: 'fig-16-tr', task: 'table-readout', title: 'Text warm-up, Table Readout' },
    lookFor: 'The paper says that it helps on all tasks; its own values at N = 240,000 (Figure 5, Table 12) are 87.6 without and 86.2 with it.',
    runs: (setting) => (['align-mix+', 'tw-align-mix+'] as const).map((supervision) => ({ supervision, x: largest(setting) })),
    paper: picturesAt(240_000, { 'Align-Mix+': 87.6, '(TW) Align-Mix+': 86.2 }),
  },
  {
    ...{ ...WARM_UP, id: 'fig-16-va', task: 'visual-analogy', title: 'Text warm-up, Visual Analogy' },
    lookFor: 'In the paper the warm-up gains some 15 points at N = 120,000 (values of Figure 5 and Table 12).',
    runs: (setting) => (['align-mix+', 'tw-align-mix+'] as const).map((supervision) => ({ supervision, x: largest(setting) })),
    paper: picturesAt(120_000, { 'Align-Mix+': 55.8, '(TW) Align-Mix+': 73.6 }),
    claims: [isAbove('On HARD pictures, (TW) Align-Mix+ is above Align-Mix+', '(TW) Align-Mix+', 'Align-Mix+')],
  },
  {
    id: 'table-7',
    title: 'Pattern-Heldout Visual Analogy',
    source: 'S2H section G.2, Table 7',
    question: 'Does a version of Visual Analogy that generalises on text do so on pictures?',
    lookFor:
      'In the paper Text carries further than Image (45.6 against 36), each on its own inputs and on none of the other, and Mix lifts pictures to 41 at N = 120,000.',
    task: 'pattern-heldout-visual-analogy',
    xLabel: 'N, training rows',
    isXLogarithmic: true,
    runs: (setting) => (['text', 'image', 'mix'] as const).flatMap((supervision) => setting.rows.map((rows) => ({ supervision, x: rows, rows }))),
    paper: (
      [
        ['hard-text', 'Text', [null, 37.2, 32.6, 45.6]],
        ['hard-image', 'Text', [0, 0, 0, 0]],
        ['hard-image', 'Image', [null, 27, 35.6, 34]],
        ['hard-text', 'Image', [0, 0, 0, 0]],
        ['hard-text', 'Mix', [31.2, 42.4, 49, 39.8]],
        ['hard-image', 'Mix', [24.6, 35, 41, 39.6]],
      ] as const
    ).flatMap(([panel, series, values]) =>
      values.flatMap((value, i) => (value === null ? [] : [{ panel, series, x: [30_000, 60_000, 120_000, 240_000][i] ?? 0, value }])),
    ),
    claims: [
      {
        text: 'On HARD, Text carries further on text than Image on pictures',
        above: { panel: 'hard-text', series: 'Text' },
        below: { panel: 'hard-image', series: 'Image' },
      },
      isAbove('On HARD pictures, Mix carries further than Image', 'Mix', 'Image'),
    ],
  },
];
