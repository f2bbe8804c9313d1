/**
 * The paper's own accuracies, for reading beside ours. Source: arXiv 2501.02669v2, Figs. 3 and 5 (values decoded from the vector figures) and Table 7
 * (spec/s2h section 8), all of Eagle-X2-Llama3-8B, trained on SIMPLE examples and, in the strategies with a plus, HARD text.
 */
import type { TaskId } from '../../tasks/task.ts';

/** A table of percentages; null where the paper has no value. */
export interface PaperTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly training: string; readonly test: string; readonly values: readonly (number | null)[] }[];
}

const row = (training: string, test: string, ...values: (number | null)[]): PaperTable['rows'][number] => ({ training, test, values });

/** Training rows of Figure 5 and Table 7. */
const ROWS_30K = ['30,000', '60,000', '120,000', '240,000'];

export const PAPER_RESULTS: Readonly<Record<TaskId, PaperTable>> = {
  'consecutive-table-readout': {
    caption: 'Accuracy in %, Fig. 3, 160,000 training rows',
    columns: ['medium', 'hard'],
    rows: [row('Text', 'text', 94, 81), row('Image', 'image', 69, 8), row('Mix', 'text', 85, 48), row('Mix', 'image', 90, 43)],
  },
  'table-readout': {
    caption: 'Accuracy in % on hard examples, Fig. 5, by training rows',
    columns: ROWS_30K,
    rows: [
      row('Text', 'hard text', 0, 10, 14, 13),
      row('Image', 'hard image', 0, 11, 19, 25),
      row('Mix', 'hard image', 0, 11, 17, 29.4),
      row('Mix+', 'hard image', 1.2, 45.2, 64, 73.2),
      row('Align-Mix+', 'hard image', 50.8, 63.4, 76.2, 87.6),
    ],
  },
  'grid-navigation': {
    caption: 'Accuracy in % on hard examples, Fig. 5, by training rows',
    columns: ['15,000', '30,000', '60,000', '120,000'],
    rows: [
      row('Text', 'hard text', 0, 14.1, 16.2, 15.2),
      row('Image', 'hard image', null, 0, 23.2, 22.2),
      row('Mix', 'hard image', null, 0, 15.2, 15.2),
      row('Mix+', 'hard image', 1, 86.9, 86.9, 90.9),
      row('Align-Mix+', 'hard image', 47.5, 86.9, 94.9, 93.9),
    ],
  },
  'visual-analogy': {
    caption: 'Accuracy in % on hard examples, Fig. 5, by training rows',
    columns: ROWS_30K,
    rows: [
      row('Text', 'hard text', 0, 0, 0, 0),
      row('Image', 'hard image', 0, 0, 0, 0),
      row('Mix', 'hard image', 0, 0, 0, 0),
      row('Mix+', 'hard image', 4.6, 34, 35.4, 29.8),
      row('Align-Mix+', 'hard image', 31.2, 47.4, 55.8, 55.6),
    ],
  },
  'pattern-heldout-visual-analogy': {
    caption: 'Accuracy in % on hard examples, Table 7, by training rows',
    columns: ROWS_30K,
    rows: [
      row('Text', 'hard text', null, 37.2, 32.6, 45.6),
      row('Image', 'hard image', null, 27, 35.6, 34),
      row('Mix', 'hard text', 31.2, 42.4, 49, 39.8),
      row('Mix', 'hard image', 24.6, 35, 41, 39.6),
    ],
  },
};
