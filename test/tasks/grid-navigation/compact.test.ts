import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import {
  COMPACT_CONVERT,
  compactAnswer,
  compactCot,
  compactGrid,
  compactPatchNames,
  compactPatchTokens,
  compactQuestion,
  compactText,
  GRID_VOCABULARY,
} from '../../../src/tasks/grid-navigation/compact.ts';
import { gridInfo } from '../../../src/tasks/grid-navigation/config.ts';
import { gridNavigationTask } from '../../../src/tasks/grid-navigation/task.ts';
import { makeGrid, squareTexts } from '../../../src/tasks/grid-navigation/truth.ts';
import { TOKEN_KINDS } from '../../../src/tasks/task.ts';
import { AUTHORS_STYLE, truthOf } from '../../support/grid-examples.ts';
import { readCompactGrid } from '../../support/grid-validator.ts';

const SMALL = truthOf(['S O star', 'plus D O'], ['star'], ['plus']);
/** The second object and the destination stand in the way of the first. */
const FUTURE = truthOf(['S sun star', 'O D O', 'O O O'], ['star', 'sun'], ['plus']);

function text(tokens: readonly { readonly text: string }[]): string {
  return tokens.map((token) => token.text).join(' ');
}

test('writes the forms that its header shows', () => {
  expect(text(compactText(SMALL))).toBe('grid c1 c2 c3 \n r1 S O star \n r2 plus D O \n');
  expect(text(compactQuestion())).toBe('navigate');
  expect(text(COMPACT_CONVERT)).toBe('convert');
  expect(text(compactCot(SMALL))).toBe(
    'source r1 c1 destination r2 c2 \n collect star r1 c3 \n avoid plus \n ' +
      'r1 c1 right r1 c2 okay \n r1 c2 right r1 c3 okay \n r1 c3 collect star down r2 c3 okay \n r2 c3 left r2 c2 okay \n',
  );
  expect(text(compactAnswer(SMALL))).toBe('answer right right down left');
});

test('writes every reason on the line of its state, and places outside the grid', () => {
  const cot = text(compactCot(FUTURE));
  expect(cot).toContain('\n r1 c1 right r1 c2 future-collect star up r0 c1 outside down r2 c1 okay \n');
  expect(cot).toContain('\n r2 c1 right r2 c2 future-collect destination up r1 c1 visited down r3 c1 okay \n');
  expect(cot).toContain('\n r1 c3 collect star left r1 c2 okay \n r1 c2 collect sun down r2 c2 okay \n');
  const deadEnd = ['S O plus star', 'O plus O O', 'O O O D'];
  const lines = text(compactCot(truthOf(deadEnd, ['star'], ['plus'])));
  expect(lines).toContain(
    '\n r1 c2 right r1 c3 closed plus up r0 c2 outside down r2 c2 closed plus left r1 c1 visited retrace \n r1 c1 right r1 c2 visited',
  );
  expect(text(compactCot(truthOf(deadEnd, ['star'], ['plus'], { ...AUTHORS_STYLE, failedBranch: 'blocked' })))).toContain(
    'r1 c1 right r1 c2 blocked',
  );
});

test('says of every response token what it is', () => {
  const kinds = [...compactCot(FUTURE), ...compactAnswer(FUTURE)];
  const byKind = new Map(TOKEN_KINDS.map((kind) => [kind, new Set(kinds.filter((token) => token.kind === kind).map((token) => token.text))]));
  expect([...(byKind.get('move') ?? [])].every((word) => ['up', 'down', 'left', 'right'].includes(word))).toBe(true);
  expect([...(byKind.get('index') ?? [])].every((word) => /^[rc]\d+$/.test(word))).toBe(true);
  expect([...(byKind.get('symbol') ?? [])].sort()).toEqual(['destination', 'plus', 'star', 'sun']);
  expect([...(byKind.get('reason') ?? [])].sort()).toEqual(['future-collect', 'okay', 'outside', 'visited']);
  expect([...(byKind.get('format') ?? [])].sort()).toEqual(['\n', 'answer', 'avoid', 'collect', 'destination', 'source']);
  expect(COMPACT_CONVERT.map(({ kind }) => kind)).toEqual(['format']);
  expect(new Set(compactText(SMALL).map(({ kind }) => kind))).toEqual(new Set(['table']));
});

test('gives each token of the prompt’s grid its line and column, and no other token any', () => {
  const at = (line: number, column: number): string | undefined =>
    compactText(SMALL).find((token) => token.line === line && token.column === column)?.text;
  expect([at(1, 1), at(1, 2), at(1, 4), at(1, 5)]).toEqual(['grid', 'c1', 'c3', '\n']);
  expect([at(3, 1), at(3, 2), at(3, 3), at(3, 5)]).toEqual(['r2', 'plus', 'D', '\n']);
  const rest = [...compactQuestion(), ...compactCot(SMALL), ...compactAnswer(SMALL), ...COMPACT_CONVERT];
  expect(rest.every(({ line, column }) => line === 0 && column === 0)).toBe(true);
});

test('names what each patch shows, in the grid’s order, in the words of the text and in plain words', () => {
  expect(compactGrid(SMALL)).toEqual({ rows: 3, columns: 4 });
  expect(compactPatchTokens(SMALL)).toEqual(['<blank>', 'c1', 'c2', 'c3', 'r1', 'S', 'O', 'star', 'r2', 'plus', 'D', 'O']);
  expect(compactPatchNames(SMALL)).toHaveLength(12);
  expect(compactPatchNames(SMALL).slice(3, 8)).toEqual([
    'column 3',
    'row 1',
    'row 1, column 1: start',
    'row 1, column 2: blank',
    'row 1, column 3: star',
  ]);
});

test('loses nothing of the grid, and uses declared words only, up to 12 x 12', () => {
  const vocabulary = new Set(GRID_VOCABULARY);
  expect(vocabulary.size).toBe(GRID_VOCABULARY.length);
  const { compact, info } = gridNavigationTask;
  const config = { ...gridInfo.defaults, minSide: 4, stepScale: 'by-size' };
  info.checkConfig(config);
  const used = new Set<string>();
  for (let index = 0; index < 2000; index++) {
    const truth = makeGrid(config, { level: index % 2 === 0 ? 'simple' : 'hard', split: 'train', index }, makeRng('test', 'compact grid', index));
    expect(readCompactGrid(text(compact.text(truth)))).toEqual(squareTexts(truth));
    for (const token of [...compact.text(truth), ...compact.question(truth), ...compact.cot(truth), ...compact.answer(truth)]) used.add(token.text);
  }
  expect([...used].filter((word) => !vocabulary.has(word))).toEqual([]);
  // Every word is of use, only not here: one opens a conversion, the other belongs to a setting.
  expect(GRID_VOCABULARY.filter((word) => !used.has(word))).toEqual(['convert', 'blocked']);
});
