/**
 * What was measured on the runs of this browser, in the form of the paper's figures: losses over steps (Figs. 8 and 21) and gradient alignment against
 * gradient norms (Figs. 7, 9, 17 to 20), which the charts of recorded figures draw; as tables; and as CSV. Pure.
 */
import { csvText } from '../../lib/csv.ts';
import type { CsvCell } from '../../lib/csv.ts';
import { adapterText } from '../adapter-text.ts';
import type { Interval } from '../analysis/bootstrap.ts';
import type { GradientProbe } from '../analysis/gradient-probe.ts';
import type { LevelLosses } from '../analysis/loss-probe.ts';
import type { MeasureKind, Measurements } from '../analysis/measurements.ts';
import type { LossPoint } from '../events.ts';
import type { ReportTable } from '../data/read/report-tables.ts';
import type { RunSpec } from '../run-spec.ts';
import { LIVE_SCALE } from './figure-result.ts';
import type { FigureResult } from './figure-result.ts';
import type { Panel, Reading } from './figure.ts';
import { valueText } from './words.ts';

/** A run, and what made it. */
export interface MadeRun {
  readonly name: string;
  readonly spec: RunSpec;
  readonly step: number;
  readonly adapter: string;
  /** Time trained. */
  readonly ms: number;
}

export interface LiveRun extends MadeRun {
  readonly measured: Measurements;
}

/** What is told of a run and its steps. */
export function madeRun({ name, spec, step, adapter, points }: Omit<MadeRun, 'ms'> & { readonly points: readonly LossPoint[] }): MadeRun {
  const ms = points.reduce((sum, { stepMs }) => sum + stepMs, 0);
  return { name, spec, step, adapter: adapter === '' ? 'this device' : adapter, ms };
}

type Loss = Exclude<keyof LevelLosses, 'level'>;

/** Losses in charts; `text` is in tables and files only, as in the paper. */
const LOSSES: readonly { readonly id: Loss; readonly title: string; readonly isDrawn: boolean }[] = [
  { id: 'image', title: 'answer given the picture (Eq. 2)', isDrawn: true },
  { id: 'conversion', title: 'conversion given the picture (Eq. 4)', isDrawn: true },
  { id: 'imageAndText', title: 'answer given picture and conversion (Eq. 5)', isDrawn: true },
  { id: 'text', title: 'answer given the text', isDrawn: false },
];

const SCORES = [
  { id: 'alignment', score: 'alignment', title: 'alignment score (Eq. 3)', yLabel: 'score' },
  { id: 'cosine', score: 'cosine', title: 'cosine (Eq. 7)', yLabel: 'cosine' },
  { id: 'adam', score: 'adamAlignment', title: 'Adam update alignment (Eq. 8)', yLabel: 'score' },
] as const;

type About = Pick<FigureResult, 'id' | 'title' | 'source' | 'question' | 'lookFor'>;

const LIVE_LOSSES: About = {
  id: 'live-losses',
  title: 'Losses on pictures during training',
  source: 'S2H section 5.2, Figures 8 and 21',
  question: 'What does a run learn: reading the picture, or reasoning for longer?',
  lookFor:
    'Of two runs that convert hard pictures equally well (Eq. 4), the one with the lower loss given picture and conversion (Eq. 5) has learned to reason for longer.',
};

const LIVE_GRADIENTS: About = {
  id: 'live-gradients',
  title: 'Gradient alignment',
  source: 'S2H section 5, Figures 7, 9 and 17 to 20',
  question: 'Does a step on SIMPLE pictures also lower the loss on HARD ones?',
  lookFor:
    'The higher a run lies, the more a step on simple pictures also lowers the loss on hard ones. The paper compares where norms are large. That is not where steps are long: clipping and AdamW set their length.',
};

/** Of a score that is not defined (adam-statistics.ts). */
const NOT_DEFINED = 'not defined here: the update has no clear direction';

/** How far beyond all others a norm of step 0 is left out of the chart: by a decade. Ours: fresh weights have norms of 1e5 where trained ones have 1, and the curves shrink to a stripe. */
const FAR = 10;

/** A logarithmic axis of steps only where early steps would crowd on a linear one. Ours. */
const LOG_FROM = 10;

