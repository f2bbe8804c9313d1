import { describe, expect, test } from 'vitest';
import { failureModes } from '../../../src/study/analysis/failure-modes.ts';
import type { FailureSummary } from '../../../src/study/analysis/failure-modes.ts';
import { failureKinds } from '../../../src/study/analysis/failure-modes-kinds.ts';
import type { Answer, CellQuestion } from '../../../src/study/evaluate.ts';
import { isConversionExact } from '../../../src/tasks/conversion.ts';
import { readoutTask } from '../../../src/tasks/consecutive-table-readout/task.ts';
import { BoundExample } from '../../../src/tasks/example.ts';
import type { Example } from '../../../src/tasks/example.ts';
import { exampleAt } from '../../../src/tasks/examples.ts';
import { gridNavigationTask } from '../../../src/tasks/grid-navigation/task.ts';
import { tableReadoutTask } from '../../../src/tasks/table-readout/task.ts';
import { defaultTaskSpec } from '../../../src/tasks/task-spec.ts';
import { TASK_IDS } from '../../../src/tasks/task.ts';
import type { ExampleKey, TaskId } from '../../../src/tasks/task.ts';
import { visualAnalogyTask } from '../../../src/tasks/visual-analogy/task.ts';
import { WORKED_PUZZLE } from '../../support/analogy-examples.ts';
import { WORKED_GRID } from '../../support/grid-examples.ts';
import { TURNING_EXAMPLE, WORKED_EXAMPLE } from '../../support/readout-examples.ts';

const QUESTION: CellQuestion = { level: 'hard', modality: 'image', prompt: 'direct' };
const keyOf = (task: TaskId, index: number): ExampleKey => ({ task, level: 'hard', split: 'eval', seed: 0, index });

/** The worked example of the task as number `index` of a set. */
function workedExample(task: TaskId, index: number): Example {
  const key = keyOf(task, index);
  if (task === 'table-readout') return new BoundExample(tableReadoutTask, TURNING_EXAMPLE, key, null);
  if (task === 'consecutive-table-readout') return new BoundExample(readoutTask, WORKED_EXAMPLE, key, null);
  if (task === 'grid-navigation') return new BoundExample(gridNavigationTask, WORKED_GRID, key, null);
  return new BoundExample(visualAnalogyTask, WORKED_PUZZLE, key, null);
}

/** What `failureModes` makes of these responses to the worked example. */
function summaryOf(task: TaskId, responses: readonly string[], isTruncated = false): FailureSummary {
  const answers = responses.map((response, index): Answer => {
    const example = workedExample(task, index);
    const score = example.score(response, 'compact');
    return { example, response, generatedTokens: response.split(' ').length, isTruncated, score, isConverted: isConversionExact(example, response) };
  });
  return failureModes(task, QUESTION, answers);
}

/** `0.5 = 1/2` or `-`, for some metrics. */
function metricsOf({ metrics }: FailureSummary, ...keys: readonly string[]): string[] {
  return keys.map((key) => {
    const metric = metrics.find((each) => each.key === key);
    if (metric === undefined) throw new Error(`no metric ${key}`);
    return metric.value === null ? '-' : `${Number(metric.value.toFixed(4))} = ${Number(metric.numerator.toFixed(4))}/${metric.denominator}`;
  });
}

function countsOf({ kinds }: FailureSummary): Record<string, number> {
  return Object.fromEntries(kinds.flatMap(({ key, count }) => (count === null || count.correct === 0 ? [] : [[key, count.correct]])));
}

function kindsOf({ examples }: FailureSummary): (readonly string[])[] {
  return examples.map(({ kinds }) => kinds);
}

