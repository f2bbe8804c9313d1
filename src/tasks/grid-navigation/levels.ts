/**
 * What makes a grid SIMPLE or HARD (spec/s2h 3.1), the settings, and which size an index gets. Light: the page imports it with config.ts.
 */

/** Numbers and choices; config.ts says what each is. A type alias, as records of settings are. */
export type GridConfig = {
  readonly minSide: number;
  readonly maxSide: number;
  readonly simpleMinSteps: number;
  readonly simpleMaxSteps: number;
  readonly hardMinSteps: number;
  readonly hardMaxSteps: number;
  readonly stepScale: string;
  readonly futureCollectName: string;
  readonly outsideIndex: string;
  readonly failedBranch: string;
};

export type GridLevel = 'simple' | 'hard';

/** Objects that are placed (all must be collected), and kinds of obstacles that a grid may show. */
export const GRID_LEVELS: Readonly<Record<GridLevel, { readonly objectCounts: readonly number[]; readonly paletteSizes: readonly number[] }>> = {
  simple: { objectCounts: [1, 2], paletteSizes: [1] },
  hard: { objectCounts: [2, 3, 4, 5], paletteSizes: [3, 4, 5] },
};

/** Ours: below 4 there are so few grids that training and evaluation share some (5 % at 3 x 3, 0.1 % at 4 x 4); the letters and the compact picture (13 x 13 patches) end at 12, the authors' largest. */
export const MIN_SIDE = 4;
export const MAX_SIDE = 12;

/** A square is an obstacle with 7/20 = 0.35, in whole numbers. */
export const DENSITY_NUMERATOR = 7;
export const DENSITY_DENOMINATOR = 20;

/** Ours: with `stepScale: by-size` the windows are those of a grid whose rows and columns add up to this (10 x 10, the middle of the authors' sizes). */
const REFERENCE_SIDES = 20;

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  readonly objectCount: number;
  readonly paletteSize: number;
}

/** Fewest and most steps of a search: states of its trace, retraces included. */
export function stepWindow(config: GridConfig, level: GridLevel, rows: number, columns: number): readonly [min: number, max: number] {
  const { simpleMinSteps, simpleMaxSteps, hardMinSteps, hardMaxSteps } = config;
  const scaled = (steps: number): number =>
    config.stepScale === 'fixed' ? steps : Math.max(1, Math.floor((steps * (rows + columns)) / REFERENCE_SIDES + 0.5));
  if (level === 'simple') return [scaled(simpleMinSteps), scaled(simpleMaxSteps)];
  // Rounding must not let windows meet that are apart.
  const least = hardMinSteps > simpleMaxSteps ? scaled(simpleMaxSteps) + 1 : 1;
  return [Math.max(least, scaled(hardMinSteps)), scaled(hardMaxSteps)];
}

/**
 * The size of example `index`. Every (rows, columns, objects) comes equally often: 50 of them in SIMPLE and 100 in HARD with the authors' sizes, as in their
 * data (spec/s2h 3.1, balance); in HARD each of those then takes 3, 4 and 5 kinds of obstacles in turn. Ours: by the index, so that any run of as many examples
 * is balanced exactly, and in steps near the golden section, so that short runs hold small and large grids alike.
 */
export function sizeAt(config: GridConfig, level: GridLevel, index: number): GridSize {
  const { objectCounts, paletteSizes } = GRID_LEVELS[level];
  const sides = config.maxSide - config.minSide + 1;
  const kinds = sides * sides * objectCounts.length;
  const kind = ((index % kinds) * strideOf(kinds)) % kinds;
  const size = Math.floor(kind / objectCounts.length);
  return {
    rows: config.minSide + Math.floor(size / sides),
    columns: config.minSide + (size % sides),
    objectCount: objectCounts[kind % objectCounts.length] ?? 1,
    paletteSize: paletteSizes[(Math.floor(index / kinds) + kind) % paletteSizes.length] ?? 1,
  };
}

/** The whole number next above 0.618 `count` that shares no divisor with it: its multiples visit every remainder once. */
function strideOf(count: number): number {
  let stride = Math.max(1, Math.floor((618 * count) / 1000));
  while (commonDivisor(stride, count) !== 1) stride += 1;
  return stride;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