/** Losses on HARD, and with `hasSimple` on SIMPLE beside them. */
export function lossFigure(runs: readonly LiveRun[], hasSimple: boolean): FigureResult {
  const named = withNames(runs);
  const steps = named.flatMap(({ measured }) => measured.losses.map(({ step }) => step));
  const isXLogarithmic = steps.length > 0 && Math.min(...steps) > 0 && Math.max(...steps) >= LOG_FROM * Math.min(...steps);
  const drawn = LOSSES.filter(({ isDrawn }) => isDrawn);
  const panels = drawn.map(({ id, title }): Panel => ({ id, title, xLabel: 'step', isXLogarithmic, yLabel: 'loss', unit: 'nats' }));
  const readings = named.flatMap(({ name, measured }) =>
    (hasSimple ? (['hard', 'simple'] as const) : (['hard'] as const)).flatMap((level) =>
      measured.losses.flatMap(({ step, levels }) =>
        levels
          .filter((losses) => losses.level === level)
          .flatMap((losses) =>
            drawn.map(({ id }): Reading => {
              const { mean, low, high } = losses[id];
              return { panel: id, series: hasSimple ? `${name}, ${level}` : name, seed: 0, x: step, value: mean, low, high };
            }),
          ),
      ),
    ),
  );
  return liveFigure(LIVE_LOSSES, named, panels, readings);
}

/** Alignment, cosine and Adam alignment, each against the mean gradient norm on SIMPLE pictures. */
export function gradientFigure(runs: readonly LiveRun[]): FigureResult {
  const named = withNames(runs);
  const all = named.flatMap(({ name, measured }) => measured.gradients.map((probe) => ({ name, probe })));
  const largest = Math.max(...all.filter(({ probe }) => probe.step > 0).map(({ probe }) => normOf(probe)));
  const isFar = ({ probe }: { probe: GradientProbe }): boolean => probe.step === 0 && largest > 0 && normOf(probe) > FAR * largest;
  const [far, drawn] = [all.filter(isFar), all.filter((each) => !isFar(each))];
  const [first] = far;
  const xLabel = first === undefined ? 'mean gradient norm on simple pictures' : `mean norm, simple pictures; not step 0 (${normText(first.probe)})`;
  const axes = { xLabel, isXLogarithmic: true, unit: 'score' } as const;
  const missing = (score: (typeof SCORES)[number]['score']): string => {
    const count = drawn.filter(({ probe }) => probe.exact[score] === null).length;
    return count === 0 ? '' : `, not defined at ${count} of ${drawn.length}`;
  };
  const panels = SCORES.map(({ id, title, score, yLabel }): Panel => ({ id, title: `${title}${missing(score)}`, yLabel, ...axes }));
  const readings = drawn.flatMap(({ name, probe }) =>
    SCORES.flatMap(({ id, score }): Reading[] => {
      const interval = probe.exact[score];
      return interval === null ? [] : [{ panel: id, series: name, seed: 0, x: normOf(probe), ...interval }];
    }),
  );
  const listed = far.map(({ name, probe }) => `step 0 of ${name}, at a norm of ${normText(probe)}`).join('; ');
  const note = far.length === 0 ? '' : ` Not drawn, since it would stretch the axis: ${listed}; it is in the table and the CSV.`;
  return liveFigure({ ...LIVE_GRADIENTS, lookFor: LIVE_GRADIENTS.lookFor + note }, named, panels, readings);
}

function normOf({ exact }: GradientProbe): number {
  return exact.meanNormSimple.value;
}

function normText(probe: GradientProbe): string {
  return normOf(probe).toLocaleString('en-US', { maximumSignificantDigits: 2 });
}

/** All readings are of one seed each: a run is a series of its own, never a mean. */
export function liveFigure(about: About, runs: readonly MadeRun[], panels: readonly Panel[], readings: readonly Reading[]): FigureResult {
  return {
    ...{ schema: 1, ...about, scale: LIVE_SCALE, panels, readings },
    ...{ paper: [], paperModel: '', claims: [], command: '' },
    runs: runs.map(({ name, spec, step, adapter, ms }) => ({
      ...{ series: name, spec, step },
      made: { backend: adapterText(adapter).split(':')[0] ?? adapter, adapter, hours: ms / 3_600_000, commit: '', command: '' },
    })),
  };
}

/** Two runs may have one name: the second is told apart, so that their points do not become a mean. */
export function withNames<T extends { readonly name: string }>(runs: readonly T[]): readonly T[] {
  const taken = new Set<string>();
  return runs.map((run) => {
    let name = run.name;
    for (let i = 2; taken.has(name); i++) name = `${run.name} (${i})`;
    taken.add(name);
    return { ...run, name };
  });
}

