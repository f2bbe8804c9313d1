import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { readoutTask } from '../../../src/tasks/consecutive-table-readout/task.ts';
import { paperPrompt, paperResponse } from '../../../src/tasks/records.ts';
import { paperAnswer, paperCot, paperText } from '../../../src/tasks/tables/paper.ts';
import { makeReadout } from '../../../src/tasks/consecutive-table-readout/truth.ts';
import { TURNING_EXAMPLE, WORKED_EXAMPLE } from '../../support/readout-examples.ts';
import { parsePaperPrompt } from '../../support/readout-parsers.ts';

const { paper } = readoutTask;

/** Golden files are typed from spec/s2h 1.3, 1.4 and 2.9; a file ends with a line break, a turn does not. */
function golden(name: string): string {
  return readFileSync(new URL(`../../golden/${name}`, import.meta.url), 'utf8').replace(/\n$/, '');
}

test('writes the assistant turn of the worked example to the character', () => {
  expect(paperResponse(paper, WORKED_EXAMPLE, 'text')).toBe(golden('ctr-worked-example.txt'));
  expect(paperResponse(paper, WORKED_EXAMPLE, 'image')).toBe(golden('ctr-worked-example.txt'));
});

test('writes the image-via-text turn of the worked example to the character, turns and column specification included', () => {
  expect(paperResponse(paper, TURNING_EXAMPLE, 'image-via-text')).toBe(golden('ctr-image-via-text.txt'));
});

test('writes both questions to the character', () => {
  expect(paperPrompt(paper, WORKED_EXAMPLE, 'image')).toBe(golden('ctr-question-image.txt'));
  expect(paperPrompt(paper, WORKED_EXAMPLE, 'image-via-text')).toBe(golden('ctr-question-image.txt'));
  expect(paper.question(WORKED_EXAMPLE, 'text')).toBe(golden('ctr-question-text.txt'));
  expect(paperPrompt(paper, WORKED_EXAMPLE, 'text')).toBe(`${paperText(WORKED_EXAMPLE)}\n\n${golden('ctr-question-text.txt')}`);
});

test('has the lengths that were measured on the authors’ turns', () => {
  // Spec/s2h 2.9: the image question of Table Readout has 437 characters; ours adds the clause on rows and the lengths of other names.
  const clause = ', that moves along rows of the table either left to right or right to left,';
  expect(paperPrompt(paper, TURNING_EXAMPLE, 'image').length - clause.length).toBeGreaterThan(425);
  expect(paperPrompt(paper, TURNING_EXAMPLE, 'image').length - clause.length).toBeLessThan(450);
});

test('marks nothing in a table without marks', () => {
  const text = paperText({ ...TURNING_EXAMPLE, isMarked: false });
  expect(text).not.toContain('*');
  expect(text).toContain('\\begin{tabular}{lrrrrrrrr}');
});

test('writes a path of one cell', () => {
  const truth = { ...WORKED_EXAMPLE, path: [{ row: 3, column: 5 }] };
  expect(paperCot(truth).split('\n').slice(3)).toEqual(['4\t6\tInfernoWidget\tFebruary\t4']);
  expect(paperAnswer(truth)).toBe('The total is 4 = 4.\n\nAnswer: 4');
  expect(paper.question(truth, 'text')).toContain('starting from (InfernoWidget, February) and ending at (InfernoWidget, February).');
});

test('reads back as the truth, at every size, with marks and without', () => {
  const sizes = makeRng('paper text and truth');
  for (let i = 0; i < 1500; i++) {
    const [rows, columns] = [sizes.between(1, 12), sizes.between(1, 12)];
    const cells = sizes.between(1, rows * columns);
    const truth = makeReadout({ rows, columns, rowNames: sizes.between(rows, 100), cells, isMarked: sizes.chance(0.8) }, sizes.fork(i));
    expect(parsePaperPrompt(paperPrompt(paper, truth, 'text'))).toEqual(truth);
  }
});
