/** Tables as Markdown whose columns also line up as plain text, for a terminal, an issue or a paper's notes. */
import type { ScoreReport } from './report.ts';
import { notesOf, tablesOf } from './report-tables.ts';
import type { ReportTable } from './report-tables.ts';

export function markdownOf(report: ScoreReport): string {
  const tables = tablesOf(report).map((table) => `**${escaped(table.caption)}**\n\n${markdownTable(table)}`);
  const notes = notesOf(report).map((note) => `- ${escaped(note)}`);
  return `${[...tables, notes.join('\n')].join('\n\n')}\n`;
}

function markdownTable({ columns, rows }: ReportTable): string {
  const lines = [columns, ...rows.map(({ head, cells }) => [head, ...cells])].map((cells) => cells.map(escaped));
  const widths = columns.map((_, i) => Math.max(3, ...lines.map((cells) => (cells[i] ?? '').length)));
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  const padded = lines.map((cells) => cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))));
  const [head = [], ...body] = padded;
  return [head, rule, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Names of files and ids are foreign text: nothing in them may end a cell, open markup or become a link. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\\|<>`*]/g, '\\$&')
    .replaceAll('](', ']\\(')
    .replaceAll(/\s*[\r\n]+\s*/g, ' ');
}
