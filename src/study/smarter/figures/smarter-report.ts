/** docs/results/smarter.md from recorded sweeps: paper | ours | setting | what it means. */
import { overSeeds } from '../scores.ts';
import type { Score } from '../scores.ts';
import { leftOutText, PAPER_SKILLS } from './paper-row.ts';
import { paperOf } from './paper-tables.ts';
import { claimMeans, differenceText, overall, percentOf } from './table-result.ts';
import type { RowResult, TableResult } from './table-result.ts';
import { smarterTables } from './tables.ts';

const MEANS = {
  yes: 'yes',
  'the opposite': 'the opposite here',
  'not told apart': 'not told apart: the difference may be 0',
  'not measured': 'not measured here',
} as const;

/** The whole page. */
export function smarterReport(tables: readonly TableResult[]): string {
  const head = `# smarterVLM at small scale

Made by \`npx tsx scripts/smarter-report.ts\` from the recorded sweeps in \`public/smarter\`; do not edit. Ours: puzzles of our own families and small encoders that this notebook
trained; the paper's: SMART-101 and DINOv2 with SigLIP. Only the direction of a difference can be compared, never a value.

S_acc: the answer itself is right. O_acc: the option nearest to it is. Percent, mean over the seeds of a row with Student's 95 % interval, no narrower than Wilson's over the
items of one seed. A difference is judged seed by seed and item by item, since all rows answer the same items, by an interval that holds both errors; the means of a claim are over the seeds that
both rows have. The floors are of the same items: _majority_ always gives a puzzle's most frequent training answer, _uniform_ guesses among its classes.
`;
  const others = smarterTables('small').filter(({ id }) => !tables.some((table) => table.id === id));
  return [head, ...tables.map(section), ...others.map(({ id, title }) => unmeasured(id, title))].join('\n');
}

function unmeasured(id: string, title: string): string {
  return `## ${title} (\`${id}\`)\n\nNot measured yet.\n${missingText(id, [])}`;
}

/** Rows that can be run and were not, and rows of the paper that cannot. */
function missingText(id: string, measured: readonly RowResult[]): string {
  const rows = smarterTables('small').find((table) => table.id === id)?.rows ?? [];
  const open = rows.filter((row) => !measured.some((each) => each.id === row.id)).map(({ label }) => label);
  return [open.length === 0 ? '' : `Not run yet: ${open.join('; ')}.`, leftOutText(paperOf(id))]
    .flatMap((text) => (text === '' ? [] : [`\n${text}\n`]))
    .join('');
}

function section(table: TableResult): string {
  const measured = table.rows.filter(({ runs }) => runs.length > 0);
  const [first] = measured[0]?.runs ?? [];
  if (first === undefined) return unmeasured(table.id, table.title);
  const { data, training } = first.spec;
  const minutes = measured.flatMap(({ runs }) => runs).reduce((sum, { made }) => sum + made.trainedMinutes, 0);
  const seeds = [...new Set(measured.flatMap(({ runs }) => runs.map(({ seed }) => seed)))];
  return `## ${table.title} (\`${table.id}\`)

${table.source}, on ${table.part === 'test' ? 'test' : 'validation'} items. Setting: ${data.puzzles.length} families × ${data.instances} instances, ${data.split}, ${training.epochs} epochs, batch ${training.batchSize},
encoders \`${table.backbone}\`; seeds ${seeds.join(', ')}; ${minutes.toFixed(0)} min of training on ${first.made.backend}, commit ${table.commit}.
Again: \`${table.command}\`

${claimLines(table)}${rowLines(table, measured)}
${skillLines(measured)}${missingText(table.id, measured)}`;
}

function claimLines({ claims, rows }: TableResult): string {
  if (claims.length === 0) return '';
  const lines = claims.map((claim) => {
    const { text, isPapers, outcome, difference } = claim;
    const [above, below] = claimMeans(rows, claim).map((mean) => number(mean ?? undefined));
    const between = difference === undefined ? '' : `; difference ${differenceText(difference)}`;
    return `| ${text} | ${isPapers ? 'yes' : 'ours'} | ${above} against ${below}${between} | ${MEANS[outcome]} |`;
  });
  return ['| claim | the paper says | ours | what it means |', '| --- | --- | --- | --- |', ...lines, '', ''].join('\n');
}

function rowLines({ part }: TableResult, rows: readonly RowResult[]): string {
  const lines = rows.map(({ label, paper, runs }) => {
    const solved = percentOf(runs, overall);
    const mean = (of: (score: Score) => number): string => number(100 * overSeeds(runs.map(({ scores }) => of(scores.overall))).mean);
    const interval = solved === null ? '' : `${number(solved.mean)} (${number(solved.low)} to ${number(solved.high)})`;
    const floors = `${mean((s) => s.majority)} | ${mean((s) => s.uniform)} | ${mean((s) => s.optionRight)} | ${mean((s) => s.majorityOption)}`;
    return `| ${label} | ${runs.length} | ${interval} | ${floors} | ${runs[0]?.parameters.toLocaleString('en') ?? ''} | ${paper?.overall ?? ''} ${paper === null ? '' : `(${paper.label})`} |`;
  });
  const head = [
    `| row | seeds | S_acc, ${part} | majority S_acc | uniform S_acc | O_acc | majority O_acc | parameters | paper |`,
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ];
  return [...head, ...lines, ''].join('\n');
}

/** Per skill: ours, and the paper's in brackets. */
function skillLines(rows: readonly RowResult[]): string {
  const head = [`| S_acc by skill: ours (paper's) | ${PAPER_SKILLS.join(' | ')} |`, `| --- |${' --- |'.repeat(PAPER_SKILLS.length)}`];
  const floor = rows[0]?.runs[0]?.scores.skills ?? [];
  const floors = PAPER_SKILLS.map((skill) => number(100 * (floor.find((each) => each.skill === skill)?.majority ?? Number.NaN)));
  const lines = rows.map(({ label, paper, runs }) => {
    const cells = PAPER_SKILLS.map((skill, i) => {
      const ours = percentOf(runs, ({ skills }) => skills.find((each) => each.skill === skill));
      const theirs = paper?.skills[i];
      return `${number(ours?.mean)}${theirs === undefined ? '' : ` (${theirs})`}`;
    });
    return `| ${label} | ${cells.join(' | ')} |`;
  });
  return [...head, `| _majority_ | ${floors.join(' | ')} |`, ...lines, ''].join('\n');
}

const number = (value: number | undefined): string => (value === undefined || Number.isNaN(value) ? '' : value.toFixed(1));
