/** S2H Figure 30 and section K.1: how answers to HARD Table Readout fail. A cell that is listed anywhere counts, so a path cut short costs recall alone. */
import type { Modality } from '../../tasks/task.ts';
import type { Supervision } from '../run-spec.ts';
import type { Claim } from './claims.ts';
import { NOTHING_MEASURED } from './figure.ts';
import type { Figure, Panel, Reading } from './figure.ts';
import { failureAt } from './readings.ts';
import { atLargest, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

/** Which model answers what, named as in the paper: also the columns of Table 14. */
export const ANSWERERS: readonly { readonly series: string; readonly supervision: Supervision; readonly modality: Modality }[] = [
  { series: 'Text (text)', supervision: 'text', modality: 'text' },
  { series: 'Image (image)', supervision: 'image', modality: 'image' },
  { series: 'Mix+ (text)', supervision: 'mix+', modality: 'text' },
  { series: 'Mix+ (image)', supervision: 'mix+', modality: 'image' },
];

/** By metric of src/tasks/tables/failures.ts. */
const PANELS: readonly (Pick<Panel, 'id' | 'title' | 'yLabel'> & { readonly unit: 'percent' | 'score' })[] = [
  { id: 'precision', title: 'cells listed that are on the path', yLabel: 'precision', unit: 'percent' },
  { id: 'recall', title: 'cells of the path that are listed', yLabel: 'recall', unit: 'percent' },
  { id: 'first-error', title: 'numbers read before the first error', yLabel: 'numbers, wrong answers', unit: 'score' },
  { id: 'early-error', title: 'wrong answers with an error before the 12th number', yLabel: 'share of wrong answers', unit: 'percent' },
  { id: 'shortcut', title: 'wrong answers with a shortcut', yLabel: 'share of wrong answers', unit: 'percent' },
  { id: 'shortcut-length', title: 'cells that a shortcut skips', yLabel: 'cells', unit: 'score' },
];

const isAbove = (text: string, above: Claim['above'], below: Claim['below']): Claim => ({ text, above, below });

export function figure30(scale: Scale): Figure {
  return {
    id: 'fig-30',
    title: 'How Table Readout fails',
    source: 'S2H section K.1, Figure 30',
    question: 'Do wrong answers invent cells, or leave cells out?',
    lookFor:
      'In the paper Text and Image leave cells out: precision is far above recall, since a shortcut skips about 15 cells. Over all its models the first error comes after 14.7 numbers, and before the 12th in 56 % of wrong answers.',
    panels: PANELS.map((panel) => ({ ...panel, xLabel: 'N, training rows', isXLogarithmic: true })),
    measures: { ...NOTHING_MEASURED, hasFailures: true },
    series: ANSWERERS.map(({ series }) => series),
    runs: (seed) => atLargest(settingOf(scale, 'table-readout'), ['text', 'image', 'mix+'], seed),
    read: (run, evidence) =>
      ANSWERERS.filter(({ supervision }) => supervision === run.spec.supervision).flatMap(({ series, modality }): readonly Reading[] =>
        PANELS.flatMap(({ id }) => failureAt({ ...run, series }, evidence, { panel: id, modality, metric: id })),
      ),
    paper: [],
    claims: [
      ...['Text (text)', 'Image (image)'].map((series) =>
        isAbove(`${series}: precision is above recall`, { panel: 'precision', series }, { panel: 'recall', series }),
      ),
      isAbove(
        'On HARD pictures, recall of Mix+ is above that of Image',
        { panel: 'recall', series: 'Mix+ (image)' },
        { panel: 'recall', series: 'Image (image)' },
      ),
      isAbove(
        'On HARD text, recall of Mix+ is above that of Text',
        { panel: 'recall', series: 'Mix+ (text)' },
        { panel: 'recall', series: 'Text (text)' },
      ),
    ],
    paperModel: 'Eagle-X2-Llama3-8B (a chart without stated values)',
  };
}
