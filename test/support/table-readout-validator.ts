/**
 * Checks a Table Readout example from its written forms alone: the LaTeX table and its question, the compact table and its question, the CoT and answer
 * of both profiles, and the pixels of the compact picture (picture-reader.ts). Written apart from the generator and importing none of it; names and
 * their codes are the only thing shared. Throws an Error that says what is wrong.
 */
import { MONTH_CODES, MONTH_NAMES, PRODUCT_CODES, PRODUCT_NAMES } from '../../src/tasks/tables/names.ts';
import type { ReadTable } from './picture-reader.ts';

export interface WrittenForms {
  readonly paperPrompt: string;
  readonly paperImagePrompt: string;
  /** Assistant turn of the image-via-text record: it holds x(t), CoT and answer. */
  readonly paperResponse: string;
  readonly compactPrompt: string;
  readonly compactResponse: string;
}

/** 0-based. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface CheckedExample {
  readonly rows: number;
  readonly columns: number;
  readonly path: readonly Place[];
  readonly sum: number;
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
}

interface Table {
  rowNames: string[];
  columnNames: string[];
  values: number[][];
  marked: boolean[][];
}

interface Line {
  row: number;
  column: number;
  rowName: string;
  columnName: string;
  value: number;
}

export function checkForms(forms: WrittenForms): CheckedExample {
  const table = readLatex(forms.paperPrompt);
  equal(readLatex(forms.paperResponse), table, 'the converted table and that of the prompt');
  equal(readCompactTable(forms.compactPrompt), table, 'the compact table and the LaTeX one');
  equal(readCompactTable(forms.compactResponse.replace(/^convert /, '')), table, 'the compact conversion and the LaTeX table');

  const ends = readQuestion(forms.paperPrompt, /marked with a \* symbol\) starting from/);
  equal(readQuestion(forms.paperImagePrompt, /colored in yellow\) starting from/), ends, 'the questions about text and image');
  equal(readCompactQuestion(forms.compactPrompt), ends, 'the compact question and the other');

  const lines = readPaperCot(forms.paperResponse);
  equal(readCompactCot(forms.compactResponse), lines, 'the compact CoT and that of the paper profile');
  checkLines(lines, table, ends);

  const values = lines.map(({ value }) => value);
  const sum = values.reduce((total, value) => total + value, 0);
  const answer = `\n\n\nThe total is ${values.join(' + ')} = ${sum}.\n\nAnswer: ${sum}`;
  if (!forms.paperResponse.endsWith(answer)) throw new Error(`the answer is not ${answer}`);
  const digits = [...String(sum)].join(' ');
  const compactAnswer = ` \n total ${values.join(' ')} = ${digits} \n answer ${digits}`;
  if (!forms.compactResponse.endsWith(compactAnswer)) throw new Error(`the compact answer is not ${compactAnswer}`);

  const path = lines.map(({ row, column }) => ({ row, column }));
  return { rows: table.rowNames.length, columns: table.columnNames.length, path, sum, rowNames: table.rowNames, columnNames: table.columnNames };
}

/** The picture shows the table of the prompt: names (codes), digits, marks. */
export function checkPicture(forms: WrittenForms, picture: ReadTable): void {
  const table = readLatex(forms.paperPrompt);
  equal(picture.values, table.values, 'digits of the picture and of the text');
  equal(picture.marked, table.marked, 'marks of the picture and of the text');
  equal(picture.rowNames.map(productOf), table.rowNames, 'row names of the picture and of the text');
  equal(picture.columnNames.map(monthOf), table.columnNames, 'column names of the picture and of the text');
}

/** What the geometry of a path says of its family. */
export interface Shape {
  /** Steps of each straight segment. */
  readonly steps: readonly number[];
  /** Turns in order: +1 to the right hand, -1 to the left. */
  readonly turns: readonly number[];
}

