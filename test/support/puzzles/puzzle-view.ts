/** What a solver of a puzzle sees: the picture as shapes, the question and the options, never the facts it was made from. */
import type { PolygonShape, LineShape, RectangleShape, Rgb, Scene, TextShape } from '../../../src/tasks/render/scene.ts';
import type { AnswerValue } from '../../../src/tasks/puzzles/puzzle.ts';

export interface PuzzleView {
  readonly scene: Scene;
  readonly question: string;
  readonly options: readonly AnswerValue[];
}

/** Solves one family by reading. Throws where the picture or the question cannot be read. */
export type Solver = (view: PuzzleView) => AnswerValue;

export const isFill = (shape: { fill: Rgb }, fill: Rgb): boolean => String(shape.fill) === String(fill);

export function polygonsOf({ shapes }: Scene): PolygonShape[] {
  return shapes.filter((shape): shape is PolygonShape => shape.kind === 'polygon');
}

export function linesOf({ shapes }: Scene): LineShape[] {
  return shapes.filter((shape): shape is LineShape => shape.kind === 'line');
}

export function textsOf({ shapes }: Scene): TextShape[] {
  return shapes.filter((shape): shape is TextShape => shape.kind === 'text');
}

export function rectanglesOf({ shapes }: Scene): RectangleShape[] {
  return shapes.filter((shape): shape is RectangleShape => shape.kind === 'rectangle');
}

/** Middle of the box around a polygon, with its offset. */
export function middleOf({ points, x = 0, y = 0 }: PolygonShape): readonly [number, number] {
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  return [x + (Math.min(...xs) + Math.max(...xs)) / 2, y + (Math.min(...ys) + Math.max(...ys)) / 2];
}