describe('Table Readout', () => {
  // The path of spec/s2h 2.9, typed in codes: MegaGadget March to April, then down to MicroWidget April.
  const LINES = [
    ...['r3 c4 MeG Mar 9', 'r3 c5 MeG Aug 7', 'r3 c6 MeG Oct 3', 'r3 c7 MeG Feb 4', 'r3 c8 MeG Apr 1'],
    ...['r4 c8 IoE Apr 4', 'r5 c8 EtM Apr 0', 'r6 c8 ScM Apr 6', 'r7 c8 MiW Apr 2'],
  ];
  const respond = (lines: readonly string[]): string => {
    const values = lines.map((line) => line.split(' ').at(-1));
    return `${lines.map((line) => `${line} \n `).join('')}total ${values.join(' ')} = 1 \n answer 1`;
  };
  const GOLD = respond(LINES);
  const SHORTCUT = respond([...LINES.slice(0, 2), 'r4 c5 IoE Aug 5', ...LINES.slice(6)]); // skips cells 3 to 6
  const MISREAD = respond([...LINES.slice(0, 8), 'r7 c8 MiW Apr 7']);
  const SWAPPED = respond([...LINES.slice(0, 7), LINES[8] ?? '', LINES[7] ?? '']); // a shortcut of one, and back
  const responses = [GOLD, SHORTCUT, MISREAD, 'table', GOLD];

  test('the typed names are those of the example', () => {
    expect(workedExample('table-readout', 0).parts('image', 'compact').cot).toBe(`${LINES.join(' \n ')} \n`);
  });

  test('adds up Appendix K.1', () => {
    const summary = summaryOf('table-readout', responses);
    expect(summary).toMatchObject({ task: 'table-readout', ...QUESTION, wrong: { correct: 3, total: 5 } });
    expect(metricsOf(summary, 'first-error', 'early-error', 'early-error-of-all')).toEqual(['3.3333 = 10/3', '-', '-'] /* paths of 9 */);
    // Listed 9 + 6 + 9 + 0 + 9, on the path 9 + 5 + 9 + 0 + 9, of 5 x 9.
    expect(metricsOf(summary, 'precision', 'recall', 'misread')).toEqual(['0.9697 = 32/33', '0.7111 = 32/45', '0.0313 = 1/32']);
    expect(metricsOf(summary, 'shortcut', 'shortcut-length', 'parsed')).toEqual(['0.3333 = 1/3', '4 = 4/1', '0.8 = 4/5']);
  });

  test('shares of answers have Wilson intervals, means Student’s, sums over cells those of a ratio', () => {
    const interval = (key: string): { low: number; high: number } | null | undefined =>
      summaryOf('table-readout', responses).metrics.find((metric) => metric.key === key)?.interval;
    expect(interval('parsed')?.low).toBeCloseTo(0.3755, 3); // 4 of 5
    expect(interval('parsed')?.high).toBeCloseTo(0.9638, 3);
    // 2, 8 and 0 numbers: mean 10/3, deviation 4.1633, standard error 2.4037.
    expect(interval('first-error')?.low).toBeCloseTo(10 / 3 - 4.303 * 2.4037, 3);
    expect(interval('first-error')?.high).toBeCloseTo(10 / 3 + 4.303 * 2.4037, 3);
    // 9 of 9, 5 of 6, 9 of 9, 9 of 9: share 32/33, three residuals of 9/33 and one of -27/33 over 8.25 cells, standard error 0.033058, t(3) = 3.182.
    expect(interval('precision')?.low).toBeCloseTo(32 / 33 - 3.182 * 0.033058, 4);
    expect(interval('precision')?.high).toBe(1); // no share is above
    expect(summaryOf('table-readout', [GOLD, GOLD]).metrics.find(({ key }) => key === 'recall')?.interval).toBeNull(); // all agree
    expect(interval('shortcut-length')).toBeNull(); // of one shortcut
  });

  test('lists the wrong answers with their kinds, key and response', () => {
    const summary = summaryOf('table-readout', responses, true);
    expect(kindsOf(summary)).toEqual([['shortcut', 'missed', 'surplus'], ['misread'], ['unread', 'missed']]);
    expect(countsOf(summary)).toEqual({ unread: 1, shortcut: 1, missed: 2, surplus: 1, misread: 1 });
    const count = (key: string) => summary.kinds.find((kind) => kind.key === key)?.count;
    expect(count('missed')).toMatchObject({ correct: 2, total: 5 });
    expect(count('misread')).toMatchObject({ correct: 1, total: 4 }); // one answer lists nothing that could be misread
    expect(count('early')).toBeNull(); // the path has 9 numbers
    const [first] = summary.examples;
    expect(first).toMatchObject({
      key: keyOf('table-readout', 1),
      response: SHORTCUT,
      isTruncated: true,
      isConverted: null,
      score: { gold: '9,7,3,4,1,4,0,6,2', cotPrediction: '9,7,5,0,6,2' },
      values: { 'first-error': { numerator: 2, denominator: 1 } },
    });
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });

  test('cells in a wrong order are a shortcut and back', () => {
    expect(kindsOf(summaryOf('table-readout', [SWAPPED]))).toEqual([['shortcut']]);
    expect(metricsOf(summaryOf('table-readout', [SWAPPED]), 'first-error', 'precision', 'shortcut-length')).toEqual([
      '7 = 7/1',
      '1 = 9/9',
      '1 = 1/1',
    ]);
  });

  test('answers without cells do not tell whether cells are missing, and are not counted there', () => {
    const list = GOLD.slice(GOLD.indexOf('total')).replace('9', '8'); // a list alone, with a wrong value
    const summary = summaryOf('table-readout', [list, list, SHORTCUT, GOLD]);
    const count = (key: string) => summary.kinds.find((kind) => kind.key === key)?.count;
    expect(metricsOf(summary, 'recall')).toEqual(['0.7778 = 14/18']);
    expect(count('missed')).toMatchObject({ correct: 1, total: 2 });
    expect(count('other')).toMatchObject({ correct: 2, total: 4 });
    const lists = summaryOf('table-readout', [list, GOLD]);
    expect(metricsOf(lists, 'misread')).toEqual(['0 = 0/9']);
    expect(lists.kinds.find(({ key }) => key === 'misread')?.count).toBeNull();
  });

  test('an answer whose CoT is right has not failed, though its list is missing', () => {
    const summary = summaryOf('table-readout', [GOLD.slice(0, GOLD.indexOf('total')).trim()]);
    expect(summary).toMatchObject({ wrong: { correct: 0, total: 1 }, examples: [] });
  });

  test('no answers give no rates', () => {
    const summary = summaryOf('table-readout', []);
    expect(summary).toMatchObject({ wrong: { correct: 0, total: 0, low: 0, high: 1 }, examples: [] });
    expect(summary.metrics.every(({ value, interval }) => value === null && interval === null)).toBe(true);
  });

  test('Consecutive Table Readout has the same metrics and kinds', () => {
    const gold = workedExample('consecutive-table-readout', 0).response('image', 'compact');
    const lines = gold.split(' \n ');
    const summary = summaryOf('consecutive-table-readout', [gold, [...lines.slice(0, 3), ...lines.slice(5, 10), 'total 1 ='].join(' \n ')]);
    expect(summary.wrong).toMatchObject({ correct: 1, total: 2 });
    expect(metricsOf(summary, 'first-error', 'recall', 'shortcut-length')).toEqual(['3 = 3/1', '0.9 = 18/20', '2 = 2/1']);
    expect(countsOf(summary)).toEqual({ shortcut: 1, missed: 1 });
  });
});