/** Every measurement as a row, in order of runs and steps. */
export function lossTable(runs: readonly LiveRun[]): ReportTable {
  const rows = withNames(runs).flatMap(({ name, measured }) =>
    measured.losses.flatMap(({ step, levels }) =>
      levels.map((losses) => ({
        head: `${name}, step ${step}, ${losses.level}`,
        cells: [...LOSSES.map(({ id }) => estimateText(losses[id])), String(losses.image.examples)],
      })),
    ),
  );
  const columns = ['Run, step and level', ...LOSSES.map(({ title }) => capital(title)), 'Examples'];
  return { key: 'losses', caption: 'Losses in nats per token, with 95 % intervals over examples', columns, rows };
}

export function gradientTable(runs: readonly LiveRun[]): ReportTable {
  const rows = withNames(runs).flatMap(({ name, measured }) =>
    measured.gradients.map((probe) => ({
      head: `${name}, step ${probe.step}`,
      cells: [
        intervalText(probe.exact.meanNormSimple),
        ...SCORES.map(({ score }) => intervalText(probe.exact[score])),
        ...SCORES.map(({ score }) => projectionText(probe, score)),
        `${luckText(probe.noiseShare.simple)}, ${luckText(probe.noiseShare.hard)}`,
        String(probe.examples),
      ],
    })),
  );
  const scores = SCORES.map(({ title }) => capital(title));
  const projected = SCORES.map(({ title }) => `${capital(title)} by projection (its error)`);
  const columns = ['Run and step', 'Mean norm, simple', ...scores, ...projected, 'Luck in the norms: simple, hard', 'Examples'];
  return { key: 'gradients', caption: 'Gradients on pictures, with 95 % bootstrap intervals over examples', columns, rows };
}

/** The estimate from the seeded projection, and how far it is from the full space. */
function projectionText({ estimated, relativeError }: GradientProbe, score: (typeof SCORES)[number]['score']): string {
  const error = relativeError[score];
  return `${intervalText(estimated[score])}${error === null ? '' : ` (${(100 * error).toFixed(1)} %)`}`;
}

/** The luck of a few examples may be estimated at more than all there is: then nothing of the norm is sure. */
function luckText(share: number): string {
  return share >= 1 ? 'all' : `${(100 * Math.max(0, share)).toFixed(0)} %`;
}

/** All numbers of one kind, unrounded; one per row. `linkOf`: the address that opens the page with a run's settings. */
export function measurementsCsv(what: MeasureKind, runs: readonly LiveRun[], linkOf: (spec: RunSpec) => string): string {
  const rows = withNames(runs).flatMap(({ name, spec, measured }): CsvCell[][] => {
    const run = [name, spec.task.id, spec.supervision, spec.seed];
    const link = linkOf(spec);
    if (what === 'gradients')
      return measured.gradients.flatMap((probe) => gradientRows(probe).map((row) => [...run, ...row, link, isUndefined(row) ? NOT_DEFINED : null]));
    return measured.losses.flatMap(({ step, levels }) =>
      levels.flatMap((losses) =>
        LOSSES.map(({ id }) => {
          const { mean, low, high, examples } = losses[id];
          return [...run, step, losses.level, id, mean, low, high, examples, link, null];
        }),
      ),
    );
  });
  const columns = [
    'run',
    'task',
    'supervision',
    'seed',
    'step',
    what === 'losses' ? 'level' : 'space',
    'quantity',
    'value',
    'low95',
    'high95',
    'examples',
    'link',
    'note',
  ];
  return csvText([columns, ...rows]);
}

type GradientRow = readonly [
  step: number,
  space: string,
  name: string,
  value: number | null,
  low: number | null,
  high: number | null,
  examples: number,
];

const isUndefined = (row: GradientRow): boolean => row[3] === null;

function gradientRows({ step, exact, estimated, relativeError, examples }: GradientProbe): GradientRow[] {
  const scores = Object.entries({ exact, estimated }).flatMap(([space, own]) =>
    Object.entries(own).map(([name, score]): GradientRow => [
      step,
      space,
      name,
      score?.value ?? null,
      score?.low ?? null,
      score?.high ?? null,
      examples,
    ]),
  );
  return [
    ...scores,
    ...Object.entries(relativeError).map(([name, value]): GradientRow => [step, 'relative error', name, value, null, null, examples]),
  ];
}

function estimateText({ mean, low, high }: LevelLosses[Loss]): string {
  return low === null || high === null
    ? valueText(mean, 'nats')
    : `${valueText(mean, 'nats')} [${valueText(low, 'nats')}, ${valueText(high, 'nats')}]`;
}

function intervalText(interval: Interval | null): string {
  if (interval === null) return NOT_DEFINED;
  const { value, low, high } = interval;
  return `${valueText(value, 'score')} [${valueText(low, 'score')}, ${valueText(high, 'score')}]`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
