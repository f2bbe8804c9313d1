import { describe, expect, test } from 'vitest';
import { makeRng } from '../../../src/lib/rng.ts';
import { tableReferenceOf } from '../../../src/tasks/tables/reference.ts';
import { scoreTable } from '../../../src/tasks/tables/score.ts';
import type { TableTruth } from '../../../src/tasks/tables/table.ts';
import { makeReadout } from '../../../src/tasks/consecutive-table-readout/truth.ts';
import { pathValues } from '../../../src/tasks/tables/table.ts';
import { tableExample } from '../../../src/tasks/examples.ts';
import type { Profile } from '../../../src/tasks/task.ts';
import { PROFILES, RECORD_KINDS } from '../../../src/tasks/task.ts';
import { WORKED_EXAMPLE } from '../../support/readout-examples.ts';

/** A response with any list in the CoT and any list in the answer, in the form of a profile. */
function responseWith(profile: Profile, truth: TableTruth, cot: readonly number[], list: readonly number[]): string {
  const sum = list.reduce((total, value) => total + value, 0);
  if (profile === 'paper') {
    const lines = cot.map((value, i) => `${i + 1}\t${i + 2}\tMuGadget\tMay\t${value}`);
    const [opening = '', , fields = ''] = tableExample(truth).response('text', 'paper').split('\n');
    return `${[opening, '', fields, ...lines].join('\n')}\n\n\nThe total is ${list.join(' + ')} = ${sum}.\n\nAnswer: ${sum}`;
  }
  const lines = cot.map((value, i) => `r${i + 1} c${i + 2} MuG May ${value} \n`);
  return [...lines, 'total', ...list, '=', ...String(sum), '\n', 'answer', ...String(sum)].join(' ');
}

const REFERENCE = tableReferenceOf(WORKED_EXAMPLE);
const GOLD = pathValues(WORKED_EXAMPLE); // 4 1 4 8 8 4 7 0 9 1
const [PAPER_GOLD, COMPACT_GOLD] = PROFILES.map((profile) => tableExample(WORKED_EXAMPLE).response('text', profile)) as [string, string]; // two profiles

/** Lists that are not the gold list, in the answer and in the CoT alike. */
const WRONG_LISTS: readonly (readonly [what: string, list: readonly number[]])[] = [
  ['one digit wrong', GOLD.with(3, 7)],
  ['the first missing', GOLD.slice(1)],
  ['the last missing', GOLD.slice(0, -1)],
  ['one missing inside', GOLD.toSpliced(4, 1)],
  ['one extra at the end', [...GOLD, 3]],
  ['one twice', GOLD.toSpliced(4, 0, 8)],
  ['two neighbours swapped', GOLD.with(0, 1).with(1, 4)],
  ['the order reversed', [...GOLD].reverse()],
  ['two digits run together', [41, ...GOLD.slice(2)]],
  ['only the first', GOLD.slice(0, 1)],
  ['nothing', []],
];

describe.each(PROFILES)('%s', (profile) => {
  test('accepts the gold response of every record', () => {
    for (const kind of RECORD_KINDS) {
      const score = scoreTable(REFERENCE, tableExample(WORKED_EXAMPLE).response(kind, profile), profile);
      const gold = '4,1,4,8,8,4,7,0,9,1';
      expect(score).toEqual({ correct: true, exactMatch: true, cotExactMatch: true, gold, prediction: gold, cotPrediction: gold });
    }
  });

  test.each(WRONG_LISTS)('rejects %s', (_, list) => {
    const both = scoreTable(REFERENCE, responseWith(profile, WORKED_EXAMPLE, list, list), profile);
    expect(both).toMatchObject({ correct: false, exactMatch: false, cotExactMatch: false });
  });

  test.each(WRONG_LISTS)('takes the better of the two when only one has %s', (_, list) => {
    const answerWrong = scoreTable(REFERENCE, responseWith(profile, WORKED_EXAMPLE, GOLD, list), profile);
    expect(answerWrong).toMatchObject({ correct: true, exactMatch: false, cotExactMatch: true });
    const cotWrong = scoreTable(REFERENCE, responseWith(profile, WORKED_EXAMPLE, list, GOLD), profile);
    expect(cotWrong).toMatchObject({ correct: true, exactMatch: true, cotExactMatch: false });
  });

  test('accepts gold and rejects any one change of a value, at every length', () => {
    const rng = makeRng('scorer', profile);
    for (let i = 0; i < 1000; i++) {
      const truth = makeReadout({ rows: 5, columns: 10, rowNames: 12, cells: rng.between(1, 50), isMarked: true }, rng.fork(i));
      const example = tableExample(truth);
      expect(example.score(example.response(rng.chance(0.5) ? 'image' : 'image-via-text', profile), profile).correct).toBe(true);
      const values = pathValues(truth);
      const at = rng.below(values.length);
      const changes = [
        values.with(at, ((values[at] ?? 0) + rng.between(1, 9)) % 10),
        values.toSpliced(at, 1),
        values.toSpliced(at, 0, rng.below(10)),
      ];
      for (const changed of changes) {
        expect(example.score(responseWith(profile, truth, changed, changed), profile).correct).toBe(false);
      }
    }
  });
});

