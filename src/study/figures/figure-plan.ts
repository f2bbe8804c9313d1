/** What a choice means: the figure with all its runs, and the command that makes it. It needs the code of every figure, which figure-choice.ts does not. */
import { fault, InputError } from '../../lib/errors.ts';
import { figureOf } from './catalogue.ts';
import type { FigureChoice } from './figure-choice.ts';
import type { Figure, FigureRun } from './figure.ts';

/** The figure and all its runs, seed by seed. Throws InputError for a figure that is not there or has no runs at this scale. */
export function plannedRuns({ id, scale, seeds }: FigureChoice): { readonly figure: Figure; readonly runs: readonly FigureRun[] } {
  const figure = figureOf(id, scale);
  const runs = seeds.flatMap((seed) => figure.runs(seed));
  if (runs.length === 0)
    throw new InputError(fault('figure', `a figure with runs at the scale ${scale}`, id, 'no base reads its pictures yet; take another scale'));
  return { figure, runs };
}

/** What a person types to make the figure on the command line, without folders. */
export function commandOf({ id, scale, seeds }: FigureChoice, backend: string): string {
  return `npm run headless -- --figure ${id} --scale ${scale} --seeds ${seeds.join(',')} --backend ${backend}`;
}
