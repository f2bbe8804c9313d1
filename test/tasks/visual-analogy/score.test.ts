import { expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { compactRecord, paperPrompt, paperResponse } from '../../../src/tasks/records.ts';
import type { FailureValues, Profile, RecordKind } from '../../../src/tasks/task.ts';
import { tokensToString } from '../../../src/tasks/tokenizer.ts';
import { visualAnalogyTask as task } from '../../../src/tasks/visual-analogy/task.ts';
import type { AnalogyTruth } from '../../../src/tasks/visual-analogy/truth.ts';
import { LINE_PUZZLE, ONE_PATTERN_PUZZLE, WORKED_PUZZLE } from '../../support/analogy-examples.ts';

const PROFILES = ['paper', 'compact'] as const;
const KINDS = ['text', 'image', 'image-via-text'] as const;

function responseOf(truth: AnalogyTruth, profile: Profile, kind: RecordKind = 'image', cotShare = 1): string {
  return profile === 'paper'
    ? paperResponse(task.paper, truth, kind, cotShare)
    : tokensToString(compactRecord(task.compact, truth, kind, cotShare).response);
}

function isRight(truth: AnalogyTruth, response: string, profile: Profile): boolean {
  return task.score(task.referenceOf(truth), response, profile).correct;
}

/** Keys of the metrics that count an error, `option-right` among them when it is not right. */
function errors(values: FailureValues): string[] {
  return Object.entries(values)
    .filter(([key, { numerator }]) => numerator === (key === 'option-right' ? 0 : 1))
    .map(([key]) => key);
}

/** Errors of a gold response in which each `[from, to]` is replaced. */
function errorsAfter(truth: AnalogyTruth, profile: Profile, ...changes: readonly (readonly [from: string, to: string])[]): string[] {
  const response = changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`no ${from} in ${text}`);
      return text.replace(from, to);
    },
    responseOf(truth, profile),
  );
  return errors(task.failures(task.referenceOf(truth), response, profile));
}

test('takes gold of every kind and both text forms', () => {
  for (const truth of [WORKED_PUZZLE, LINE_PUZZLE, ONE_PATTERN_PUZZLE]) {
    for (const textForm of ['lossy', 'lossless'] as const) {
      const reference = task.referenceOf({ ...truth, textForm });
      for (const profile of PROFILES) {
        for (const kind of KINDS) {
          const response = responseOf({ ...truth, textForm }, profile, kind);
          const score = task.score(reference, response, profile);
          expect(score).toMatchObject({ correct: true, exactMatch: true, cotExactMatch: null });
          expect(score.prediction).toBe(score.gold);
          expect(errors(task.failures(reference, response, profile))).toEqual([]);
        }
        expect(task.score(reference, responseOf(truth, profile, 'image', 0), profile).correct).toBe(true);
      }
    }
  }
});

test('refuses near misses', () => {
  const gold = responseOf(WORKED_PUZZLE, 'paper');
  const wrong = {
    'another number': gold.replace(/Answer: 3$/, 'Answer: 4'),
    'another option pattern': gold.replace('Option 2: (shape size, XOR)', 'Option 2: (shape size, AND)'),
    'another example pattern': gold.replace('Example 2: (shape type, OR)', 'Example 2: (shape color, OR)'),
    'two consistent options': gold.replace('(shape size, XOR), not consistent', '(shape size, XOR), consistent'),
    'a missing option': gold.replace('Option 4: (shape position, XOR), not consistent\n', ''),
    'no empty line': gold.replace('\n\nAnswer', '\nAnswer'),
    'more text': `${gold}\nI am sure.`,
    'a cut answer': gold.slice(0, -1),
    'no block': gold.slice(0, gold.lastIndexOf('Example 1:')),
    'a second, wrong block': `${gold}\n\nExample 1: (shape type, OR)`,
    nothing: '',
  };
  for (const [what, response] of Object.entries(wrong)) expect([what, isRight(WORKED_PUZZLE, response, 'paper')]).toEqual([what, false]);
  const tokens = responseOf(WORKED_PUZZLE, 'compact');
  for (const response of [
    tokens.replace(/O3$/, 'O2'),
    `${tokens} \n`,
    tokens.replace('O1 shape-color AND no \n O2', 'O1 shape-color OR no \n O2'),
    '',
  ]) {
    expect(isRight(WORKED_PUZZLE, response, 'compact')).toBe(false);
  }
});

