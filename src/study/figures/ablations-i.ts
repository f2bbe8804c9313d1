/**
 * The ablations of section I: what a mixture is made of, how much alignment and warm-up, the text form, chain of thought, repeats. See ablation.ts. Where the
 * paper has Visual Analogy, Table Readout stands beside it (ours): the base that reads tables is the better one.
 */
import { smallTask } from '../small-tasks.ts';
import { isAbove, picturesAt } from './ablation.ts';
import type { Ablation, Varied } from './ablation.ts';
import type { Claim } from './claims.ts';
import type { PaperReading } from './figure.ts';
import { largest } from './scale.ts';
import type { ScaleSetting } from './scale.ts';

/** The same on Visual Analogy. */
function onPuzzles(ablation: Ablation, changes: Partial<Ablation>): Ablation {
  return { ...ablation, id: `${ablation.id}-va`, task: 'visual-analogy', title: `${ablation.title}, Visual Analogy`, ...changes };
}

/** Rows below this cannot be cut into the 101 slices of a chain of thought that shrinks (Table 13). */
const LEAST_INTERNALISED = 252;

const COT_NAMES = { full: '', none: ' without CoT', internalised: ' internalised' } as const;

function cotRuns(supervisions: readonly (readonly [supervision: Varied['supervision'], name: string])[]): (setting: ScaleSetting) => Varied[] {
  return (setting) =>
    supervisions.flatMap(([supervision, name]) =>
      (['full', 'none', 'internalised'] as const)
        .filter((cot) => cot !== 'internalised' || largest(setting) >= LEAST_INTERNALISED)
        .map((cot) => ({ supervision, x: largest(setting), series: name + COT_NAMES[cot], ...(cot === 'full' ? {} : { options: { cot } }) })),
    );
}

const REPEATS: Ablation = {
  id: 'fig-27',
  title: 'Fewer HARD examples, seen more often',
  source: 'S2H section I.9, Figure 27',
  question: 'How many different HARD texts does a mixture need?',
  lookFor: 'In the paper Mix+ loses 10 points and more at 2 repeats, Align-Mix+ at most 2 at 10.',
  task: 'table-readout',
  xLabel: 'repeats of each HARD example',
  isXLogarithmic: true,
  runs: () => repeated([1, 2, 10]),
  claims: [isAbove('At 10 repeats, Align-Mix+ is above Mix+ on HARD pictures', 'Align-Mix+', 'Mix+', 10)],
};

function repeated(repeats: readonly number[]): Varied[] {
  return (['mix+', 'align-mix+'] as const).flatMap((supervision) =>
    repeats.map((hardRepeats) => ({ supervision, x: hardRepeats, ...(hardRepeats === 1 ? {} : { options: { hardRepeats } }) })),
  );
}

const PARTS: Ablation = {
  id: 'fig-22',
  title: 'What stands beside HARD text',
  source: 'S2H section I.2, Figure 22 (there on Visual Analogy, so no claim is judged here)',
  question: 'Is the whole mixture needed beside HARD text, or is one kind of SIMPLE rows enough?',
  lookFor: 'In the paper (TW) Mix+ is at least 1.7 times as good as any other (TW) mixture.',
  task: 'table-readout',
  xLabel: 'N, training rows',
  runs: (setting) =>
    (['tw-image+', 'tw-text+image+', 'tw-image-via-text+', 'tw-mix+'] as const).map((supervision) => ({ supervision, x: largest(setting) })),
};

const WARM_UP_ROWS: Ablation = {
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
};

const ALIGN_PARTS: Ablation = {
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
  paper: aligned(76, 52, 77, 74),
  claims: [isAbove('Alignment of text+image-via-text is above that of text+image', 'Align- of text+image-via-text', 'Align- of text+image')],
};

function aligned(both: number, apart: number, conversion: number, mix: number): readonly PaperReading[] {
  return picturesAt(120_000, {
    'Align- of text+image-via-text': both,
    'Align- of text+image': apart,
    'Align- of image-via-text': conversion,
    'Align- of mix': mix,
  });
}

function withoutCot(names: readonly string[]): Claim[] {
  return names.flatMap((name) => [
    isAbove(`On HARD pictures, ${name} is above itself without CoT`, name, `${name} without CoT`),
    isAbove(`On HARD pictures, ${name} is above itself with its CoT taken away during training`, name, `${name} internalised`),
  ]);
}

const NO_COT: Ablation = {
  id: 'table-13',
  title: 'Without chain of thought',
  source: 'S2H section I.7, Table 13 (the paper: Visual Analogy)',
  question: 'Can the answer be given without writing the way to it?',
  lookFor: 'In the paper nearly nothing is left on HARD pictures.',
  task: 'table-readout',
  xLabel: 'N, training rows',
  runs: cotRuns([['mix+', 'Mix+']]),
  claims: withoutCot(['Mix+']),
};

const PARTS_OF_PAPER = ['image+', 'text+image+', 'image-via-text+', 'mix+'] as const;
const LOSSLESS = { ...smallTask('visual-analogy'), textForm: 'lossless' };

