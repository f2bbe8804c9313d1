/** Groups of the words of an answer and the places they speak of, on all tasks. */
import { describe, expect, test } from 'vitest';
import { answerParts } from '../../src/study/answer-parts.ts';
import type { AnswerToken, Granularity } from '../../src/study/answer-parts.ts';
import { GRANULARITIES } from '../../src/study/notebook-state.ts';
import type { Example } from '../../src/tasks/example.ts';
import { exampleAt } from '../../src/tasks/examples.ts';
import { defaultTaskSpec, taskInfo } from '../../src/tasks/task-spec.ts';
import type { Level, RecordKind, TaskId } from '../../src/tasks/task.ts';
import { TASK_IDS } from '../../src/tasks/task.ts';

const CASES = TASK_IDS.flatMap((task) => taskInfo(task).levels.map((level) => [task, level] as const));
const exampleOf = (task: TaskId, level: Level, index: number): Example =>
  exampleAt({ task, level, split: 'eval', seed: 3, index }, defaultTaskSpec(task));

function tokensOf(example: Example, kind: RecordKind): AnswerToken[] {
  const { prompt, response } = example.compact(kind);
  const end = { text: '<eos>', kind: 'format', isPrompt: false };
  return [...prompt.map((token) => ({ ...token, isPrompt: true })), ...response.map((token) => ({ ...token, isPrompt: false })), end];
}

/** The groups as texts; a newline is `/`. */
function textsOf(example: Example, tokens: readonly AnswerToken[], granularity: Granularity): string[] {
  const starts = answerParts(example, tokens).starts[granularity];
  const text = (from: number, to: number): string =>
    tokens
      .slice(from, to)
      .map((token) => token.text.replace('\n', '/'))
      .join(' ');
  return starts.map((from, i) => text(from, starts[i + 1] ?? tokens.length));
}

describe.each(CASES)('%s, %s', (task, level) => {
  test('each coarser group holds whole finer ones, but for cells, which lie inside lines', () => {
    for (const kind of ['image', 'image-via-text'] as const) {
      for (let index = 0; index < 6; index++) {
        const example = exampleOf(task, level, index);
        const tokens = tokensOf(example, kind);
        const { starts } = answerParts(example, tokens);
        const first = tokens.findIndex(({ isPrompt }) => !isPrompt);
        for (const [i, granularity] of GRANULARITIES.entries()) {
          const own = starts[granularity];
          expect(own[0]).toBe(first);
          expect([...own].sort((a, b) => a - b)).toEqual(own);
          expect(new Set(own).size).toBe(own.length);
          const finer = new Set(starts[GRANULARITIES[i - 1] ?? 'token']);
          for (const start of own) expect(finer.has(start), `${granularity} at ${start}`).toBe(true);
        }
        expect(starts.token.length).toBe(tokens.length - first);
        expect(starts.segment.length).toBeGreaterThan(1);
      }
    }
  });

  test('the lines of the chain of thought speak of what the links say', () => {
    for (let index = 0; index < 6; index++) {
      const example = exampleOf(task, level, index);
      const tokens = tokensOf(example, 'image');
      const parts = answerParts(example, tokens);
      const { cot, regions } = example.links('compact');
      const text = example.parts('image', 'compact').cot;
      const lines = parts.starts.line;
      const spoken = new Map(
        lines.map((from, i) => {
          const words = tokens.slice(from, (lines[i + 1] ?? tokens.length) - 1).map((token) => token.text);
          return [words.join(' '), new Set(parts.spokenOf.slice(from, lines[i + 1] ?? tokens.length).flat())] as const;
        }),
      );
      for (const span of cot) expect(spoken.get(text.slice(span.from, span.to))).toEqual(new Set(span.regions));
      const { patchPx } = example;
      const { columns } = example.canvas();
      for (const { id, x, y, width, height } of regions) {
        const place = parts.places[id];
        expect(place?.patches.length).toBe((width / patchPx) * (height / patchPx));
        expect(place?.patches).toContain((y / patchPx) * columns + x / patchPx);
      }
      const ids = new Set(regions.map(({ id }) => id));
      expect(parts.path.length).toBeGreaterThan(0);
      for (const id of [...parts.path, ...parts.spokenOf.flat()]) expect(ids.has(id)).toBe(true);
    }
  });

  test('each token of a converted x(t) that writes a place speaks of it', () => {
    const example = exampleOf(task, level, 1);
    const tokens = tokensOf(example, 'image-via-text');
    const { spokenOf } = answerParts(example, tokens);
    const links = example.links('compact');
    const text = example.parts('text', 'compact').text;
    const start = tokens.findIndex((token) => token.text === 'convert' && !token.isPrompt) + 1;
    let at = 0;
    for (let i = start; at < text.length; i++) {
      const span = links.text.find(({ from, to }) => from <= at && at < to);
      if (span !== undefined) expect(spokenOf[i]).toEqual(span.regions);
      at += (tokens[i]?.text.length ?? 0) + 1;
    }
    expect(at).toBeGreaterThan(0);
  });
});

