/** What a choice means: the figure with all its runs, and the command that makes it. It needs the code of every figure, which figure-choice.ts does not. */
import { figureOf } from './catalogue.ts';
import type { FigureChoice } from './figure-choice.ts';
import type { Figure, FigureRun } from './figure.ts';

/** The figure and all its runs, seed by seed. Throws InputError for a figure that is not there. */
export function plannedRuns({ id, scale, seeds }: FigureChoice): { readonly figure: Figure; readonly runs: readonly FigureRun[] } {
  const figure = figureOf(id, scale);
  return { figure, runs: seeds.flatMap((seed) => figure.runs(seed)) };
}

/** What a person types to make the figure on the command line, without folders. */
export function commandOf({ id, scale, seeds }: FigureChoice, backend: string): string {
  return `npm run headless -- --figure ${id} --scale ${scale} --seeds ${seeds.join(',')} --backend ${backend}`;
}