/** [what, response, A, B] */
const PAPER_CASES: readonly (readonly [string, string, boolean, boolean])[] = [
  ['a wrong sum: the sum is not scored', PAPER_GOLD.replaceAll('46', '47'), true, true],
  ['text after the answer', `${PAPER_GOLD}\n\nThank you, 1 2 3.`, true, true],
  ['commas with blanks for plus signs', PAPER_GOLD.replaceAll(' + ', ', '), true, true],
  ['commas without blanks: they join digits', PAPER_GOLD.replaceAll(' + ', ','), false, true],
  ['a number of garbage in the list', PAPER_GOLD.replace(' = 46', ' and 5 = 46'), false, true],
  ['a decimal in the list', PAPER_GOLD.replace('4 + 1 + 4', '4.5 + 1 + 4'), false, true],
  ['a second list after the first: the last counts', `${PAPER_GOLD} The total is 1 + 2 = 3.`, false, true],
  ['a wrong list before the right one', `The total is 1 + 2 = 3.\n${PAPER_GOLD}`, true, true],
  ['a cut before "=" after the whole list', PAPER_GOLD.slice(0, PAPER_GOLD.indexOf(' = ')), false, true],
  ['a cut inside the list', PAPER_GOLD.slice(0, PAPER_GOLD.indexOf(' + 0')), false, true],
  ['a cut inside the CoT', PAPER_GOLD.slice(0, PAPER_GOLD.indexOf('EtaMachine\tMarch')), false, false],
  ['no "total is"', PAPER_GOLD.replace('total is', 'sum is'), false, false],
  ['no opening sentence', PAPER_GOLD.replace('We enumerate', 'We list'), true, false],
  ['a CoT without the line of field names: its first line is skipped', PAPER_GOLD.replace(/Row Index.*\n/, ''), true, false],
  ['blanks for tabs: a line is one field', PAPER_GOLD.replaceAll('\t', ' '), true, false],
  ['a value before its names', PAPER_GOLD.replace('4\t6\tInfernoWidget\tFebruary\t4', '4\t6\t4\tInfernoWidget\tFebruary'), true, false],
  ['the CoT alone', PAPER_GOLD.slice(0, PAPER_GOLD.indexOf('\n\n\n')), false, true],
  ['the answer alone', PAPER_GOLD.slice(PAPER_GOLD.indexOf('The total')), true, false],
  ['the sum alone', 'Answer: 46', false, false],
  ['the bare list', GOLD.join(' + '), false, false],
  ['nothing', '', false, false],
  ['the prompt', tableExample(WORKED_EXAMPLE).prompt('text', 'paper'), false, false],
];

test.each(PAPER_CASES)('paper: scores %s', (_, response, exactMatch, cotExactMatch) => {
  expect(scoreTable(REFERENCE, response, 'paper')).toMatchObject({ exactMatch, cotExactMatch, correct: exactMatch || cotExactMatch });
});

const COMPACT_CASES: readonly (readonly [string, string, boolean, boolean])[] = [
  ['a wrong sum: the sum is not scored', COMPACT_GOLD.replaceAll('4 6', '4 7'), true, true],
  ['tokens after the answer', `${COMPACT_GOLD} 5 5 \n r1`, true, true],
  ['another list after the first: the last counts', `${COMPACT_GOLD} \n total 1 2 = 3`, false, true],
  ['a cut before "="', COMPACT_GOLD.slice(0, COMPACT_GOLD.indexOf(' = ')), false, true],
  ['no "=" and a token more', `${COMPACT_GOLD.slice(0, COMPACT_GOLD.indexOf(' = '))} 5`, false, true],
  ['a cut inside the CoT', COMPACT_GOLD.slice(0, COMPACT_GOLD.indexOf('EtM Mar')), false, false],
  ['a cut before the value of the last cell', COMPACT_GOLD.slice(0, COMPACT_GOLD.indexOf(' 1 \n total')), false, false],
  ['no "total"', COMPACT_GOLD.replace('total ', ''), false, false],
  ['a name in the list', COMPACT_GOLD.replace('total 4', 'total MuG 4'), false, true],
  ['a marked digit in the list', COMPACT_GOLD.replace('total 4', 'total 4*'), false, true],
  ['a marked digit in the CoT', COMPACT_GOLD.replace('InW Feb 4', 'InW Feb 4*'), true, false],
  ['a CoT line without its value', COMPACT_GOLD.replace('InW Feb 4', 'InW Feb'), true, false],
  ['two CoT lines run together', COMPACT_GOLD.replace('\n ', ''), true, false],
  ['an empty line in the CoT', COMPACT_GOLD.replace('\n', '\n \n'), true, true],
  ['the answer alone', COMPACT_GOLD.slice(COMPACT_GOLD.indexOf('total')), true, false],
  ['the sum alone', 'answer 4 6', false, false],
  ['nothing', '', false, false],
  ['the prompt', tableExample(WORKED_EXAMPLE).prompt('text', 'compact'), false, false],
];

test.each(COMPACT_CASES)('compact: scores %s', (_, response, exactMatch, cotExactMatch) => {
  expect(scoreTable(REFERENCE, response, 'compact')).toMatchObject({ exactMatch, cotExactMatch, correct: exactMatch || cotExactMatch });
});
