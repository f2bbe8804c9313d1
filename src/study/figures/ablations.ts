/**
 * The ablations of the paper (sections F, G and I): one thing of a supervision is changed at a time. Each is a short table here, since they differ in what is
 * varied and not in how it is read: accuracy on HARD at the end. Paper values from spec/s2h section 8; where only an order is stated there are none.
 */
import type { TaskId } from '../../tasks/task.ts';
import type { Supervision } from '../run-spec.ts';
import { rowsForUnique } from '../strategies/plan.ts';
import type { Claim } from './claims.ts';
import { accuracyAt, NOTHING_MEASURED } from './figure.ts';
import type { Figure, PaperReading } from './figure.ts';
import { runAt, settingOf } from './scale.ts';
import type { Scale, ScaleSetting, Variant } from './scale.ts';

/** A run of an ablation and where it stands on the x axis. */
interface Varied extends Variant {
  readonly supervision: Supervision;
  readonly x: number;
  /** Default: the largest N of the setting. */
  readonly rows?: number;
}

interface Ablation {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly question: string;
  readonly lookFor: string;
  readonly task: TaskId;
  readonly xLabel: string;
  readonly isXLogarithmic?: boolean;
  readonly runs: (setting: ScaleSetting) => readonly Varied[];
  readonly paper?: readonly PaperReading[];
  readonly claims?: readonly Claim[];
}

const LEVELS = ['hard-image', 'hard-text'] as const;
const above = (text: string, panel: string, a: string, b: string): Claim => ({ text, above: { panel, series: a }, below: { panel, series: b } });
const largest = ({ rows }: ScaleSetting): number => rows.at(-1) ?? 0;

