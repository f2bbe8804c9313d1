/**
 * The gate of what figure-store.ts reads of runs: evidence and what is unfinished. A record of another form or of a newer program gives null. Numbers of probes
 * pass as they are, since a cosine with a zero gradient is none (NaN); `parseFigureResult` leaves such readings out.
 */
import * as v from 'valibot';
import { runDigest } from '../switch-run.ts';
import type { RunSpec } from '../run-spec.ts';
import type { Unfinished } from './evidence-keeper.ts';
import type { Evidence } from './figure.ts';

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const probes = v.array(v.looseObject({ step: count }));
const MeasuredSchema = v.looseObject({
  evaluation: v.nullable(v.looseObject({ step: count, cells: v.array(v.looseObject({})) })),
  losses: probes,
  gradients: probes,
});

const EvidenceSchema = v.looseObject({
  ...MeasuredSchema.entries,
  spec: v.looseObject({}),
  step: count,
  measures: v.looseObject({ points: count, examples: count, hasLosses: v.boolean(), hasGradients: v.boolean(), isConvertAsked: v.boolean() }),
  made: v.object({ backend: v.string(), adapter: v.string(), hours: finite, commit: v.string(), command: v.string() }),
});

const UnfinishedSchema = v.object({ schema: v.literal(1), unfinished: v.object({ measured: MeasuredSchema, hours: finite }) });

/** Evidence of the run `spec`. */
export function openEvidence(stored: unknown, spec: RunSpec): Evidence | null {
  if (!v.is(v.object({ schema: v.literal(1), evidence: EvidenceSchema }), stored)) return null;
  const evidence = stored.evidence as unknown as Evidence; // its form was checked, its spec is below
  return runDigest(evidence.spec) === runDigest(spec) ? evidence : null;
}

export function openUnfinished(stored: unknown): Unfinished | null {
  if (!v.is(UnfinishedSchema, stored)) return null;
  return stored.unfinished as unknown as Unfinished; // as above
}
