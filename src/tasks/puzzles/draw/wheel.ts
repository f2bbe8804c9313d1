/** What stands around a wheel: arrows along its edge and signs of operations. */
import type { Rgb, Shape } from '../../render/scene.ts';
import { along, arc } from './geometry.ts';
import type { Point } from './geometry.ts';
import { BLACK, disc, filled, line, polyline, words } from './shapes.ts';

/** A short arrow along a circle around (x, y), its middle at an angle in tenths of a degree. */
export function curvedArrow(x: number, y: number, radiusPx: number, middle: number, isClockwise: boolean, stroke: Rgb): readonly Shape[] {
  const side = isClockwise ? 1 : -1;
  const at = (tenths: number, radius: number): Point => along(x, y, radius, middle + side * tenths);
  const ends = [middle - side * 130, middle + side * 60];
  const tip = [at(150, radiusPx), at(50, radiusPx - 5), at(50, radiusPx + 5)];
  return [...polyline(arc(x, y, radiusPx, Math.min(...ends), Math.max(...ends)), 3, stroke), filled(tip, stroke)];
}

const SIGNS = ['+', '−', '×'] as const;

/** An operation as an answer writes it, 10 * sign + digit: plus 1, minus 2, times 3, divided by 4. The sign of division is drawn: the glyph atlas has none. */
export function operationShapes(operation: number, x: number, y: number): readonly Shape[] {
  const sign = SIGNS[Math.floor(operation / 10) - 1];
  const digit = words(String(operation % 10), x + 5, y, 16);
  if (sign !== undefined) return [words(sign, x - 5, y, 16), digit];
  return [line([x - 9, y], [x - 1, y], 2, BLACK), disc(x - 5, y - 4, 1.5, BLACK), disc(x - 5, y + 4, 1.5, BLACK), digit];
}