const ABLATIONS: readonly Ablation[] = [
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
    id: 'table-8',
    title: 'Reverse transfer: HARD pictures, evaluated on HARD text',
    source: 'S2H section G.4, Table 8',
    question: 'Does HARD seen as pictures carry over to HARD text?',
    lookFor: 'In the paper HARD text follows, some way behind the pictures.',
    task: 'table-readout',
    xLabel: 'N, training rows',
    isXLogarithmic: true,
    runs: (setting) =>
      setting.rows.map((rows) => ({ supervision: 'mix+', x: rows, rows, options: { hardKind: 'image' }, series: 'Mix+ with HARD pictures' })),
    paper: [
      [30_000, 72, 34],
      [60_000, 98.2, 70.4],
      [120_000, 99.4, 76.4],
      [240_000, 99.8, 86],
    ].flatMap(([x = 0, image = 0, text = 0]) => [
      { panel: 'hard-image', series: 'Mix+ with HARD pictures', x, value: image },
      { panel: 'hard-text', series: 'Mix+ with HARD pictures', x, value: text },
    ]),
  },
  {
    id: 'fig-16',
    title: 'Text warm-up',
    source: 'S2H section G.5, Figure 16 (its part on Consecutive Table Readout)',
    question: 'Does a language model that was warmed up on text read HARD pictures better?',
    lookFor: 'In the paper the warm-up closes the gap between text and pictures of Mix.',
    task: 'consecutive-table-readout',
    xLabel: 'N, training rows',
    isXLogarithmic: true,
    runs: (setting) => (['mix', 'tw-mix'] as const).map((supervision) => ({ supervision, x: largest(setting) })),
    claims: [above('On HARD pictures, (TW) Mix is above Mix', 'hard-image', '(TW) Mix', 'Mix')],
  },
  {
    id: 'fig-22',
    title: 'What stands beside HARD text',
    source: 'S2H section I.2, Figure 22 (there on Visual Analogy, so no claim is judged here)',
    question: 'Is the whole mixture needed beside HARD text, or is one kind of SIMPLE rows enough?',
    lookFor: 'In the paper (TW) Mix+ is at least 1.7 times as good as any other (TW) mixture.',
    task: 'table-readout',
    xLabel: 'N, training rows',
    runs: (setting) =>
      (['tw-image+', 'tw-text+image+', 'tw-image-via-text+', 'tw-mix+'] as const).map((supervision) => ({ supervision, x: largest(setting) })),
  },
  {
    id: 'fig-23',
    title: 'Amount of alignment',
    source: 'S2H section I.3, Figure 23',
    question: 'How many rows does Align- need?',
    lookFor: 'The amounts are ours: half, once and twice the usual.',
    task: 'table-readout',
    xLabel: 'rows of Align-',
    isXLogarithmic: true,
    runs: ({ alignRows }) => [alignRows / 2, alignRows, 2 * alignRows].map((x) => ({ supervision: 'align-mix+', x, alignRows: x })),
  },
  {
    id: 'fig-24',
    title: 'Amount of text warm-up',
    source: 'S2H section I.4, Figure 24 (the paper: Visual Analogy)',
    question: 'Does more warm-up help pictures too?',
    lookFor: 'In the paper it makes the language model better, not always the pictures.',
    task: 'table-readout',
    xLabel: 'rows of (TW)',
    isXLogarithmic: true,
    runs: ({ warmUpRows }) =>
      (['tw-mix+', 'tw-align-mix+'] as const).flatMap((supervision) =>
        [warmUpRows, 2 * warmUpRows, 3 * warmUpRows].map((x) => ({ supervision, x, warmUpRows: x })),
      ),
  },
  {
    id: 'fig-27',
    title: 'Fewer HARD examples, seen more often',
    source: 'S2H section I.9, Figure 27',
    question: 'How many different HARD texts does a mixture need?',
    lookFor: 'In the paper Mix+ loses 10 points and more at 2 repeats, Align-Mix+ at most 2 at 10.',
    task: 'table-readout',
    xLabel: 'repeats of each HARD example',
    isXLogarithmic: true,
    runs: () =>
      (['mix+', 'align-mix+'] as const).flatMap((supervision) =>
        [1, 2, 10].map((hardRepeats) => ({ supervision, x: hardRepeats, ...(hardRepeats === 1 ? {} : { options: { hardRepeats } }) })),
      ),
    claims: [above('At 10 repeats, Align-Mix+ is above Mix+ on HARD pictures', 'hard-image', 'Align-Mix+', 'Mix+')],
  },
  {
    id: 'table-11',
    title: 'What the alignment is made of',
    source: 'S2H section I.3, Table 11',
    question: 'Which kinds of rows align best?',
    lookFor: 'In the paper Text and Image-via-Text together; on Table Readout Image-via-Text alone is as good.',
    task: 'table-readout',
    xLabel: 'N of the main phase',
    runs: (setting) =>
      (['text+image-via-text', 'text+image', 'image-via-text', 'mix'] as const).map((alignMixture) => ({
        supervision: 'align-mix+',
        x: largest(setting),
        series: `Align- of ${alignMixture}`,
        ...(alignMixture === 'text+image-via-text' ? {} : { options: { alignMixture } }),
      })),
    paper: [
      { panel: 'hard-image', series: 'Align- of text+image-via-text', x: 120_000, value: 76 },
      { panel: 'hard-image', series: 'Align- of text+image', x: 120_000, value: 52 },
      { panel: 'hard-image', series: 'Align- of image-via-text', x: 120_000, value: 77 },
      { panel: 'hard-image', series: 'Align- of mix', x: 120_000, value: 74 },
    ],
    claims: [
      above('Alignment of text+image-via-text is above that of text+image', 'hard-image', 'Align- of text+image-via-text', 'Align- of text+image'),
    ],
  },
  {
    id: 'table-13',
    title: 'Without chain of thought',
    source: 'S2H section I.7, Table 13 (the paper: Visual Analogy)',
    question: 'Can the answer be given without writing the way to it?',
    lookFor: 'In the paper nearly nothing is left on HARD pictures.',
    task: 'table-readout',
    xLabel: 'N, training rows',
    runs: (setting) => [
      { supervision: 'mix+', x: largest(setting) },
      { supervision: 'mix+', x: largest(setting), options: { cot: 'none' }, series: 'Mix+ without CoT' },
      ...(largest(setting) < 252
        ? []
        : [{ supervision: 'mix+', x: largest(setting), options: { cot: 'internalised' }, series: 'Mix+ internalised' } as const]),
    ],
    claims: [above('On HARD pictures, Mix+ is above Mix+ without CoT', 'hard-image', 'Mix+', 'Mix+ without CoT')],
  },
  {
    id: 'table-7',
    title: 'Pattern-Heldout Visual Analogy',
    source: 'S2H section G.2, Table 7',
    question: 'Does a version of Visual Analogy that generalises on text do so on pictures?',
    lookFor: 'In the paper Text and Image carry to about a third, and Mix does not close the gap.',
    task: 'pattern-heldout-visual-analogy',
    xLabel: 'N, training rows',
    isXLogarithmic: true,
    runs: (setting) => (['text', 'image', 'mix'] as const).flatMap((supervision) => setting.rows.map((rows) => ({ supervision, x: rows, rows }))),
    paper: (
      [
        ['hard-text', 'Text', [37.2, 32.6, 45.6]],
        ['hard-image', 'Image', [27, 35.6, 34]],
        ['hard-text', 'Mix', [42.4, 49, 39.8]],
        ['hard-image', 'Mix', [35, 41, 39.6]],
      ] as const
    ).flatMap(([panel, series, values]) => values.map((value, i) => ({ panel, series, x: [60_000, 120_000, 240_000][i] ?? 0, value }))),
  },
];

export function ablationFigures(scale: Scale): readonly Figure[] {
  return ABLATIONS.map((ablation): Figure => {
    const { id, title, source, question, lookFor, task, xLabel, isXLogarithmic = false, paper = [], claims = [] } = ablation;
    const setting = settingOf(scale, task);
    const varied = setting === null ? [] : ablation.runs(setting);
    return {
      ...{ id, title, source, question, lookFor, paper, claims, measures: NOTHING_MEASURED, paperModel: 'Eagle-X2-Llama3-8B' },
      panels: LEVELS.map((panel) => ({
        id: panel,
        title: panel === 'hard-image' ? 'hard, picture' : 'hard, text',
        ...{ xLabel, isXLogarithmic, yLabel: 'exact match', unit: 'percent' as const },
      })),
      runs: (seed) =>
        setting === null
          ? []
          : varied.map(({ supervision, x, rows, ...variant }) => ({ ...runAt(setting, supervision, rows ?? largest(setting), seed, variant), x })),
      read: (run, evidence) =>
        LEVELS.flatMap((panel) => accuracyAt(run, evidence, { panel, level: 'hard', modality: panel === 'hard-image' ? 'image' : 'text' })),
    };
  });
}
