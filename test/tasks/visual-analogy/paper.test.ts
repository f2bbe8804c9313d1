import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { paperPrompt, paperResponse } from '../../../src/tasks/records.ts';
import { panelText } from '../../../src/tasks/visual-analogy/paper.ts';
import { heldoutAnalogyTask, visualAnalogyTask } from '../../../src/tasks/visual-analogy/task.ts';
import { LINE_PUZZLE, lines, ONE_PATTERN_PUZZLE, shapes, WORKED_PUZZLE } from '../../support/analogy-examples.ts';

const { paper } = visualAnalogyTask;

/** Typed from spec/s2h 4.11 and 4.13; a file ends with a line break, a turn does not. */
function golden(name: string): string {
  return readFileSync(new URL(`../../golden/${name}`, import.meta.url), 'utf8').replace(/\n$/, '');
}

test('writes x(t), CoT and answer of the worked example to the character', () => {
  const [text = '', turn = ''] = golden('analogy-worked-example.txt').split(/\n\n(?=We first)/);
  expect(paper.text(WORKED_PUZZLE)).toBe(text);
  expect(paperResponse(paper, WORKED_PUZZLE, 'text')).toBe(turn);
  expect(paperResponse(paper, WORKED_PUZZLE, 'image')).toBe(turn);
  expect(paperResponse(paper, WORKED_PUZZLE, 'image-via-text')).toBe(
    `Convert the image into a text version of the puzzle.\n${golden('analogy-worked-example.txt')}`,
  );
});

test('writes a pattern-heldout puzzle to the character', () => {
  const [text = '', turn = ''] = golden('analogy-pattern-heldout.txt').split(/\n\n(?=We first)/);
  expect(heldoutAnalogyTask.paper.text(ONE_PATTERN_PUZZLE)).toBe(text);
  expect(paperResponse(heldoutAnalogyTask.paper, ONE_PATTERN_PUZZLE, 'text')).toBe(turn);
});

test('writes both questions to the character', () => {
  expect(paperPrompt(paper, WORKED_PUZZLE, 'image')).toBe(golden('analogy-question-image.txt'));
  expect(paperPrompt(paper, WORKED_PUZZLE, 'image')).toHaveLength(849); // measured on the authors' (spec/s2h 4.13)
  expect(paperPrompt(paper, WORKED_PUZZLE, 'text')).toBe(`${paper.text(WORKED_PUZZLE)}\n\n${golden('analogy-question-text.txt')}`);
});

test('writes panels of lines, of one shape, and of several', () => {
  expect(panelText(lines('V down 90, rising 0'), 'lossy')).toBe('type: rising diagonal line, V-shape facing down, color: 0, 90');
  expect(panelText(shapes('hexagon 255 41 12'), 'lossy')).toBe('1 shape; type: hexagon, color: 255, size: 41, position: (1, 2)');
  expect(panelText(shapes('hexagon 255 41 12, circle 0 41 00'), 'lossy')).toBe(
    '2 shapes; type: circle, hexagon, color: 0, 255, size: 41, position: (0, 0), (1, 2)',
  );
});

test('reasons about type and color alone where panels hold lines', () => {
  const cot = paper.cot(LINE_PUZZLE);
  const example = cot.slice(cot.indexOf('Example 1:'), cot.indexOf('Example 2:'));
  expect(example).toBe(
    'Example 1:\ntype:\nImage 1: rising diagonal line, V-shape facing down\nImage 2: horizontal line, V-shape facing up\nImage 3: circular line\nNo pattern.\n' +
      'color:\nImage 1: 0, 90\nImage 2: 90, 189\nImage 3: 90\nThis suggests the AND relation.\n',
  );
  expect(cot).toContain('Option 1 has line color of 0, so it is consistent with the AND relation on line color, and AND is the target relation.\n');
});

test('writes the codes of the lossless form, and explains them where they are given', () => {
  const lossless = { ...LINE_PUZZLE, textForm: 'lossless' as const };
  expect(paper.text(lossless)).toContain(
    'Example 1:\nPanel 1:\nRD-0;VD-90\nPanel 2:\nHOR-90;VU-189\nPanel 3:\nCIRC-90\nExample 2:\nPanel 1:\nCIR-255-20-TL;HEX-0-41-MR\n',
  );
  const prompt = paperPrompt(paper, lossless, 'text');
  for (const code of ['RD = rising diagonal line', 'VD = V-shape facing down', 'CIR = circle', 'HEX = hexagon', 'TL = (0, 0)', 'MR = (1, 2)']) {
    expect(prompt).toContain(code);
  }
  expect(paperPrompt(paper, lossless, 'image')).toBe(paperPrompt(paper, LINE_PUZZLE, 'image'));
  expect(paper.cot(lossless)).toBe(paper.cot(LINE_PUZZLE));
});
