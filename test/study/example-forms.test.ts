/** Forms of an example for people, and the pixels the model sees. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { formsAt, galleryAt, pixelsAt } from '../../src/study/example-forms.ts';
import { LINK_DEFAULTS_3 } from '../../src/study/link-defaults.ts';
import { exampleAt } from '../../src/tasks/examples.ts';
import { defaultTaskSpec, taskInfo } from '../../src/tasks/task-spec.ts';
import type { ExampleKey, Level, TaskId } from '../../src/tasks/task.ts';
import { PROFILES, TASK_IDS } from '../../src/tasks/task.ts';

const keyAt = (task: TaskId, level: Level, index: number): ExampleKey => ({ task, level, split: 'eval', seed: 3, index });
const CASES = TASK_IDS.flatMap((task) => taskInfo(task).levels.map((level) => [task, level] as const));

describe.each(CASES)('%s, %s', (task, level) => {
  const spec = defaultTaskSpec(task);

  test('the parts of a record are the whole record', () => {
    for (let index = 0; index < 5; index++) {
      const example = exampleAt(keyAt(task, level, index), spec);
      for (const profile of PROFILES) {
        const { records, summary } = formsAt(keyAt(task, level, index), spec, profile);
        const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
        for (const kind of ['text', 'image', 'image-via-text'] as const) {
          const { text, question, convert, cot, answer, hasImage } = records[kind];
          expect(hasImage).toBe(kind !== 'text');
          expect(plain(example.prompt(kind, profile).replace('<image>', ''))).toBe(plain(`${text} ${question}`));
          expect(plain(example.response(kind, profile))).toBe(plain(`${convert} ${cot} ${answer}`));
        }
        expect(summary.length).toBeGreaterThan(0);
      }
    }
  });

  test('every span names regions inside the picture, and spans do not overlap', () => {
    for (let index = 0; index < 5; index++) {
      for (const profile of PROFILES) {
        const { links, picture, records } = formsAt(keyAt(task, level, index), spec, profile);
        const regions = new Map(links.regions.map((region) => [region.id, region]));
        expect(regions.size).toBe(links.regions.length);
        for (const { x, y, width, height } of links.regions) {
          expect(Math.min(x, y, width - 1, height - 1)).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(picture.widthPx);
          expect(y + height).toBeLessThanOrEqual(picture.heightPx);
        }
        for (const [spans, text] of [
          [links.text, records.text.text],
          [links.cot, records.text.cot],
        ] as const) {
          expect(spans.length).toBeGreaterThan(0);
          let end = 0;
          for (const span of spans) {
            expect(span.from).toBeGreaterThanOrEqual(end);
            expect(span.to).toBeGreaterThan(span.from);
            expect(span.to).toBeLessThanOrEqual(text.length);
            expect(span.regions.length).toBeGreaterThan(0);
            for (const id of span.regions) expect(regions.has(id)).toBe(true);
            end = span.to;
          }
        }
      }
    }
  });

  test('every patch of the canvas has a name', () => {
    const pixels = pixelsAt(keyAt(task, level, 0), spec);
    const [columns, rows] = [pixels.widthPx / pixels.patchPx, pixels.heightPx / pixels.patchPx];
    expect({ rows, columns }).toEqual(exampleAt(keyAt(task, level, 0), spec).canvas());
    expect(pixels.rgb.length).toBe(pixels.widthPx * pixels.heightPx * 3);
    expect(pixels.patchNames.length).toBe(rows * columns);
    expect(pixels.patchNames.every((name) => name !== '')).toBe(true);
  });

  test('the gallery shows the neighbours', () => {
    const shown = galleryAt(keyAt(task, level, 7), spec, 3);
    expect(shown.map(({ key }) => key.index)).toEqual([7, 8, 9]);
    expect(shown[1]?.summary).toBe(exampleAt(keyAt(task, level, 8), spec).describe());
    expect(new Set(shown.map(({ picture }) => picture.svg)).size).toBe(3);
  });
});

test('the picture of index.html is the one that the page opens with', () => {
  const { task, level, split, seed, index, profile } = LINK_DEFAULTS_3.example;
  const { picture } = formsAt({ task: task.id, level, split, seed, index }, task, profile);
  expect(readFileSync(new URL('../../src/ui/assets/first-example.svg', import.meta.url), 'utf8')).toBe(picture.svg);
  const html = readFileSync(new URL('../../index.html', import.meta.url), 'utf8');
  expect(html).toContain(`height="${picture.heightPx}"`);
});
