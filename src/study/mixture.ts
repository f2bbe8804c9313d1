/**
 * Supervision mixtures: which record of which example stands at each position of a run (S2H Algorithm 1 and C.1.1; counts of spec/s2h section 5).
 *
 * N = rows seen in the whole run, u = unique examples. All rows of one type use the same u examples:
 *
 * | supervision    | u   | rows of one epoch | epochs |
 * | text           | N/2 | N/2               | 2      |
 * | image          | N/3 | N/3               | 3      |
 * | text+image     | N/3 | 2N/3              | 1.5    |
 * | image-via-text | N/3 | N/3               | 3      |
 * | mix            | N/3 | N                 | 1      |
 *
 * When N does not divide, u is rounded down (at least 1) and the rows that are left over begin one more epoch: exactly N rows are always seen. (The
 * authors round to thousands.)
 *
 * Selection: the authors shuffle a file of 120,000 and take the first u. Our examples are independent draws by index, so indices 0..u-1 are already
 * such a selection. Order: one global shuffle per epoch, as a seeded permutation; any position can be asked for alone.
 */
import { makeRng } from '../lib/rng.ts';
import type { ExampleKey, RecordKind } from '../tasks/task.ts';
import type { RunSpec, Supervision } from './run-spec.ts';

export interface Mixture {
  /** The record types; each uses the same `unique` examples. */
  readonly kinds: readonly RecordKind[];
  /** u. */
  readonly unique: number;
  readonly rowsPerEpoch: number;
  /** N. */
  readonly totalRows: number;
}

/** One training row: which record of which example. */
export interface MixtureRow {
  readonly kind: RecordKind;
  readonly key: ExampleKey;
}

const COMPOSITION = {
  text: { kinds: ['text'], divisor: 2 },
  image: { kinds: ['image'], divisor: 3 },
  'image-via-text': { kinds: ['image-via-text'], divisor: 3 },
  'text+image': { kinds: ['text', 'image'], divisor: 3 },
  mix: { kinds: ['text', 'image', 'image-via-text'], divisor: 3 },
} as const satisfies Record<Supervision, { kinds: readonly RecordKind[]; divisor: number }>;

/** The counts of a supervision for N rows. */
export function mixtureOf(supervision: Supervision, totalRows: number): Mixture {
  const { kinds, divisor } = COMPOSITION[supervision];
  const unique = Math.max(1, Math.floor(totalRows / divisor));
  return { kinds, unique, rowsPerEpoch: unique * kinds.length, totalRows };
}

/** The row at `position` (0-based, below `spec.examples`) of a study run. */
export function rowAt(spec: RunSpec, position: number): MixtureRow {
  const { kinds, unique, rowsPerEpoch } = mixtureOf(spec.supervision, spec.examples);
  const epoch = Math.floor(position / rowsPerEpoch);
  const slot = permutation(spec.seed, epoch, rowsPerEpoch)[position % rowsPerEpoch];
  const kind = slot === undefined ? undefined : kinds[Math.floor(slot / unique)];
  if (slot === undefined || kind === undefined) throw new Error(`internal: no row at position ${position}`);
  return { kind, key: { task: spec.task.id, level: 'simple', split: 'train', seed: spec.seed, index: slot % unique } };
}

/** The order of an epoch: a shuffle of 0..length-1. The newest few are kept, because the rows of a batch all ask for the same one. */
export function permutation(seed: number, epoch: number, length: number): Uint32Array {
  const name = `${seed}/${epoch}/${length}`;
  const known = cache.get(name);
  if (known !== undefined) return known;
  const rng = makeRng('mixture', seed, 'epoch', epoch);
  const order = new Uint32Array(length).map((_, i) => i);
  for (let i = length - 1; i > 0; i--) {
    const j = rng.below(i + 1);
    const kept = order[i] ?? 0;
    order[i] = order[j] ?? 0;
    order[j] = kept;
  }
  if (cache.size >= CACHED_ORDERS) cache.delete(cache.keys().next().value ?? '');
  cache.set(name, order);
  return order;
}

const CACHED_ORDERS = 4;
/** Results of a pure function: no caller can tell that they were kept. Nobody writes into them. */
const cache = new Map<string, Uint32Array>();
