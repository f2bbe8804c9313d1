/** What lights up together, on real examples of every task. */
import { describe, expect, test } from 'vitest';
import { formsAt } from '../../../src/study/example-forms.ts';
import { defaultTaskSpec, taskInfo } from '../../../src/tasks/task-spec.ts';
import type { ExampleLinks } from '../../../src/tasks/task.ts';
import { PROFILES, TASK_IDS } from '../../../src/tasks/task.ts';
import { describeSource, indexLinks, isSameSource, linkedParts } from '../../../src/ui/elements/link-index.ts';

const LINKS: ExampleLinks = {
  regions: [
    { id: 'a', label: 'A: 1', x: 0, y: 0, width: 1, height: 1 },
    { id: 'b', label: 'B: 2', x: 1, y: 0, width: 1, height: 1 },
    { id: 'c', label: 'C: 3', x: 2, y: 0, width: 1, height: 1 },
  ],
  text: [
    { from: 0, to: 1, regions: ['a'] },
    { from: 2, to: 3, regions: ['b'] },
  ],
  cot: [
    { from: 0, to: 4, regions: ['b'] },
    { from: 5, to: 9, regions: ['a', 'b'] },
  ],
  marks: [],
};
const index = indexLinks(LINKS);
const plain = (source: Parameters<typeof linkedParts>[1]): unknown[] => {
  const { regions, text, cot } = linkedParts(index, source);
  return [[...regions], [...text], [...cot]];
};

describe('what belongs to a source', () => {
  test('a line of the chain of thought lights its regions and their places in the text, and no other line', () => {
    expect(plain({ kind: 'cot', index: 1 })).toEqual([['a', 'b'], [0, 1], [1]]);
  });

  test('a region and a piece of text light every line that speaks of them', () => {
    expect(plain({ kind: 'region', id: 'b' })).toEqual([['b'], [1], [0, 1]]);
    expect(plain({ kind: 'text', index: 0 })).toEqual([['a'], [0], [1]]);
    expect(plain({ kind: 'region', id: 'c' })).toEqual([['c'], [], []]);
  });

  test('nothing lights for no source, an unknown region or a line that is not there', () => {
    expect(plain(null)).toEqual([[], [], []]);
    expect(plain({ kind: 'cot', index: 9 })).toEqual([[], [], [9]]);
  });

  test('sources are the same when they name the same thing', () => {
    expect(isSameSource({ kind: 'cot', index: 1 }, { kind: 'cot', index: 1 })).toBe(true);
    expect(isSameSource({ kind: 'cot', index: 1 }, { kind: 'text', index: 1 })).toBe(false);
    expect(isSameSource({ kind: 'region', id: 'a' }, { kind: 'region', id: 'b' })).toBe(false);
    expect(isSameSource(null, { kind: 'cot', index: 0 })).toBe(false);
    expect(isSameSource(null, null)).toBe(true);
  });
});

describe('a source in words', () => {
  test('says the line and its labels, or the label and its lines', () => {
    expect(describeSource(index, { kind: 'cot', index: 1 })).toBe('Line 2 of 2: A: 1; B: 2');
    expect(describeSource(index, { kind: 'region', id: 'b' })).toBe('B: 2 – in 2 lines of the chain of thought');
    expect(describeSource(index, { kind: 'region', id: 'c' })).toBe('C: 3 – in no line of the chain of thought, not in the text');
  });

  test('counts what is too much to read out, and cuts long labels to their names', () => {
    const regions = Array.from({ length: 5 }, (_, i) => ({
      id: `r${i}`,
      label: `panel ${i}: ${'circle, '.repeat(6)}`,
      x: 0,
      y: 0,
      width: 1,
      height: 1,
    }));
    const many = indexLinks({ ...LINKS, regions, cot: [{ from: 0, to: 1, regions: regions.map(({ id }) => id) }] });
    expect(describeSource(many, { kind: 'cot', index: 0 })).toBe('Line 1 of 1: panel 0; panel 1; panel 2; and 2 more');
  });
});

describe.each(TASK_IDS)('%s', (task) => {
  test.each(PROFILES)('links of the %s forms are whole: spans in order inside their texts, every region inside the picture', (profile) => {
    for (const level of taskInfo(task).levels) {
      for (let i = 0; i < 5; i++) {
        const { links, picture, records } = formsAt({ task, level, split: 'eval', seed: 2, index: i }, defaultTaskSpec(task), profile);
        const ids = new Set(links.regions.map(({ id }) => id));
        expect(ids.size).toBe(links.regions.length);
        for (const { x, y, width, height } of links.regions) {
          expect(Math.min(x, y, width - 1, height - 1)).toBeGreaterThanOrEqual(0);
          expect(x + width).toBeLessThanOrEqual(picture.widthPx);
          expect(y + height).toBeLessThanOrEqual(picture.heightPx);
        }
        for (const [spans, text] of [
          [links.text, records.text.text],
          [links.cot, records.text.cot],
        ] as const) {
          // prettier-ignore
          expect(spans.length).toBeGreaterThan(0);
          let at = 0;
          for (const { from, to, regions } of spans) {
            expect(from).toBeGreaterThanOrEqual(at);
            expect(to).toBeGreaterThan(from);
            expect(regions.length).toBeGreaterThan(0);
            expect(regions.every((id) => ids.has(id))).toBe(true);
            at = to;
          }
          expect(at).toBeLessThanOrEqual(text.length);
        }
        for (const { region } of links.marks) expect(ids.has(region)).toBe(true);
      }
    }
  });
});
