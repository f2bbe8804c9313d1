/** What one run gives to a figure: from its evidence, or taken over from a figure that was recorded with it. Pure. */
import { runDigest } from '../switch-run.ts';
import type { FigureResult } from './figure-result.ts';
import type { Evidence, Figure, FigureMap, FigureRun, Reading } from './figure.ts';
import { placeOf } from './readings.ts';

/** The numbers and pictures of a run, and what made it. */
export interface RunPart {
  readonly run: FigureResult['runs'][number];
  readonly readings: readonly Reading[];
  readonly maps: readonly FigureMap[];
}

/** What a figure reads in the evidence of a run. */
export function readPart(figure: Figure, run: FigureRun, evidence: Evidence): RunPart {
  const { spec, step, made } = evidence;
  return { run: { series: run.series, spec, step, made }, readings: figure.read(run, evidence), maps: figure.maps?.(run, evidence) ?? [] };
}

/**
 * What a recorded figure holds of a run; null where it does not have this very run, or its numbers cannot be told from those of other runs: they name a series
 * that is not the run's (tables by rows), or stand in a panel that the figure no longer has.
 *
 * @param all - All runs of the figure.
 */
export function recordedPart(figure: Figure, recorded: FigureResult, run: FigureRun, all: readonly FigureRun[]): RunPart | null {
  const digest = runDigest(run.spec);
  const found = recorded.runs.find(({ series, spec }) => series === run.series && runDigest(spec) === digest);
  if (found === undefined || figure.series !== undefined) return null;
  const { series, seed, x } = placeOf(run, '');
  const isOf = (each: { series: string; seed: number }): boolean => each.series === series && each.seed === seed;
  const isAlone = all.filter((each) => isOf(placeOf(each, ''))).length === 1;
  const has = ({ at, x: place }: Reading): boolean => figure.hasStep?.(run, at ?? place) ?? true;
  const readings = recorded.readings.filter((reading) => isOf(reading) && (isAlone || reading.x === x) && has(reading));
  const panels = new Set(figure.panels.map(({ id }) => id));
  if (readings.length === 0 || readings.some(({ panel }) => !panels.has(panel))) return null;
  return { run: found, readings, maps: isAlone ? (recorded.maps ?? []).filter(isOf) : [] };
}
