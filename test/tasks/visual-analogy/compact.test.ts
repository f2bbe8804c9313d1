import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { compactRecord } from '../../../src/tasks/records.ts';
import { TOKEN_KINDS } from '../../../src/tasks/task.ts';
import type { CompactToken } from '../../../src/tasks/task.ts';
import { tokensToString } from '../../../src/tasks/tokenizer.ts';
import { ANALOGY_VOCABULARY } from '../../../src/tasks/visual-analogy/compact.ts';
import { heldoutAnalogyTask, visualAnalogyTask } from '../../../src/tasks/visual-analogy/task.ts';
import type { AnalogyTruth } from '../../../src/tasks/visual-analogy/truth.ts';
import { LINE_PUZZLE, lines, WORKED_PUZZLE } from '../../support/analogy-examples.ts';
import type { SeenAnswer, SeenPanel, SeenPuzzle } from '../../support/analogy-solver.ts';
import { complaints, panelOfObjects, readAnswer, readLossyTokens, readPuzzle } from '../../support/analogy-solver.ts';

const { compact, paper, info } = visualAnalogyTask;

const PLACES = ['TL', 'TM', 'TR', 'ML', 'C', 'MR', 'BL', 'BM', 'BR'];

function truths(count: number): AnalogyTruth[] {
  return [visualAnalogyTask, heldoutAnalogyTask].flatMap((task) =>
    (['simple', 'hard'] as const).flatMap((level) =>
      Array.from({ length: count }, (_, index) =>
        task.makeTruth(info.defaults, { level, split: 'train', index }, makeRng('compact-test', task.info.id, level, index)),
      ),
    ),
  );
}

/** The lossless compact x(t): places and shapes, or lines. */
function readLossless(text: string): SeenPuzzle {
  const panels = text
    .replace(/ \n$/, '')
    .split(' \n ')
    .map((line) => {
      const [, ...words] = line.split(' ');
      if (!PLACES.includes(words[0] ?? '')) return panelOfObjects(words);
      return panelOfObjects(words.flatMap((word, i) => (i % 2 === 1 ? [`${word}-${words[i - 1] ?? ''}`] : [])));
    });
  return { examples: [panels.slice(0, 3), panels.slice(3, 6)], query: panels.slice(6, 8), options: panels.slice(8) };
}

function panelsOf({ examples, query, options }: SeenPuzzle): SeenPanel[] {
  return [...examples.flat(), ...query, ...options];
}

/** What a panel shows, whatever the order of its lists. */
function valueSets({ family, values }: SeenPanel): object {
  return { family, ...Object.fromEntries(Object.entries(values).map(([attribute, texts]) => [attribute, texts.toSorted()])) };
}

/** The compact answer in the words of the paper's. */
function inWords(answer: string): SeenAnswer {
  const lines_ = answer.split(' \n ').map((line) => line.split(' '));
  const pattern = ([, domain = '', relation = '']: readonly string[]): string => `${domain.replace('-', ' ')}, ${relation}`;
  return {
    examples: lines_.slice(0, 2).map(pattern),
    options: lines_.slice(2, 6).map(pattern),
    flags: lines_.slice(2, 6).map((words) => (words[3] === 'yes' ? 'consistent' : 'not consistent')),
    answer: Number(/^answer O(\d)$/.exec(lines_[6]?.join(' ') ?? '')?.[1]),
  };
}

test('writes the worked example', () => {
  expect(tokensToString(compact.text(WORKED_PUZZLE))).toMatch(
    /^E1a n2 TRI PENT g0 g90 s27 s34 C BR \n E1b n2 TRI HEX g90 g135 s27 s34 TR BR \n .* Qa n2 RECT PENT g189 g255 s34 ML BM \n .* O4 n2 TRI HEX g90 s20 s41 TM BM \n$/s,
  );
  expect(tokensToString(compact.cot(WORKED_PUZZLE))).toMatch(/^shape-type E1a TRI PENT E1b TRI HEX E1c CIR HEX none \n shape-color E1a g0 g90 /);
  expect(tokensToString(compact.cot(WORKED_PUZZLE))).toMatch(
    /shape-position E1a C BR E1b TR BR E1c TR C BR OR \n .* patterns shape-position OR shape-type OR \n common OR \n shape-type Qa RECT PENT Qb CIR PENT \n .* O3 shape-type CIR RECT PENT OR yes \n O4 shape-position TM BM XOR no \n chosen O3 \n$/s,
  );
  expect(tokensToString(compact.answer(WORKED_PUZZLE))).toBe(
    'E1 shape-position OR \n E2 shape-type OR \n O1 shape-color AND no \n O2 shape-size XOR no \n O3 shape-type OR yes \n O4 shape-position XOR no \n answer O3',
  );
  expect(tokensToString(compact.text({ ...LINE_PUZZLE, textForm: 'lossless' }))).toMatch(/^E1a RD-0 VD-90 \n .* E2a TL CIR-255-20 MR HEX-0-41 \n /s);
});

