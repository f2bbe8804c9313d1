/** The recorded figures as one page of Markdown: paper | ours | setting | what it means. Pure. */
import { inPercent } from '../../lib/statistics.ts';
import { placeText } from '../adapter-text.ts';
import { outcomeText } from './claims.ts';
import type { JudgedClaim } from './claims.ts';
import { seriesPoints } from './figure-result.ts';
import type { FigureResult, SeriesPoint } from './figure-result.ts';
import { figureOf } from './catalogue.ts';
import { NOTHING_MEASURED } from './figure.ts';
import type { FigureMap, Panel } from './figure.ts';
import { SCALES } from './scale.ts';
import { mapsAt } from './plot-maps.ts';
import { xText } from './words.ts';

const HEAD = `# S2H at small scale

Made by \`npx tsx scripts/s2h-report.ts\` from the recorded figures in \`public/runs\`; do not edit. The paper's numbers are of its own models, ours of models some
thousand times smaller that start from a base of ours: only the direction of a difference can be compared, never a value.

Ours: mean over seeds with its 95 % interval (the wider of Student's t over seeds and the interval over the examples of one seed). A difference is judged seed by seed,
by a 95 % interval that holds the errors of seeds and of examples, added as squares. Those of seeds hold some of the examples' already, so with several seeds it is wider than it need
be: about one verdict in a hundred is chance. Of one seed only the examples' error is known, and a verdict says so. Paper: the number at its place.
`;

export function reportOf(figures: readonly FigureResult[]): string {
  return [HEAD, ...figures.map(sectionOf)].join('\n');
}

function sectionOf(figure: FigureResult): string {
  const points = seriesPoints(figure.readings);
  const tables = figure.panels.map((panel) => tableOf(panel, figure, points)).filter((table) => table !== '');
  const claims = figure.claims.map((claim) => `| ${cell(claim.text)} | ${shownClaim(claim)} | ${scaleText(figure)} | ${outcomeText(claim)} |`);
  const verdicts =
    claims.length === 0 ? '' : ['| the paper says | ours | setting | what it means |', '| --- | --- | --- | --- |', ...claims, ''].join('\n');
  return [
    `## ${figure.title} (\`${figure.id}\`)`,
    '',
    `${figure.source}. ${figure.question}`,
    '',
    settingOf(figure),
    '',
    verdicts,
    ...tables,
    ...mapsOf(figure),
  ].join('\n');
}

/** `nano, N up to 6000`: what a difference was measured on. */
function scaleText({ scale, runs }: FigureResult): string {
  return `${scale}, N up to ${Math.max(0, ...runs.map(({ spec }) => spec.examples))}`;
}

/** One line on what was trained, where and for how long. */
function settingOf({ id, runs, plannedRuns, scale, command, paperModel }: FigureResult): string {
  const seeds = new Set(runs.map(({ spec }) => spec.seed)).size;
  const rows = [...new Set(runs.map(({ spec }) => spec.examples))].sort((a, b) => a - b);
  const hours = runs.reduce((sum, { made }) => sum + made.hours, 0);
  const adapters = [...new Set(runs.map(({ made }) => placeText(made)))];
  const commits = [...new Set(runs.map(({ made }) => made.commit.slice(0, 7)))];
  const known = SCALES.find((name) => name === scale);
  const measures = known === undefined ? NOTHING_MEASURED : figureOf(id, known).measures;
  const probed = measures.points === 0 ? '' : ` (losses, gradients and attributions: of ${measures.examples} per level, at ${measures.points} steps)`;
  const evaluated = [...new Set(runs.map(({ spec }) => spec.evaluation.examples))];
  return [
    `Setting: scale \`${scale}\`, N = ${rows.join(', ')}, ${seeds} ${seeds === 1 ? 'seed' : 'seeds'}, ${evaluated.join(' or ')} examples per cell${probed};`,
    `${runs.length}${plannedRuns === undefined ? '' : ` of ${plannedRuns}`} runs, ${hours.toFixed(1)} h on ${adapters.join(', ')}, commit ${commits.join(', ')}. Paper: ${paperModel}.`,
    `Again: \`${command}\``,
  ].join('\n');
}

function tableOf(panel: Panel, { paper }: FigureResult, points: readonly SeriesPoint[]): string {
  const ours = points.filter(({ panel: id }) => id === panel.id);
  if (ours.length === 0) return '';
  const rows = ours.map(({ series, x, mean, low, high, seeds }) => {
    const theirs = paper.filter((reading) => reading.panel === panel.id && reading.series === series);
    const shown = theirs.map((reading) => `${number(reading.value, panel)} (${xText(reading.x)})`).join(', ');
    const interval = low === null || high === null ? '' : ` (${number(low, panel)} to ${number(high, panel)})`;
    return `| ${cell(series)} | ${xText(x)} | ${number(mean, panel)}${interval} | ${seeds} | ${shown} |`;
  });
  return [
    `### ${panel.title}`,
    '',
    `| series | ${cell(panel.xLabel)} | ours, ${panel.yLabel}${panel.unit === 'percent' ? ' in %' : panel.unit === 'nats' ? ' in nats' : ''} | seeds | paper (${cell(panel.xLabel)}) |`,
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** The maps of the first seed at the end as grids of numbers: percent of the marked pixels on each patch, in brackets where the words speak of it. */
function mapsOf({ maps = [] }: FigureResult): string[] {
  const own = mapsAt(maps);
  if (own.length === 0) return [];
  const grids = own.map((map) => [`${map.series}, step ${map.step}, ${map.title}:`, '', '```text', ...gridOf(map), '```', ''].join('\n'));
  return ['### Where it looks, one example', '', 'Percent of the marked pixels on each patch; in brackets what the words speak of.', '', ...grids];
}

function gridOf({ columns, kept, own }: FigureMap): string[] {
  const cells = kept.map((share, patch) => {
    const percent = share === 0 ? '.' : (100 * share).toFixed(0);
    return (own.includes(patch) ? `[${percent}]` : `${percent} `).padStart(6);
  });
  return Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) => cells.slice(row * columns, (row + 1) * columns).join(''));
}

function shownClaim({ aboveMean, belowMean, difference = null }: JudgedClaim): string {
  if (aboveMean === null || belowMean === null) return '';
  const means = `${number(aboveMean)} against ${number(belowMean)}`;
  if (difference === null) return means;
  const { mean, low, high, seeds } = difference;
  return `${means}; difference ${number(mean)} (${number(low)} to ${number(high)}), ${seeds} seed${seeds === 1 ? '' : 's'}`;
}

function number(value: number, panel?: Panel): string {
  return panel?.unit === 'percent' ? inPercent(value).toFixed(1) : String(Number(value.toPrecision(3)));
}

/** Markdown's own sign in a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