test('takes white space around the block, as the authors’ scorer does, and the last of several blocks', () => {
  const gold = responseOf(WORKED_PUZZLE, 'paper');
  expect(isRight(WORKED_PUZZLE, `  ${gold}  \n\n`, 'paper')).toBe(true);
  expect(isRight(WORKED_PUZZLE, gold.replace(/Example 1: \((?=shape position, OR\)\n)/, 'Example 1:  ('), 'paper')).toBe(true);
  expect(isRight(WORKED_PUZZLE, `${responseOf(LINE_PUZZLE, 'paper')}\n\n${gold}`, 'paper')).toBe(true);
});

test('the option alone is read after the last “Answer:”', () => {
  const reference = task.referenceOf(WORKED_PUZZLE);
  const right = (response: string): boolean => task.failures(reference, response, 'paper')['option-right']?.numerator === 1;
  expect(right('Answer: 3')).toBe(true);
  expect(right('Answer: 1. No, Answer: 3, I think')).toBe(true);
  expect(right('Answer: 3. No, Answer: 1')).toBe(false);
  expect(right('Answer: 31')).toBe(false);
  expect(right('3')).toBe(false);
  expect(right('Answer: none of the options, though 3 is near')).toBe(false);
  expect(task.failures(reference, 'answer O3', 'compact')['option-right']?.numerator).toBe(1);
  expect(task.failures(reference, 'answer O2', 'compact')['option-right']?.numerator).toBe(0);
});

test('the option alone is read as models write it, whom the prompt tells “Answer: [correct option]”', () => {
  const reference = task.referenceOf(WORKED_PUZZLE);
  const right = (response: string): boolean => task.failures(reference, response, 'paper')['option-right']?.numerator === 1;
  const ways = [
    ...[
      'Answer: [3]',
      'Answer: (3)',
      'Answer: Option 3',
      'Answer: [Option 3]',
      'Answer: option [3].',
      'Answer: \\boxed{3}',
      'Answer:\n\n3',
      'Answer:3',
    ],
    ...[
      '**Answer:** 3',
      'Answer: **3**',
      '**Answer: 3**',
      '**Answer**: 3',
      '**Answer:** [**Option 3**]',
      'Answer: The correct option is 3, since it …',
    ],
  ];
  for (const way of ways) {
    expect([way, right(`I see.\n\n${way}`)]).toEqual([way, true]);
    expect([way, right(way.replace('3', '31'))]).toEqual([way, false]);
    expect([way, right(`${way}\n\nAnswer: [4]`)]).toEqual([way, false]);
    expect([way, right(`Answer: [4]\n\n${way}`)]).toEqual([way, true]);
    expect([way, isRight(WORKED_PUZZLE, responseOf(WORKED_PUZZLE, 'paper').replace('Answer: 3', way), 'paper')]).toEqual([way, false]);
  }
});

test('each step of Table 14 has a metric that finds its error and nothing else', () => {
  const cases: readonly (readonly [found: string, paper: readonly [string, string], compact: readonly [string, string]])[] = [
    ['examples-type', ['Image 1: triangle, pentagon', 'Image 1: triangle'], ['E1a TRI PENT', 'E1a TRI']],
    ['examples-color', ['Image 2: 90, 135', 'Image 2: 90, 189'], ['E1b g90 g135', 'E1b g90 g189']],
    ['examples-size', ['Image 3: 20, 41', 'Image 3: 20, 34, 41'], ['E1c s20 s41', 'E1c s20 s34 s41']],
    ['examples-quantity', ['Image 3: 3', 'Image 3: 4'], ['E1c n3', 'E1c n4']],
    ['examples-position', ['Image 1: (1, 1), (2, 2)', 'Image 1: (1, 1), (2, 1)'], ['E1a C BR', 'E1a C BM']],
    ['relation', ['OR is the common relation', 'XOR is the common relation'], ['common OR', 'common XOR']],
    ['query-type', ['Image 2: circle, pentagon', 'Image 2: NA'], ['Qb CIR PENT', 'Qb']],
    [
      'query-color',
      [
        'query:\ntype:\nImage 1: rectangle, pentagon\nImage 2: circle, pentagon\ncolor:\nImage 1: 189',
        'query:\ntype:\nImage 1: rectangle, pentagon\nImage 2: circle, pentagon\ncolor:\nImage 1: 0',
      ],
      ['Qa g189', 'Qa g0'],
    ],
    [
      'options-relation',
      ['is consistent with the AND relation on shape color, but AND', 'is consistent with the XOR relation on shape color, but XOR'],
      ['O1 shape-color g189 AND', 'O1 shape-color g189 XOR'],
    ],
    ['options-values', ['Option 1 has shape color of 189', 'Option 1 has shape color of 90'], ['O1 shape-color g189', 'O1 shape-color g90']],
    ['solution', ['that option 3 is', 'that option 2 is'], ['chosen O3', 'chosen O2']],
  ];
  for (const [found, paper, compact] of cases) {
    expect([found, errorsAfter(WORKED_PUZZLE, 'paper', paper).sort()]).toEqual([found, ['cot', found].sort()]);
    expect([found, errorsAfter(WORKED_PUZZLE, 'compact', compact).sort()]).toEqual([found, ['cot', found].sort()]);
  }
});

