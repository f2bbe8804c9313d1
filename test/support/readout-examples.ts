/** Truths typed by hand from the worked examples of spec/s2h, for golden files and scorers. */
import type { Cell, TableTruth } from '../../src/tasks/tables/table.ts';

/** 1-based (row, column) pairs, as the CoT writes them. */
function cells(text: string): Cell[] {
  return text.split(' ').map((pair) => {
    const [row = 0, column = 0] = pair.split(',').map(Number);
    return { row: row - 1, column: column - 1 };
  });
}

function digits(text: string): number[][] {
  return text.split(' ').map((line) => [...line].map(Number));
}

/** Spec/s2h 1.4: Consecutive Table Readout, simple, reversed. The spec gives only the cells on the path; the other digits and rows are ours. */
export const WORKED_EXAMPLE: TableTruth = {
  rows: 5,
  columns: 10,
  rowNames: ['AlphaWidget', 'MuGadget', 'EtaMachine', 'InfernoWidget', 'TinyTool'],
  columnNames: ['December', 'October', 'July', 'June', 'November', 'February', 'August', 'March', 'September', 'January'],
  values: digits('3141592653 5897932384 2718281907 4884149999 0123456789'),
  path: cells('4,6 4,5 4,4 4,3 4,2 4,1 3,10 3,9 3,8 3,7'),
  isMarked: true,
};

/** Spec/s2h 2.9: a Table Readout path (it turns), which the same writers must give to the character. */
export const TURNING_EXAMPLE: TableTruth = {
  rows: 7,
  columns: 8,
  rowNames: ['TauEngine', 'SparkGadget', 'MegaGadget', 'IotaEngine', 'EtaMachine', 'ScorchMachine', 'MicroWidget'],
  columnNames: ['September', 'January', 'July', 'March', 'August', 'October', 'February', 'April'],
  values: digits('72799779 89391790 76497341 40398534 84229530 52468976 32142572'),
  path: cells('3,4 3,5 3,6 3,7 3,8 4,8 5,8 6,8 7,8'),
  isMarked: true,
};