describe('Grid Navigation', () => {
  // Spec/s2h 3.9: S at d, e; club at c, d; integral at h, d; D at g, d; plus at d, d.
  const COT = 'source r4 c5 destination r7 c4 \n collect club r3 c4 integral r8 c4 \n avoid plus \n';
  const GOLD = 'up left right down down down down down left up';
  const responses = [
    `${COT} answer ${GOLD}`,
    `${COT.replace('r7 c4', 'r7 c5')} answer left down down down`, // onto d, d (plus), e, d; f, d (plus); g, d: arrives, nothing collected
    `${COT.replace('integral r8 c4', 'integral r8 c5')} answer up left up up up`, // club, then out at the top
    COT,
    `${COT} answer up left right down down down down left`, // past the club, to the destination without the integral
  ];

  test('adds up Fig. 31 and says how each answer fails', () => {
    const summary = summaryOf('grid-navigation', responses);
    expect(summary.wrong).toMatchObject({ correct: 4, total: 5 });
    expect(metricsOf(summary, 'sourceDestination', 'arrival', 'objectsCollected', 'obstaclesPassed')).toEqual([
      ...['0.8 = 4/5', '0.6 = 3/5', '0.4 = 2/5', '0.6667 = 2/3'],
    ]);
    expect(metricsOf(summary, 'objectsLocated', 'parsed', 'goldPath', 'leftGrid')).toEqual(['0.8 = 4/5', '0.8 = 4/5', '0.2 = 1/5', '0.25 = 1/4']);
    expect(kindsOf(summary)).toEqual([
      ['ends', 'obstacle', 'not-collected'],
      ['objects', 'left-grid', 'not-arrived', 'not-collected'],
      ['unread', 'not-arrived', 'not-collected'],
      ['not-collected'],
    ]);
    expect(summary.examples.map(({ key }) => key.index)).toEqual([1, 2, 3, 4]);
    const arrival = summary.metrics.find(({ key }) => key === 'arrival');
    expect(arrival?.interval?.low).toBeCloseTo(0.2307, 3); // Wilson, 3 of 5
  });
});

