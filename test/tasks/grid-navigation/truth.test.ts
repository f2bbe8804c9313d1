import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/lib/errors.ts';
import { makeRng } from '../../../src/lib/rng.ts';
import { gridInfo } from '../../../src/tasks/grid-navigation/config.ts';
import type { GridConfig } from '../../../src/tasks/grid-navigation/config.ts';
import { drawProblem } from '../../../src/tasks/grid-navigation/draw.ts';
import { searchPath } from '../../../src/tasks/grid-navigation/search.ts';
import { gridNavigationTask } from '../../../src/tasks/grid-navigation/task.ts';
import { makeGrid } from '../../../src/tasks/grid-navigation/truth.ts';
import type { GridTruth } from '../../../src/tasks/grid-navigation/truth.ts';
import { rasterise } from '../../../src/tasks/render/raster.ts';
import { readCompactPicture } from '../../support/grid-picture-reader.ts';
import {
  compactCotOf,
  distance,
  faultOfWalk,
  findWord,
  isObject,
  isObstacle,
  paperCotOf,
  readCompactGrid,
  readPaperGrid,
  solve,
} from '../../support/grid-validator.ts';
import type { Board, Place } from '../../support/grid-validator.ts';

const SAMPLES = 2100; // whole blocks of 50 and 300 examples

const SPEC = {
  simple: { objects: [1, 2], palettes: [1], steps: [10, 25] },
  hard: { objects: [2, 3, 4, 5], palettes: [3, 4, 5], steps: [26, 60] },
} as const;

function make(level: 'simple' | 'hard', index: number, config: GridConfig = gridInfo.defaults, seed = 1): GridTruth {
  return makeGrid(config, { level, split: 'train', index }, makeRng('test', 'grid truth', level, seed, index));
}

function text(tokens: readonly { readonly text: string }[]): string {
  return tokens.map((token) => token.text).join(' ');
}

/** Names after `marker` on the line that begins with it, without their places. */
function namesAfter(cot: string, marker: string): string[] {
  const line = cot.split('\n').find((candidate) => candidate.startsWith(marker)) ?? '';
  return line
    .slice(marker.length)
    .replaceAll(/\([^)]*\)/g, ' ')
    .trim()
    .split(/ +/);
}

/** Each next object is no farther (L1) than any later one. */
function isGreedy(board: Board, order: readonly string[]): boolean {
  let at: Place = findWord(board, 'S');
  for (const [i, name] of order.entries()) {
    const place = findWord(board, name);
    if (order.slice(i).some((later) => distance(at, findWord(board, later)) < distance(at, place))) return false;
    at = place;
  }
  return true;
}

/** Inside the rectangle of S and D: floor(0.35 of the squares but these two), less what objects took the place of. */
function hasDensity(board: Board): boolean {
  const [[sr, sc], [dr, dc]] = [findWord(board, 'S'), findWord(board, 'D')];
  const inside = board.slice(Math.min(sr, dr), Math.max(sr, dr) + 1).flatMap((line) => line.slice(Math.min(sc, dc), Math.max(sc, dc) + 1));
  const full = Math.floor((35 * (inside.length - 2)) / 100);
  const obstacles = inside.filter(isObstacle).length;
  return obstacles <= full && obstacles + inside.filter(isObject).length >= full;
}

/** What is wrong with an example, from its rendered forms alone; and how safely its picture is read. */
function faultsOf(truth: GridTruth, level: 'simple' | 'hard'): { faults: string[]; margin: number } {
  const { paper, compact } = gridNavigationTask;
  const spec = SPEC[level];
  const board = readPaperGrid(paper.text(truth));
  const words = board.flat();
  const scene = compact.scene(truth);
  const picture = readCompactPicture(rasterise(scene), scene.widthPx, scene.heightPx);
  const [header = [], ...body] = picture.patches;
  const cot = paper.cot(truth);
  const [order, palette] = [namesAfter(cot, 'Collect objects:'), namesAfter(cot, 'Avoid ')];
  const { listed, path } = solve(board, order) ?? { listed: [], path: [] };
  const [[sr, sc], [dr, dc]] = [findWord(board, 'S'), findWord(board, 'D')];
  const checks: Record<string, boolean> = {
    'compact x(t) is the same grid': readCompactGrid(text(compact.text(truth))).join() === board.join(),
    'the picture shows the same grid': body.map((line) => line.slice(1)).join() === board.join(),
    'the picture has its columns named': header.join() === ['', ...(board[0] ?? []).map((_, i) => `c${i + 1}`)].join(),
    'the picture has its rows named': body.map(([name]) => name).join() === board.map((_, i) => `r${i + 1}`).join(),
    'the CoT is the search': paperCotOf(board, order, palette, listed) === cot,
    'the compact CoT is the search': compactCotOf(board, order, palette, listed) === text(compact.cot(truth)),
    'the answer is its path': paper.answer(truth) === `Answer: ${path.join(' ')}` && text(compact.answer(truth)) === `answer ${path.join(' ')}`,
    'the path is legal': faultOfWalk(board, path) === null,
    'the objects are those of the grid': words.filter(isObject).sort().join() === [...order].sort().join() && new Set(order).size === order.length,
    'the nearest object comes next': isGreedy(board, order),
    'the palette holds the obstacles': words.filter(isObstacle).every((kind) => palette.includes(kind)) && new Set(palette).size === palette.length,
    'the density is right': hasDensity(board),
    'start and destination differ in both': sr !== dr && sc !== dc && dr > 0 && dc > 0,
    'the steps are in the window': listed.length >= spec.steps[0] && listed.length <= spec.steps[1],
    'the counts are of the level': spec.objects.some((count) => count === order.length) && spec.palettes.some((count) => count === palette.length),
  };
  return { faults: Object.keys(checks).filter((check) => checks[check] !== true), margin: picture.margin };
}

