/**
 * The records of a run in the store and in an exported file, and the gate that each passes on the way in: a new object is built from the fields
 * known here (valibot), so a damaged or hostile record is refused as a whole and never half believed.
 *
 * A run has one head (what lists show) and up to two checkpoints in turn, each a manifest and its tensors, and snapshots. Manifests and heads carry a
 * SHA-256 of their own text; manifests also one per tensor.
 */
import * as v from 'valibot';
import { canonicalJson } from '../lib/canonical-json.ts';
import { InputError } from '../lib/errors.ts';
import { sha256Hex } from '../lib/hash.ts';
import { LEVELS, MODALITIES, TASK_IDS, TOKEN_KINDS } from '../tasks/task.ts';
import type { TokenKind } from '../tasks/task.ts';
import { MeasurementsSchema } from './analysis/measurement-schema.ts';
import type { Measurements } from './analysis/measurements.ts';
import type { Progress } from './checkpoint.ts';
import { PROMPT_MODES } from './events.ts';
import type { EvaluationResult, LossPoint, RunState } from './events.ts';
import { cutText, MAX_NAME_CHARACTERS } from './notebook-state.ts';
import { parseRunSpec } from './run-spec-schema.ts';
import type { RunSpec } from './run-spec.ts';

/** Version of all records here. A record with a higher one is left alone: a newer program wrote it. */
export const RECORD_SCHEMA = 1;

export interface TensorEntry {
  /** `<parameter>`, `optimizer.m.<parameter>` or `optimizer.v.<parameter>`. */
  readonly key: string;
  readonly shape: readonly number[];
  readonly sha256: string;
}

/** What one checkpoint is, without its numbers. */
export interface Manifest {
  readonly schema: 1;
  readonly runId: string;
  readonly generation: number;
  /** Who wrote it: the holder of the run's lock. */
  readonly owner: string;
  /** Build of the program that wrote it. */
  readonly build: string;
  readonly savedAt: string;
  readonly spec: RunSpec;
  readonly progress: Progress;
  readonly optimizer: { readonly step: number; readonly steps: Readonly<Record<string, number>> };
  readonly tensors: readonly TensorEntry[];
}

/** What lists show of a run. The name lies beside it in the store, since it may change while another tab trains. */
export interface RunHead {
  readonly schema: 1;
  readonly runId: string;
  readonly parentId: string | null;
  readonly spec: RunSpec;
  readonly state: RunState;
  readonly step: number;
  readonly totalSteps: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Where it was trained last: `deviceName` of that device. */
  readonly adapter: string;
  /** The steps after this one were made there, those before on other devices; absent = all were made there. */
  readonly adapterSince?: number | undefined;
  /** It came as a file, so its steps were timed elsewhere; absent = begun in this browser. */
  readonly isImported?: true | undefined;
  readonly points: readonly LossPoint[];
  readonly evaluations: readonly EvaluationResult[];
  /** Absent = nothing was measured. */
  readonly measured?: Measurements;
  /** Bytes of the newest checkpoint; 0 = none yet. */
  readonly bytes: number;
}

/** What one snapshot is, without its numbers (snapshots.ts). */
export interface SnapshotManifest {
  readonly schema: 1;
  readonly runId: string;
  readonly step: number;
  readonly tensors: readonly TensorEntry[];
}

/** A record and the digest of its text. */
export interface Sealed<T> {
  readonly schema: 1;
  readonly body: T;
  readonly sha256: string;
}

const RUN_STATES = ['idle', 'preparing', 'running', 'paused', 'evaluating', 'finished', 'stopped', 'failed'] as const satisfies readonly RunState[];

const finite = v.pipe(v.number(), v.finite());
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(1000));
const hex64 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
export const RunIdSchema = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/));
const spec = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, RunSpec>(({ dataset, addIssue, NEVER }) => {
    try {
      return parseRunSpec(dataset.value);
    } catch (error) {
      addIssue({ message: error instanceof Error ? error.message : String(error) });
      return NEVER;
    }
  }),
);

const LossPointSchema = v.object({
  step: count,
  loss: finite,
  lossByKind: v.pipe(
    v.record(v.picklist(TOKEN_KINDS), finite),
    v.transform((kinds) => kinds as Partial<Record<TokenKind, number>>), // the keys are token kinds, not all of them there
  ),
  readingLoss: v.nullable(finite),
  gradientNorm: finite,
  learningRate: finite,
  examplesSeen: count,
  tokens: count,
  stepMs: finite,
});

const ProportionSchema = v.object({
  correct: count,
  total: count,
  low: finite,
  high: finite,
  outcomes: v.optional(v.pipe(v.string(), v.maxLength(2000))),
});