test('an option described by another attribute is wrong about the attribute, and about values only where it does not show them', () => {
  const said = 'Option 2 has shape size of 27, so it is consistent with the XOR relation on shape size, but XOR';
  const shown = 'Option 2 has shape color of 0, so it is consistent with the XOR relation on shape color, but XOR';
  expect(errorsAfter(WORKED_PUZZLE, 'paper', [said, shown])).toEqual(['options-domain', 'cot']);
  expect(errorsAfter(WORKED_PUZZLE, 'paper', [said, shown.replace('of 0', 'of 90')])).toEqual(['options-domain', 'options-values', 'cot']);
  expect(errorsAfter(WORKED_PUZZLE, 'compact', ['O2 shape-size s27', 'O2 shape-color g0'])).toEqual(['options-domain', 'cot']);
});

test('patterns, and that the examples vary in two attributes, are read from the summary', () => {
  const summary = 'patterns: (shape position, OR), (shape type, OR)';
  expect(errorsAfter(WORKED_PUZZLE, 'paper', [summary, 'patterns: (shape type, OR), (shape type, OR)'])).toEqual([
    'examples-patterns',
    'examples-distinct',
    'cot',
  ]);
  expect(errorsAfter(WORKED_PUZZLE, 'paper', [summary, 'patterns: (shape color, OR), (shape type, OR)'])).toEqual(['examples-patterns', 'cot']);
  expect(errorsAfter(WORKED_PUZZLE, 'compact', ['patterns shape-position OR', 'patterns shape-type OR'])).toEqual([
    'examples-patterns',
    'examples-distinct',
    'cot',
  ]);
  expect(task.failures(task.referenceOf(ONE_PATTERN_PUZZLE), responseOf(ONE_PATTERN_PUZZLE, 'paper'), 'paper')).not.toHaveProperty(
    'examples-distinct',
  );
});

test('an order of values is no error; a missing list, a list twice, and sizes of lines are', () => {
  expect(errorsAfter(WORKED_PUZZLE, 'paper', ['Image 1: triangle, pentagon', 'Image 1: pentagon, triangle'])).toEqual([]);
  expect(errorsAfter(WORKED_PUZZLE, 'paper', ['Image 1: (1, 1), (2, 2)', 'Image 1: (2, 2), (1, 1)'])).toEqual([]);
  expect(errorsAfter(WORKED_PUZZLE, 'paper', ['Image 3: 3\n', ''])).toEqual(['examples-quantity', 'cot']);
  expect(errorsAfter(WORKED_PUZZLE, 'paper', ['Image 3: 3\n', 'Image 3: 3\nImage 3: 3\n'])).toEqual(['examples-quantity', 'cot']);
  const hallucinated = 'No pattern.\nsize:\nImage 1: 20\nImage 2: 20\nImage 3: 20\nNo pattern.\ncolor:\nImage 1: 0, 90\n';
  expect(errorsAfter(LINE_PUZZLE, 'paper', ['No pattern.\ncolor:\nImage 1: 0, 90\n', hallucinated])).toEqual(['examples-size', 'cot']);
  expect(errorsAfter(LINE_PUZZLE, 'compact', ['line-color E1a', 'shape-size E1a s20 E1b s20 E1c s20 none \n line-color E1a'])).toEqual([
    'examples-size',
    'cot',
  ]);
});

test('a response without a CoT says nothing about its steps; one without anything is wrong in all', () => {
  const reference = task.referenceOf(WORKED_PUZZLE);
  for (const profile of PROFILES) {
    expect(Object.keys(task.failures(reference, responseOf(WORKED_PUZZLE, profile, 'image', 0), profile))).toEqual(['exact-match', 'option-right']);
    expect(errors(task.failures(reference, '', profile))).toHaveLength(task.failureMetrics.length);
  }
});

