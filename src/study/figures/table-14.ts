/** S2H Table 14 and section K.3: which step of the chain of thought of Visual Analogy goes wrong, as error rates. Columns are panels, rows are series. */
import { ANSWERERS } from './figure-30.ts';
import { NOTHING_MEASURED } from './figure.ts';
import type { Figure, Reading } from './figure.ts';
import { failureAt } from './readings.ts';
import { atLargest, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

/** Metric of src/tasks/visual-analogy/failures.ts, its name, and the paper's error rates in % of Text (text), Image (image), Mix+ (text) and Mix+ (image). */
const ROWS: readonly (readonly [metric: string, name: string, ...rates: readonly [number, number, number, number]])[] = [
  ['examples-type', 'examples: type', 0, 0, 0, 0],
  ['examples-color', 'examples: color', 0, 0, 0, 0],
  ['examples-size', 'examples: size', 29.6, 26.6, 0, 39],
  ['examples-quantity', 'examples: quantity', 29.6, 26.2, 0, 37.4],
  ['examples-position', 'examples: position', 29.6, 26.2, 0, 37.4],
  ['examples-patterns', 'examples: patterns', 86.8, 81, 0, 42.2],
  ['examples-distinct', 'examples: d1 ≠ d2', 86.8, 80.8, 0, 23.8],
  ['relation', 'common relation', 35.2, 34.4, 0, 0.8],
  ['query-type', 'query: type', 0, 0, 0, 0],
  ['query-color', 'query: color', 0, 0, 0, 0],
  ['query-size', 'query: size', 0.4, 7.6, 0, 16.8],
  ['query-quantity', 'query: quantity', 0.4, 7.6, 0, 16.2],
  ['query-position', 'query: position', 0.4, 7.6, 0, 16.2],
  ['options-domain', 'options: attribute', 79.8, 65.2, 0.4, 44.2],
  ['options-values', 'options: values', 8.4, 32, 0, 65],
  ['options-relation', 'options: relation', 71.4, 82.4, 0.2, 45],
  ['solution', 'solution', 45.2, 51.8, 0.2, 21],
  ['cot', 'whole CoT', 100, 100, 0.4, 79.8],
  ['exact-match', 'exact match', 100, 100, 0.4, 64.6],
];

/** N of the paper. */
const PAPER_ROWS = 120_000;

export function table14(scale: Scale): Figure {
  const lower = (row: string, other: string): Figure['claims'][number] => ({
    text: `${row}: ${other} errs more often than Mix+ (image)`,
    above: { panel: other, series: row },
    below: { panel: 'Mix+ (image)', series: row },
  });
  return {
    id: 'table-14',
    title: 'How Visual Analogy fails',
    source: 'S2H section K.3, Table 14',
    question: 'Which step of the reasoning goes wrong on HARD puzzles?',
    lookFor:
      'In the paper Text and Image fail where HARD differs from SIMPLE, at the patterns and at d1 ≠ d2; Mix+ errs more in values and less there.',
    panels: ANSWERERS.map(({ series }) => ({
      ...{ id: series, title: series, xLabel: 'N, training rows', isXLogarithmic: true, yLabel: 'error rate', unit: 'percent' },
    })),
    measures: { ...NOTHING_MEASURED, hasFailures: true },
    series: ROWS.map(([, name]) => name),
    runs: (seed) => atLargest(settingOf(scale, 'visual-analogy'), ['text', 'image', 'mix+'], seed),
    read: (run, evidence) =>
      ANSWERERS.filter(({ supervision }) => supervision === run.spec.supervision).flatMap(({ series: panel, modality }): readonly Reading[] =>
        ROWS.flatMap(([metric, name]) => failureAt({ ...run, series: name }, evidence, { panel, modality, metric })),
      ),
    paper: ANSWERERS.flatMap(({ series: panel }, column) =>
      ROWS.map(([, name, ...rates]) => ({ panel, series: name, x: PAPER_ROWS, value: rates[column] ?? 0 })),
    ),
    claims: ['examples: patterns', 'examples: d1 ≠ d2', 'exact match'].flatMap((row) => [lower(row, 'Text (text)'), lower(row, 'Image (image)')]),
    paperModel: 'Eagle-X2-Llama3-8B',
  };
}