describe.each(['simple', 'hard'] as const)('%s grids', (level) => {
  const spec = SPEC[level];
  const truths = Array.from({ length: SAMPLES }, (_, index) => make(level, index));

  test('have texts, picture, CoT and answer that an independent reader and search find to agree', () => {
    let margin = Infinity;
    for (const [index, truth] of truths.entries()) {
      const checked = faultsOf(truth, level);
      if (checked.faults.length > 0) expect.fail(`example ${index}: not ${checked.faults.join('; ')}`);
      margin = Math.min(margin, checked.margin);
    }
    expect(margin).toBeGreaterThan(1.5); // every other symbol lies half as far off again
  }, 60_000);

  test('come in every size equally often, with each number of objects and of kinds', () => {
    const counts = new Map<string, number>();
    for (const { rows, columns, objects, palette } of truths) {
      for (const key of [`${rows} x ${columns}, ${objects.length}`, `palette ${palette.length}`, `${objects.length} and ${palette.length}`]) {
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    const sides = [8, 9, 10, 11, 12];
    const kinds = 25 * spec.objects.length;
    for (const rows of sides)
      for (const columns of sides) for (const many of spec.objects) expect(counts.get(`${rows} x ${columns}, ${many}`)).toBe(SAMPLES / kinds);
    for (const size of spec.palettes) expect(counts.get(`palette ${size}`)).toBe(SAMPLES / spec.palettes.length);
    for (const many of spec.objects)
      for (const size of spec.palettes) expect(counts.get(`${many} and ${size}`)).toBe(SAMPLES / spec.palettes.length / spec.objects.length);
    expect(counts.size).toBe(kinds + spec.palettes.length * (1 + spec.objects.length));
    const early = truths.slice(0, 25).map(({ rows, columns }) => rows * columns);
    expect(early.reduce((sum, squares) => sum + squares, 0) / 25).toBeCloseTo(100, -1); // short runs are mixed
  });

  test('reach both ends of the steps, every symbol, and every start and end that may be', () => {
    const lengths = new Set(truths.map(({ trace }) => trace.length));
    expect([Math.min(...lengths), Math.max(...lengths)]).toEqual(spec.steps);
    expect(new Set(truths.flatMap(({ objects }) => objects.map(({ name }) => name))).size).toBe(31);
    expect(new Set(truths.flatMap(({ palette }) => palette)).size).toBe(5);
    expect(new Set(truths.map(({ start }) => start.row))).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
    expect(new Set(truths.map(({ destination }) => destination.column))).toEqual(new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));
  });

  test('give each obstacle a kind of the palette with equal chances', () => {
    const [first, all] = [0, 1].map((everyKind) =>
      truths.reduce(
        (sum, { obstacles, palette }) => sum + obstacles.filter(({ kind }) => everyKind === 1 || kind === palette[0]).length / obstacles.length,
        0,
      ),
    );
    // Means over palettes of 1, or of 3, 4 and 5 kinds in equal shares.
    const expected = spec.palettes.reduce((sum: number, size) => sum + 1 / size, 0) / spec.palettes.length;
    expect(Math.abs((first ?? 0) / (all ?? 1) - expected)).toBeLessThan(0.01);
  });

  test('have the lengths that were measured on the authors’ data', () => {
    const mean = (value: (truth: GridTruth) => number): number => truths.reduce((sum, truth) => sum + value(truth), 0) / truths.length;
    const isNear = (value: number, [low, high]: readonly [number, number]): void => {
      expect(value).toBeGreaterThan(low);
      expect(value).toBeLessThan(high);
    };
    const hasReason = (truth: GridTruth, start: string): boolean =>
      truth.trace.some(({ rejected }) => rejected.some(({ reason }) => reason.startsWith(start)));
    // Spec/s2h 3.1: ranges over sizes, widened by the error of a mean over 2,100.
    isNear(
      mean(({ trace }) => trace.length),
      level === 'simple' ? [15.9, 18] : [37, 41],
    );
    isNear(
      mean(({ moves }) => moves.length),
      level === 'simple' ? [15, 17] : [30, 37],
    );
    isNear(
      mean((truth) => (truth.trace.some(({ move }) => move === null) ? 1 : 0)),
      level === 'simple' ? [0.17, 0.25] : [0.58, 0.76],
    );
    isNear(
      mean((truth) => (hasReason(truth, 'future') ? 1 : 0)),
      level === 'simple' ? [0.07, 0.12] : [0.23, 0.35],
    );
    // Spec/s2h 3.9: 823 and 2,099 characters in 20 and 18 grids.
    isNear(
      mean((truth) => `${gridNavigationTask.paper.cot(truth)}\n${gridNavigationTask.paper.answer(truth)}`.length),
      level === 'simple' ? [780, 900] : [1900, 2300],
    );
  });

  test('are solvable as often as the authors’ candidates, and as often of the right length', () => {
    const rng = makeRng('test', 'solvable', level);
    let [solved, kept] = [0, 0];
    for (let i = 0; i < 2000; i++) {
      const problem = drawProblem(rng.between(8, 12), rng.between(8, 12), spec.objects[i % spec.objects.length] ?? 1, rng);
      const states = (problem === null ? null : searchPath(problem, 20_000))?.states.length ?? 0;
      if (states > 0) solved += 1;
      if (states >= spec.steps[0] && states <= spec.steps[1]) kept += 1;
    }
    expect(solved / 2000).toBeGreaterThan(level === 'simple' ? 0.55 : 0.37);
    expect(solved / 2000).toBeLessThan(level === 'simple' ? 0.63 : 0.55);
    expect(kept / 2000).toBeGreaterThan(level === 'simple' ? 0.25 : 0.19);
    expect(kept / 2000).toBeLessThan(level === 'simple' ? 0.33 : 0.25);
  });
});

test('outside the rectangle each square is an obstacle with probability 0.35', () => {
  const rng = makeRng('test', 'density');
  let [outside, obstacles] = [0, 0];
  for (let i = 0; i < 1000; i++) {
    const problem = drawProblem(10, 10, 1, rng);
    if (problem === null) continue;
    const [sr, sc] = [Math.floor(problem.start / 10), problem.start % 10];
    const [dr, dc] = [Math.floor(problem.destination / 10), problem.destination % 10];
    for (const [square, holds] of problem.squares.entries()) {
      const [row, column] = [Math.floor(square / 10), square % 10];
      if (row >= Math.min(sr, dr) && row <= Math.max(sr, dr) && column >= Math.min(sc, dc) && column <= Math.max(sc, dc)) continue;
      if (holds > 0) continue;
      outside += 1;
      if (holds < 0) obstacles += 1;
    }
  }
  expect(obstacles / outside).toBeCloseTo(0.35, 2);
});

test('gives the same example for the same stream and others for other indices', () => {
  expect(make('hard', 5)).toEqual(make('hard', 5));
  expect(make('hard', 5)).not.toEqual(make('hard', 305)); // same size, another stream
});

test.each([
  [4, 4],
  [4, 6],
  [4, 12],
])('makes grids of %i to %i squares a side with steps in proportion', (minSide, maxSide) => {
  const config = { ...gridInfo.defaults, minSide, maxSide, stepScale: 'by-size' };
  gridInfo.checkConfig(config);
  for (const level of ['simple', 'hard'] as const) {
    for (let index = 0; index < 400; index++) {
      const { rows, columns, trace, moves } = make(level, index, config);
      const share = (rows + columns) / 20;
      expect(trace.length).toBeGreaterThanOrEqual(Math.floor(SPEC[level].steps[0] * share));
      expect(trace.length).toBeLessThanOrEqual(Math.ceil(SPEC[level].steps[1] * share));
      expect(Math.min(rows, columns)).toBeGreaterThanOrEqual(minSide);
      expect(Math.max(rows, columns)).toBeLessThanOrEqual(maxSide);
      expect(moves.length).toBeLessThanOrEqual(trace.length);
    }
  }
});

test('refuses a level that does not exist', () => {
  const act = (): unknown => makeGrid(gridInfo.defaults, { level: 'medium', split: 'train', index: 0 }, makeRng('x'));
  expect(act).toThrow(InputError);
  expect(act).toThrow('grid-navigation: expected level simple or hard, got medium');
});

test('stops with a cure when no grid has so many steps', () => {
  const config = { ...gridInfo.defaults, minSide: 3, maxSide: 3, hardMinSteps: 150, hardMaxSteps: 200 };
  const act = (): unknown => makeGrid(config, { level: 'hard', split: 'train', index: 0 }, makeRng('x'));
  expect(act).toThrow(InputError);
  expect(act).toThrow(/a 3 x 3 grid with \d objects and 150 to 200 search steps, got none in 20000 attempts: widen the steps/);
});
