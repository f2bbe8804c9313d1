/** Inverts every colour of the disc that is on no black field, and finds the field with the same dots in the same places. */
import type { Rgb } from '../../../src/tasks/render/scene.ts';
import { colourNameOf } from './colours.ts';
import { discsOf, far, letterBeside, only } from './placed.ts';
import type { Disc } from './placed.ts';
import { rectanglesOf } from './puzzle-view.ts';
import type { Solver } from './puzzle-view.ts';

const same = (colour: Rgb): Rgb => colour;
const opposite = ([red, green, blue]: Rgb): Rgb => [255 - red, 255 - green, 255 - blue];

export const solve: Solver = ({ scene }) => {
  const discs = discsOf(scene);
  const fields = rectanglesOf(scene).filter(({ fill }) => colourNameOf(fill) === 'black');
  const large = discs.filter(({ radius }) => radius > 15);
  const isOnField = ({ at: [x, y] }: Disc): boolean =>
    fields.some((field) => x > field.x && x < field.x + field.width && y > field.y && y < field.y + field.height);
  const read = (ground: Disc, change: (colour: Rgb) => Rgb): string =>
    discs
      .filter(({ at }) => far(at, ground.at) <= ground.radius)
      .map(({ at, radius, fill }) => [at[0] - ground.at[0], at[1] - ground.at[1], radius, ...change(fill)].map((value) => value.toFixed(1)).join(' '))
      .toSorted()
      .join();
  if (fields.length !== 5 || large.length !== 6) throw new Error(`${fields.length} fields, ${large.length} discs`);
  const wanted = read(only(large.filter((ground) => !isOnField(ground))), opposite);
  const right = only(large.filter((ground) => isOnField(ground) && read(ground, same) === wanted));
  return letterBeside(scene, [right.at[0], right.at[1] + right.radius]);
};
