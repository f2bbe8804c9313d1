/** Red pins at three towels: counts those that touch the first towel, the one at its right end included. */
import { colourNameOf } from './colours.ts';
import { rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

export const solve: Solver = ({ scene, question }) => {
  const shapes = rectanglesOf(scene).map((shape) => ({ ...shape, name: colourNameOf(shape.fill) }));
  const pins = shapes.filter(({ name }) => name === 'red');
  const towels = shapes.filter(({ name }) => name !== 'red');
  const asked = Number(/\d+/.exec(question)?.[0]);
  const held = towels.map((towel) => pins.filter((pin) => pin.x <= towel.x + towel.width && pin.x + pin.width >= towel.x).length);
  const [each = 0] = held;
  if (new Set(held).size !== 1 || pins.length !== each + (towels.length - 1) * (each - 1)) throw new Error(`pins: ${held.join(' ')}`);
  // All pins of the towels one by one, less the shared ones.
  return asked * each - (asked - 1);
};
