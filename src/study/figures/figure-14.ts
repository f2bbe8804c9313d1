/** S2H Figure 14: Figure 3 again, now at the same number of different examples u, of which Text sees each twice and Image three times. */
import { figure3, PAPER_3 } from './figure-3.ts';
import type { Figure, FigureRun, PaperReading } from './figure.ts';
import { rowsForUnique } from '../strategies/plan.ts';
import { runAt, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

/** N over u: epochs of Text and Image; Mix sees each example as text, image and conversion. */
const ROWS_PER_EXAMPLE = { Text: 2, Image: 3, Mix: 3 } as const;

export function figure14(scale: Scale): Figure {
  const setting = settingOf(scale, 'consecutive-table-readout');
  const original = figure3(scale);
  return {
    ...original,
    id: 'fig-14',
    title: 'Simple to hard at the same number of examples',
    source: 'S2H section G.1, Figure 14',
    question: 'Does Figure 3 change when Text, Image and Mix see equally many different examples?',
    lookFor: 'In the paper it does not: Text carries further than Image, and Mix helps pictures. The numbers are those of Figure 3, by u.',
    panels: original.panels.map((panel) => ({ ...panel, xLabel: 'u, different examples' })),
    runs: (seed) =>
      (['text', 'image', 'mix'] as const).flatMap((supervision) =>
        setting.rows.map((rows): FigureRun => {
          const unique = Math.floor(rows / 3); // of Mix with N = rows, which Figure 3 has too
          return { ...runAt(setting, supervision, rowsForUnique(supervision, unique, { task: setting.task.id }), seed), x: unique };
        }),
      ),
    paper: PAPER_3.flatMap(([panel, series, points]) =>
      points.map(([n, value]): PaperReading => ({ panel, series, x: Math.round((n * 10_000) / ROWS_PER_EXAMPLE[series]), value })),
    ),
  };
}
