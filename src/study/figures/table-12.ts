/** S2H Table 12 and section I.6: asked directly, asked to convert first, how many conversions are right, and how many answers are right although theirs is not. */
import type { TaskId } from '../../tasks/task.ts';
import type { Supervision } from '../run-spec.ts';
import { titleOf } from '../strategies/ids.ts';
import { NOTHING_MEASURED } from './figure.ts';
import type { Figure, PaperReading } from './figure.ts';
import { cellAt, lengthAt, shareReading } from './readings.ts';
import { atLargest, settingOf } from './scale.ts';
import type { Scale } from './scale.ts';

const PANELS = ['direct', 'convert', 'conversion', 'robustness'] as const;

/** In % of each panel, as far as stated. */
type Row = readonly [supervision: Supervision, ...percents: readonly (number | null)[]];

const PARTS: readonly { readonly id: string; readonly task: TaskId; readonly title: string; readonly n: number; readonly rows: readonly Row[] }[] = [
  {
    ...{ id: 'table-12-tr', task: 'table-readout', title: 'Table Readout', n: 240_000 },
    rows: [
      ['mix+', 73.2, 96.6, 99.2],
      ['align-mix+', 87.6, 98, 100],
      ['tw-align-mix+', 86.2, 97.8, 99.4],
    ],
  },
  {
    ...{ id: 'table-12-va', task: 'visual-analogy', title: 'Visual Analogy', n: 120_000 },
    rows: [
      ['mix+', 35.4, 51.8, 47, 44.3],
      ['tw-mix+', 55.2, 62.8, 49, 35.4],
      ['tw-align-mix+', 73.6, 70.2, 49.6, 63.1],
    ],
  },
];

export function tables12(scale: Scale): readonly Figure[] {
  const axes = { xLabel: 'N, training rows', isXLogarithmic: true, unit: 'percent' } as const;
  return PARTS.map(({ id, task, title, n, rows }): Figure => ({
    id,
    title: `Asked to convert first, ${title}`,
    source: 'S2H section I.6, Table 12',
    question: 'Can a model that answers pictures directly still convert them, and does that help?',
    lookFor:
      'In the paper conversion helps less, the better a model answers directly; on tables it is nearly always right, on puzzles about half the time.',
    panels: [
      { id: 'direct', title: 'hard, picture, asked directly', yLabel: 'exact match', ...axes },
      { id: 'convert', title: 'hard, picture, convert first', yLabel: 'exact match', ...axes },
      { id: 'conversion', title: 'right conversions, convert first', yLabel: 'share of conversions', ...axes },
      { id: 'robustness', title: 'right answers after wrong conversions', yLabel: 'share of wrong conversions', ...axes },
      { id: 'length', title: 'tokens written, convert first', ...axes, yLabel: 'tokens', unit: 'score' },
    ],
    measures: { ...NOTHING_MEASURED, isConvertAsked: true },
    runs: (seed) =>
      atLargest(
        settingOf(scale, task),
        rows.map(([supervision]) => supervision),
        seed,
      ),
    read(run, evidence) {
      const at = { level: 'hard', modality: 'image' } as const;
      const convert = cellAt(evidence, { ...at, prompt: 'convert' });
      return [
        ...shareReading(run, 'direct', cellAt(evidence, at)?.accuracy),
        ...shareReading(run, 'convert', convert?.accuracy),
        ...shareReading(run, 'conversion', convert?.conversion),
        ...shareReading(run, 'robustness', convert?.robustness),
        ...lengthAt(run, evidence, { panel: 'length', ...at, prompt: 'convert' }),
      ];
    },
    paper: rows.flatMap(([supervision, ...percents]) =>
      percents.flatMap((value, i): PaperReading[] => {
        const panel = PANELS[i];
        return panel === undefined || value === null ? [] : [{ panel, series: titleOf(supervision), x: n, value }];
      }),
    ),
    claims: [
      {
        text: 'Asked to convert first, Mix+ answers HARD pictures better than asked directly',
        above: { panel: 'convert', series: 'Mix+' },
        below: { panel: 'direct', series: 'Mix+' },
      },
    ],
    paperModel: 'Eagle-X2-Llama3-8B',
  }));
}
