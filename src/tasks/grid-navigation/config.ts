/**
 * Settings of Grid Navigation as data, and whether examples can exist under them. Numbers: spec/s2h 3.1 (the authors' scripts); the choices are quirks of the authors'
 * texts (spec/s2h 3.8), each with what they do as its default. Light: no glyphs and no texts, so that the page can import it.
 */
import { fault, InputError } from '../../lib/errors.ts';
import { makeRng } from '../../lib/rng.ts';
import type { TaskField, TaskInfo } from '../task.ts';
import { drawProblem } from './draw.ts';
import { GRID_LEVELS, MAX_SIDE, MIN_SIDE, stepWindow } from './levels.ts';
import type { GridConfig, GridLevel } from './levels.ts';
import { searchPath } from './search.ts';

export type { GridConfig } from './levels.ts';

/** Ours: a trace of this many states is some 3,000 compact tokens. */
const MAX_STEPS = 200;

const DEFAULTS: GridConfig = {
  minSide: 8,
  maxSide: 12,
  simpleMinSteps: 10,
  simpleMaxSteps: 25,
  hardMinSteps: 26,
  hardMaxSteps: 60,
  stepScale: 'fixed',
  futureCollectName: 'current-target',
  outsideIndex: 'backtick',
  failedBranch: 'visited',
};

const FIELDS: readonly TaskField[] = [
  side('minSide', 'Smallest side', 'Rows and columns are drawn from here on. 8 in the authors’ data; 4 to 6 suits small models from scratch.'),
  side('maxSide', 'Largest side', 'Rows and columns are drawn up to here. 12 in the authors’ data.'),
  steps('simpleMinSteps', 'SIMPLE: fewest steps', 'Steps of the depth-first search, retraces included. 10 in the authors’ data.'),
  steps('simpleMaxSteps', 'SIMPLE: most steps', '25 in the authors’ data.'),
  steps('hardMinSteps', 'HARD: fewest steps', '26 in the authors’ code and Table 1 of the paper; its appendix C.4 says 25.'),
  steps('hardMaxSteps', 'HARD: most steps', '60 in the authors’ data.'),
  choice(
    'stepScale',
    'Steps and size',
    ['fixed', 'by-size'],
    'fixed: the same steps for every size, as the authors. by-size: the steps of a 10 x 10 grid, in proportion to rows + columns; for small grids.',
  ),
  choice(
    'futureCollectName',
    'Name in “future-collect”',
    ['current-target', 'object-in-cell'],
    'A square with a later object is passed over. The authors’ texts then name the object that is collected next; the other choice names the one that is there.',
  ),
  choice(
    'outsideIndex',
    'Index before the first',
    ['backtick', 'zero'],
    'How the texts write the row above the grid and the column left of it: ` as the authors’ letters give it, or 0.',
  ),
  choice(
    'failedBranch',
    'Reason after a retrace',
    ['visited', 'blocked'],
    'A move that the search came back from is listed as visited in the authors’ texts; blocked tells it from a square that was visited before.',
  ),
];

export const gridInfo: TaskInfo<GridConfig> = {
  id: 'grid-navigation',
  title: 'Grid Navigation',
  summary: 'Walk from the blue to the green square of a grid, collect all objects and avoid the obstacles.',
  describeLevels: (config) => ({ simple: describeLevel(config, 'simple'), hard: describeLevel(config, 'hard') }),
  citation: {
    name: 'Park, Panigrahi, Cheng, Yu, Goyal, Arora: Generalizing from SIMPLE to HARD Visual Reasoning (ICML 2025)',
    url: 'https://arxiv.org/abs/2501.02669',
    section: '2.2',
  },
  levels: ['simple', 'hard'],
  fields: FIELDS,
  defaults: DEFAULTS,
  largestGrid: ({ maxSide }) => ({ rows: maxSide + 1, columns: maxSide + 1 }),
  checkConfig,
};

function describeLevel(config: GridConfig, level: GridLevel): string {
  const { objectCounts, paletteSizes } = GRID_LEVELS[level];
  const { minSide, maxSide } = config;
  const [least, most] = [stepWindow(config, level, minSide, minSide)[0], stepWindow(config, level, maxSide, maxSide)[1]];
  const objects = `${objectCounts[0] ?? 0} ${objectCounts.length === 2 ? 'or' : 'to'} ${objectCounts.at(-1) ?? 0} objects`;
  const kinds = paletteSizes.length === 1 ? 'one kind of obstacle' : `${paletteSizes[0] ?? 0} to ${paletteSizes.at(-1) ?? 0} kinds of obstacles`;
  return `${objects}, ${kinds}, ${least} to ${most} search steps`;
}