const EvaluationSchema = v.object({
  step: count,
  cells: v.pipe(
    v.array(
      v.object({
        task: v.exactOptional(v.picklist(TASK_IDS)), // of a joint run's other tasks
        level: v.picklist(LEVELS),
        modality: v.picklist(MODALITIES),
        prompt: v.optional(v.picklist(PROMPT_MODES), 'direct'), // absent in older records, as are the two below
        accuracy: ProportionSchema,
        exactMatch: ProportionSchema,
        cotExactMatch: v.nullable(ProportionSchema),
        conversion: v.optional(v.nullable(ProportionSchema), null),
        robustness: v.optional(v.nullable(ProportionSchema), null),
        meanGeneratedTokens: finite,
        truncated: count,
      }),
    ),
    v.maxLength(100),
  ),
});

const points = v.pipe(v.array(LossPointSchema), v.maxLength(1_000_000));
const evaluations = v.pipe(v.array(EvaluationSchema), v.maxLength(10_000));
/** Absent in older records, and where nothing was measured. */
const measured = v.exactOptional(MeasurementsSchema);

const tensors = v.pipe(v.array(v.object({ key: text, shape: v.pipe(v.array(count), v.maxLength(8)), sha256: hex64 })), v.maxLength(10_000));

const ManifestSchema = v.object({
  schema: v.literal(RECORD_SCHEMA),
  runId: RunIdSchema,
  generation: count,
  owner: text,
  build: text,
  savedAt: text,
  spec,
  progress: v.object({ step: count, tokens: count, trainedMs: finite, points, evaluations, measured }),
  optimizer: v.object({ step: count, steps: v.record(text, count) }),
  tensors,
});

const SnapshotManifestSchema = v.object({ schema: v.literal(RECORD_SCHEMA), runId: RunIdSchema, step: count, tensors });

const HeadSchema = v.object({
  schema: v.literal(RECORD_SCHEMA),
  runId: RunIdSchema,
  parentId: v.nullable(RunIdSchema),
  spec,
  state: v.picklist(RUN_STATES),
  step: count,
  totalSteps: count,
  createdAt: text,
  updatedAt: text,
  adapter: text,
  adapterSince: v.optional(count),
  isImported: v.optional(v.literal(true)),
  points,
  evaluations,
  measured,
  bytes: count,
});

const SealedSchema = v.object({ schema: v.literal(RECORD_SCHEMA), body: v.unknown(), sha256: hex64 });

/** Puts a record under its digest. */
export async function seal<T extends Manifest | RunHead | SnapshotManifest>(body: T): Promise<Sealed<T>> {
  return { schema: RECORD_SCHEMA, body, sha256: await digestOf(body) };
}

/** The manifest in a stored record, or what is wrong with it. */
export function openManifest(record: unknown): Promise<{ value: Manifest } | { problem: string }> {
  return unseal(record, ManifestSchema);
}

export function openHead(record: unknown): Promise<{ value: RunHead } | { problem: string }> {
  return unseal(record, HeadSchema);
}

export function openSnapshotManifest(record: unknown): Promise<{ value: SnapshotManifest } | { problem: string }> {
  return unseal(record, SnapshotManifestSchema);
}

/** True when a newer program wrote the record: it must be left as it is. */
export function isFromNewerProgram(record: unknown): boolean {
  return typeof record === 'object' && record !== null && 'schema' in record && typeof record.schema === 'number' && record.schema > RECORD_SCHEMA;
}

/** A name as it is stored: one line, trimmed, not empty, of bounded length. */
export function cleanName(name: unknown, otherwise: string): string {
  if (typeof name !== 'string') return otherwise;
  const line = name.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return line === '' ? otherwise : cutText(line, MAX_NAME_CHARACTERS);
}

/** The name, or where another run has it the name with a number: `amber fox (2)`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const suffix = n === 1 ? '' : ` (${n})`;
    const free = cutText(name, MAX_NAME_CHARACTERS - suffix.length) + suffix;
    if (!taken.has(free)) return free;
  }
}

async function unseal<T>(record: unknown, schema: v.GenericSchema<unknown, T>): Promise<{ value: T } | { problem: string }> {
  const sealed = v.safeParse(SealedSchema, record);
  if (!sealed.success) return { problem: record === undefined ? 'it is missing' : 'it is not a record of this program' };
  try {
    if ((await digestOf(sealed.output.body)) !== sealed.output.sha256) return { problem: 'its checksum does not match' };
  } catch (error) {
    if (error instanceof InputError) return { problem: 'it holds what no record holds' };
    throw error;
  }
  const parsed = v.safeParse(schema, sealed.output.body);
  return parsed.success ? { value: parsed.output } : { problem: `its ${v.getDotPath(parsed.issues[0]) ?? 'content'} is not valid` };
}

function digestOf(body: unknown): Promise<string> {
  return sha256Hex(new TextEncoder().encode(canonicalJson(body)));
}
