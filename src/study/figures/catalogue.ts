/** All figures there are, by their ids. */
import { fault, InputError } from '../../lib/errors.ts';
import type { Figure } from './figure.ts';
import { ablationFigures } from './ablations.ts';
import { figure3 } from './figure-3.ts';
import { figure4 } from './figure-4.ts';
import { figures5 } from './figure-5.ts';
import { figure6 } from './figure-6.ts';
import { figures7And9 } from './figure-7.ts';
import { figure8 } from './figure-8.ts';
import type { Scale } from './scale.ts';

export function figuresAt(scale: Scale): readonly Figure[] {
  const [figure7, figure9] = figures7And9(scale);
  const all = [figure3(scale), figure4(scale), ...figures5(scale), figure6(scale), figure7, figure8(scale), figure9, ...ablationFigures(scale)];
  return all.filter((figure) => figure !== undefined);
}

/** Throws InputError for a figure that is not here. */
export function figureOf(id: string, scale: Scale): Figure {
  const figures = figuresAt(scale);
  const figure = figures.find((candidate) => candidate.id === id);
  if (figure === undefined) throw new InputError(fault('figure', figures.map((each) => each.id).join(', '), id));
  return figure;
}
