import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { paperPrompt, paperResponse } from '../../../src/tasks/records.ts';
import { rasterise } from '../../../src/tasks/render/raster.ts';
import { tableReadoutTask } from '../../../src/tasks/table-readout/task.ts';
import type { TableReadoutTruth } from '../../../src/tasks/table-readout/truth.ts';
import { readCompact } from '../../support/picture-reader.ts';
import { TURNING_EXAMPLE } from '../../support/readout-examples.ts';
import { formsOf } from '../../support/table-readout-forms.ts';
import { checkForms, checkPicture } from '../../support/table-readout-validator.ts';

const { paper } = tableReadoutTask;
const EXAMPLE: TableReadoutTruth = { ...TURNING_EXAMPLE, family: 'random', segments: 2, walk: null };

/** Golden files are typed from spec/s2h 2.5 and 2.9; a file ends with a line break, a turn does not. */
function golden(name: string): string {
  return readFileSync(new URL(`../../golden/${name}`, import.meta.url), 'utf8').replace(/\n$/, '');
}

test('writes the image-via-text turn of the worked example to the character', () => {
  expect(paperResponse(paper, EXAMPLE, 'image-via-text')).toBe(golden('tr-image-via-text.txt'));
});

test('writes CoT and answer alone for the other two records', () => {
  const turn = golden('tr-image-via-text.txt');
  const expected = turn.slice(turn.indexOf('We enumerate'));
  expect(paperResponse(paper, EXAMPLE, 'text')).toBe(expected);
  expect(paperResponse(paper, EXAMPLE, 'image')).toBe(expected);
});

test('writes both questions to the character, without a word on the course of the path', () => {
  expect(paperPrompt(paper, EXAMPLE, 'image')).toBe(golden('tr-question-image.txt'));
  expect(paperPrompt(paper, EXAMPLE, 'image-via-text')).toBe(golden('tr-question-image.txt'));
  const turn = golden('tr-image-via-text.txt');
  const text = turn.slice(turn.indexOf('\\begin{table}'), turn.indexOf('\\end{table}') + '\\end{table}'.length);
  expect(paperPrompt(paper, EXAMPLE, 'text')).toBe(`${text}\n\n${golden('tr-question-text.txt')}`);
});

test('says for people what the path is', () => {
  expect(tableReadoutTask.describe(EXAMPLE)).toBe(
    'From MegaGadget, March to MicroWidget, April, 9 cells: 9 + 7 + 3 + 4 + 1 + 4 + 0 + 6 + 2 = 36 (random turns, 2 segments)',
  );
});

test('accepts its own gold response, and the validator accepts the worked example', () => {
  const reference = tableReadoutTask.referenceOf(EXAMPLE);
  expect(tableReadoutTask.score(reference, golden('tr-image-via-text.txt'), 'paper').correct).toBe(true);
  expect(checkForms(formsOf(tableReadoutTask, EXAMPLE))).toMatchObject({ rows: 7, columns: 8, sum: 36 });
});

test('the validator refuses forms that disagree', () => {
  const forms = formsOf(tableReadoutTask, EXAMPLE);
  const damaged: [keyof typeof forms, string, string, RegExp][] = [
    ['paperPrompt', '4 & 0 & 3', '4 & 1 & 3', /converted table/],
    ['paperPrompt', 'lrrrlllll', 'lrrllllll', /column letters/],
    ['paperResponse', '4\t8\tIotaEngine\tApril\t4\n', '', /the compact CoT/],
    ['paperResponse', 'Answer: 36', 'Answer: 37', /answer/],
    ['compactPrompt', ' 9* 7* ', ' 9* 7 ', /compact table/],
    ['compactPrompt', 'path MeG Mar', 'path MeG Apr', /compact question/],
    ['compactResponse', 'r4 c8', 'r4 c7', /compact CoT/],
    ['compactResponse', '= 3 6', '= 3 7', /compact answer/],
    ['paperImagePrompt', 'yellow) starting', 'yellow), that moves along rows, starting', /question/],
  ];
  for (const [form, from, to, message] of damaged) {
    expect(forms[form]).toContain(from);
    expect(() => checkForms({ ...forms, [form]: forms[form].replace(from, to) })).toThrow(message);
  }
});

test('the validator refuses a picture of another table', () => {
  const forms = formsOf(tableReadoutTask, EXAMPLE);
  const check = (shown: TableReadoutTruth): void => {
    const scene = tableReadoutTask.compact.scene(shown);
    checkPicture(forms, readCompact(rasterise(scene), scene.widthPx, scene.heightPx));
  };
  expect(() => check(EXAMPLE)).not.toThrow();
  expect(() => check({ ...EXAMPLE, path: EXAMPLE.path.slice(1) })).toThrow(/marks of the picture/);
  expect(() => check({ ...EXAMPLE, values: EXAMPLE.values.with(0, [7, 2, 7, 9, 9, 7, 7, 8]) })).toThrow(/digits of the picture/);
  expect(() => check({ ...EXAMPLE, rowNames: EXAMPLE.rowNames.with(0, 'TopWidget') })).toThrow(/row names of the picture/);
});
