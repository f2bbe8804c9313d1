/** The gate for measurements that come from a store or a file: new objects from known fields, finite numbers, bounded lists (as run-record.ts, which uses it). */
import * as v from 'valibot';
import { LEVELS } from '../../tasks/task.ts';
import { SCORES } from './alignment-statistics.ts';
import type { Score } from './alignment-statistics.ts';
import type { Measurement, Measurements } from './measurements.ts';

/** A run is measured some tens of times; ours, so that a file cannot flood the page. */
const MOST_PROBES = 1000;

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const level = v.picklist(LEVELS);
const interval = v.object({ value: finite, low: finite, high: finite });
const estimate = v.object({ mean: finite, standardError: v.nullable(finite), low: v.nullable(finite), high: v.nullable(finite), examples: count });

const LossProbeSchema = v.object({
  step: count,
  split: v.literal('eval'),
  seed: count,
  cotShare: v.picklist([0, 1]),
  levels: v.pipe(
    v.array(v.object({ level, text: estimate, image: estimate, conversion: estimate, imageAndText: estimate })),
    v.minLength(1),
    v.maxLength(LEVELS.length),
  ),
});

/** `adam`: of the score that may be undefined. */
function scores<T extends v.GenericSchema, A extends v.GenericSchema>(of: T, adam: A) {
  const others = Object.fromEntries(SCORES.map((name) => [name, of])) as Record<Score, T>; // one of each
  return v.object({ ...others, adamAlignment: adam });
}

/** Kept before undefined scores were null: an estimate outside its own interval was a division by nearly 0 (adam-statistics.ts). */
const adamInterval = v.pipe(
  v.nullable(interval),
  v.transform((kept) => (kept === null || kept.value < kept.low || kept.value > kept.high ? null : kept)),
);

const pair = v.object({ simple: finite, hard: finite });

const GradientProbeSchema = v.pipe(
  v.object({
    step: count,
    record: v.picklist(['image', 'text']),
    cotShare: finite,
    levels: v.object({ simple: level, hard: level }),
    examples: count,
    exampleSeed: count,
    bootstrap: v.object({ resamples: count, seed: count }),
    projection: v.object({ dimension: count, seed: count }),
    loss: v.object({ simple: interval, hard: interval }),
    exact: scores(interval, adamInterval),
    estimated: scores(interval, adamInterval),
    relativeError: scores(finite, v.nullable(finite)),
    noiseShare: pair,
  }),
  v.transform((probe) =>
    probe.exact.adamAlignment === null || probe.estimated.adamAlignment === null
      ? { ...probe, relativeError: { ...probe.relativeError, adamAlignment: null } }
      : probe,
  ),
);

export const MeasurementsSchema: v.GenericSchema<unknown, Measurements> = v.object({
  losses: v.pipe(v.array(LossProbeSchema), v.maxLength(MOST_PROBES)),
  gradients: v.pipe(v.array(GradientProbeSchema), v.maxLength(MOST_PROBES)),
});

/** Whether a record may hold it: no number of it is infinite or none at all. */
export function isStorable({ what, probe }: Measurement): boolean {
  return v.is(what === 'losses' ? LossProbeSchema : GradientProbeSchema, probe);
}