export const ABLATIONS_I: readonly Ablation[] = [
  PARTS,
  onPuzzles(PARTS, {
    source: 'S2H section I.2, Figure 22',
    lookFor:
      'In the paper Image-via-Text+ leads without warm-up; with it Mix+ is at least 1.7 times as good as the others, and best with both phases. Which parts the figure has is not in the text; these are ours.',
    runs: (setting) =>
      PARTS_OF_PAPER.flatMap((part) => [part, `tw-${part}` as const, `tw-align-${part}` as const]).map((supervision) => ({
        supervision,
        x: largest(setting),
      })),
    paper: picturesAt(120_000, { 'Mix+': 35.4, '(TW) Mix+': 55.2, '(TW) Align-Mix+': 73.6 }),
    claims: [
      isAbove('Image-via-Text+ is above Mix+', 'Image-via-Text+', 'Mix+'),
      ...['(TW) Image+', '(TW) Text+Image+', '(TW) Image-via-Text+'].map((other) => isAbove(`(TW) Mix+ is above ${other}`, '(TW) Mix+', other)),
      ...['(TW) Mix+', '(TW) Align-Image+', '(TW) Align-Text+Image+', '(TW) Align-Image-via-Text+'].map((other) =>
        isAbove(`(TW) Align-Mix+ is above ${other}`, '(TW) Align-Mix+', other),
      ),
    ],
  }),
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
  WARM_UP_ROWS,
  onPuzzles(WARM_UP_ROWS, {
    source: 'S2H section I.4, Figure 24',
    lookFor: 'In the paper 30,000 rows are best for (TW) Mix+ and 10,000 for (TW) Align-Mix+, which is above it with any amount.',
    paper: picturesAt(10_000, { '(TW) Mix+': 55.2, '(TW) Align-Mix+': 73.6 }), // of Table 12
    claims: [isAbove('(TW) Align-Mix+ is above (TW) Mix+', '(TW) Align-Mix+', '(TW) Mix+')],
  }),
  {
    id: 'fig-25',
    title: 'Lossy and lossless text, Visual Analogy',
    source: 'S2H section I.5, Figure 25',
    question: 'Must the text say everything that the picture shows?',
    lookFor: 'In the paper lossless text is better with Mix+, lossy text with Align-Mix+ and (TW) Align-Mix+.',
    task: 'visual-analogy',
    xLabel: 'N, training rows',
    runs: (setting) =>
      (
        [
          ['mix+', 'Mix+'],
          ['align-mix+', 'Align-Mix+'],
          ['tw-align-mix+', '(TW) Align-Mix+'],
        ] as const
      ).flatMap(([supervision, name]) => [
        { supervision, x: largest(setting), series: `${name}, lossy` },
        { supervision, x: largest(setting), series: `${name}, lossless`, task: LOSSLESS },
      ]),
    paper: picturesAt(120_000, { 'Mix+, lossy': 35.4, 'Align-Mix+, lossy': 55.8, '(TW) Align-Mix+, lossy': 73.6 }), // of Figure 5 and Table 12
    claims: [
      isAbove('With Mix+, lossless text is better', 'Mix+, lossless', 'Mix+, lossy'),
      isAbove('With Align-Mix+, lossy text is better', 'Align-Mix+, lossy', 'Align-Mix+, lossless'),
      isAbove('With (TW) Align-Mix+, lossy text is better', '(TW) Align-Mix+, lossy', '(TW) Align-Mix+, lossless'),
    ],
  },
  REPEATS,
  onPuzzles(REPEATS, {
    lookFor: 'In the paper Align-Mix+ loses at most 2 points up to 3 repeats, where it is best, and more beyond.',
    runs: () => repeated([1, 2, 3, 10]),
    claims: [],
  }),
  ALIGN_PARTS,
  onPuzzles(ALIGN_PARTS, {
    lookFor: 'In the paper Text and Image-via-Text together are best by far.',
    paper: aligned(66, 19, 51, 46),
    claims: ['text+image', 'image-via-text', 'mix'].map((other) =>
      isAbove(`Alignment of text+image-via-text is above that of ${other}`, 'Align- of text+image-via-text', `Align- of ${other}`),
    ),
  }),
  NO_COT,
  onPuzzles(NO_COT, {
    source: 'S2H section I.7, Table 13',
    lookFor: 'In the paper nearly nothing is left on HARD pictures. Its last two rows need instruction data of the authors and are left out.',
    runs: cotRuns([
      ['mix+', 'Mix+'],
      ['tw-mix+', '(TW) Mix+'],
      ['tw-align-mix+', '(TW) Align-Mix+'],
    ]),
    paper: picturesAt(120_000, {
      ...{ 'Mix+': 35.4, '(TW) Mix+': 55.2, '(TW) Align-Mix+': 73.6 },
      ...{ 'Mix+ without CoT': 0.6, '(TW) Mix+ without CoT': 0, '(TW) Align-Mix+ without CoT': 3.6 },
      ...{ 'Mix+ internalised': 0, '(TW) Mix+ internalised': 0, '(TW) Align-Mix+ internalised': 3.4 },
    }),
    claims: withoutCot(['Mix+', '(TW) Mix+', '(TW) Align-Mix+']),
  }),
];
