/** S2H Figure 15: Figure 5 again, with the rows of Align- counted too, so that Mix+ and Align-Mix+ are compared after the same number of rows. */
import { PARTS_5 } from './figure-5.ts';
import { NOTHING_MEASURED } from './figure.ts';
import type { Figure, FigureRun, PaperReading } from './figure.ts';
import { accuracyAt } from './readings.ts';
import { runAt, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

/** Rows of Align- in the paper. */
const PAPER_ALIGN_ROWS = 10_000;

export function figures15(scale: Scale): readonly Figure[] {
  return PARTS_5.map(({ id, task, title, paper }): Figure => {
    const setting = settingOf(scale, task);
    return {
      id: id.replace('fig-5', 'fig-15'),
      title: `The same number of rows in all: ${title}`,
      source: 'S2H section G.3, Figure 15',
      question: 'Is Align-Mix+ better only because it sees more rows?',
      lookFor: 'In the paper it stays above Mix+ when its rows of Align- are counted too. The numbers are those of Figure 5, moved by these rows.',
      panels: [
        {
          ...{ id: 'hard-image', title: 'hard, picture', xLabel: 'rows of all phases', isXLogarithmic: true },
          ...{ yLabel: 'exact match', unit: 'percent' },
        },
      ],
      measures: NOTHING_MEASURED,
      runs: (seed) =>
        setting.rows.flatMap((rows): FigureRun[] => [
          { ...runAt(setting, 'mix+', rows, seed), x: rows },
          { ...runAt(setting, 'align-mix+', rows - setting.alignRows, seed), x: rows },
        ]),
      read: (run, evidence) => accuracyAt(run, evidence, { panel: 'hard-image', level: 'hard', modality: 'image' }),
      paper: (['Mix+', 'Align-Mix+'] as const).flatMap((series) =>
        (paper[series] ?? []).map(([n, value]): PaperReading => ({
          ...{ panel: 'hard-image', series, value },
          x: n * 10_000 + (series === 'Mix+' ? 0 : PAPER_ALIGN_ROWS),
        })),
      ),
      claims: [
        {
          text: 'After the same number of rows in all, Align-Mix+ is above Mix+ on HARD pictures',
          above: { panel: 'hard-image', series: 'Align-Mix+' },
          below: { panel: 'hard-image', series: 'Mix+' },
        },
      ],
      paperModel: 'Eagle-X2-Llama3-8B',
    };
  });
}
