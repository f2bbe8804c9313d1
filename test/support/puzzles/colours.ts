/** Names of colours as a person says them, by the nearest of these. */
import type { Rgb } from '../../../src/tasks/render/scene.ts';

const NAMED: readonly (readonly [string, Rgb])[] = [
  ['red', [220, 30, 30]],
  ['blue', [30, 80, 200]],
  ['green', [40, 150, 60]],
  ['yellow', [250, 215, 40]],
  ['orange', [250, 130, 20]],
  ['purple', [130, 50, 170]],
  ['pink', [245, 150, 200]],
  ['brown', [120, 75, 40]],
  ['grey', [150, 150, 150]],
  ['black', [0, 0, 0]],
  ['white', [255, 255, 255]],
];

export function colourNameOf(colour: Rgb): string {
  const far = ([, named]: (typeof NAMED)[number]): number => named.reduce((sum, value, i) => sum + (value - (colour[i] ?? 0)) ** 2, 0);
  return NAMED.toSorted((a, b) => far(a) - far(b))[0]?.[0] ?? 'none';
}