export function shapeOf(path: readonly Place[]): Shape {
  const steps: number[] = [];
  const turns: number[] = [];
  let last: readonly [number, number] | null = null;
  for (const [i, cell] of path.entries()) {
    const before = path[i - 1];
    if (before === undefined) continue;
    const [down, right] = [cell.row - before.row, cell.column - before.column];
    if (last !== null && last[0] === down && last[1] === right) steps.push((steps.pop() ?? 0) + 1);
    else {
      if (last !== null) turns.push(last[1] * down - last[0] * right);
      steps.push(1);
    }
    last = [down, right];
  }
  return { steps, turns };
}

/** Whether two cells touch that do not follow one another. */
export function touchesItself(path: readonly Place[]): boolean {
  return path.some((a, i) => path.some((b, j) => j > i + 1 && Math.abs(a.row - b.row) + Math.abs(a.column - b.column) === 1));
}

/** A spiral turns to one hand only. */
export function isSpiral({ turns }: Shape): boolean {
  return turns.every((turn) => turn === turns[0]);
}

/** A sine turns twice to one hand, then twice to the other, with two steps between the turns of a pair; the ends may be cut. */
export function isSine({ turns, steps }: Shape): boolean {
  return [0, 1].some((shift) =>
    turns.every((turn, i) => {
      const isSecondOfPair = (i + shift) % 2 === 1;
      const previous = turns[i - 1];
      if (previous === undefined) return true;
      return isSecondOfPair ? turn === previous && steps[i] === 2 : turn === -previous;
    }),
  );
}

function checkLines(lines: readonly Line[], table: Table, ends: Ends): void {
  const seen = new Set<string>();
  for (const [i, { row, column, rowName, columnName, value }] of lines.entries()) {
    const where = `line ${i + 1} of the CoT`;
    if (table.rowNames[row] !== rowName || table.columnNames[column] !== columnName) throw new Error(`${where}: names and indices differ`);
    if (table.values[row]?.[column] !== value) throw new Error(`${where}: not the value of its cell`);
    if (table.marked[row]?.[column] !== true) throw new Error(`${where}: its cell is not marked`);
    if (seen.has(`${row},${column}`)) throw new Error(`${where}: a cell for the second time`);
    seen.add(`${row},${column}`);
    const before = lines[i - 1];
    if (before !== undefined && Math.abs(before.row - row) + Math.abs(before.column - column) !== 1) throw new Error(`${where}: a jump`);
  }
  const marks = table.marked.flat().filter(Boolean).length;
  if (marks !== lines.length) throw new Error(`${marks} marks, ${lines.length} lines`);
  const [first, last] = [lines[0], lines.at(-1)];
  equal([first?.rowName, first?.columnName], ends.start, 'the first line and the start of the question');
  equal([last?.rowName, last?.columnName], ends.end, 'the last line and the end of the question');
}

function readLatex(text: string): Table {
  const found =
    /\\begin\{table\}\[ht\]\n\\centering\n\\begin\{tabular\}\{l([lr]+)\}\n & (.*) \\\\\n((?: .* \\\\\n)+) \\end\{tabular\}\n\\caption\{Business Sales Data for products in different months\}\n\\label\{tab:business_sales\}\n\\end\{table\}/.exec(
      text,
    );
  if (found === null) throw new Error(`no table in LaTeX: ${text.slice(0, 200)}`);
  const [, specification = '', header = '', body = ''] = found;
  const rows = body
    .trimEnd()
    .split('\n')
    .map((line) => line.slice(1, -' \\\\'.length).split(' & '));
  const table = tableOf(
    header.split(' & '),
    rows.map(([name = '']) => name),
    rows.map(([, ...cells]) => cells),
    /^(\d)( \*)?$/,
  );
  const letters = table.columnNames.map((_, column) => (table.marked.some((row) => row[column] === true) ? 'l' : 'r')).join('');
  equal(specification, letters, 'the column letters and the marked columns');
  return table;
}