function checkConfig(config: GridConfig): void {
  for (const field of FIELDS) checkField(field, config[field.key as keyof GridConfig]);
  checkOrder(config, 'minSide', 'maxSide');
  checkOrder(config, 'simpleMinSteps', 'simpleMaxSteps');
  checkOrder(config, 'simpleMaxSteps', 'hardMinSteps'); // equal is allowed: the paper's 10-25 and 25-60
  checkOrder(config, 'hardMinSteps', 'hardMaxSteps');
  const { minSide, maxSide, simpleMinSteps, simpleMaxSteps, hardMinSteps, hardMaxSteps, stepScale } = config;
  const key = [minSide, maxSide, simpleMinSteps, simpleMaxSteps, hardMinSteps, hardMaxSteps, stepScale].join();
  if (known.has(key)) return;
  for (const level of ['simple', 'hard'] as const) checkLevel(config, level);
  if (known.size >= MAX_KNOWN) known.clear();
  known.add(key);
}

/** Ours: one grid in a hundred must be kept, so that an example takes some hundred attempts at most. The authors' settings keep one in four. */
const PROBE_HITS = 5;
const PROBE_ATTEMPTS = 500;
/** Settings that passed: examples are made one by one, and each checks. */
const known = new Set<string>();
const MAX_KNOWN = 64;

/** Tries the extreme sizes with the fewest and the most objects: whether grids have so many steps can only be found out. */
function checkLevel(config: GridConfig, level: GridLevel): void {
  const { minSide, maxSide } = config;
  const { objectCounts } = GRID_LEVELS[level];
  const sizes = minSide === maxSide ? [[minSide, minSide] as const] : ([[minSide, minSide], [minSide, maxSide], [maxSide, maxSide]] as const); // prettier-ignore
  for (const [rows, columns] of sizes) {
    const [min, max] = stepWindow(config, level, rows, columns);
    for (const objectCount of [objectCounts[0] ?? 1, objectCounts.at(-1) ?? 1]) {
      const rng = makeRng('grid-navigation', 'probe', level, rows, columns, objectCount);
      let hits = 0;
      for (let attempt = 0; attempt < PROBE_ATTEMPTS && hits < PROBE_HITS; attempt++) {
        const problem = drawProblem(rows, columns, objectCount, rng);
        const path = problem === null ? null : searchPath(problem, max);
        if (path !== null && path.states.length >= min) hits += 1;
      }
      if (hits >= PROBE_HITS) continue;
      const expected = `${min} to ${max} search steps in at least 1 of 100 grids of ${rows} x ${columns} with ${objectCount} objects`;
      const got = `${hits} of ${PROBE_ATTEMPTS} grids`;
      const cure = config.stepScale === 'fixed' ? 'set “Steps and size” to by-size, or widen the steps' : 'widen the steps';
      throw new InputError(fault(`grid-navigation ${level}`, expected, got, cure));
    }
  }
}

function checkField(field: TaskField, value: unknown): void {
  if (field.type === 'choice') {
    if (typeof value === 'string' && field.options.includes(value)) return;
    throw new InputError(fault(field.key, field.options.join(' or '), value));
  }
  if (typeof value === 'number' && Number.isInteger(value) && value >= field.min && value <= field.max) return;
  throw new InputError(fault(field.key, `a whole number in ${field.min}..${field.max}`, typeof value === 'number' ? String(value) : value));
}

function checkOrder(config: GridConfig, low: keyof GridConfig, high: keyof GridConfig): void {
  if (config[low] <= config[high]) return;
  throw new InputError(fault(`${low} and ${high}`, `${low} <= ${high}`, `${config[low]} and ${config[high]}`));
}

function side(key: keyof GridConfig, label: string, help: string): TaskField {
  return { type: 'integer', key, label, help, min: MIN_SIDE, max: MAX_SIDE, step: 1 };
}

function steps(key: keyof GridConfig, label: string, help: string): TaskField {
  return { type: 'integer', key, label, help, min: 1, max: MAX_STEPS, step: 1 };
}

function choice(key: keyof GridConfig, label: string, options: readonly string[], help: string): TaskField {
  return { type: 'choice', key, label, help, options };
}
