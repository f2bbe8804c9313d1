/**
 * The `paper` profile: strings to the character of the published formats (spec/s2h 1.3, 2.5, 2.7, 2.8), for people, exported data sets and the
 * papers' scorers. The LaTeX, CoT and answer writers hold for every table task (they follow any path); the questions differ in what they say of the
 * path's course.
 */
import type { Modality, PaperForms } from '../task.ts';
import { paperScene } from './scenes.ts';
import { marks, namesOf, pathEnds, pathValues } from './table.ts';
import type { TableTruth } from './table.ts';

/** First line of an image-via-text response (spec/s2h 2.7). */
export const PAPER_CONVERT =
  'Convert the image into a latex code of the given table, where highlighted cells (colored in yellow) are marked with a * symbol next to the values.';

/** First line of the CoT (spec/s2h 2.8); the scorer looks for it. */
export const COT_OPENING = 'We enumerate the relevant row indices, column indices, row names, column names, and their corresponding values.';

/** What precedes the list in the answer; the scorer looks for it. */
export const LIST_OPENING = 'total is';

/**
 * x(t): the table in LaTeX. As in the authors' data, every line after a row break starts with one blank, and the column specification is `l` for the
 * names, then `l` for a column with a marked cell and `r` for one without (a leak of the published format, kept for fidelity unless a
 * setting says no; spec/s2h 2.5).
 */
export function paperText(truth: TableTruth): string {
  const marked = marks(truth);
  const isTold = (column: number): boolean => truth.columnLetters !== 'plain' && marked.some((row) => row[column] === true);
  const specification = truth.columnNames.map((_, column) => (isTold(column) ? 'l' : 'r')).join('');
  const line = (cells: readonly string[]): string => ` ${cells.join(' & ')} \\\\`;
  const body = truth.values.map((row, r) => {
    const cells = row.map((value, c) => (marked[r]?.[c] === true ? `${value} *` : String(value)));
    return line([truth.rowNames[r] ?? '', ...cells]);
  });
  return [
    '\\begin{table}[ht]',
    '\\centering',
    `\\begin{tabular}{l${specification}}`,
    ` & ${truth.columnNames.join(' & ')} \\\\`,
    ...body,
    ' \\end{tabular}',
    '\\caption{Business Sales Data for products in different months}',
    '\\label{tab:business_sales}',
    '\\end{table}',
  ].join('\n');
}

/** The question about a text or an image table (spec/s2h 1.3, 2.5). */
export function paperQuestion(truth: TableTruth, modality: Modality, movement: string): string {
  const { start, end } = pathEnds(truth);
  const [opening, mark] =
    modality === 'text'
      ? ['The table above shows the sales data of different products in different months.', 'marked with a * symbol']
      : [
          'The image shows the sales data of different products in different months. For readability, values in the cells have been replaced by their ' +
            'English names, e.g. 0 is represented by ZERO.',
          'colored in yellow',
        ];
  return (
    `${opening} There is a path of highlighted cells (${mark})${movement} ` +
    `starting from (${start.join(', ')}) and ending at (${end.join(', ')}). Please return the total of all values in the highlighted cells. ` +
    `Provide the final answer as 'Answer: [total]'.`
  );
}

/** CoT(x): one line for each cell of the path, in its order; indices are 1-based and fields divided by tabs (spec/s2h 2.8, lines 1-4). */
export function paperCot(truth: TableTruth): string {
  const values = pathValues(truth);
  const lines = truth.path.map((cell, i) => [cell.row + 1, cell.column + 1, ...namesOf(truth, cell), values[i]].join('\t'));
  return [COT_OPENING, '', 'Row Index, Column Index, Row Name, Column Name, Value', ...lines].join('\n');
}

/** f(x): the list, the sum, and the answer line (spec/s2h 2.8, lines 6-8). */
export function paperAnswer(truth: TableTruth): string {
  const values = pathValues(truth);
  const sum = values.reduce((total, value) => total + value, 0);
  return `The ${LIST_OPENING} ${values.join(' + ')} = ${sum}.\n\nAnswer: ${sum}`;
}

/** The forms of a table task; `movement` is what its questions say of the path's course, '' or from a comma to a comma. */
export function tablePaperForms(movement: string): PaperForms<TableTruth> {
  return {
    text: paperText,
    question: (truth, modality) => paperQuestion(truth, modality, movement),
    convert: PAPER_CONVERT,
    cot: paperCot,
    answer: paperAnswer,
    afterText: '\n\n',
    afterCot: '\n\n\n',
    scene: paperScene,
  };
}
