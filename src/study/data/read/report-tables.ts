/**
 * A report as tables of texts, one source for the page, the terminal and Markdown. Their shapes are those of the paper: Table 10 (simple and hard beside each other
 * for each task), Table 14 (Visual Analogy), Fig. 31 (Grid Navigation) and Appendix K.1 (tables), one column for each level and modality.
 */
import { taskInfo } from '../../../tasks/task-spec.ts';
import { TASK_IDS } from '../../../tasks/task.ts';
import type { TaskId } from '../../../tasks/task.ts';
import type { FailureResult, GroupScore, Named, Overruled, ScoreReport, Share } from './report.ts';

export interface ReportTable {
  readonly key: string;
  readonly caption: string;
  /** The first is the head of the rows' names. */
  readonly columns: readonly string[];
  readonly rows: readonly ReportRow[];
}

export interface ReportRow {
  readonly head: string;
  /** What the row counts. */
  readonly help?: string;
  readonly cells: readonly string[];
}

const NONE = '–';
/** Tasks of Table 10, in its order, with the metric it reports for untrained models; null: the path, as everywhere. */
const TABLE_10: readonly { readonly task: TaskId; readonly failure: string | null }[] = [
  { task: 'table-readout', failure: 'sum' },
  { task: 'grid-navigation', failure: null },
  { task: 'visual-analogy', failure: 'option-right' },
];
const TABLE_10_LEVELS = ['simple', 'hard'] as const;

/** Where the paper reports these metrics of a task. */
const FAILURES_IN: Readonly<Record<TaskId, string>> = {
  'consecutive-table-readout': 'Appendix K.1',
  'table-readout': 'Appendix K.1',
  'grid-navigation': 'Fig. 31',
  'visual-analogy': 'Table 14, in % of examples',
  'pattern-heldout-visual-analogy': 'as Table 14, in % of examples',
};

export function tablesOf(report: ScoreReport): ReportTable[] {
  const scored = report.groups.filter(({ score }) => score !== null);
  if (scored.length === 0) return [contents(report.groups)];
  return [accuracy(scored), ...table10(scored), ...failures(scored), contents(report.groups)];
}

/** What must be known beside the numbers, one sentence each. */
export function notesOf({ data, predictions, join, bad, goldRefused, overruled, groups }: ScoreReport): string[] {
  const notes = [data, ...(predictions === null ? [] : [predictions])].map(
    ({ name, format, records, bytesRead, bytes }) =>
      `${name}: ${format}, ${records} ${records === 1 ? 'record' : 'records'}, ${bytesRead} of ${bytes} bytes read.`,
  );
  if (join !== null) {
    const from = {
      id: `joined by the column ${join.idColumn}`,
      line: 'joined in the order of the files, for lack of ids',
      'same row': 'in the same rows',
    }[join.by];
    const kept = join.answerForms.length === 0 ? '' : ` (${join.answerForms.join(', ')}: the text in it)`;
    notes.push(`Predictions: column ${join.answerColumn}${kept}, ${from}.`);
    if (join.missing.count > 0) notes.push(`Rows without a prediction, not counted: ${named(join.missing)}.`);
    if (join.failed.count > 0) notes.push(`Requests that failed, so without a prediction: ${named(join.failed)}.`);
    if (join.unused.count > 0) notes.push(`Predictions of no row: ${named(join.unused)}.`);
    if (join.empty > 0) notes.push(`Empty predictions, counted as wrong: ${join.empty}.`);
  }
  if (goldRefused.count > 0) notes.push(`Rows whose own gold answer our scorer refuses: ${named(goldRefused)}. Do not trust their scores.`);
  if (bad.count > 0) notes.push(`Left out: ${bad.count} records that cannot be used. The first of them:`, ...bad.first);
  notes.push(...overruled.map(overruledText));
  const unknown = groups.filter(({ level }) => level === null).reduce((sum, { rows }) => sum + rows, 0);
  if (unknown > 0) notes.push(`Level not said by row or file name: ${unknown} rows.`);
  return notes;
}

function overruledText({ option, chosen, rows }: Overruled): string {
  const name = TASK_IDS.find((id) => id === chosen);
  const said = rows === 1 ? '1 row names another itself, which counts for it' : `${rows} rows name another themselves, which counts for them`;
  return `${option === 'task' ? 'Task' : 'Level'} chosen: ${name === undefined ? chosen : taskInfo(name).title}. ${said}.`;
}

function named({ count, first }: Named): string {
  const rest = count - first.length;
  return `${count} (${first.join(', ')}${rest > 0 ? `, and ${rest} more` : ''})`;
}

function accuracy(groups: readonly GroupScore[]): ReportTable {
  return {
    key: 'accuracy',
    caption: 'Accuracy in %, with 95 % Wilson intervals',
    columns: ['Task', 'Level', 'Given as', 'N', 'Accuracy', 'Exact match', 'CoT exact match', 'Nothing to read', 'Mean characters'],
    rows: groups.flatMap(({ task, level, modality, profile, score }) =>
      score === null
        ? []
        : [
            {
              head: titleOf(task, profile),
              cells: [
                level ?? 'not said',
                modality,
                String(score.scored),
                `${share(score.accuracy)}${score.accuracyFrom === 'cot' ? ' (CoT)' : ''}`,
                share(score.exactMatch),
                score.cotExactMatch === null ? NONE : share(score.cotExactMatch),
                String(score.unread),
                String(Math.round(score.meanPredictionCharacters)),
              ],
            },
          ],
    ),
  };
}

