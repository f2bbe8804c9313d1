/**
 * A plan in plain text: what a strategy will train on, before anything is made. The dry run of the command line and the page show the same text. Only
 * what the plan says is in it: no clock, no machine.
 */
import type { PhasePlan, StrategyPlan } from './plan.ts';

/** Rows of an optimiser step in every run of the paper (S2H Appendix D, Table 3). */
const PAPER_BATCH_SIZE = 128;

export function describePlan(plan: StrategyPlan, batchSize = PAPER_BATCH_SIZE): string {
  const { title, strategy, task, rows, seed, source, countedRows, totalRows, options, phases } = plan;
  const head = [`${title} (${strategy}) on ${task}: N = ${count(rows)}, seed ${seed}`, `Source: ${source}`];
  const tail = [
    `Rows: ${count(countedRows)} counted in N, ${count(totalRows)} in all. Counts are ${options.rounding === 'exact' ? 'exact' : 'rounded to thousands, as the authors do'}.`,
  ];
  return [...head, ...phases.flatMap((phase, i) => ['', ...describePhase(phase, i + 1, batchSize)]), '', ...tail].join('\n');
}

function describePhase(phase: PhasePlan, number: number, batchSize: number): string[] {
  const { title, rows, rowsPerEpoch, components, isCounted, isContinuation, leftOutRows, firstRow, streamRows, trained } = phase;
  const start = isContinuation ? 'optimiser state and schedule go on' : 'fresh optimiser and schedule';
  const range = rows === streamRows ? '' : `, of which rows ${count(firstRow + 1)} to ${count(firstRow + rows)} are seen`;
  const option = phase.codeOption === null ? '' : `; option ${phase.codeOption} of the authors’ combine_data.py`;
  const lines = [
    `Phase ${number}: ${title}, ${count(rows)} rows in ${count(Math.ceil(rows / batchSize))} steps of ${batchSize}${isCounted ? '' : ', not counted in N'}${option}`,
    `  trained: ${trained}; ${start}`,
    `  epochs: ${decimal(phase.epochs)} of ${count(rowsPerEpoch)} rows${range}`,
    `  order: ${ORDERS[phase.order]}${phase.isSequential ? '; a trainer must keep it' : ''}`,
    `  CoT: ${COTS[phase.cot]}`,
    ...table([
      ['task', 'level', 'record', 'rows of an epoch', 'unique', 'repeats', 'share'],
      ...components.map(({ task, level, kind, rows: part, unique }) => [
        task,
        level.toUpperCase(),
        kind,
        count(part),
        count(unique),
        decimal(part / unique),
        `${decimal((100 * part) / rowsPerEpoch)}%`,
      ]),
    ]),
  ];
  if (leftOutRows > 0) lines.push(`  left out: ${count(leftOutRows)} rows of the authors’ instruction data, which cannot be generated`);
  return lines;
}

const ORDERS = {
  shuffled: 'all rows shuffled together, anew in each epoch',
  interleaved: 'each kind shuffled apart, then in turns by share',
} as const satisfies Record<PhasePlan['order'], string>;

const COTS = {
  full: 'full',
  none: 'none, answers only',
  internalised: 'full in the first 30% of the rows, then 101 slices of 100%, 99%, …, 0% of its characters, none in the last 30%',
  'internalised-authors': 'as internalised, with the slip of the authors’ script: 91 slices keep all, then 90%, 80%, …, 0%',
} as const satisfies Record<PhasePlan['cot'], string>;

/** Columns as wide as their longest entry; numbers to the right. */
function table(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines.map((line) => {
    const cells = line.map((text, column) => (column < 3 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)));
    return `    ${cells.join('  ')}`;
  });
}

/** 120000 as 120,000, the same in every locale. */
function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

function decimal(value: number): string {
  return String(Math.round(value * 100) / 100);
}