describe('Consecutive Table Readout', () => {
  const example = exampleAt(
    { task: 'consecutive-table-readout', level: 'simple', split: 'eval', seed: 1, index: 3 },
    defaultTaskSpec('consecutive-table-readout'),
  );
  const tokens = tokensOf(example, 'image');

  test('a cell is its indices, its names and its value', () => {
    expect(textsOf(example, tokens, 'cell').slice(0, 4)).toEqual(['r2 c9 SuI Apr 8', '/', 'r2 c8 SuI Jan 2', '/']);
    expect(textsOf(example, tokens, 'line')[0]).toBe('r2 c9 SuI Apr 8 /');
    expect(textsOf(example, tokens, 'segment').map((text) => text.split(' /').length)).toEqual([8, 2]);
    expect(textsOf(example, tokens, 'answer')).toHaveLength(1);
  });

  test('a cell has the names of its row and its column on the canvas', () => {
    const { places } = answerParts(example, tokens);
    expect(places['r2c9']).toMatchObject({ patches: [2 * 11 + 9], headers: [9, 2 * 11] });
    expect(places['r2c9']?.label).toMatch(/, April: 8$/);
  });

  test('what a model wrote is read by its own words', () => {
    const written = (text: string): AnswerToken[] => [
      ...tokens.filter(({ isPrompt }) => isPrompt),
      ...text.split(' ').map((word) => {
        const kind = /^[rc]\d/.test(word) ? 'index' : /^\d/.test(word) ? 'value' : word === '/' ? 'format' : 'row-name';
        return { text: word === '/' ? '\n' : word, kind, isPrompt: false };
      }),
    ];
    const wrong = written('r2 c9 SuI Apr 8 / r3 c9 BeG Apr 1 / r99 c1 MiW 3 / total 9');
    expect(textsOf(example, wrong, 'segment')).toEqual(['r2 c9 SuI Apr 8 / r3 c9 BeG Apr 1 /', 'r99 c1 MiW 3 /', 'total 9']);
    const { spokenOf } = answerParts(example, wrong);
    expect(spokenOf.flat().filter((place) => place === 'r2c9')).toHaveLength(6);
    expect(spokenOf.flat().filter((place) => place === 'r3c9')).toHaveLength(6);
    expect(spokenOf.slice(-7).flat()).toEqual([]); // there is no row 99
  });
});

test('a straight part of a path is a segment; a corner belongs to the one before', () => {
  const example = exampleAt({ task: 'table-readout', level: 'simple', split: 'eval', seed: 1, index: 3 }, defaultTaskSpec('table-readout'));
  const firsts = textsOf(example, tokensOf(example, 'image'), 'segment').map((text) => text.split(' ').slice(0, 2).join(' '));
  expect(firsts).toEqual(['r7 c6', 'r6 c2', 'r5 c3', 'r4 c9', 'total 1']);
});

test('the parts of a puzzle are the examples, the query and the options', () => {
  const example = exampleAt({ task: 'visual-analogy', level: 'simple', split: 'eval', seed: 1, index: 3 }, defaultTaskSpec('visual-analogy'));
  const tokens = tokensOf(example, 'image-via-text');
  const { starts, spokenOf, path } = answerParts(example, tokens);
  const seen = starts.segment.map((from, i) => [...new Set(spokenOf.slice(from, starts.segment[i + 1] ?? tokens.length).flat())].join(' '));
  const [one, two, query, options] = ['E1a E1b E1c', 'E2a E2b E2c', 'Qa Qb', 'O1 O2 O3 O4'];
  expect(seen.slice(1, 3)).toEqual([one, two]);
  expect(seen.slice(-3)).toEqual([query, options, options]);
  expect(path).toHaveLength(12);
});

test('the head of a grid, which names every obstacle, is no part of its path', () => {
  const example = exampleOf('grid-navigation', 'simple', 0);
  const parts = answerParts(example, tokensOf(example, 'image'));
  const spoken = new Set(example.links('compact').cot.flatMap(({ regions }) => regions));
  expect(parts.path.length).toBeLessThan(spoken.size);
});
