/** What every family must keep, checked on `instances` of it against a solver that reads picture and question alone. */
import { describe, expect, test } from 'vitest';
import { answerClasses, isSameAnswer, letterOf } from '../../../src/tasks/puzzles/answers.ts';
import { puzzleAt } from '../../../src/tasks/puzzles/instance.ts';
import type { Puzzle } from '../../../src/tasks/puzzles/instance.ts';
import type { PuzzleFamily } from '../../../src/tasks/puzzles/puzzle.ts';
import type { Scene, Shape } from '../../../src/tasks/render/scene.ts';
import { textWidthPx } from '../../../src/tasks/render/layout.ts';
import type { Solver } from './puzzle-view.ts';

/** Seconds matter: the whole 5,000 are a command (scripts/puzzle-check.ts). */
const INSTANCES = 150;

export function puzzleSuite(family: PuzzleFamily, solve: Solver, instances = INSTANCES): void {
  const made = Array.from({ length: instances }, (_, index) => puzzleAt(family, { seed: 7, index, mode: 'uniform-rank' }));

  describe(`puzzle ${family.id}, ${family.name}`, () => {
    test('a solver that reads picture and question finds the answer', () => {
      for (const puzzle of made) expect(problemOf(puzzle, solve), `instance ${puzzle.index}: ${puzzle.question}`).toBeNull();
    });

    test('all wordings, letters and several answers come up; instances differ', () => {
      expect(family.wordings).toBeGreaterThanOrEqual(3);
      expect(new Set(made.map(({ wording }) => wording)).size).toBe(family.wordings);
      expect(new Set(made.map(({ right }) => right)).size).toBe(5);
      expect(new Set(made.map(({ answer }) => String(answer))).size).toBeGreaterThan(1);
      expect(new Set(made.map(({ scene, question }) => JSON.stringify([scene().shapes, question]))).size).toBeGreaterThan(instances * 0.9);
    });

    test('the same place gives the same instance', () => {
      const again = puzzleAt(family, { seed: 7, index: 3, mode: 'uniform-rank' });
      expect([again.question, again.options, again.scene()]).toEqual([made[3]?.question, made[3]?.options, made[3]?.scene()]);
      const published = puzzleAt(family, { seed: 7, index: 3, mode: 'published' });
      expect([published.question, published.answer]).toEqual([again.question, again.answer]);
    });
  });
}

/** What is wrong with an instance, or null. */
export function problemOf(puzzle: Puzzle, solve: Solver): string | null {
  const { family, question, answer, options, right } = puzzle;
  const scene = puzzle.scene();
  const classes = answerClasses(family.answer, answer);
  if (!classes.every((index) => Number.isInteger(index) && index >= 0 && index < family.answer.classes))
    return `answer ${answer} outside its classes`;
  if (options.length !== 5 || !isSameAnswer(options[right] ?? -1, answer)) return `option ${letterOf(right)} is not the answer`;
  const numeric = options.flat();
  if (numeric.some((value) => !Number.isInteger(value) || value < 0)) return `options ${options.join(' | ')}`;
  const outside = scene.shapes.find((shape) => !isInner(shape, scene));
  if (outside !== undefined) return `outside the inner square: ${JSON.stringify(outside).slice(0, 200)}`;
  const solved = solve({ scene, question, options });
  return isSameAnswer(solved, answer) ? null : `answer ${answer}, solver ${solved}`;
}

const LOW = 15.5;
const HIGH = 208.5;

function isInner(shape: Shape, scene: Scene): boolean {
  if (scene.widthPx !== 224 || scene.heightPx !== 224) return false;
  return pointsOf(shape).every(([x, y]) => x >= LOW && x <= HIGH && y >= LOW && y <= HIGH);
}

function pointsOf(shape: Shape): readonly (readonly [number, number])[] {
  switch (shape.kind) {
    case 'rectangle':
      return [
        [shape.x, shape.y],
        [shape.x + shape.width, shape.y + shape.height],
      ];
    case 'line':
      return [
        [shape.x1, shape.y1],
        [shape.x2, shape.y2],
      ];
    case 'polygon':
      return shape.points.map(([x, y]) => [x + (shape.x ?? 0), y + (shape.y ?? 0)] as const);
    case 'text': {
      const width = textWidthPx(shape.text, shape.font, shape.sizePx) * (shape.stretch ?? 1);
      const left = shape.anchor === 'start' ? 0 : shape.anchor === 'end' ? width : width / 2;
      return [
        [shape.x - left, shape.y - shape.sizePx / 2],
        [shape.x - left + width, shape.y + shape.sizePx / 2],
      ];
    }
  }
}
