import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { PAPER_CONVERT, paperAnswer, paperCot, paperQuestion, paperText } from '../../../src/tasks/grid-navigation/paper.ts';
import { gridNavigationTask } from '../../../src/tasks/grid-navigation/task.ts';
import { AUTHORS_STYLE, RETRACE_GRID, truthOf, WORKED_GRID } from '../../support/grid-examples.ts';

function golden(name: string): string {
  return readFileSync(new URL(`../../golden/${name}`, import.meta.url), 'utf8').replace(/\n$/, '');
}

/** A later object between start and first object, and a wall above and to the left. */
const CROWDED = ['S sun star', 'O O O', 'D O O'];

test('writes the worked example to the character, its CoT found by the search', () => {
  const { afterText, afterCot } = gridNavigationTask.paper;
  const response = `${PAPER_CONVERT}\n${paperText(WORKED_GRID)}${afterText}${paperCot(WORKED_GRID)}${afterCot}${paperAnswer(WORKED_GRID)}`;
  expect(response).toBe(golden('grid-image-via-text.txt'));
});

test('writes a retrace as the authors’ fragment shows it', () => {
  expect(paperCot(RETRACE_GRID)).toContain(`\n${golden('grid-retrace-fragment.txt')}\n`);
  expect(paperCot(RETRACE_GRID)).toContain('\nAvoid square dot\n'); // the palette, also a kind that no square shows
});

test.each(['image', 'text'] as const)('asks the %s question to the character', (modality) => {
  expect(paperQuestion(WORKED_GRID, modality)).toBe(golden(`grid-question-${modality}.txt`));
});

test('has the lengths that were measured on the authors’ prompts', () => {
  expect(`<image>\n\n${paperQuestion(WORKED_GRID, 'image')}`).toHaveLength(1020);
});

test('names the current target in future-collect and a backtick outside, as the authors do', () => {
  const cot = paperCot(truthOf(CROWDED, ['star', 'sun'], ['plus']));
  expect(cot).toContain(' right: a, b future-collect ( star)\n'); // sun stands there
  expect(paperCot(truthOf(['S plus O star', 'O O O O', 'O D O O'], ['star'], ['plus']))).toContain(' right: a, b closed( plus)\n up: `, a outside\n');
});

test('writes future-collect for the destination without a blank in the bracket', () => {
  expect(paperCot(truthOf(['S D star', 'O O O', 'O O O'], ['star'], ['plus']))).toContain(' right: a, b future-collect (destination)\n');
});

test('corrects each quirk of the authors’ texts on request', () => {
  const cot = (lines: readonly string[], names: readonly string[], change: object): string =>
    paperCot(truthOf(lines, names, ['plus'], { ...AUTHORS_STYLE, ...change }));
  expect(cot(CROWDED, ['star', 'sun'], { futureCollectName: 'object-in-cell' })).toContain(' right: a, b future-collect ( sun)\n');
  expect(cot(['S plus O star', 'O O O O', 'O D O O'], ['star'], { outsideIndex: 'zero' })).toContain(' up: 0, a outside\n');
  const deadEnd = ['S O plus star', 'O plus O O', 'O O O D'];
  expect(cot(deadEnd, ['star'], {})).toContain(' a, a:\n right: a, b visited\n');
  expect(cot(deadEnd, ['star'], { failedBranch: 'blocked' })).toContain(' a, a:\n right: a, b blocked\n');
});