test('both compact texts say what the paper’s texts say, and solve the puzzle', () => {
  for (const truth of truths(250)) {
    const puzzle = readLossless(tokensToString(compact.text({ ...truth, textForm: 'lossless' })));
    expect(puzzle).toEqual(readPuzzle(paper.text({ ...truth, textForm: 'lossless' })));
    const answer = inWords(tokensToString(compact.answer(truth)));
    expect(answer).toEqual(readAnswer(paper.answer(truth)));
    expect(complaints(puzzle, answer)).toEqual([]);
    // Each code stands for the value that the paper's lossy text has there.
    const said = panelsOf(readPuzzle(paper.text(truth))).map(valueSets);
    expect(panelsOf(readLossyTokens(tokensToString(compact.text(truth)))).map(valueSets)).toEqual(said);
    expect(panelsOf(puzzle).map(valueSets)).toEqual(said);
  }
});

test('every token is in the vocabulary, of a known kind, and in a place that a prompt has', () => {
  const known = new Set(ANALOGY_VOCABULARY);
  expect(known.size).toBe(ANALOGY_VOCABULARY.length);
  const used = new Set<string>();
  const wrong: CompactToken[] = [];
  for (const truth of truths(150)) {
    for (const textForm of ['lossy', 'lossless'] as const) {
      const form = { ...truth, textForm };
      for (const token of compact.text(form)) {
        const { text, kind, line, column } = token;
        used.add(text);
        if (!known.has(text) || kind !== 'table' || line < 1 || line > 12 || column < 1 || column > 13) wrong.push(token);
      }
      for (const token of [...compact.question(form), ...compact.convert, ...compact.cot(form), ...compact.answer(form)]) {
        const { text, kind, line, column } = token;
        used.add(text);
        if (!known.has(text) || !TOKEN_KINDS.includes(kind) || kind === 'table' || line !== 0 || column !== 0) wrong.push(token);
      }
    }
    for (const text of compact.patchTokens(truth)) if (text !== '<blank>') used.add(text);
  }
  expect(wrong).toEqual([]);
  // Only a wrong option about positions has more than 5 shapes, and hardly ever with the default held-out set.
  expect([...known].filter((text) => !used.has(text) && !/^n[6-9]$/.test(text))).toEqual([]);
});

test('the newline, the convert and the answer token are those of the other tasks', () => {
  for (const text of ['convert', 'answer', '\n']) expect(ANALOGY_VOCABULARY).toContain(text);
  const record = compactRecord(compact, WORKED_PUZZLE, 'image-via-text');
  expect(record.response[0]?.text).toBe('convert');
  expect(tokensToString(record.prompt)).toBe('analogy');
});

test('kinds say what each token of a response is', () => {
  const kinds = new Map([...compact.cot(WORKED_PUZZLE), ...compact.answer(WORKED_PUZZLE)].map(({ text, kind }) => [text, kind]));
  const expected = {
    TRI: 'value',
    g90: 'value',
    n2: 'value',
    C: 'value',
    'shape-type': 'attribute',
    OR: 'relation',
    none: 'relation',
    yes: 'relation',
    O3: 'option',
  };
  for (const [text, kind] of Object.entries({ ...expected, E1a: 'format', patterns: 'format', E1: 'format', '\n': 'format' }))
    expect(kinds.get(text)).toBe(kind);
});

test('patches name the shape they show, or the line seen most in them', () => {
  const truth: AnalogyTruth = {
    ...WORKED_PUZZLE,
    query: { ...WORKED_PUZZLE.query, panels: [lines('horizontal 90, vertical 0'), lines('V up 135')] },
  };
  const { rows, columns } = compact.grid(truth);
  const [tokens, names] = [compact.patchTokens(truth), compact.patchNames(truth)];
  expect([rows, columns, tokens.length, names.length]).toEqual([12, 12, 144, 144]);
  const at = (list: readonly string[], row: number, column: number): string | undefined => list[row * 12 + column];
  expect(at(tokens, 1, 1)).toBe('PENT-0-27');
  expect(at(names, 2, 2)).toBe('Example 1, panel 1, bottom right: triangle, grey 90, size 34');
  expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => at(tokens, 6 + Math.floor(i / 3), i % 3))).toEqual([
    ...['<blank>', 'VER-0', '<blank>'],
    ...['HOR-90', 'VER-0', 'HOR-90'],
    ...['<blank>', 'VER-0', '<blank>'],
  ]);
  expect([3, 4, 5].map((column) => at(tokens, 6, column))).toEqual(['VU-135', 'VU-135', 'VU-135']);
  expect(at(names, 6, 4)).toBe('Query, panel 2, top middle: V-shape facing up, grey 135');
  expect(at(tokens, 7, 7)).toBe('?');
  expect(tokens.filter((_, i) => i % 12 > 8 && i < 9 * 12).every((text) => text === '<blank>')).toBe(true);
  expect(at(tokens, 11, 10)).toBe('HEX-90-41');
});
