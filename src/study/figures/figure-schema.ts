/** The gate of recorded figures: a file of `runs/` or their list, rebuilt from known fields. One InputError says what is wrong with it. */
import * as v from 'valibot';
import { fault, InputError } from '../../lib/errors.ts';
import { parseRunSpec } from '../run-spec-schema.ts';
import { OUTCOMES } from './claims.ts';
import type { FigureResult } from './figure-result.ts';
import { SCALES } from './scale.ts';

/** Also the name of its file. */
const Id = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/));
const Finite = v.pipe(v.number(), v.finite());

const IndexSchema = v.array(
  v.object({
    ...{ id: Id, title: v.string(), source: v.string(), scale: v.picklist(SCALES), bytes: v.number() },
    /** Not all of its runs were made. */
    isPartial: v.optional(v.boolean()),
  }),
);

/** A line of the list of recorded figures. */
export type FigureEntry = v.InferOutput<typeof IndexSchema>[number];

const Place = { panel: v.string(), series: v.string(), x: Finite };

const Side = v.object({ panel: v.string(), series: v.string() });
const ClaimSchema = v.object({
  ...{ text: v.string(), above: Side, below: Side, outcome: v.picklist(OUTCOMES) },
  ...{ x: v.nullable(Finite), aboveMean: v.nullable(Finite), belowMean: v.nullable(Finite) },
  belowX: v.exactOptional(Finite),
  isAtOwnLargest: v.exactOptional(v.boolean()),
  isOverSteps: v.exactOptional(v.boolean()),
  difference: v.optional(v.nullable(v.object({ mean: Finite, low: Finite, high: Finite, seeds: Finite }))),
});

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const MapSchema = v.object({
  ...{ title: v.string(), series: v.string(), seed: Finite, step: Finite },
  ...{ columns: v.pipe(count, v.minValue(1)), kept: v.array(Finite), own: v.array(count) },
});

const ResultSchema = v.object({
  schema: v.literal(1),
  id: Id,
  title: v.string(),
  source: v.string(),
  question: v.string(),
  lookFor: v.string(),
  scale: v.picklist(SCALES),
  panels: v.pipe(
    v.array(
      v.object({
        id: v.string(),
        title: v.string(),
        xLabel: v.string(),
        isXLogarithmic: v.boolean(),
        yLabel: v.string(),
        unit: v.picklist(['percent', 'nats', 'score']),
      }),
    ),
    v.minLength(1),
  ),
  // JSON writes a number that is none (a cosine with a zero gradient) as null.
  readings: v.array(
    v.object({
      ...Place,
      x: v.nullable(Finite),
      at: v.optional(Finite),
      seed: Finite,
      value: v.nullable(Finite),
      low: v.nullable(Finite),
      high: v.nullable(Finite),
      outcomes: v.optional(v.string()),
    }),
  ),
  paper: v.array(v.object({ ...Place, value: Finite })),
  paperModel: v.string(),
  runs: v.array(
    v.object({
      series: v.string(),
      spec: v.unknown(),
      step: Finite,
      made: v.object({ backend: v.string(), adapter: v.string(), hours: Finite, commit: v.string(), command: v.string() }),
    }),
  ),
  claims: v.array(ClaimSchema),
  maps: v.optional(v.array(MapSchema)),
  plannedRuns: v.optional(Finite),
  command: v.string(),
  cost: v.optional(v.object({ estimatedMs: Finite, actualMs: Finite })),
});

/** Throws InputError. `name` is the file, for messages. */
export function parseFigureIndex(text: string, name: string): readonly FigureEntry[] {
  return checked(IndexSchema, jsonOf(text, name), name);
}

/** Readings without a number are left out. Throws InputError. */
export function parseFigureResult(text: string, name: string): FigureResult {
  const value = jsonOf(text, name);
  const schema: unknown = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (typeof schema === 'number' && schema !== 1)
    throw new InputError(fault(name, 'figures of schema 1', schema, 'the file is of another version of this page; reload the page'));
  const { readings, runs, ...rest } = checked(ResultSchema, value, name);
  return {
    ...rest,
    readings: readings.flatMap(({ x, value: measured, ...reading }) => (x === null || measured === null ? [] : [{ ...reading, x, value: measured }])),
    runs: runs.map(({ spec, ...run }, i) => ({ ...run, spec: specOf(spec, `${name}, runs.${i}`) })),
  };
}

function specOf(spec: unknown, where: string): FigureResult['runs'][number]['spec'] {
  try {
    return parseRunSpec(spec);
  } catch (thrown) {
    if (!(thrown instanceof InputError)) throw thrown;
    throw new InputError(`${where}: ${thrown.message}`, { cause: thrown });
  }
}

function jsonOf(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (thrown) {
    throw new InputError(fault(name, 'JSON', `${text.length} characters that are none`, 'the file is cut off or damaged'), { cause: thrown });
  }
}

function checked<S extends v.GenericSchema>(schema: S, value: unknown, name: string): v.InferOutput<S> {
  const result = v.safeParse(schema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const key = v.getDotPath(issue) ?? '';
  throw new InputError(fault(key === '' ? name : `${name}, ${key}`, issue.expected ?? 'another value', issue.received));
}