test('a response that breaks off gives the same metrics in both profiles, wherever that is', () => {
  const all = task.failureMetrics.map(({ key }) => key).sort();
  for (const textForm of ['lossy', 'lossless'] as const) {
    const truth: AnalogyTruth = { ...WORKED_PUZZLE, textForm };
    const reference = task.referenceOf(truth);
    const cut = (profile: Profile, share: number): FailureValues => {
      const whole = responseOf(truth, profile, 'image-via-text');
      return task.failures(reference, whole.slice(0, Math.floor(share * whole.length)), profile);
    };
    for (let percent = 0; percent < 100; percent += 1) {
      for (const profile of PROFILES) expect([percent, profile, Object.keys(cut(profile, percent / 100)).sort()]).toEqual([percent, profile, all]);
    }
    // Inside x(t), whose opening is that of an answer block: no step is there, so each is an error.
    for (const profile of PROFILES) expect(errors(cut(profile, 0.1))).toHaveLength(all.length);
  }
});

test('every metric is named once, and counts one example', () => {
  const keys = task.failureMetrics.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  const values = task.failures(task.referenceOf(WORKED_PUZZLE), responseOf(WORKED_PUZZLE, 'paper'), 'paper');
  expect(Object.keys(values).sort()).toEqual([...keys].sort());
  expect(Object.values(values).every(({ denominator }) => denominator === 1)).toBe(true);
  for (const { key, help } of task.failureMetrics)
    expect([key, /S2H Table \d+\.$/.exec(help)?.[0]]).toEqual([key, `S2H Table ${key === 'option-right' ? 10 : 14}.`]);
});

test('foreign records give what they tell', () => {
  const prompt = paperPrompt(task.paper, WORKED_PUZZLE, 'text');
  const turn = responseOf(WORKED_PUZZLE, 'paper');
  const block = task.paper.answer(WORKED_PUZZLE);
  const bad = turn
    .replace('Image 1: triangle, pentagon', 'Image 1: triangle')
    .replace('Option 2 has shape size of 27', 'Option 2 has shape size of 20');
  const expected = ['examples-type', 'options-values', 'cot'];
  const sources = {
    'a text record': { prompt, response: turn, columns: {} },
    'an image record': { prompt: '<image>\n\nThe image shows a a puzzle', response: turn, columns: {} },
    'an image-via-text record': { prompt: '', response: responseOf(WORKED_PUZZLE, 'paper', 'image-via-text'), columns: {} },
    'a text row of the authors’ files': { prompt, response: block, columns: {} },
    'a row with an answer column': { prompt, response: '', columns: { answer: `Example 1:  ${block.slice('Example 1: '.length)}` } },
    'a lossless text row': { prompt: paperPrompt(task.paper, { ...WORKED_PUZZLE, textForm: 'lossless' }, 'text'), response: block, columns: {} },
  };
  for (const [what, source] of Object.entries(sources)) {
    const reference = task.readReference(source);
    expect([what, task.score(reference, turn, 'paper').correct]).toEqual([what, true]);
    expect([what, errors(task.failures(reference, turn, 'paper'))]).toEqual([what, []]);
    expect([what, errors(task.failures(reference, bad, 'paper'))]).toEqual([what, expected]);
  }
  const alone = task.readReference({ prompt: '', response: block, columns: {} });
  expect(task.score(alone, turn, 'paper').correct).toBe(true);
  expect(Object.keys(task.failures(alone, bad, 'paper'))).toEqual(['exact-match', 'option-right']);
});

test('a foreign record without an answer block is refused in words', () => {
  for (const response of ['', 'Answer: 3', 'Example 1: (shape type, OR)']) {
    expect(() => task.readReference({ prompt: '', response, columns: {} })).toThrow(/visual-analogy record: expected an answer block/);
  }
});

test('gold read from our own texts is gold made from the truth', () => {
  for (let index = 0; index < 200; index++) {
    const level = index % 2 === 0 ? 'simple' : 'hard';
    const truth = task.makeTruth(task.info.defaults, { level, split: 'eval', index }, makeRng('foreign', index));
    const { paper } = task.referenceOf(truth);
    const read = task.readReference({ prompt: paperPrompt(task.paper, truth, 'text'), response: task.paper.answer(truth), columns: {} });
    expect(read.paper).toEqual(paper);
  }
});
