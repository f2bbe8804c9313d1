/**
 * All figures there are, by their ids: the experiments of the paper in its order, then its ablations. Of Figures 3 to 31 and the tables these are left out:
 * Figures 10 to 12 and Tables 1 to 4, which are no experiments; Figures 17 to 20, which are panels of Figures 7 and 9; Table 9, which needs the 1.8 M rows of the authors' instruction data and other benchmarks; and Table 10, whose models are not ours to run.
 */
import { fault, InputError } from '../../lib/errors.ts';
import { ablationFigure } from './ablation.ts';
import { ABLATIONS_G } from './ablations-g.ts';
import { ABLATIONS_I } from './ablations-i.ts';
import { figure14 } from './figure-14.ts';
import { figures15 } from './figure-15.ts';
import { figure26 } from './figure-26.ts';
import { figures28And29 } from './figure-28.ts';
import { figure3, figure3Walking } from './figure-3.ts';
import { figure30 } from './figure-30.ts';
import { figure31 } from './figure-31.ts';
import { figure4 } from './figure-4.ts';
import { figures5 } from './figure-5.ts';
import { figures6 } from './figure-6.ts';
import { figures7And9 } from './figure-7.ts';
import { figures8And21 } from './figure-8.ts';
import type { Figure } from './figure.ts';
import type { Scale } from './scale.ts';
import { tables12 } from './table-12.ts';
import { table14 } from './table-14.ts';
import { tables5And6 } from './table-5.ts';

export function figuresAt(scale: Scale): readonly Figure[] {
  return [
    ...[
      figure3(scale),
      figure3Walking(scale),
      figure4(scale),
      ...figures5(scale),
      ...figures6(scale),
      ...figures7And9(scale),
      ...figures8And21(scale),
    ],
    ...[figure14(scale), ...figures15(scale), figure26(scale), ...figures28And29(scale), figure30(scale), figure31(scale)],
    ...[...tables5And6(scale), ...tables12(scale), table14(scale)],
    ...[...ABLATIONS_G, ...ABLATIONS_I].map((ablation) => ablationFigure(ablation, scale)),
  ];
}

/** Throws InputError for a figure that is not here. */
export function figureOf(id: string, scale: Scale): Figure {
  const figures = figuresAt(scale);
  const figure = figures.find((candidate) => candidate.id === id);
  if (figure === undefined) throw new InputError(fault('figure', figures.map((each) => each.id).join(', '), id));
  return figure;
}