/** From the word `table` to the last row; what follows is the question, or the CoT. */
function readCompactTable(text: string): Table {
  const lines = text.split('\n').map((line) => line.trim().split(' '));
  const [head = [], ...rest] = lines;
  if (head[0] !== 'table') throw new Error(`no compact table: ${text.slice(0, 80)}`);
  const body = rest.slice(
    0,
    rest.findIndex(([first = '']) => !PRODUCT_CODES.includes(first)),
  );
  return tableOf(
    head.slice(1).map(monthOf),
    body.map(([code = '']) => productOf(code)),
    body.map(([, ...cells]) => cells),
    /^(\d)(\*)?$/,
  );
}

function tableOf(columnNames: string[], rowNames: string[], cells: string[][], form: RegExp): Table {
  const read = cells.map((row) => {
    if (row.length !== columnNames.length) throw new Error(`a row of ${row.length} cells under ${columnNames.length} names`);
    return row.map((cell) => {
      const found = form.exec(cell);
      if (found === null) throw new Error(`no cell: ${cell}`);
      return { value: Number(found[1]), isMarked: found[2] !== undefined };
    });
  });
  for (const name of rowNames) if (!PRODUCT_NAMES.includes(name)) throw new Error(`no product: ${name}`);
  for (const name of columnNames) if (!MONTH_NAMES.includes(name)) throw new Error(`no month: ${name}`);
  if (new Set([...rowNames, ...columnNames]).size !== rowNames.length + columnNames.length) throw new Error('a name stands twice');
  return {
    rowNames,
    columnNames,
    values: read.map((row) => row.map(({ value }) => value)),
    marked: read.map((row) => row.map(({ isMarked }) => isMarked)),
  };
}

interface Ends {
  start: [string, string];
  end: [string, string];
}

function readQuestion(prompt: string, form: RegExp): Ends {
  if (!form.test(prompt)) throw new Error(`not the question of Table Readout: ${prompt.slice(-300)}`);
  const [, a = '', b = '', c = '', d = ''] = /\) starting from \((\w+), (\w+)\) and ending at \((\w+), (\w+)\)\. Please return/.exec(prompt) ?? [];
  return { start: [a, b], end: [c, d] };
}

function readCompactQuestion(prompt: string): Ends {
  const [, a = '', b = '', c = '', d = ''] = / \n path (\w+) (\w+) to (\w+) (\w+)$/.exec(prompt) ?? [];
  return { start: [productOf(a), monthOf(b)], end: [productOf(c), monthOf(d)] };
}

function readPaperCot(response: string): Line[] {
  const opening = 'We enumerate the relevant row indices, column indices, row names, column names, and their corresponding values.\n\n';
  const fields = 'Row Index, Column Index, Row Name, Column Name, Value\n';
  const at = response.indexOf(opening + fields);
  if (at === -1) throw new Error('no CoT');
  const [cot = ''] = response.slice(at + opening.length + fields.length).split('\n\n\n');
  return cot.split('\n').map((line) => {
    const found = /^([1-9]\d?)\t([1-9]\d?)\t(\w+)\t(\w+)\t(\d)$/.exec(line);
    if (found === null) throw new Error(`no CoT line: ${JSON.stringify(line)}`);
    const [, row, column, rowName = '', columnName = '', value] = found;
    return { row: Number(row) - 1, column: Number(column) - 1, rowName, columnName, value: Number(value) };
  });
}

function readCompactCot(response: string): Line[] {
  const found = Array.from(response.matchAll(/(?<= \n )r(\d+) c(\d+) (\w+) (\w+) (\d)(?= \n)/g));
  return found.map(([, row, column, rowCode = '', columnCode = '', value]) => ({
    row: Number(row) - 1,
    column: Number(column) - 1,
    rowName: productOf(rowCode),
    columnName: monthOf(columnCode),
    value: Number(value),
  }));
}

function productOf(code: string): string {
  return PRODUCT_NAMES[PRODUCT_CODES.indexOf(code)] ?? `?${code}`;
}

function monthOf(code: string): string {
  return MONTH_NAMES[MONTH_CODES.indexOf(code)] ?? `?${code}`;
}

function equal(a: unknown, b: unknown, what: string): void {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  if (left !== right) throw new Error(`${what} differ: ${left} and ${right}`);
}