describe('Visual Analogy', () => {
  const GOLD = workedExample('visual-analogy', 0).response('image', 'compact');
  const changed = (...changes: readonly (readonly [string, string])[]): string =>
    changes.reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`no ${from}`);
      return text.replace(from, to);
    }, GOLD);
  const block = (text: string): string => text.replace(/ E1 shape-position OR /, ' E1 shape-color OR '); // so that the answer is wrong
  const responses = [
    GOLD,
    block(changed(['E1b g90 g135', 'E1b g90 g189'])),
    block(changed(['patterns shape-position OR shape-type OR', 'patterns shape-type OR shape-type OR'], ['common OR', 'common XOR'])),
    changed(['answer O3', 'answer O2']),
    'E1a n2',
  ];

  test('gives the items of Table 14 as error rates', () => {
    const summary = summaryOf('visual-analogy', responses);
    expect(summary.wrong).toMatchObject({ correct: 4, total: 5 });
    const keys = ['examples-color', 'examples-type', 'examples-patterns', 'examples-distinct', 'relation', 'cot', 'exact-match', 'option-right'];
    expect(metricsOf(summary, ...keys)).toEqual([
      ...['0.4 = 2/5', '0.2 = 1/5', '0.4 = 2/5', '0.4 = 2/5', '0.4 = 2/5', '0.6 = 3/5', '0.8 = 4/5', '0.6 = 3/5'],
    ]);
    const [color, twice, option, nothing] = kindsOf(summary);
    expect(color).toEqual(['examples-color']);
    expect(twice).toEqual(['examples-patterns', 'examples-distinct', 'relation']);
    expect(option).toEqual(['option']);
    expect(nothing).toHaveLength(failureKinds('visual-analogy').length - 1); // all but `other`
  });

  test('an answer block that is wrong elsewhere than in a step is of no kind', () => {
    expect(kindsOf(summaryOf('visual-analogy', [block(GOLD)]))).toEqual([['other']]);
  });
});

test.each(TASK_IDS)('%s: nothing fails in gold, in any record', (task) => {
  const spec = defaultTaskSpec(task);
  for (const record of ['image', 'image-via-text'] as const) {
    const answers = Array.from({ length: 10 }, (_, index): Answer => {
      const example = exampleAt(keyOf(task, index), spec);
      const response = example.response(record, 'compact');
      const score = example.score(response, 'compact');
      return { example, response, generatedTokens: 1, isTruncated: false, score, isConverted: isConversionExact(example, response) };
    });
    const summary = failureModes(task, QUESTION, answers);
    expect(summary).toMatchObject({ wrong: { correct: 0, total: 10 }, examples: [] });
    expect(countsOf(summary)).toEqual({});
    expect(new Set(summary.metrics.map(({ key }) => key)).size).toBe(summary.metrics.length);
  }
});
