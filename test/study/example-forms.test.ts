/** Forms of an example for people, and the pixels the model sees. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formsAt, pixelsAt, withEnds } from '../../src/study/example-forms.ts';
import { LINK_DEFAULTS_1 } from '../../src/study/link-defaults.ts';
import { exampleAt } from '../../src/tasks/examples.ts';
import type { ExampleKey } from '../../src/tasks/task.ts';

const CONFIG = { rows: 5, columns: 10, rowNames: 12 };
const keyAt = (index: number): ExampleKey => ({ task: 'consecutive-table-readout', level: 'medium', split: 'eval', seed: 3, index });

test('the parts of a record are the whole record', () => {
  for (let index = 0; index < 20; index++) {
    const example = exampleAt(keyAt(index), CONFIG);
    const { records, path, sum } = formsAt(keyAt(index), CONFIG, 'paper', false);
    expect(example.prompt('text', 'paper')).toBe(`${records.text.table}\n\n${records.text.question}`);
    expect(example.response('image', 'paper')).toBe(`${records.image.chainOfThought}\n\n\n${records.image.answer}`);
    expect(example.response('image-via-text', 'paper').startsWith(records['image-via-text'].convert)).toBe(true);
    expect(records.image.answer).toContain(`= ${sum}.`);
    expect(path.reduce((total, { digit }) => total + digit, 0)).toBe(sum);
    const compact = formsAt(keyAt(index), CONFIG, 'compact', false).records;
    expect(example.prompt('text', 'compact').replaceAll(/\s+/g, ' ')).toBe(`${compact.text.table} ${compact.text.question}`.replaceAll(/\s+/g, ' '));
  }
});

test('every patch of the picture has a name, and the path knows its patches', () => {
  const pixels = pixelsAt(keyAt(0), CONFIG);
  const [columns, rows] = [pixels.widthPx / pixels.patchPx, pixels.heightPx / pixels.patchPx];
  expect(pixels.rgb.length).toBe(pixels.widthPx * pixels.heightPx * 3);
  expect(pixels.patchNames.length).toBe(rows * columns);
  const { path } = formsAt(keyAt(0), CONFIG, 'compact', false);
  path.forEach(({ rowName, columnName, digit }, i) => {
    const [row = 0, column = 0] = (pixels.pathPatches[i] ?? '').split(',').map(Number);
    expect(pixels.patchNames[row * columns + column]).toBe(`${rowName}, ${columnName}: ${digit}`);
  });
});

test('start and end are framed in path order, for people only', () => {
  const scene = exampleAt(keyAt(1), CONFIG).scene('paper');
  const [forwards, backwards] = [withEnds(scene, false), withEnds(scene, true)];
  expect(forwards.shapes.length).toBe(scene.shapes.length + 8);
  expect(forwards.shapes.at(-1)).not.toEqual(backwards.shapes.at(-1));
  expect(exampleAt(keyAt(1), CONFIG).scene('paper')).toEqual(scene);
});

test('the picture of index.html is the one that the page opens with', () => {
  const { level, split, seed, index, rows, columns, rowNames, profile } = LINK_DEFAULTS_1.example;
  const { picture } = formsAt({ task: 'consecutive-table-readout', level, split, seed, index }, { rows, columns, rowNames }, profile, false);
  expect(readFileSync(new URL('../../src/ui/assets/first-example.svg', import.meta.url), 'utf8')).toBe(picture.svg);
  const html = readFileSync(new URL('../../index.html', import.meta.url), 'utf8');
  expect(html).toContain(`height="${picture.heightPx}"`);
});
