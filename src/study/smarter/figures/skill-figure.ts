/**
 * Figures 3 and 4 of "On VLM Reasoners" from a recorded sweep: S_acc of each skill on validation items, epoch by epoch, as a figure that the charts of the page draw and export. Pure. A line
 * of its own is the floor: always giving a puzzle's most frequent training answer.
 */
import { csvText } from '../../../lib/csv.ts';
import type { FigureResult } from '../../figures/figure-result.ts';
import { PAPER_SKILLS } from './paper-row.ts';
import type { RowResult, TableResult } from './table-result.ts';

const FLOOR = 'majority';

/** Rows with curves, all over the puzzles of the first: a floor is of certain items. */
export function curveRows({ rows }: TableResult): readonly RowResult[] {
  const measured = rows.filter(({ runs }) => runs.some(({ epochs }) => epochs.length > 0));
  const dataOf = ({ runs }: RowResult): string => JSON.stringify(runs[0]?.spec.data);
  return measured.filter((row, _, [first = row]) => dataOf(row) === dataOf(first));
}

/** @param floors - S_acc of the majority answer on validation items, by skill, 0 to 1. */
export function skillFigure(table: TableResult, floors: Readonly<Record<string, number>>, ids: readonly string[]): FigureResult {
  const runs = curveRows(table).flatMap(({ id, runs: own }) => (ids.includes(id) ? own.map((run) => ({ id, run })) : []));
  const skills = PAPER_SKILLS.filter((skill) => skill in floors);
  const longest = runs.reduce((most, { run }) => Math.max(most, run.epochs.length), 0);
  const reading = (panel: string, series: string, seed: number, x: number, share: number) => ({
    ...{ panel, series, seed, x, value: 100 * share, low: null, high: null },
  });
  const { data } = runs[0]?.run.spec ?? {};
  return {
    ...{ schema: 1, id: `${table.id}-skills`, title: 'Solved by skill over the epochs', source: 'On VLM Reasoners, Figures 3 and 4', lookFor: '' },
    question: 'S_acc on validation items.',
    scale: 'small',
    made: `small-scale re-enactment: ${data?.puzzles.length ?? 0} families of our own × ${data?.instances ?? 0} instances, not the paper’s models`,
    panels: skills.map((skill) => ({ id: skill, title: skill, xLabel: 'epoch', isXLogarithmic: false, yLabel: 'S_acc', unit: 'share' })),
    readings: skills.flatMap((skill) => [
      ...runs.flatMap(({ id, run: { seed, epochs } }) =>
        epochs.flatMap(({ epoch, skills: own }) => {
          const share = own[skill];
          return share === undefined ? [] : [reading(skill, id, seed, epoch, share)];
        }),
      ),
      ...Array.from({ length: longest }, (_, i) => reading(skill, FLOOR, runs[0]?.run.seed ?? 0, i + 1, floors[skill] ?? 0)),
    ]),
    ...{ paper: [], paperModel: '', runs: [], claims: [], command: table.command },
  };
}

/** One line for each point, S_acc in percent; the floor has the row `majority`. */
export function skillCsv({ readings }: Pick<FigureResult, 'readings'>): string {
  const rows = readings.map(({ panel, series, seed, x, value }) => [panel, series, seed, x, value]);
  return csvText([['skill', 'row', 'seed', 'epoch', 's_acc'], ...rows]);
}
