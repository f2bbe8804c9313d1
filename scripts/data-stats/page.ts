/** docs/data.md, written from the statistics alone. */
import type { Comparison, DataStats, StreamStats } from '../data-stats.ts';

export function markdownOf(stats: DataStats): string {
  const { command, comparisons, collisions, streams } = stats;
  const outside = comparisons.filter(({ isInside }) => !isInside);
  return `${[
    '# The data, measured',
    '',
    `Written by \`${command}\` from the generators, at the authors’ settings; [results/data-stats.json](results/data-stats.json) has every number.`,
    'Means over the examples of one stream. Published figures and their sections are those of the specification this project works from, which cites',
    'the paper and the authors’ code.',
    '',
    '## Against the published figures',
    '',
    table(['Task', 'Level', 'Split', 'Quantity', 'Ours', 'Published', 'Section', ''], comparisons.map(comparisonRow)),
    '',
    outside.length === 0
      ? 'Every mean lies in its range.'
      : ['Where ours differs:', '', ...outside.map((row) => `- ${nameOf(row)}: ${row.deviation ?? 'not explained'}`)].join('\n'),
    '',
    '## No example twice',
    '',
    'x(t) of the paper profile, with its question, compared by a 64-bit hash.',
    '',
    table(
      ['Task', 'Examples per level and split', 'In both splits', 'Repeated within a stream'],
      collisions.map(({ task, examples, betweenSplits, withinStreams }) => [task, count(examples), count(betweenSplits), count(withinStreams)]),
    ),
    '',
    '## All quantities',
    ...streams.filter(({ split }) => split === 'train').flatMap(streamSection),
  ].join('\n')}\n`;
}

function comparisonRow(row: Comparison): string[] {
  const { task, level, split, quantity, mean, published, source, isInside } = row;
  return [task, level, split, quantity, number(mean), published, source, isInside ? '' : 'differs'];
}

function nameOf({ task, level, split, quantity }: Comparison): string {
  return `${task}, ${level} ${split}, ${quantity}`;
}

function streamSection({ task, level, examples, quantities }: StreamStats): string[] {
  const rows = Object.entries(quantities).map(([quantity, { n, mean, min, max }]) => [quantity, number(mean), number(min), number(max), count(n)]);
  return ['', `### ${task}, ${level} (${count(examples)} training examples)`, '', table(['Quantity', 'Mean', 'Least', 'Most', 'n'], rows)];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function number(value: number): string {
  return String(Number(value.toFixed(3)));
}

function count(value: number): string {
  return value.toLocaleString('en');
}