function table10(groups: readonly GroupScore[]): ReportTable[] {
  const used = groups.filter(({ task, profile }) => profile === 'paper' && TABLE_10.some((entry) => entry.task === task));
  if (used.length === 0) return [];
  const modalities = (['text', 'image'] as const).filter((modality) => used.some((group) => group.modality === modality));
  const cellsOf = (modality: string, read: (group: GroupScore, failure: string | null) => string): string[] =>
    TABLE_10.flatMap(({ task, failure }) =>
      TABLE_10_LEVELS.map((level) => {
        const group = used.find((candidate) => candidate.task === task && candidate.level === level && candidate.modality === modality);
        return group === undefined ? NONE : read(group, failure);
      }),
    );
  const exact = (group: GroupScore): string => percentOf(group.score?.accuracy ?? null);
  const loose = (group: GroupScore, failure: string | null): string => {
    const result = group.score?.failures.find(({ key }) => key === failure);
    return result === undefined ? exact(group) : valueText(result, false);
  };
  return [
    {
      key: 'table-10',
      caption: 'In the shape of Table 10, in %',
      columns: ['Metric', ...TABLE_10.flatMap(({ task }) => TABLE_10_LEVELS.map((level) => `${taskInfo(task).title}, ${level}`))],
      rows: modalities.flatMap((modality) => [
        { head: `Exact match, ${modality}`, help: 'The metric of trained models.', cells: cellsOf(modality, exact) },
        {
          head: `Table 10’s metric, ${modality}`,
          help: 'Sum of the table, path, option: the metric of untrained models.',
          cells: cellsOf(modality, loose),
        },
      ]),
    },
  ];
}

function failures(groups: readonly GroupScore[]): ReportTable[] {
  const kinds = [...new Set(groups.map(({ task, profile }) => `${task} ${profile}`))];
  return kinds.flatMap((kind) => {
    const [first, ...more] = groups.filter(({ task, profile }) => `${task} ${profile}` === kind);
    const metrics = first?.score?.failures ?? [];
    if (first === undefined || metrics.length === 0) return [];
    const columns = [first, ...more];
    return [
      {
        key: `failures-${kind}`,
        caption: `Metrics of the answers: ${titleOf(first.task, first.profile)} (${FAILURES_IN[first.task]})`,
        columns: ['Metric', ...columns.map(({ level, modality }) => `${level ?? 'level not said'}, ${modality}`)],
        rows: metrics.map(({ key, label, help, unit }) => ({
          head: capitalised(unit === 'share' ? label : `${label} (${unit})`),
          help,
          cells: columns.map(({ score }) => {
            const result = score?.failures.find((candidate) => candidate.key === key);
            return result === undefined ? NONE : valueText(result, true);
          }),
        })),
      },
    ];
  });
}

function contents(groups: readonly GroupScore[]): ReportTable {
  return {
    key: 'contents',
    caption: 'What the file holds',
    columns: ['Task', 'Level', 'Given as', 'Rows', 'Gold answers accepted', 'Examples made again', 'Mean prompt', 'Mean gold', 'Pictures'],
    rows: groups.map(({ task, level, modality, profile, rows, goldAccepted, exactRows, meanPromptCharacters, meanGoldCharacters, images }) => ({
      head: titleOf(task, profile),
      cells: [
        level ?? 'not said',
        modality,
        String(rows),
        `${goldAccepted} of ${rows}`,
        String(exactRows),
        `${Math.round(meanPromptCharacters)} characters`,
        `${Math.round(meanGoldCharacters)} characters`,
        picturesText(images),
      ],
    })),
  };
}

function picturesText({ inFile, named: elsewhere, sizes }: GroupScore['images']): string {
  const parts = [
    ...(inFile > 0 ? [`${inFile} in the file (${sizes.join(', ')} px)`] : []),
    ...(elsewhere > 0 ? [`${elsewhere} beside it, not read`] : []),
  ];
  return parts.length === 0 ? NONE : parts.join('; ');
}

function titleOf(task: TaskId, profile: GroupScore['profile']): string {
  return profile === 'paper' ? taskInfo(task).title : `${taskInfo(task).title} (compact)`;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function valueText({ value, unit, interval }: FailureResult, hasInterval: boolean): string {
  if (value === null) return NONE;
  const shown = unit === 'share' ? percent(value) : value.toFixed(2);
  return interval === null || !hasInterval ? shown : `${shown} [${percent(interval.low)}, ${percent(interval.high)}]`;
}

function share({ right, of, low, high }: Share): string {
  return of === 0 ? NONE : `${percent(right / of)} [${percent(low)}, ${percent(high)}]`;
}

function percentOf(value: Share | null): string {
  return value === null || value.of === 0 ? NONE : percent(value.right / value.of);
}

function percent(value: number): string {
  return (100 * value).toFixed(1);
}
